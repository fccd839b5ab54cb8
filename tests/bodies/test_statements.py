"""Statements: read and written, in force or not on a day, edits since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupboard.bodies.criteria import Endorsing
from cupboard.bodies.statements import (
    CONFIRMATION,
    ENDED,
    ENDORSEMENT,
    IN_FORCE,
    KINDS,
    STATES,
    WITHDRAWN,
    Finding,
    Statement,
    edits_since,
    last_day,
    newest_first,
)
from cupboard.document import Document, dump, parse
from cupboard.seeding import shipped_pages
from cupboard.shapes import DefinitionError

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
LINE = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20).map(
    lambda text: " ".join(text.split()))
NEEDED = LINE.filter(bool)
MADE = Statement(ENDORSEMENT, "c1", "o1", "Anytown Council", "Otherton Council", 7, "r7", "sum", "alice", "Head of law",
                 date(2026, 5, 3), date(2028, 5, 2), (Finding("evidence", "It can be checked", "yes"),), says="Good.")


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    on = draw(DAYS)
    withdrawn = draw(st.none() | DAYS)
    return Statement(
        draw(st.sampled_from(KINDS)), draw(NEEDED), draw(NEEDED), draw(LINE), draw(LINE),
        draw(st.integers(0, 10**8)), draw(LINE), draw(LINE), draw(LINE), draw(LINE), on,
        draw(st.none() | DAYS), tuple(draw(st.lists(st.builds(Finding, NEEDED, LINE, LINE, LINE), max_size=3))),
        withdrawn, draw(LINE) if withdrawn else "", draw(LINE) if withdrawn else "", draw(LINE),
    )  # fmt: skip


@given(statements())
def test_a_page_says_what_was_signed(statement: Statement) -> None:
    page = Document.new(statement.fields(), {}, ())
    assert Statement.read(parse(dump(page)).fields) == statement


@given(statements(), DAYS, DAYS)
def test_time_only_ever_ends_a_statement(statement: Statement, one: date, other: date) -> None:
    early, late = sorted((one, other))
    assert statement.state(early) in STATES
    if statement.in_force(late):
        assert statement.in_force(early)
    if statement.state(early) != IN_FORCE:
        assert statement.state(late) == statement.state(early)
    if statement.until is None and statement.withdrawn_on is None:
        assert statement.in_force(late)


@given(statements(), DAYS)
def test_what_is_withdrawn_is_never_in_force(statement: Statement, day: date) -> None:
    assert replace(statement, withdrawn_on=day).state(day) == WITHDRAWN
    assert not replace(statement, withdrawn_on=day).counts(statement.subject, day)


@given(DAYS, st.integers(1, 120))
def test_a_term_ends_the_day_before_it_would_begin_again(on: date, months: int) -> None:
    last = last_day(on, months)
    statement = replace(MADE, on=on, until=last)
    assert statement.state(on) == statement.state(last) == IN_FORCE
    assert statement.state(last + timedelta(1)) == ENDED
    assert last_day(on, None) is None


def test_an_endorsement_of_two_years_ends_after_two_years() -> None:
    assert last_day(date(2026, 5, 3), 24) == date(2028, 5, 2)
    assert last_day(date(2024, 2, 29), 12) == date(2025, 2, 27)


@given(st.lists(st.sampled_from("abc"), min_size=1, max_size=20), st.data())
def test_edits_are_changes_of_the_text(contents: list[str], data: st.DataObject) -> None:
    history = [(f"r{place}", content) for place, content in enumerate(contents)]
    place = data.draw(st.integers(0, len(contents) - 1))
    since = edits_since(history, f"r{place}")
    assert 0 <= since <= len(contents) - 1 - place
    assert since == edits_since(history[place:], f"r{place}")  # what was before makes no difference
    assert (since == 0) == (set(contents[place:]) == {contents[place]})
    renamed = [*history, ("later", contents[-1])]
    assert edits_since(renamed, f"r{place}") == since
    assert edits_since([*history, ("later", "other")], f"r{place}") == since + 1
    assert edits_since(history, "gone") is None


@given(st.text(max_size=12), st.text(max_size=12), statements(), DAYS)
def test_who_confirmed_as_one_body_has_not_confirmed_as_another(
    one: str, other: str, made: Statement, day: date
) -> None:
    made = replace(made, kind=CONFIRMATION, subject=one, until=None, withdrawn_on=None)
    assert not made.confirms("", day)
    assert made.confirms(f"The {one} ", day) == made.confirms(one, day) or not one.strip()
    if made.confirms(other, day):
        assert made.confirms(one, day)
    assert not replace(made, kind=ENDORSEMENT).confirms(one, day)


@pytest.mark.parametrize(
    "broken",
    [{"kind": "praise"}, {"case": ""}, {"organisation": ["a", "list"]}, {"on": "May 2026"}, {"on": "2026-02-30"},
     {"until": "for ever"}, {"revision": "seven"}, {"revision": "7" * 30}, {"revision": ""}],
)  # fmt: skip
def test_what_is_not_a_whole_statement_is_none(broken: dict[str, str]) -> None:
    assert Statement.read(MADE.fields()) == MADE
    assert Statement.read({**MADE.fields(), **broken}) is None
    assert Statement.read({}) is None


def test_a_withdrawal_whose_day_cannot_be_read_is_one() -> None:
    read = Statement.read({**MADE.fields(), "withdrawn_on": "some day"})
    assert read and not read.in_force(date(2026, 6, 1))


def test_it_says_who_when_and_how_many_edits_since() -> None:
    assert MADE.sentence() == "Endorsed by Anytown Council on revision 7, 3 May 2026"
    assert MADE.sentence(1) == "Endorsed by Anytown Council on revision 7, 3 May 2026; 1 edit since"
    assert replace(MADE, kind=CONFIRMATION).sentence(2).startswith("Confirmed by Anytown Council")
    assert MADE.sentence(1200).endswith("; 1,200 edits since") and MADE.sentence(None) == MADE.sentence()
    older = replace(MADE, on=date(2020, 1, 1))
    assert newest_first([older, MADE]) == [MADE, older]


RULES = """kind: endorsement
title: Endorsement
term_months: '24'
endorsers: [Anytown Council, The Body & Co]
criteria:
- {id: evidence, label: It can be checked, note: With sources.}
- {id: impact, label: It did good}
"""


def test_rules_of_endorsing_are_read() -> None:
    rules = Endorsing.load(RULES)
    assert (rules.term, [one.id for one in rules.criteria]) == (24, ["evidence", "impact"])
    assert rules.may_endorse(["anytown council"]) and rules.may_endorse(["x", "Body and Co"])
    assert not rules.may_endorse(["Anytown"]) and not rules.may_endorse([""]) and not rules.may_endorse([])
    assert Endorsing.load(RULES.replace("term_months: '24'\n", "")).term is None


@pytest.mark.parametrize(
    ("before", "after", "said", "line"),
    [("id: impact", "id: evidence", "another criterion", 7), ("'24'", "'soon'", "whole number", 3),
     ("'24'", "'240'", "120 or less", 3), ("title:", "tittle:", "no title", 1),
     ("label: It did good", "note: x", "label", 7),
     ("kind: endorsement", "kind: template", "kind: endorsement", 1), ("endorsers:", "endorser:", "can't have", 4)],
)  # fmt: skip
def test_rules_that_cannot_be_used_say_where(before: str, after: str, said: str, line: int) -> None:
    assert before in RULES
    with pytest.raises(DefinitionError) as caught:
        Endorsing.load(RULES.replace(before, after, 1))
    assert said in caught.value.message and caught.value.line == line


def test_the_rules_that_ship_can_be_used_and_give_nobody_a_right() -> None:
    (page,) = (one for one in shipped_pages(everything=False) if one.name == "Cupboard/Endorsement")
    rules = Endorsing.load(page.data.decode())
    assert rules.criteria and rules.term and not rules.endorsers
