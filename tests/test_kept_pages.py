"""Pages kept for anonymous readers: served without work, and never when anything changed."""

from __future__ import annotations

import gzip
import io
import random
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cupboard import instance
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.web import kept_pages
from tests.catalogue.making import text
from tests.catalogue.reading import Reader
from tests.catalogue.test_freshness import moin, send
from tests.conftest import CONFIG, Client, counted_requests, set_acl
from tests.test_editing import Writer

NAME = "Notice"


def write(app: Any, words: str, name: str = NAME, **meta: Any) -> None:
    with instance.inside(app) as storage:
        item = storage.get_item(namespace="", name_exact=name)
        item.store_revision(
            {"name": [name], "namespace": "", "itemtype": "default", "contenttype": "text/x.moin.wiki;charset=utf-8",
             "rev_number": 1, "action": "SAVE", "address": "127.0.0.1", **meta}, io.BytesIO(words.encode()),
             trusted=True,
        )  # fmt: skip


@pytest.fixture
def made(app: Any) -> Iterator[Callable[[], int]]:
    """How many pages Moin has been asked for since the last time this was asked."""
    with counted_requests(app) as since:
        yield since


@pytest.fixture
def reader(app: Any, made: Callable[[], int]) -> Client:
    write(app, "First words.")
    reader = app.test_client()
    assert "First words." in reader.get(f"/{NAME}").text
    made()
    return reader


def test_what_was_shown_is_shown_again_without_asking_moin(reader: Client, made: Callable[[], int]) -> None:
    answers = [reader.get(f"/{NAME}") for _ in range(3)]
    assert made() == 0
    assert len({answer.data for answer in answers}) == len({str(answer.headers) for answer in answers}) == 1
    assert "Content-Security-Policy" in answers[0].headers and answers[0].headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "address", ["/Home", "/+cupboard/browse", "/+cupboard/browse?q=x", "/+history/Home", "/+tags", "/+index/"]
)
def test_a_kept_page_is_the_page_that_moin_makes(app: Any, made: Callable[[], int], address: str) -> None:
    write(app, "Home.", "Home")
    fresh = app.test_client().get(address)
    assert made() == 1
    kept = app.test_client().get(address)
    assert made() == 0
    assert (kept.status_code, kept.data, sorted(kept.headers)) == (fresh.status_code, fresh.data, sorted(fresh.headers))


def test_any_write_ends_what_was_kept(app: Any, reader: Client, made: Callable[[], int]) -> None:
    write(app, "Other words.")
    assert "Other words." in reader.get(f"/{NAME}").text
    write(app, "A page that it does not show.", "Elsewhere")
    made()
    reader.get(f"/{NAME}")
    assert made() == 1


def test_the_next_day_begins_anew(reader: Client, made: Callable[[], int], monkeypatch: pytest.MonkeyPatch) -> None:
    class Tomorrow(date):
        @classmethod
        def today(cls) -> date:
            return date.fromordinal(date.today().toordinal() + 1)

    monkeypatch.setattr(kept_pages, "date", Tomorrow)
    reader.get(f"/{NAME}")
    assert made() == 1


def test_what_is_published_later_is_in_kept_lists_from_then_on(
    app: Any, made: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = int(time.time()) + 3600
    write(app, text(title="Later").decode(), "CaseStudies/later", acl="All:pubread", ptime=soon,
          itemtype=CASE_STUDY.item_type, contenttype=CASE_STUDY.stored_type)  # fmt: skip
    write(app, "<<SectionIndex(contracts/food)>>", "Food")
    anonymous = app.test_client()
    addresses = ("/Food", "/+cupboard/browse")
    made()
    for _ in range(2):
        assert not any("Later" in anonymous.get(address).text for address in addresses)
    assert made() == 2
    monkeypatch.setattr(time, "time", lambda: soon + 1.0)
    for _ in range(2):
        assert all("Later" in anonymous.get(address).text for address in addresses)
    assert made() == 2


def test_each_language_address_and_host_has_a_page_of_its_own(reader: Client, made: Callable[[], int]) -> None:
    welsh = {"Accept-Language": "cy"}
    first = reader.get(f"/{NAME}", headers=welsh)
    assert made() == 1 and first.text != reader.get(f"/{NAME}").text
    assert reader.get(f"/{NAME}", headers=welsh).text == first.text
    assert reader.get(f"/{NAME}", headers={"Accept-Language": "cy-GB,cy;q=0.9"}).text == first.text
    assert made() == 1  # once, to learn which language that is
    for change in ({"query_string": "a=b"}, {"base_url": "https://localhost"}, {"base_url": "http://other.example"}):
        reader.get(f"/{NAME}", **change)
    assert made() == 3


def test_who_is_signed_in_never_gets_a_kept_page_nor_leaves_one(
    app: Any, made: Callable[[], int], reader: Client
) -> None:
    alice = app.test_client().sign_in("alice")
    for browser in (alice, alice, reader):
        page = browser.get(f"/{NAME}").text
        assert ("Sign out" in page) is (browser is alice)
    assert made() == 2
    # whatever else stands in the header, in whichever order and form
    cookie = alice.get_cookie("cupboard").value
    odd = app.test_client(use_cookies=False).get(f"/{NAME}", headers={"Cookie": f'a="b; [=]; cupboard={cookie}'})
    assert made() == 1 and odd.status_code == 200


def test_a_message_for_one_reader_is_shown_to_nobody_else(app: Any, made: Callable[[], int]) -> None:
    one, other = app.test_client(), app.test_client()
    one.post("/+login", data={"login_username": "alice", "login_password": "wrong", "login_submit": "1"})
    with one.session_transaction() as session:
        session["_flashes"] = [("info", "For you alone")]
    assert "For you alone" in one.get("/+index/").text
    assert "For you alone" not in other.get("/+index/").text


@pytest.mark.parametrize("address", ["/Unwritten", "/+login", "/+search?q=words", "/+cupboard/new", "/+get/Notice"])
def test_other_answers_are_made_each_time(reader: Client, made: Callable[[], int], address: str) -> None:
    reader.get(address), reader.get(address)
    assert made() == 2


def test_a_page_that_may_not_be_read_by_all_is_kept_for_nobody(app: Any, reader: Client) -> None:
    set_acl(app, NAME, "alice:read")
    assert [reader.get(f"/{NAME}").status_code for _ in range(2)] == [403, 403]
    assert "First words" not in reader.get(f"/{NAME}").text
    set_acl(app, NAME, "All:read")
    assert "First words" in reader.get(f"/{NAME}").text


@pytest.mark.parametrize("macro", ["<<RandomItem>>", "<<DateTime>>"])
def test_a_page_that_differs_each_time_is_made_each_time(app: Any, made: Callable[[], int], macro: str) -> None:
    write(app, f"It is\n\n{macro}\n")
    for _ in range(3):
        assert app.test_client().get(f"/{NAME}").status_code == 200
    assert made() == 3


def test_what_a_browser_has_is_not_sent_again_and_what_is_sent_is_small(
    reader: Client, made: Callable[[], int]
) -> None:
    plain = reader.get(f"/{NAME}")
    small = reader.get(f"/{NAME}", headers={"Accept-Encoding": "gzip, br"})
    assert gzip.decompress(small.data) == plain.data and small.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in plain.headers["Vary"]
    for headers in ({}, {"Accept-Encoding": "gzip"}):
        again = reader.get(f"/{NAME}", headers={"If-None-Match": small.headers["ETag"], **headers})
        assert (again.status_code, again.data) == (304, b"")
        assert "Content-Encoding" not in again.headers and again.headers["ETag"] == plain.headers["ETag"]
    assert made() == 0


def test_a_browser_that_has_a_page_leaves_no_empty_one(app: Any, reader: Client) -> None:
    tag = reader.get(f"/{NAME}").headers["ETag"]
    write(app, "Elsewhere.", "Elsewhere")
    assert reader.get(f"/{NAME}", headers={"If-None-Match": tag}).status_code == 304
    assert "First words." in reader.get(f"/{NAME}").text


def test_memory_is_bounded_and_what_was_read_last_stays(app: Any, reader: Client, made: Callable[[], int]) -> None:
    front = app.wsgi_app
    front._most = 200_000
    for number in range(40):
        reader.get(f"/{NAME}?n={number}")
        reader.get(f"/{NAME}")
    assert 0 < front._bytes <= 200_000
    assert front._bytes == sum(kept_pages._size(kept) for kept in front._pages.values())
    made()
    reader.get(f"/{NAME}"), reader.get(f"/{NAME}?n=39")
    assert made() == 0
    reader.get(f"/{NAME}?n=0")
    assert made() == 1


def test_without_an_index_that_can_be_asked_nothing_is_kept(
    reader: Client, made: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unreadable(path: str) -> None:
        raise OSError("gone")

    with monkeypatch.context() as patch:
        patch.setattr(kept_pages.connections, "identity", unreadable)
        with pytest.raises(OSError):
            reader.get(f"/{NAME}")  # from Moin, which was asked as before
    made()
    assert reader.get(f"/{NAME}").status_code == 200
    assert made() == 1


# ---- Several processes ----------------------------------------------------------------------------------------------


@pytest.fixture
def readers(wiki: Path) -> Iterator[list[Reader]]:
    made = [Reader(CONFIG) for _ in range(3)]
    yield made
    for one in made:
        one.end()


def test_no_process_ever_shows_a_page_as_it_was(app: Any, readers: list[Reader], wiki: Path, tmp_path: Path) -> None:
    admin, chance = Writer(app, "admin"), random.Random(9)
    address = f"/{NAME}"

    def all_show(words: str, at: str = address, status: int = 200) -> None:
        for one in chance.sample(readers, 3):
            for _ in range(2):
                found, page = one.get(at)
                assert found == status
                assert words in page

    for number in range(12):  # each writes over what all have kept
        write(app, f"Words number {number}.")
        all_show(f"Words number {number}.")
    saved = admin.client.post(
        f"/+modify/{NAME}?contenttype=text/x.moin.wiki;charset=utf-8&itemtype=default&template=",
        data={
            "content_form_data_text": "By Moin's editor.",
            "comment": "",
            "meta_form_acl": "None",
            "meta_form_name": NAME,
        },
    )
    assert saved.status_code == 302
    all_show("By Moin's editor.")
    moin(wiki, "save", "--file", tmp_path / "all", "--all-backends")
    write(app, "After the copy.")
    all_show("After the copy.")
    set_acl(app, NAME, "alice:read")
    all_show("", status=403)
    set_acl(app, NAME, "All:read")
    all_show("After the copy.")
    send(admin, f"/+rename/{NAME}", target="Moved")
    all_show("After the copy.", "/Moved")
    all_show("", address, status=404)
    send(admin, "/+delete/Moved", comment="")
    all_show("", "/Moved", status=404)
    moin(wiki, "load", "--file", tmp_path / "all")
    write(app, "Before the index was made again.", "Rebuilt")
    all_show("Before the index was made again.", "/Rebuilt")
    with instance.inside(app) as storage:
        storage.create(tmp=True)
    moin(wiki, "index-build", "--tmp")
    write(app, "While it was made.", "Rebuilt")
    all_show("While it was made.", "/Rebuilt")
    moin(wiki, "index-move")
    all_show("While it was made.", "/Rebuilt")
    write(app, "After it.", "Rebuilt")
    all_show("After it.", "/Rebuilt")
