"""Whoever reads: lists, counts, facets, suggestions and the like hold exactly what Moin lets this person read.

Random access rules (of pages, of their parents, of the namespace: before, default, after, hierarchic or not; groups,
Known, All, Trusted, signs, denials), random readers, random questions. Moin is asked page by page; the catalogue has to
agree.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from xml.etree import ElementTree

import pytest
from lxml import html as lxml_html
from moin import flaskg, user
from moin.config import AclConfig
from moin.constants.keys import CURRENT, NAME_EXACT
from moin.storage.middleware.exceptions import AccessDenied
from moin.storage.middleware.protecting import ProtectingMiddleware
from whoosh.query import Term

from cupboard import catalogue, definitions, instance
from cupboard.administration import law_worklist
from cupboard.catalogue import FACETS, Query, Results
from cupboard.days import plus_months
from cupboard.legal.view import LegalView
from cupboard.lists import asking
from cupboard.macros import _lists
from tests.catalogue.making import CASE, text

ROUNDS = 25
QUERIES = 6
READERS = (None, "alice", "buyer1", "editor1")
GROUPS = {"BuyersGroup": ["alice", "buyer1"], "EmptyGroup": [], "KnownGroup": ["Known"], "NestedGroup": ["BuyersGroup"]}
WHO = ("alice", "buyer1", "editor1", "nobody", "All", "Known", "Trusted", "alice,buyer1", "NoSuchGroup", *GROUPS)
RIGHTS = ("read", "read,write", "", "write", "read,admin", "pubread", "write,pubread")
WORDS = ("meals", "lighting", "wages", "farms", "uniforms")
MISSPELT = {"meels": "meals", "lightning": "lighting", "wagse": "wages", "uniforns": "uniforms"}
TERMS = ("contracts/food/school-meals", "contracts/food", "contracts/energy", "change-process/policy", "gone/term")


def rules(rng: random.Random, most: int = 3, of_a_page: bool = False) -> str:
    entries = [
        f"{rng.choice(['', '', '+', '-'])}{rng.choice(WHO)}:{rng.choice(RIGHTS)}" for _ in range(rng.randint(0, most))
    ]
    return " ".join(entries + ["Default"] * (of_a_page and rng.random() < 0.15))


def store(storage: Any, page: str, data: bytes, contenttype: str = CASE, **more: Any) -> None:
    item = storage.get_item(**{"namespace": "", NAME_EXACT: page})
    kind = "case-study" if contenttype == CASE else "default"
    meta = {"name": [page], "namespace": "", "contenttype": contenttype, "itemtype": kind, "rev_number": 1, **more}
    item.store_revision({key: value for key, value in meta.items() if value is not None}, BytesIO(data))


@contextmanager
def reading(app: Any, name: str | None, mapping: Any, trusted: bool, address: str = "/") -> Iterator[None]:
    """A request of somebody, under some rules of the namespaces."""
    from moin.app import before_wiki

    with app.test_request_context(address):
        before_wiki()
        reader = (
            user.User(auth_username=name, name=name) if name else user.User(name="anonymous", auth_method="invalid")
        )
        reader.trusted = trusted
        flaskg.user = reader
        flaskg.user.may = app.cfg.SecurityPolicy(reader)
        flaskg.storage = ProtectingMiddleware(app.storage, reader, mapping)
        yield
        flaskg.clock.stop("total")


def namespace_rules(rng: random.Random) -> Any:
    config = AclConfig(before=rules(rng, 1), default=rules(rng), after=rules(rng, 1), hierarchic=rng.random() < 0.5)
    closed = AclConfig(before="", default="All:read", after="", hierarchic=False)
    return [("users", closed), ("userprofiles", closed), ("", config)]


def random_fields(rng: random.Random, number: int) -> dict[str, Any]:
    return {
        "title": f"{rng.choice(WORDS)} {rng.choice(WORDS)} {number}",
        "result": "It worked",
        "kind": rng.choice(["case", "change_story"]),
        "organisation_type": rng.choice(["council", "nhs"]),
        "organisation": rng.choice(["Anytown Council", "Other Trust"]),
        "region": rng.choice(["scotland", "wales"]),
        "year": rng.choice(["", "2010", "2020"]),
        "categories": rng.sample(TERMS, rng.randint(1, 3)),
        "themes": rng.sample(["air", "climate"], rng.randint(0, 2)),
        "jurisdiction": rng.choice(["", "england", "scotland"]),
        "legal_status": [assertion(rng) for _ in range(rng.choice((0, 0, 1, 1, 2)))],
        "law_change_dismissals": [{"event": "procurement-act-2025", "reason": "It ended.", "on": "2026-01-01"}]
        * (rng.random() < 0.2),
    }


def populate(storage: Any, rng: random.Random) -> dict[str, dict[str, Any]]:
    """Store pages; what each says, by name."""
    shared = [rules(rng, of_a_page=True) for _ in range(3)]
    pick = lambda: rng.choice([None, None, rng.choice(shared), rules(rng, of_a_page=True), ""])  # noqa: E731
    for parent in ("CaseStudies", "CaseStudies/parent"):
        if rng.random() < 0.7:
            store(storage, parent, b"Parent", "text/x.moin.wiki;charset=utf-8", acl=pick())
    stored = {}
    for number in range(14):
        name = rng.choice([f"CaseStudies/case{number}", f"CaseStudies/parent/case{number}", f"Elsewhere{number}"])
        fields = random_fields(rng, number)
        names = [name, f"CaseStudies/parent/also{number}"] if rng.random() < 0.15 else [name]
        ptime = rng.choice([None, None, None, 1_000_000_000, 4_000_000_000])
        store(storage, name, text(**fields), name=names, acl=pick(), ptime=ptime)
        stored[name] = {**fields, "papers": {}}
        for place in range(rng.choice((0, 0, 1, 2))):
            paper, word = f"{rng.choice(names)}/paper{place}.txt", rng.choice(WORDS)
            dated = rng.choice([None, None, None, 4_000_000_000])
            store(storage, paper, word.encode(), "text/plain;charset=utf-8", acl=pick(), ptime=dated)
            stored[name]["papers"][paper] = word
        stored[name]["signed"] = {}
        for place in range(rng.choice((0, 0, 1, 2))):
            page, (kind, data) = f"{rng.choice(names)}/signed{place}", statement(storage, rng, name, fields)
            store(storage, page, data, "text/x-endorsement;charset=utf-8", acl=pick())
            stored[name]["signed"][page] = kind
    return stored


def change(storage: Any, rng: random.Random, stored: dict[str, dict[str, Any]]) -> None:
    """Save some of the pages again, and destroy some: what was worked out for readers before goes on from there."""
    for number, name in enumerate(rng.sample(sorted(stored), 5)):
        item = storage.get_item(**{"namespace": "", NAME_EXACT: name})
        if rng.random() < 0.2:
            item.destroy_all_revisions()
            del stored[name]
            continue
        fields = {**random_fields(rng, number), "organisation": stored[name]["organisation"]}
        store(storage, name, text(**fields), name=item.names, acl=rng.choice([None, rules(rng, of_a_page=True)]))
        stored[name] |= fields


def statement(storage: Any, rng: random.Random, case: str, fields: dict[str, Any]) -> tuple[str, bytes]:
    """(value of the facet that it gives its case study today, or empty; bytes) of what an organisation signed."""
    kind = rng.choice(["endorsement", "confirmation"])
    state = rng.choice([{}, {}, {"until": "2199-01-01"}, {"until": "2021-01-01"}, {"withdrawn_on": "2021-01-01"}])
    itemid = storage.get_item(**{"namespace": "", NAME_EXACT: case}).itemid
    values = {"kind": kind, "case": itemid, "organisation": "0" * 32, "organisation_name": "A guild", "revision": "1",
              "subject": fields["organisation"], "on": "2020-01-01", **state}  # fmt: skip
    written = "".join(f"{name}: '{value}'\n" for name, value in values.items())
    counts = not state or state.get("until") == "2199-01-01"
    return ("endorsed" if kind == "endorsement" else "confirmed") * counts, f"---\n{written}---\n".encode()


def assertion(rng: random.Random) -> dict[str, str]:
    row = {
        "status": rng.choice(["legal_team", "not_lawful", "under_challenge", "let_unchallenged", "not_stated"]),
        "regime": rng.choice(["", "pcr-2015", "procurement-act-2023", "gone-act"]),
        "jurisdiction": rng.choice(["", "", "england"]),
        "date": rng.choice(["", "2010", "2020-05", "2025-03-01", "2200"]),
        "on": rng.choice(["", "2019-01-01", date.today().isoformat()]),
        "evidence_kind": rng.choice(["", "award-notice"]),
        "struck": rng.choice(["", "", "", "Wrong."]),
    }
    return {column: value for column, value in row.items() if value}


def legal_values(fields: dict[str, Any], field: str) -> set[str]:
    """What a facet about the law holds of a page, worked out from the page alone."""
    view = LegalView(fields, definitions.current())
    said = [one for one in view.now.live if one.status != "not_stated"]
    if field in ("status", "regime"):
        # what is dated in the future, as only the command line can do, is found by these at once
        live = LegalView(fields, definitions.current(), date.max).now.live
        return (
            ({one.status for one in live} or {"not_stated"})
            if field == "status"
            else {one.regime for one in live} - {""}
        )
    if field == "flagged":
        return {flag.kind for flag in view.flags}
    if field == "events":
        return {flag.event.id for flag in view.law_changes}
    spans = [one.asserted.last for one in said if one.asserted]
    return {str(months) for months in (6, 12, 24) if any(day >= plus_months(date.today(), -months) for day in spans)}


def may_open(page: str) -> bool:
    """Whether Moin lets the person who asks read a page."""
    item = flaskg.storage.get_item(**{"namespace": "", NAME_EXACT: page})
    try:
        item.get_revision(CURRENT).data.close()
    except AccessDenied:
        return False
    return True


def embargoed() -> set[str]:
    names = flaskg.unprotected_storage.search_meta(Term("namespace", ""), limit=None)
    return {
        name
        for meta in names
        for name in meta["name"]
        if flaskg.unprotected_storage.get_item(namespace="", name_exact=name).ptime == 4_000_000_000
    }


def random_query(rng: random.Random) -> Query:
    def values() -> dict[str, tuple[str, ...]]:
        pool = {
            "term": TERMS,
            "area": ("contracts/food",),
            "region": ("scotland", "wales", "nowhere"),
            "theme": ("air", "climate"),
            "organisation": ("Anytown Council",),
            "status": ("legal_team", "not_stated"),
            "flagged": ("law_changed", "review_overdue"),
            "change": ("procurement-act-2025",),
            "has": ("cost-benefit",),
        }
        return {
            name: tuple(rng.sample(pool[name], rng.randint(1, min(2, len(pool[name])))))
            for name in rng.sample(sorted(pool), rng.choice((0, 0, 1, 2)))
        }

    words = rng.choice(
        [
            "",
            "",
            rng.choice(WORDS),
            f"{rng.choice(WORDS)} -{rng.choice(WORDS)}",
            rng.choice(list(MISSPELT)),
            '"meals farms"',
            "me*",
        ]
    )
    years = rng.choice([(None, None), (None, None), (2010, None), (None, 2015)])
    sort = rng.choice(["", "newest", "changed", "year", "organisation", "relevance"])
    return Query(words, values(), values() if rng.random() < 0.3 else {}, *years, sort, per_page=rng.choice((1, 3, 25)))


def listed(query: Query) -> tuple[list[str], Results]:
    """All names of a list, page by page."""
    first = catalogue.find(query, offered=None)
    names = []
    for number in range(1, first.pages + 1):
        page = catalogue.find(query.at(number))
        assert page.total == first.total and page.pages == first.pages
        if number < first.pages:
            assert len(page.entries) == query.per_page, "a page is short"
        names.extend(entry.name for entry in page.entries)
    return names, first


def has_value(fields: dict[str, Any], facet: str, value: str) -> bool:
    field = FACETS[facet].field
    if FACETS[facet].is_tree:
        return any(one == value or one.startswith(value + "/") for one in fields["categories"])
    if field in ("status", "regime", "flagged", "reviewed", "events"):
        return value in legal_values(fields, field)
    if field == "has":
        return False
    own = fields.get(field, "")
    return value in ([own] if isinstance(own, str) else own)


def words_of(fields: dict[str, Any]) -> list[str]:
    """What the person who asks can find a case study by: its title, and attached documents that may be opened."""
    return [*fields["title"].split(), *(word for paper, word in fields["papers"].items() if may_open(paper))]


def holds(fields: dict[str, Any], query: Query) -> bool:
    """Whether a case study belongs into a list, by what the page says; words are left to a test of their own."""
    year = int(fields["year"]) if fields["year"] else None
    in_years = (query.since is None and query.until is None) or (
        year is not None and (query.since or 0) <= year <= (query.until or 9999)
    )
    words = [word for word in query.text.split() if word.isalpha() or word[1:].isalpha()]
    title = words_of(fields)
    if query.text == '"meals farms"':
        has_words = "meals farms" in fields["title"]
    elif query.text == "me*":
        has_words = "meals" in title
    else:
        has_words = all((word[1:] not in title) if word[0] == "-" else word in title for word in words)
    return (
        in_years
        and has_words
        and all(any(has_value(fields, name, value) for value in values) for name, values in query.include.items())
        and not any(has_value(fields, name, value) for name, values in query.exclude.items() for value in values)
    )


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_lists_counts_facets_and_suggestions_hold_what_may_be_read(app: Any, seed: int) -> None:
    rng = random.Random(seed)
    with instance.inside(app) as storage:
        for group, members in GROUPS.items():
            store(storage, group, b"", "text/x.moin.wiki;charset=utf-8", usergroup=members)
        stored = populate(storage, rng)
    mapping = namespace_rules(rng)
    for place, name in enumerate(READERS):
        if place % 2:
            with instance.inside(app) as storage:
                change(storage, rng, stored)
        trusted = rng.random() < 0.3
        with reading(app, name, mapping, trusted):
            readable = {page: fields for page, fields in stored.items() if may_open(page)}
            # Moin's `may` looks at an index without dates of publication; opening a page does not.
            assert all(flaskg.user.may.read(page) == (page in readable) for page in stored if page not in embargoed())
            for _ in range(QUERIES):
                query = random_query(rng)
                names, results = listed(query)
                expected = {page for page, fields in readable.items() if holds(fields, query)}
                assert set(names) == expected, (name, query, {one: stored[one] for one in set(names) ^ expected})
                assert len(names) == len(expected) == results.total
                check_facets(query, results, readable)
                check_suggestion(query, results, readable)
            check_more_like(readable)
            check_law_changes(readable)
            asked = replace(random_query(rng), per_page=25)
            expected = {page for page, fields in readable.items() if holds(fields, asked)}
            check_kept_search(asked, expected)
        with reading(app, name, mapping, trusted, f"/+cupboard/browse.atom?{asking.query_string(asked)}"):
            feed = ElementTree.fromstring(app.view_functions["frontend.cupboard.feed"]().get_data())
            names = {link.get("href").partition("localhost/")[2] for link in feed.iterfind(".//{*}entry/{*}link")}
            assert names == expected, asked


def check_law_changes(readable: dict[str, dict[str, Any]]) -> None:
    """What the macro LawChanges and the editors' worklist count."""
    counts = catalogue.law_changes()
    flagged = [legal_values(fields, "events") for fields in readable.values()]
    for event in definitions.current().regimes.events:
        assert counts.get(event.id, 0) == sum(event.id in of_page for of_page in flagged), event.id
    assert law_worklist.Worklist().total == sum(bool(of_page) for of_page in flagged)


def check_kept_search(asked: Query, expected: set[str]) -> None:
    """What the macro SavedSearch shows of a search that somebody keeps."""
    shown = _lists.show({"facets": "none"}, _lists.search(asking.query_string(asked), "search"))
    page = lxml_html.fromstring("".join(shown.itertext()))
    titles = page.cssselect(".c-card__title a")
    assert {title.get("href").lstrip("/") for title in titles} == expected and len(titles) == len(expected)


def check_facets(query: Query, results: Results, readable: dict[str, dict[str, Any]]) -> None:
    assert {offer.facet.id for offer in results.offers} == set(FACETS)
    for offer in results.offers:
        if offer.facet.id == "endorsed":
            check_signed(offer, query, readable)
            continue
        for top in offer.values:
            for value in top.walk():
                alone = replace(query, include={**query.include, offer.facet.id: (value.id,)}, page=1)
                assert value.count == sum(holds(fields, alone) for fields in readable.values()), (offer.facet.id, value)
                assert value.count == catalogue.find(alone).total
                assert value.count or any(below.state for below in value.walk()), "a value that would show nothing"


def check_signed(offer: Any, query: Query, readable: dict[str, dict[str, Any]]) -> None:
    """Who is shown that a case study is endorsed or confirmed could open the page that says so; each is counted."""
    for value in offer.values:
        found = catalogue.find(replace(query, include={**query.include, "endorsed": (value.id,)}, page=1, per_page=25))
        assert value.count == found.total == len(found.entries)
        for entry in found.entries:
            signed = readable[entry.name]["signed"]
            assert any(may_open(page) for page, kind in signed.items() if kind == value.id), (entry.name, signed)
            assert all(may_open(one["page"]) for one in entry.statements), entry.statements


def check_suggestion(query: Query, results: Results, readable: dict[str, dict[str, Any]]) -> None:
    there = {word for fields in readable.values() for word in words_of(fields)}
    if results.suggestion is not None:
        assert not results.total
        assert set(results.suggestion.split()) <= there
    meant = MISSPELT.get(query.text)
    if meant:
        assert (results.suggestion == meant) == (meant in there)


def check_more_like(readable: dict[str, dict[str, Any]]) -> None:
    for entry in catalogue.find(Query()).entries:
        like = [one.name for one in catalogue.more_like(entry.itemid, 5)]
        assert set(like) <= set(readable) - {entry.name} and len(set(like)) == len(like)


def test_a_page_that_may_not_be_read_has_nothing_like_it(app: Any) -> None:
    with instance.inside(app) as storage:
        for number in range(3):
            store(storage, f"CaseStudies/{number}", text(), acl=None if number else "alice:read")
        ids = [storage.get_item(namespace="", name_exact=f"CaseStudies/{number}").itemid for number in range(3)]
    mapping = [("", AclConfig(before="", default="All:read", after="", hierarchic=False))]
    with reading(app, "alice", mapping, False):
        assert [len(catalogue.more_like(itemid)) for itemid in ids] == [2, 2, 2]
    with reading(app, None, mapping, False):
        assert [len(catalogue.more_like(itemid)) for itemid in ids] == [0, 1, 1]
        assert catalogue.more_like("no such item") == ()


def test_html_made_for_one_reader_shows_another_nothing(app: Any) -> None:
    with instance.inside(app) as storage:
        store(storage, "CaseStudies/open", text(title="Open to all"))
        store(storage, "CaseStudies/closed", text(title="Closed to most"), acl="alice:read")
    alice, anonymous = app.test_client().sign_in("alice"), app.test_client()
    for _ in range(2):
        for address in (
            "/+cupboard/browse",
            "/+cupboard/browse.atom",
            "/+cupboard/browse?q=closed",
            "/CaseStudies/open",
        ):
            for_alice, for_all = (one.get(address).text.replace("mark>", "") for one in (alice, anonymous))
            assert "Closed to most" in for_alice.replace("<Closed</", "Closed")
            assert "Closed" not in for_all


def test_who_reads_as_many_but_other_case_studies_gets_other_counts(app: Any) -> None:
    with instance.inside(app) as storage:
        store(storage, "CaseStudies/a", text(region="wales"), acl="alice:read")
        store(storage, "CaseStudies/b", text(region="scotland"), acl="buyer1:read")
    alice, buyer1 = (app.test_client().sign_in(name) for name in ("alice", "buyer1"))
    for _ in range(2):
        for client, there, other in ((alice, "wales", "scotland"), (buyer1, "scotland", "wales")):
            page = client.get("/+cupboard/browse").text
            assert f'name="region" value="{there}"' in page and f'name="region" value="{other}"' not in page


def test_membership_of_a_group_counts_from_the_next_request_on(app: Any) -> None:
    wiki = "text/x.moin.wiki;charset=utf-8"
    with instance.inside(app) as storage:
        store(storage, "BuyersGroup", b"", wiki, usergroup=[])
        store(storage, "CaseStudies/a", text(), acl="BuyersGroup:read")
    alice = app.test_client().sign_in("alice")
    assert "No case studies" in alice.get("/+cupboard/browse").text
    with instance.inside(app) as storage:
        store(storage, "BuyersGroup", b"", wiki, usergroup=["alice"])
    assert "1 case study" in alice.get("/+cupboard/browse").text
