"""The editors' worklist after a change of law: what waits, for whom it is there, dismissing, saying anew, the file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from lxml import html as lxml_html

from cupboard import instance, pages
from cupboard.document import parse
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.organisations.membership import group_of
from tests.catalogue.making import text
from tests.conftest import Client, set_acl
from tests.test_editing import Writer

ADDRESS = "/+cupboard/law-changes"
PAPER = "https://www.example.org/paper"
SAID = {"status": "legal_team", "date": "2015", "evidence": PAPER}


@pytest.fixture
def put(app: Any) -> Callable[..., None]:
    """Store case studies with what is said of their lawfulness, as the command line does."""

    def store(name: str, *rows: dict[str, str], **fields: Any) -> None:
        with instance.inside(app) as storage:
            told = text(f"Case {name}", legal_status=[dict(row) for row in rows], jurisdiction="england", **fields)
            pages.save(CASE_STUDY, f"CaseStudies/{name}", parse(told), storage=storage)

    store("a", SAID)
    store("b", SAID, {"status": "governance", "date": "2016", "evidence": PAPER})
    store("c", {"status": "legal_team", "date": "2026-10", "evidence": PAPER})
    return store


@pytest.fixture
def editor(app: Any) -> Client:
    return app.test_client().sign_in("editor1")


def waiting(client: Client, address: str = ADDRESS) -> list[str]:
    """The keys of what waits, by page and status."""
    page = lxml_html.fromstring(client.get(address).get_data(as_text=True))
    return [box.get("value") for box in page.cssselect("input[name=due]")]


def pairs(keys: list[str]) -> set[tuple[str, str]]:
    """(change of law, page) of what waits."""
    return {(key.split(" ")[0], key.split(" ")[2]) for key in keys}


def test_what_is_older_than_a_change_of_law_waits(put: Any, editor: Client) -> None:
    keys = waiting(editor)
    assert pairs(keys) >= {("procurement-act-2025", f"CaseStudies/{name}") for name in "ab"}
    assert not any(key.endswith("CaseStudies/c") for key in keys)
    only = waiting(editor, f"{ADDRESS}?change=procurement-act-2025")
    assert pairs(only) == {("procurement-act-2025", f"CaseStudies/{name}") for name in "ab"} and len(only) == 3
    page = " ".join(editor.get(f"{ADDRESS}?change=procurement-act-2025").get_data(as_text=True).split())
    assert "2 case studies rest on something that is older" in page
    assert "Cleared by the legal team of Anytown Council, 2015" in page


@pytest.mark.parametrize("name", [None, "alice"])
@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}.csv"])
def test_others_than_editors_get_no_hint_of_it(app: Any, put: Any, name: str | None, address: str) -> None:
    client = app.test_client().sign_in(name) if name else app.test_client()
    for answer in (client.get(address), client.post(address, data={"due": "x", "reason": "y"})):
        assert answer.status_code in (403, 404) and "Case a" not in answer.get_data(as_text=True)


def test_a_page_that_an_editor_may_not_read_is_not_there(app: Any, put: Any, editor: Client) -> None:
    set_acl(app, "CaseStudies/a", "alice:read,write")
    keys = waiting(editor, f"{ADDRESS}?change=procurement-act-2025")
    assert pairs(keys) == {("procurement-act-2025", "CaseStudies/b")}
    key = keys[0].replace("CaseStudies/b", "CaseStudies/a")
    refused = editor.post(ADDRESS, data={"due": [key], "reason": "It ended."})
    assert refused.status_code == 422
    assert "You can&#39;t change these pages: CaseStudies/a" in refused.get_data(as_text=True)
    assert "Case a" not in editor.get(f"{ADDRESS}.csv").get_data(as_text=True)


def test_what_is_ticked_is_dismissed_with_a_reason_that_stays(app: Any, put: Any, editor: Client) -> None:
    address = f"{ADDRESS}?change=procurement-act-2025"
    keys = waiting(editor, address)
    done = editor.post(address, data={"due": keys[:2], "reason": "Let before it began."})
    assert done.status_code == 302 and waiting(editor, address) == keys[2:]
    with instance.inside(app) as storage:
        documents = [pages.read(f"CaseStudies/{name}", storage=storage).document for name in "ab"]
    stored = [row for document in documents for row in document.fields.get("law_change_dismissals", ())]
    assert [(row["reason"], row["by"]) for row in stored] == [("Let before it began.", "editor1")] * 2
    assert all(row["assertion"] and row["on"] for row in stored)
    shown = app.test_client().get(f"/{keys[0].split(' ')[2]}").get_data(as_text=True)
    assert "Let before it began (editor1" in shown
    again = editor.post(address, data={"due": keys[:1], "reason": "Twice."})
    assert again.status_code == 302  # sent twice: nothing is written a second time
    assert len(waiting(editor, address)) == 1


@pytest.mark.parametrize(("data", "said"), [
    ({"reason": "It ended."}, "Tick what the change of law does not matter for"),
    ({"due": ["KEY"]}, "Enter why the change does not matter there"),
    ({"due": ["KEY"], "reason": "x" * 3000}, "2,000 characters or fewer"),
    ({"due": ["no-such-change a-1 CaseStudies/a"], "reason": "x"}, "You can&#39;t change these pages"),
    ({"due": ["procurement-act-2025 a-000000000000 CaseStudies/a"], "reason": "x"}, "You can&#39;t change these pages"),
    ({"due": ["procurement-act-2025 a-1 Home"], "reason": "x"}, "You can&#39;t change these pages"),
    ({"due": ["", " ", "\x00 \x00 ../x"], "reason": "x"}, "You can&#39;t change these pages"),
])  # fmt: skip
def test_what_is_missing_or_wrong_is_said_and_nothing_typed_is_lost(
    put: Any, editor: Client, data: dict[str, Any], said: str
) -> None:
    keys = waiting(editor)
    sent = {**data, **({"due": [keys[0]]} if data.get("due") == ["KEY"] else {})}
    answer = editor.post(ADDRESS, data=sent)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422 and said in page and "There is a problem" in page
    if data.get("due") == ["KEY"]:
        boxes = lxml_html.fromstring(page).cssselect("input[name=due]")
        assert [box.get("checked") is not None for box in boxes] == [True] + [False] * (len(boxes) - 1)
    assert waiting(editor) == keys


def test_another_site_can_not_dismiss(put: Any, editor: Client) -> None:
    keys = waiting(editor)
    answer = editor.post(ADDRESS, data={"due": keys, "reason": "x"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and waiting(editor) == keys


def test_what_is_said_anew_waits_no_more(app: Any, put: Any, editor: Client) -> None:
    with instance.inside(app) as storage:
        pages.store(group_of("Anytown Council"), b"Members.", contenttype="text/x.moin.wiki;charset=utf-8",
                    itemtype="default", storage=storage, meta={"usergroup": ["buyer1"]})  # fmt: skip
    address = f"{ADDRESS}?change=procurement-act-2025"
    page = lxml_html.fromstring(editor.get(address).get_data(as_text=True))
    link = next(one.get("href") for one in page.cssselect("a[href*='again=']") if "CaseStudies/a" in one.get("href"))
    buyer1 = Writer(app, "buyer1")
    form = buyer1.get(link.partition("#")[0])
    data = form.data()
    assert data["legal_status-0-status"] == "legal_team" and data["legal_status-0-supersedes"].startswith("a-")
    saved = buyer1.post(form.action, data, **{"legal_status-0-date": "2026-11", "legal_status-0-evidence": PAPER})
    assert saved.status == 303, saved.errors
    assert pairs(waiting(editor, address)) == {("procurement-act-2025", "CaseStudies/b")}
    assert "Say what holds now" not in buyer1.get("/CaseStudies/a").text.partition("Earlier rows")[0]


def test_the_table_holds_all_that_waits_and_no_formula(put: Any, editor: Client) -> None:
    put("d", SAID, organisation="=cmd()")
    answer = editor.get(f"{ADDRESS}.csv?change=procurement-act-2025")
    assert answer.mimetype == "text/csv" and "private" in answer.headers["Cache-Control"]
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert len(rows) == 1 + 4 and rows[0][2] == "Case study"
    assert {row[2] for row in rows[1:]} == {"Case a", "Case b", "Case d"}
    assert [row[3] for row in rows if row[2] == "Case d"] == ["'=cmd()"]
    assert all(row[7].endswith(f"/CaseStudies/{row[2][-1]}") for row in rows[1:])


@pytest.mark.parametrize(
    "query", ["change=nonsense", "page=0", "page=99999999", "page=%00", "change=%27%3B--", "page=x"]
)
def test_hostile_addresses_get_the_list(put: Any, editor: Client, query: str) -> None:
    assert editor.get(f"{ADDRESS}?{query}").status_code == 200
    assert editor.get(f"{ADDRESS}.csv?{query}").status_code == 200
