"""Whatever the rights of case studies and of what was signed about them: everybody is shown, in badges, facets, counts
and lists, those signatures that Moin lets this person read, and no other.

Random access rules of case studies, of statements, of the namespace; Moin is asked page by page.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pytest

from cupboard import catalogue, instance
from cupboard.bodies.statements import CONFIRMATION, ENDORSEMENT, Statement
from cupboard.catalogue import Query
from cupboard.document import Document, dump
from cupboard.endorsement.signing import CONTENT_TYPE
from tests.catalogue.making import text
from tests.catalogue.test_exactness import READERS, may_open, namespace_rules, reading, rules, store

ROUNDS = 25
BODIES = ("body1", "body2")
TODAY = date.today()


def populate(storage: Any, rng: random.Random) -> dict[str, list[tuple[str, Statement]]]:
    """Store case studies and statements; the statements (page, statement) that are in force, by case study."""
    found: dict[str, list[tuple[str, Statement]]] = {}
    shared = rules(rng, of_a_page=True)
    pick = lambda: rng.choice([None, None, None, shared, rules(rng, of_a_page=True)])  # noqa: E731
    if rng.random() < 0.5:
        store(storage, "CaseStudies", b"Parent", "text/x.moin.wiki;charset=utf-8", acl=pick())
    for number in range(8):
        case = f"CaseStudies/case{number}"
        organisation = rng.choice(["Anytown Council", "Other Trust"])
        its_rules = pick()
        store(storage, case, text(f"Case {number}", organisation=organisation), acl=its_rules)
        found[case] = []
        for kind, body in ((ENDORSEMENT, "body1"), (ENDORSEMENT, "body2"), (CONFIRMATION, "body1")):
            if rng.random() < 0.5:
                continue
            statement = Statement(
                kind, storage[case].itemid, body, body, rng.choice([organisation, "anytown council"]), 1, "r", "c", "x",
                "Head", TODAY - timedelta(rng.randint(0, 9)), rng.choice([None, TODAY, TODAY - timedelta(1)]),
                withdrawn_on=rng.choice([None, None, None, TODAY]),
            )  # fmt: skip
            page = f"{case}/{kind}-{body}" if rng.random() < 0.8 else f"Elsewhere{number}-{kind}-{body}"
            data = dump(Document.new(statement.fields(), {}, ()))
            rights = rng.choice([None, None, None, its_rules, pick()])
            store(storage, page, data, CONTENT_TYPE, acl=rights, itemtype="endorsement")
            if statement.counts(organisation, TODAY):
                found[case].append((page, statement))
    return found


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_a_signature_is_shown_to_those_who_may_read_it(app: Any, seed: int) -> None:
    rng = random.Random(seed)
    with instance.inside(app) as storage:
        signed = populate(storage, rng)
    mapping = namespace_rules(rng)
    for name in READERS:
        with reading(app, name, mapping, rng.random() < 0.2):
            may = {page: may_open(page) for page in (*signed, *(page for one in signed.values() for page, _ in one))}
            results = catalogue.find(Query(per_page=100), offered=None)
            shown = {entry.name: {one["page"] for one in entry.statements} for entry in results.entries}
            assert set(shown) == {case for case in signed if may[case]}
            for case, pages in shown.items():
                assert pages == {page for page, _ in signed[case] if may[page]}, case
            by_kind = {
                "endorsed": {case for case, pages in shown.items() if any(ENDORSEMENT in page for page in pages)},
                "confirmed": {case for case, pages in shown.items() if any(CONFIRMATION in page for page in pages)},
            }
            (offer,) = (one for one in results.offers if one.facet.id == "endorsed")
            assert {value.id: value.count for value in offer.values} == {
                id: len(cases) for id, cases in by_kind.items() if cases
            }
            for id, cases in by_kind.items():
                found = catalogue.find(Query(include={"endorsed": (id,)}, per_page=100))
                assert {entry.name for entry in found.entries} == cases and found.total == len(cases)
            given = {(one.page, one.entry.name) for one in catalogue.signed(100)}
            assert given == {(page, case) for case, pages in shown.items() for page in pages if ENDORSEMENT in page}
            for body in BODIES:
                its = {one.page for one in catalogue.signed(100, organisation=body)}
                assert its == {page for page, _ in given if page.endswith(body)}


def test_the_tables_are_the_same_when_made_again(storage: Any, app: Any) -> None:
    from cupboard import checking

    populate(storage, random.Random(1))
    assert checking.differences(storage)[0] == []
