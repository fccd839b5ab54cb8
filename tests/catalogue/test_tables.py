"""The tables and what processes keep of them in memory, through any history of saves."""

from __future__ import annotations

import random
import sqlite3
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from cupboard.catalogue import tables
from cupboard.catalogue.derived import Derived
from cupboard.catalogue.held import Held
from cupboard.catalogue.memory import Ahead, Memory
from cupboard.catalogue.tables import Catalogue, contents
from tests.catalogue.making import meta, opened, text

PDF = "application/pdf"


def database() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE revision (itemid TEXT, latest INTEGER, mtime INTEGER)")
    Catalogue().create(connection)
    return connection


@pytest.fixture
def connection() -> sqlite3.Connection:
    return database()


def put(connection: sqlite3.Connection, name: str, **fields: Any) -> None:
    Catalogue().put(connection, meta(name), "", opened(text(**fields)))


def attach(connection: sqlite3.Connection, page: str, words: str, name: str = "paper.pdf", **more: Any) -> None:
    its = meta(f"{page}/{name}", **{"contenttype": PDF, "size": len(words), **more})
    Catalogue().put(connection, its, words, opened(b""))


def matching(connection: sqlite3.Connection, words: str) -> set[str]:
    return {
        itemid for (itemid,) in connection.execute(
            "SELECT c.itemid FROM catalogue_text t JOIN catalogue_case c ON c.ordinal = t.rowid"
            " WHERE catalogue_text MATCH ?",
            (words,),
        )
    }  # fmt: skip


def summary(memory: Memory) -> Any:
    """All that a memory says, by item instead of by number."""
    keys = {
        (field, value): set(members) for field, of in memory.keys.items() for value, members in of.items() if members
    }
    orders = {name: order.page(memory.live, 0, 10_000) for name, order in memory.orders.items()}
    classes = {memory.accesses[number]: set(members) for number, members in memory.classes.items()}
    held = memory.papers
    papers = {memory.accesses[number]: set(members) for number, members in held.classes.items()}, held.embargoed
    assert {number for of in held.of_case.values() for number, _ in of} == set(held.case_of)
    return (
        (memory.last_case, memory.last_gone),
        set(memory.live),
        keys,
        orders,
        classes,
        memory.embargoed,
        papers,
        held.case_of,
    )


NAMES = ["CaseStudies/a", "CaseStudies/b", "CaseStudies/c", "CaseStudies/c/d"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["save", "save", "save", "drop", "trash", "acl", "attach", "paper", "detach", "look", "other"]),
        st.sampled_from(NAMES),
        st.integers(0, 3),
    ),
    max_size=30,
)


def do(connection: sqlite3.Connection, step: str, name: str, number: int, catalogue: Catalogue) -> None:
    year = ["", "2010", "2011", "20x"][number]
    if step == "save":
        catalogue.put(
            connection,
            meta(name),
            "",
            opened(text(year=year, themes=["air"] * (number % 2), organisation=f"Body {number}")),
        )
    elif step == "drop":
        catalogue.drop(connection, name)
    elif step == "trash":
        catalogue.put(connection, {**meta(name), "name": []}, "", opened(text()))
    elif step == "acl":
        catalogue.put(connection, meta(name, acl=["", "All:read", "alice:read", "All:"][number]), "", opened(text()))
    elif step == "attach":
        attach(connection, name, f"words{number}")
    elif step == "paper":
        rules = {
            "acl": ["alice:read", "All:", "alice:read", None][number],
            "ptime": [None, None, 4_000_000_000, 7][number],
        }
        its = meta(
            f"{name}/paper.pdf", contenttype=PDF, size=9, **{key: value for key, value in rules.items() if value}
        )
        catalogue.put(connection, its, f"words{number}", opened(b""))
    elif step == "detach":
        catalogue.drop(connection, f"{name}/paper.pdf")
    elif step == "other":
        catalogue.put(connection, meta(name, contenttype="text/x.moin.wiki;charset=utf-8"), "", opened(b""))


@settings(max_examples=150, deadline=None)
@given(STEPS)
def test_catching_up_step_by_step_gives_what_reading_all_gives(steps: list[tuple[str, str, int]]) -> None:
    connection, catalogue, following = database(), Catalogue(), Memory()
    derived = Derived(by_value)
    following.catch_up(connection)
    for step in steps:
        if step[0] == "look":
            following.catch_up(connection)
            derived.sets(following)
        do(connection, *step, catalogue)
    following.catch_up(connection)
    anew = Memory()
    anew.catch_up(connection)
    assert summary(following) == summary(anew)
    assert derived.sets(following) == by_value(anew)


def by_value(held: Held) -> dict[str, BitMap]:
    return {f"{field}={value}": BitMap(members) for field, of in held.keys.items() for value, members in of.items()}


def test_what_follows_from_rows_is_worked_out_from_those_that_came(connection: sqlite3.Connection) -> None:
    seen: list[int] = []

    def counted(held: Held) -> dict[str, BitMap]:
        sets = by_value(held)
        seen.append(len(BitMap.union(BitMap(), *sets.values())))
        return sets

    memory, derived = Memory(), Derived(counted)
    for number in range(20):
        put(connection, f"CaseStudies/{number}")
    memory.catch_up(connection)
    before = derived.sets(memory)["kind=case"]
    put(connection, "CaseStudies/7", kind="story")
    Catalogue().drop(connection, "CaseStudies/8")
    memory.catch_up(connection)
    assert len(derived.sets(memory)["kind=case"]) == 18 and len(before) == 20
    assert derived.sets(memory) == by_value(memory) and seen == [20, 1]
    derived.forget()
    derived.sets(memory)
    assert seen == [20, 1, 19]


def test_when_much_has_happened_all_is_worked_out_anew(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cupboard.catalogue.memory._REMEMBERED", 5)
    memory, derived = Memory(), Derived(by_value)
    put(connection, "CaseStudies/0")
    memory.catch_up(connection)
    derived.sets(memory)
    for number in range(10):
        put(connection, f"CaseStudies/{number}")
        memory.catch_up(connection)
    assert memory.since((1, 1, 0)) is None and memory.since(memory.version) is not None
    assert derived.sets(memory) == by_value(memory)


@settings(max_examples=100, deadline=None)
@given(STEPS)
def test_what_the_tables_say_does_not_depend_on_how_they_came_to_be(steps: list[tuple[str, str, int]]) -> None:
    connection, catalogue = database(), Catalogue()
    latest: dict[str, tuple] = {}

    class Recording(Catalogue):
        def put(self, connection: Any, its_meta: Any, content: str, open_data: Any) -> None:
            latest[its_meta["itemid"]] = (its_meta, content, open_data)
            super().put(connection, its_meta, content, open_data)

        def drop(self, connection: Any, itemid: str) -> None:
            latest.pop(itemid, None)
            super().drop(connection, itemid)

    recording = Recording()
    for step, name, number in steps:
        if step == "attach":
            its = meta(f"{name}/paper.pdf", contenttype=PDF, size=number)
            recording.put(connection, its, f"words{number}", opened(b""))
        else:
            do(connection, step, name, number, recording)
    again = database()
    # a page's documents may come before it
    for one in random.Random(len(steps)).sample(sorted(latest.values(), key=lambda one: one[0]["itemid"]), len(latest)):
        catalogue.put(again, *one)
    assert dict(contents(connection)) == dict(contents(again))


def test_a_process_that_is_too_far_behind_reads_all_anew(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "_KEPT", 10)
    memory = Memory()
    put(connection, "CaseStudies/a")
    memory.catch_up(connection)
    for _ in range(1005):
        Catalogue().put(connection, meta("CaseStudies/a"), "", opened(b"---\ntitle: x\n---\n"))
    assert connection.execute("SELECT count(*) FROM catalogue_gone").fetchone()[0] < 20
    memory.catch_up(connection)
    assert len(memory.live) == 1 and memory.last_gone == 1005


def test_tables_that_were_made_anew_are_read_anew(connection: sqlite3.Connection) -> None:
    memory = Memory()
    for name in NAMES:
        put(connection, name)
    memory.catch_up(connection)
    other = database()
    put(other, NAMES[0])
    memory.catch_up(other)
    assert len(memory.live) == 1


def test_an_older_snapshot_is_noticed(connection: sqlite3.Connection) -> None:
    memory = Memory()
    put(connection, NAMES[0])
    memory.catch_up(connection)
    memory.last_case += 1
    with pytest.raises(Ahead):
        memory.catch_up(connection)
    memory.forget()
    memory.catch_up(connection)
    assert memory.last_case == 1


def test_words_of_an_attached_document_are_found(connection: sqlite3.Connection) -> None:
    attach(connection, NAMES[0], "early")
    put(connection, NAMES[0])
    assert matching(connection, "documents: early") == {NAMES[0]}
    attach(connection, NAMES[0], "late")
    assert matching(connection, "early") == set() and matching(connection, "late") == {NAMES[0]}
    Catalogue().drop(connection, f"{NAMES[0]}/paper.pdf")
    assert matching(connection, "late") == set()


@pytest.mark.parametrize(("case", "document", "is_found"), [
    ({}, {}, True),
    ({"acl": "All:read"}, {"acl": "All:read"}, True),
    ({}, {"acl": "alice:read"}, False),
    ({"acl": "alice:read"}, {}, False),
    ({"acl": "All:read"}, {"acl": "alice:read"}, False),
    ({}, {"ptime": 4_000_000_000}, False),
])  # fmt: skip
def test_a_document_with_readers_of_its_own_is_kept_apart(
    connection: sqlite3.Connection, case: dict, document: dict, is_found: bool
) -> None:
    Catalogue().put(connection, meta(NAMES[0], **case), "", opened(text()))
    attach(connection, NAMES[0], "secret", **document)
    assert bool(matching(connection, "secret")) == is_found
    apart = "SELECT count(*) FROM catalogue_paper_text WHERE catalogue_paper_text MATCH 'secret'"
    assert connection.execute(apart).fetchone() == (not is_found,)
    Catalogue().drop(connection, f"{NAMES[0]}/paper.pdf")
    assert connection.execute(apart).fetchone() == (0,) and not matching(connection, "secret")


def test_a_case_study_that_can_not_be_parsed_is_listed_by_its_name(connection: sqlite3.Connection) -> None:
    Catalogue().put(connection, meta(NAMES[0]), "", opened(b"---\ntitle: [\n---\nlighting\n"))
    assert matching(connection, "lighting") == {NAMES[0]}


def test_pages_in_other_namespaces_are_no_case_studies(connection: sqlite3.Connection) -> None:
    Catalogue().put(connection, meta("x", namespace="users"), "", opened(text()))
    assert connection.execute("SELECT count(*) FROM catalogue_case").fetchone() == (0,)
