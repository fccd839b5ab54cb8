"""Whichever way a page is written, the next request of any worker process shows it in its lists.

Three processes that have answered before are asked after each kind of change; then the catalogue's tables are compared
with the stored pages.
"""

from __future__ import annotations

import html
import io
import json
import re
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from cupboard import instance, pages
from cupboard.catalogue import comparing
from cupboard.kinds.case_study import CASE_STUDY
from tests.catalogue.making import text
from tests.catalogue.reading import Reader
from tests.conftest import CONFIG
from tests.test_editing import Writer, minimal

NAME = "CaseStudies/fresh"


@pytest.fixture
def readers(wiki: Path) -> Iterator[list[Reader]]:
    made = [Reader(CONFIG) for _ in range(3)]
    for one in made:
        assert one.get("/+cupboard/browse")[0] == 200
    yield made
    for one in made:
        one.end()


@pytest.fixture
def all_show(readers: list[Reader], app: Any) -> Iterator[Callable[..., None]]:
    """Check what each process lists: titles, in any order; at the end, that the tables say what the pages say."""

    def check(*titles: str, address: str = "/+cupboard/browse") -> None:
        for reader in readers:
            first, (status, page) = reader.get(address), reader.get(address)
            assert status == 200
            assert first == (status, page)  # the second one was kept from the first
            shown = re.findall(r'class="c-card__title"><a [^>]*>(.*?)</a>', page)
            plain = sorted(html.unescape(re.sub("</?mark>", "", one)) for one in shown)
            assert plain == sorted(titles), address
            count = f"{len(titles)} case stud" if titles else "No case studies"
            assert f">{count}" in page

    yield check
    with instance.inside(app) as storage:
        assert list(comparing.differences(storage, newest(storage))) == []


def newest(storage: Any) -> list[tuple[str, str]]:
    found: dict[str, tuple[Any, str, str]] = {}
    for backend, revid in storage.backend:
        meta, data = storage.backend.retrieve(backend, revid)
        data.close()
        age = meta["mtime"], meta["rev_number"]
        if meta["itemid"] not in found or found[meta["itemid"]][0] <= age:
            found[meta["itemid"]] = age, backend, revid
    return [(backend, revid) for _, backend, revid in found.values()]


@pytest.fixture
def store(app: Any) -> Callable[..., None]:
    def put(name: str = NAME, **fields: Any) -> None:
        with instance.inside(app) as storage:
            pages.store(
                name, text(**fields), contenttype=CASE_STUDY.stored_type, itemtype="case-study", storage=storage
            )

    return put


@pytest.fixture
def admin(app: Any) -> Writer:
    return Writer(app, "admin")


def moin(wiki: Path, *arguments: str | Path) -> None:
    # Moin looks for wiki/index below the current folder
    done = subprocess.run(
        [Path(sys.executable).with_name("moin"), *arguments],
        cwd=wiki.parent, capture_output=True, text=True, timeout=120,
        env={"PATH": "/usr/bin:/bin", "MOINCFG": str(CONFIG), "CUPBOARD_WIKI": str(wiki)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]


def send(writer: Writer, path: str, **values: str) -> None:
    """Send one of Moin's own forms."""
    page = lxml_html.fromstring(writer.client.get(path).text)
    form = next(one for one in page.cssselect("main form") if one.method == "POST")
    data = {name: value for name, value in form.fields.items() if value is not None}
    answer = writer.client.post(path, data={**data, **values})
    assert answer.status_code in (302, 303), lxml_html.fromstring(answer.text).cssselect("main")[0].text_content()[:800]


def test_the_form(all_show: Callable[..., None], admin: Writer) -> None:
    form = admin.get("/+cupboard/new")
    assert admin.post("/+cupboard/new", minimal(form)).status in (302, 303)
    all_show("Buying less paper")
    all_show("Buying less paper", address="/+cupboard/browse?term=contracts/paper-print")
    assert admin.edit("CaseStudies/buying-less-paper", title="Buying no paper", do="save").status in (302, 303)
    all_show("Buying no paper")
    all_show(address="/+cupboard/browse?q=%22less+paper+at+all%22")


def test_the_text_editor(all_show: Callable[..., None], admin: Writer, store: Callable[..., None]) -> None:
    store(title="Old")
    path = f"/+modify/{NAME}?editor=text"
    form = admin.get(path).data()
    changed = form["edit.text"].replace("title: Old", "title: New").replace("Anytown", "Othertown")
    assert admin.post(path, form, text=changed, do="save").status in (302, 303)
    all_show("New")
    all_show("New", address="/+cupboard/browse?organisation=Othertown+Council")
    all_show(address="/+cupboard/browse?organisation=Anytown+Council")


def test_item_put(all_show: Callable[..., None], wiki: Path, tmp_path: Path) -> None:
    meta = {"name": [NAME], "itemid": uuid.uuid4().hex, "namespace": "", "itemtype": "case-study",
            "contenttype": CASE_STUDY.stored_type,
            "rev_number": 1, "mtime": 1_700_000_000, "size": len(text(title="Put"))}  # fmt: skip
    (tmp_path / "meta").write_text(json.dumps(meta))
    (tmp_path / "data").write_bytes(text(title="Put"))
    moin(wiki, "item-put", "--meta", tmp_path / "meta", "--data", tmp_path / "data")
    all_show("Put")


def test_save_and_load(
    all_show: Callable[..., None], wiki: Path, app: Any, store: Callable[..., None], tmp_path: Path
) -> None:
    store(title="Loaded")
    moin(wiki, "save", "--file", tmp_path / "all", "--all-backends")
    with instance.inside(app) as storage:
        storage[NAME].destroy_all_revisions()
    all_show()
    moin(wiki, "load", "--file", tmp_path / "all")
    all_show("Loaded")


def test_revert(all_show: Callable[..., None], admin: Writer, app: Any, store: Callable[..., None]) -> None:
    store(title="First")
    with instance.inside(app) as storage:
        first = storage[NAME]["current"].revid
    store(title="Second")
    all_show("Second")
    send(admin, f"/+revert/+{first}/{NAME}", comment="back")
    all_show("First")


def test_rename(
    all_show: Callable[..., None], admin: Writer, store: Callable[..., None], readers: list[Reader]
) -> None:
    store(title="Moved")
    send(admin, f"/+rename/{NAME}", target="Elsewhere")
    all_show("Moved")
    assert all('href="/Elsewhere"' in one.get("/+cupboard/browse")[1] for one in readers)


def test_delete_and_destroy(all_show: Callable[..., None], admin: Writer, app: Any, store: Callable[..., None]) -> None:
    store(title="Deleted")
    store("CaseStudies/other", title="Destroyed")
    all_show("Deleted", "Destroyed")
    send(admin, f"/+delete/{NAME}", comment="")
    all_show("Destroyed")
    send(admin, "/+destroy/CaseStudies/other", comment="")
    all_show()


def test_destroying_the_newest_revision_brings_back_the_one_before(
    all_show: Callable[..., None], app: Any, store: Callable[..., None]
) -> None:
    store(title="Before")
    store(title="After")
    with instance.inside(app) as storage:
        storage[NAME].destroy_revision(storage[NAME]["current"].revid)
    all_show("Before")


def test_a_change_of_access_rules(all_show: Callable[..., None], app: Any, store: Callable[..., None]) -> None:
    store(title="Open")
    all_show("Open")
    with instance.inside(app) as storage:
        revision = storage[NAME]["current"]
        with revision.data as data:
            meta = {key: value for key, value in revision.meta.items() if key not in ("revid", "dataid")}
            meta["rev_number"] += 1
            storage[NAME].store_revision({**meta, "acl": "alice:read"}, io.BytesIO(data.read()))
    all_show()


def test_access_rules_changed_in_moins_form_and_a_group_changed_in_it(
    all_show: Callable[..., None], admin: Writer, store: Callable[..., None]
) -> None:
    """Of the page above, whose rules a case study has that has none of its own."""
    store(title="Open")
    new = "?itemtype=default&contenttype=text/x.moin.wiki;charset=utf-8&template="

    def sent(name: str, rules: str, **more: str) -> None:
        """Moin's editor of a page, sent with other rules."""
        send(admin, f"/+modify/{name}{new}", content_form_data_text=f"= {name} {rules} =", meta_form_acl=rules, **more)

    sent("CaseStudies", "All:read")
    all_show("Open")
    sent("CaseStudies", "FriendsGroup:read")
    all_show()
    sent("FriendsGroup", "None", usergroup="All")
    all_show("Open")
    sent("FriendsGroup", "None", usergroup="alice")
    all_show()
    sent("CaseStudies", "None")
    all_show("Open")


def test_an_attached_document_and_its_removal(
    all_show: Callable[..., None], app: Any, store: Callable[..., None]
) -> None:
    store(title="With a paper")
    with instance.inside(app) as storage:
        item = storage.get_item(namespace="", name_exact=f"{NAME}/paper.txt")
        item.store_revision(
            {"name": [f"{NAME}/paper.txt"], "namespace": "", "itemtype": "default", "rev_number": 1,
             "contenttype": "text/plain;charset=utf-8"}, io.BytesIO(b"quixotic clauses"),
        )  # fmt: skip
    all_show("With a paper", address="/+cupboard/browse?q=quixotic")
    with instance.inside(app) as storage:
        storage[f"{NAME}/paper.txt"].destroy_all_revisions()
    all_show(address="/+cupboard/browse?q=quixotic")


def test_a_term_that_is_merged_into_another_is_found_by_it_at_once(
    all_show: Callable[..., None], app: Any, store: Callable[..., None]
) -> None:
    store(title="Meals", categories=["contracts/food/school-meals"])
    all_show(address="/+cupboard/browse?term=contracts/energy")
    with instance.inside(app) as storage:
        item = storage["Cupboard/Contents"]
        with item["current"].data as data:
            contents = data.read().decode()
        old = next(line for line in contents.splitlines() if "id: school-meals" in line)
        new = old.replace("id: school-meals", "id: school-meals, merged_into: contracts/energy")
        assert old != new
        pages.store("Cupboard/Contents", contents.replace(old, new).encode(), itemtype="cupboard-definition",
                    contenttype="text/x-cupboard-definition;charset=utf-8", storage=storage)  # fmt: skip
    all_show("Meals", address="/+cupboard/browse?term=contracts/energy")
    all_show("Meals", address="/+cupboard/browse?term=contracts/food/school-meals")
    all_show(address="/+cupboard/browse?term=contracts/food")


def test_the_index_built_beside_readers(
    all_show: Callable[..., None], wiki: Path, app: Any, store: Callable[..., None]
) -> None:
    store(title="Before the build")
    with instance.inside(app) as storage:
        storage.create(tmp=True)
    moin(wiki, "index-build", "--tmp")
    store("CaseStudies/later", title="While it was there")
    moin(wiki, "index-move")
    all_show("Before the build", "While it was there")
    store("CaseStudies/latest", title="After it")
    all_show("Before the build", "While it was there", "After it")


def test_the_comparison_finds_what_is_wrong(app: Any, store: Callable[..., None]) -> None:
    store()
    store("CaseStudies/missing")
    with instance.inside(app) as storage:
        with storage.writing() as writer:
            writer.connection.execute("UPDATE catalogue_card SET card = replace(card, 'School', 'Old')")
            (itemid,) = writer.connection.execute(
                "SELECT itemid FROM catalogue_name WHERE name = 'CaseStudies/missing'"
            ).fetchone()
            writer.connection.execute("DELETE FROM catalogue_case WHERE itemid = ?", (itemid,))
        found = sorted(comparing.differences(storage, newest(storage)))
    assert found == [
        "CaseStudies/fresh: the lists of case studies have another card",
        "CaseStudies/missing: not in the lists of case studies",
    ]
