"""Primary documents: list, counts and facets hold exactly the papers that this person may open, after any write."""

from __future__ import annotations

import csv
import io
import random
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from lxml import html

from cupboard import instance
from cupboard.catalogue import Query, documents
from tests.catalogue.making import text
from tests.catalogue.test_browsing import parameters
from tests.catalogue.test_exactness import READERS, may_open, namespace_rules, reading, rules, store
from tests.conftest import set_acl

KINDS, RIGHTS = ("contract", "specification", "evaluation-model", "committee-report"), ("open", "ask", "")
AREAS = ("contracts/food/school-meals", "contracts/energy")
ORGANISATIONS = ("Beta", "alpha", "Gamma")
PLAIN = "text/plain;charset=utf-8"


def populate(storage: Any, rng: random.Random) -> dict[str, dict[str, Any]]:
    """Store case studies with papers: links, files with and without readers of their own, files that are missing."""
    if rng.random() < 0.7:
        store(storage, "CaseStudies", b"Parent", "text/x.moin.wiki;charset=utf-8", acl=rules(rng, of_a_page=True))
    pick = lambda: rng.choice([None, None, None, rules(rng, of_a_page=True)])  # noqa: E731
    stored = {}
    for number in range(10):
        name, rows, files = f"CaseStudies/case{number}", [], {}
        for place in range(rng.randint(0, 4)):
            row = {"kind": rng.choice(KINDS), "title": f"Paper {number}-{place}", "rights": rng.choice(RIGHTS)}
            how = rng.choice(("link", "file", "file", "missing"))
            if how == "link":
                row["link"] = f"https://example.org/{number}/{place}.pdf"
            else:
                row["attachment"] = f"paper{place}.{rng.choice(('txt', 'zip'))}"
            if how == "file":
                files[f"{name}/{row['attachment']}"] = pick()
            rows.append({key: value for key, value in row.items() if value})
        fields = {"region": rng.choice(("scotland", "wales")), "categories": [rng.choice(AREAS)], "resources": rows,
                  "year": rng.choice(("2003", "2019", "")), "organisation": rng.choice(ORGANISATIONS)}  # fmt: skip
        before = rng.random() < 0.5
        for page, acl in files.items() if before else ():
            store(storage, page, b"Words", PLAIN if page.endswith("txt") else "application/zip", acl=acl)
        store(storage, name, text(title=f"Case {number}", **fields), acl=pick())
        for page, acl in files.items() if not before else ():
            store(storage, page, b"Words", PLAIN if page.endswith("txt") else "application/zip", acl=acl)
        if rng.random() < 0.3:  # a second revision
            store(storage, name, text(title=f"Case {number} again", **fields), acl=pick())
        stored[name] = {**fields, "files": files}
    return stored


def expected(stored: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The papers that the person who asks may open, by Moin's own word."""
    found = []
    for name, said in stored.items():
        for row in said["resources"] if may_open(name) else ():
            file = f"{name}/{row.get('attachment')}"
            if "link" in row or (file in said["files"] and may_open(file)):
                found.append({"kind": row["kind"], "title": row["title"], "rights": row.get("rights") or "not-stated",
                              "region": said["region"], "area": said["categories"][0]})
    return found


def kind_of(one: documents.Found) -> int:
    asked = list(documents.shelves().labels(documents.FACETS["kind"]))
    return asked.index(one.entry.fields["resources"][one.place]["kind"])


#: By order: what a list of the newest first is sorted by to be in that order.
ORDERED: dict[str, Callable[[documents.Found], Any]] = {
    "kind": kind_of,
    "year": lambda one: -int(one.entry.fields.get("year") or 0),
    "organisation": lambda one: one.entry.fields["organisation"].casefold(),
}


def has(paper: dict[str, Any], facet: str, value: str) -> bool:
    return paper[facet] == value or (facet == "area" and paper[facet].startswith(value + "/"))


def titles(query: Query) -> list[str]:
    return [one.entry.fields["resources"][one.place]["title"] for one in pages_of(query)]


def pages_of(query: Query) -> list[documents.Found]:
    first = documents.find(query)
    found: list[documents.Found] = []
    for page in range(1, first.pages + 1):
        results = documents.find(query.at(page))
        assert results.total == first.total and (page == first.pages or len(results.entries) == query.per_page)
        found += results.entries
    assert len(found) == first.total
    return found


@pytest.mark.parametrize("seed", range(8))
def test_whoever_asks_gets_exactly_the_papers_that_may_be_opened(app: Any, seed: int) -> None:
    rng = random.Random(seed)
    with instance.inside(app) as storage:
        stored = populate(storage, rng)
    for _ in range(3):
        mapping = namespace_rules(rng)
        for reader in READERS:
            with reading(app, reader, mapping, rng.random() < 0.5):
                papers = expected(stored)
                chosen = {"kind": tuple(rng.sample(KINDS, 2)), "region": ("wales",), "area": ("contracts/food",)}
                include = {name: chosen[name] for name in rng.sample(sorted(chosen), rng.randint(0, 2))}
                wanted = [one for one in papers
                          if all(any(has(one, name, value) for value in values) for name, values in include.items())]
                query = Query(include=include, per_page=rng.choice((2, 25)))
                assert sorted(titles(query)) == sorted(one["title"] for one in wanted)
                newest = pages_of(query)
                for sort, known in ORDERED.items():
                    assert pages_of(replace(query, sort=sort)) == sorted(newest, key=known), sort
                assert pages_of(replace(query, sort="changed")) == newest
                for offer in documents.find(query).offers:
                    if offer.facet.id == "status":
                        continue
                    others = [one for one in papers if all(any(has(one, name, value) for value in values)
                              for name, values in include.items() if name != offer.facet.id)]
                    for value in (one for top in offer.values for one in top.walk()):
                        assert value.count == sum(has(one, offer.facet.id, value.id) for one in others), (
                            offer.facet.id,
                            value,
                        )


def test_lists_follow_each_write_without_reading_everything_again(app: Any) -> None:
    name, row = "CaseStudies/one", {"kind": "contract", "title": "Clauses", "attachment": "clauses.txt"}

    def shown() -> list[str]:
        with reading(app, None, app.cfg.acl_mapping, False):
            return titles(Query())

    with instance.inside(app) as storage:
        store(storage, name, text(resources=[row]))
    assert shown() == [], "the file is missing"
    with instance.inside(app) as storage:
        store(storage, f"{name}/clauses.txt", b"Clause 1", PLAIN)
    assert shown() == ["Clauses"]
    set_acl(app, f"{name}/clauses.txt", "alice:read")
    assert shown() == []
    set_acl(app, f"{name}/clauses.txt", "All:read")
    assert shown() == ["Clauses"]
    with instance.inside(app) as storage:
        second = {"kind": "specification", "title": "Specification", "link": "https://example.org/s.pdf"}
        store(storage, name, text(resources=[row, second]))
        store(storage, "CaseStudies/two", text(resources=[{**second, "title": "Newest"}]))
    assert shown() == ["Newest", "Clauses", "Specification"]
    with instance.inside(app) as storage:
        storage[name].destroy_all_revisions()
    assert shown() == ["Newest"]


def test_every_statement_is_served_by_an_index(app: Any) -> None:
    with instance.inside(app) as storage:
        connection = storage.reading()
        for name, statement in documents.STATEMENTS.items():
            plan = [
                row[3] for row in connection.execute("EXPLAIN QUERY PLAN " + statement, ("1",) * parameters(statement))
            ]
            assert not any(re.match(r"SCAN (?!json_each)", step) or "TEMP B-TREE" in step for step in plan), (
                name,
                plan,
            )


@pytest.fixture
def papers(app: Any) -> Any:
    """Thirty papers of ten case studies, one of them a file."""
    with instance.inside(app) as storage:
        for number in range(10):
            rows = [{"kind": kind, "title": f"{kind} {number}", "link": f"https://www.example.org/{number}.pdf",
                     "rights": "open" if kind == "contract" else "", "date": "2024-05"} for kind in KINDS[:3]]
            if number == 9:
                rows[0] = {"kind": "contract", "title": "=2+2 clauses", "attachment": "clauses.txt", "rights": "open"}
            store(
                storage,
                f"CaseStudies/c{number}",
                text(
                    title=f"Case {number}",
                    resources=rows,
                    region="wales" if number < 4 else "scotland",
                    legal_status=[{"status": "legal_team", "date": "2026"}],
                ),
            )
        store(storage, "CaseStudies/c9/clauses.txt", b"Words" * 300, PLAIN)
    return app


def page_of(answer: Any) -> html.HtmlElement:
    assert answer.status_code == 200, answer.text
    return html.document_fromstring(answer.text)


def test_the_page_lists_papers_by_kind_area_and_region_with_all_that_a_buyer_wants_to_know(papers: Any) -> None:
    client = papers.test_client()
    page = page_of(client.get("/+cupboard/documents"))
    assert page.cssselect("#list")[0].text_content().strip() == "30 primary documents"
    assert len(page.cssselect(".c-paper")) == 25
    first = " ".join(" ".join(page.cssselect(".c-paper")[0].itertext()).split())
    for words in ("=2+2 clauses", "Contract or clauses", "TXT, 2 kB", "Anyone may copy and adapt it", "From Case 9",
                  "Anytown Council", "Scotland", "Legal team advised, 2026"):
        assert words in first, (words, first)
    second = page_of(client.get(page.cssselect("a[rel=next]")[0].get("href")))
    assert len(second.cssselect(".c-paper")) == 5
    chosen = page_of(client.get("/+cupboard/documents?kind=contract&region=wales&area=contracts/food"))
    assert chosen.cssselect("#list")[0].text_content().strip() == "4 primary documents"
    assert {box.get("value") for box in chosen.cssselect("input[type=checkbox][checked]")} == {
        "contract", "wales", "contracts/food"}
    searched = page_of(client.get("/+cupboard/documents?q=%22Case+3%22"))
    assert searched.cssselect("#list")[0].text_content().strip() == "3 primary documents"


def test_the_whole_list_comes_as_csv_in_which_nothing_is_a_formula(papers: Any) -> None:
    client = papers.test_client()
    link = page_of(client.get("/+cupboard/documents?kind=contract")).xpath(
        "//a[contains(@href, 'documents.csv')]/@href"
    )
    rows = list(csv.DictReader(io.StringIO(client.get(link[0]).get_data().decode("utf-8-sig"))))
    assert len(rows) == 10 and rows[0]["Title"] == "'=2+2 clauses" and rows[0]["Size in bytes"] == "1500"
    assert rows[0]["Address"].startswith("http://localhost/") and rows[0]["Address"].endswith("/c9/clauses.txt")
    assert client.get(rows[0]["Address"].removeprefix("http://localhost")).status_code == 200


def test_a_page_of_the_wiki_lists_papers_too_and_says_what_it_cannot_do(papers: Any) -> None:
    markup = "<<Documents(contracts/food, kind=contract, rows=3)>>\n\n<<Documents>>\n\n<<Documents(kind=nonsense)>>"
    with instance.inside(papers) as storage:
        store(storage, "Papers", markup.encode(), "text/x.moin.wiki;charset=utf-8")
    page = page_of(papers.test_client().get("/Papers?kind=specification"))
    short, whole = page.cssselect(".c-listing")
    assert len(short.cssselect(".c-paper")) == 3 and "See all 10 papers" in short.text_content()
    assert "kind=contract" in short.xpath(".//a[contains(., 'See all')]/@href")[0]
    assert len(whole.cssselect(".c-paper")) == 10
    assert "kind must be one of" in page.text_content()


def test_an_empty_list_says_what_to_do(app: Any, papers: Any) -> None:
    page = page_of(papers.test_client().get("/+cupboard/documents?region=nowhere"))
    assert "Take a filter away" in page.text_content()
    with instance.inside(app) as storage:
        for number in range(10):
            storage[f"CaseStudies/c{number}"].destroy_all_revisions()
    page = page_of(app.test_client().get("/+cupboard/documents"))
    assert page.xpath("//main//a[@href='/+cupboard/new']")


def test_the_reader_chooses_an_order_of_papers_and_the_file_has_it_too(seeded_client: Any) -> None:
    page = html.fromstring(seeded_client.get("/+cupboard/documents?sort=organisation").text)
    orders = page.cssselect("#list-sort option")
    assert [one.get("value") for one in orders] == ["", "kind", "year", "organisation"]
    assert [one.get("value") for one in orders if one.get("selected") is not None] == ["organisation"]
    answer = seeded_client.get("/+cupboard/documents.csv?sort=organisation")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    named = [row["Organisation"].casefold() for row in rows]
    assert named == sorted(named) and len(named) > 30
    for wrong in ("relevance", "changed", "nonsense"):
        page = html.fromstring(seeded_client.get(f"/+cupboard/documents?sort={wrong}").text)
        assert "There is no order called" in page.cssselect(".c-notice--warning")[0].text_content()
    assert "There is no order" in seeded_client.get("/+cupboard/browse?sort=kind").text


def test_a_link_that_is_no_address_breaks_no_list(app: Any) -> None:
    with instance.inside(app) as storage:
        row = {"kind": "contract", "title": "Odd contract", "link": "http://[x"}
        store(storage, "CaseStudies/odd", text(title="Odd", resources=[row]))
    assert "Odd contract" in page_of(app.test_client().get("/+cupboard/documents")).text_content()
    assert "Odd contract" in app.test_client().get("/+cupboard/documents.csv").text
