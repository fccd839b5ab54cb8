"""Changes of law over many case studies: in all lists at the next request, and no page written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from typing import Any

import pytest

from cupboard import instance, pages
from cupboard.catalogue.tables import Catalogue
from cupboard.kinds.case_study import CASE_STUDY
from tests.catalogue.making import meta, opened, text
from tests.conftest import Client
from tests.test_editing import Writer

CASES = 10_000
CHANGE = """
- id: new-rule
  date: '2026-03-01'
  title: A new rule for Scotland
  effect: tightens
  jurisdictions: [scotland]
  confidence: unverified
"""


@pytest.fixture
def many(seeded_app: Any) -> Iterator[int]:
    """Adds to the seeded wiki's lists case studies with an assertion each, straight into the tables."""
    with instance.inside(seeded_app) as storage:
        path = storage.reading().execute("PRAGMA database_list").fetchone()[2]
    connection, tables = sqlite3.connect(path, isolation_level=None), Catalogue()
    connection.execute("BEGIN IMMEDIATE")
    for number in range(CASES):
        row = {"status": "legal_team", "date": f"{2010 + number % 15}-{1 + number % 12:02}-{1 + number % 28:02}"}
        place = "scotland" if number % 4 == 0 else "england"
        data = text(f"Case {number}", region=place, jurisdiction=place, legal_status=[row])
        tables.put(connection, meta(f"CaseStudies/many{number}"), "", opened(data))
    connection.execute("COMMIT")
    connection.close()
    yield CASES


def test_a_change_of_law_over_ten_thousand_cases_is_in_the_lists_at_the_next_request(
    seeded_app: Any, many: int
) -> None:
    reader: Client = seeded_app.test_client()
    editor = Writer(seeded_app, "editor1")
    with instance.inside(seeded_app) as storage:
        revisions = len(list(storage.backend))
    before = reader.get("/+cupboard/browse?change=new-rule").get_data(as_text=True)
    assert "No case studies" in before
    path = "/+modify/Cupboard/Regimes"
    data = editor.get(path).data()
    changed = data["edit.text"].replace("events:\r\n", "events:" + CHANGE.replace("\n", "\r\n"), 1)
    assert editor.post(path, data, text=changed).status == 303
    after = reader.get("/+cupboard/browse?change=new-rule").get_data(as_text=True)
    assert f"{many // 4:,} case studies" in after or f"{many // 4 + 1:,} case studies" in after
    assert "Law changed" in after
    with instance.inside(seeded_app) as storage:
        assert len(list(storage.backend)) == revisions + 1  # the page of regimes, no other


def test_flags_count_what_the_reader_may_read(seeded_app: Any) -> None:
    with instance.inside(seeded_app) as storage:
        for number, acl in ((1, None), (2, "alice:read")):
            pages.save(CASE_STUDY,
                f"CaseStudies/old{number}",
                pages.parse(text(f"Old {number}", legal_status=[{"status": "legal_team", "date": "2010"}],
                                 jurisdiction="england", context="")),
                storage=storage, meta={"acl": acl} if acl else None,
            )  # fmt: skip
        pages.store("Trial", b"<<LawChanges>>", contenttype="text/x.moin.wiki;charset=utf-8", itemtype="default",
                    storage=storage)  # fmt: skip

    def count(client: Client) -> int:
        page = client.get("/+cupboard/browse?change=procurement-act-2025&q=Old").get_data(as_text=True)
        return page.count('class="c-card__title"')

    everybody, alice = seeded_app.test_client(), seeded_app.test_client().sign_in("alice")
    assert (count(everybody), count(alice)) == (1, 2)
    shown = [client.get("/Trial").get_data(as_text=True) for client in (everybody, alice)]
    assert shown[0] != shown[1] and "on something older" in shown[0]


def test_the_legal_view_of_a_term_says_who_took_the_approach_and_with_which_status(seeded_app: Any) -> None:
    with instance.inside(seeded_app) as storage:
        for number, status in enumerate(["external_advice", "under_challenge", "legal_team", ""]):
            rows = [{"status": status, "date": "2025-06", "note": f"Note {number}"}] if status else []
            data = text(f"Lots {number}", legal_status=rows, organisation=f"Body {number}",
                        categories=["contracts/furniture/office"])  # fmt: skip
            pages.save(CASE_STUDY, f"CaseStudies/lots{number}", pages.parse(data), storage=storage)
    page = seeded_app.test_client().get("/+cupboard/legal?term=contracts/furniture/office&q=Lots")
    shown = " ".join(page.get_data(as_text=True).split())
    assert page.status_code == 200 and "4 case studies of 4 organisations" in shown
    for words in ("Legal status: Office", "Under challenge: 1", "External advice: 1", "Not stated: 1"):
        assert words in shown, words
    places = [shown.index(f"Note {number}") for number in (1, 0, 2)]
    assert places == sorted(places), "the worst first, then the strongest support"
    assert shown.index("Nothing is said of") < shown.index("Body 3")
