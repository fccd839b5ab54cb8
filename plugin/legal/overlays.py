"""What nobody sets by hand: the law changed, a review is overdue, the time to challenge an award is over.

Overlays are worked out from the rows, the page of regimes and the day, so a new event on that page takes effect
everywhere at once and no case study is rewritten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from cupboard.days import Span, plus_months, shown
from cupboard.legal.assertions import AWARD_NOTICE, Assertion, Row, Standing
from cupboard.legal.challenge import Award, ChallengePeriod, period
from cupboard.legal.regimes import LawChange, Regime, Regimes
from cupboard.legal.statuses import CONTESTED, NOT_STATED, SUPPORTED, Statuses
from cupboard.tongue import L_, _

LAW_CHANGED, REVIEW_OVERDUE, PERIOD_PASSED = KINDS = ("law_changed", "review_overdue", "challenge_period_passed")
SHORT: Mapping[str, str] = {
    LAW_CHANGED: L_("Law changed"),
    REVIEW_OVERDUE: L_("Review overdue"),
    PERIOD_PASSED: L_("Challenge period passed"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """What the rules need to know of a case study.

    :ivar organisation: whose case it is
    :ivar terms: ids of its categories
    :ivar when: when it was done: its year
    """

    organisation: str = ""
    jurisdiction: str = ""
    terms: frozenset[str] = field(default=frozenset())
    when: Span | None = None


@dataclass(frozen=True, slots=True)
class Flag:
    """One overlay on one assertion.

    :ivar since: from which day it holds
    :ivar say: makes :attr:`text`; lists want to know of ten thousand flags that they are, and of none what it says
    :ivar event: the change of law, where it is one
    """

    kind: str
    assertion: Assertion
    since: date | None
    say: Callable[[], str] = field(compare=False, repr=False)
    event: LawChange | None = None

    @property
    def text(self) -> str:
        """A sentence for the page."""
        return self.say()

    @property
    def short(self) -> str:
        return SHORT[self.kind]


@dataclass(frozen=True, slots=True)
class Dismissal:
    """An editor's finding that an event doesn't matter to a case, or to one of its assertions.

    As a row: ``event``, ``assertion`` (an id; empty: all of the case), ``reason``, and ``by`` and ``on``, which the
    system writes.
    """

    event: str
    assertion: str = ""
    reason: str = ""
    by: str = ""
    on: str = ""

    @classmethod
    def read(cls, row: Row) -> Dismissal:
        return cls(*(row.get(name, "").strip() for name in ("event", "assertion", "reason", "by", "on")))

    def covers(self, event: LawChange, assertion: Assertion, day: date) -> bool:
        """Whether it takes a flag away on a day. One without a reason does nothing."""
        on = Span.read(self.on)
        return (self.event == event.id and self.assertion in ("", assertion.id) and bool(self.reason)
                and (on is None or on.first <= day) and assertion.since <= (on.last if on else date.max))


def flags(now: Standing, case: Case, regimes: Regimes, dismissals: Sequence[Row] = ()) -> list[Flag]:
    """All overlays on the live assertions of a case, in the order of the assertions."""
    dismissed = [Dismissal.read(row) for row in dismissals]
    found: list[Flag] = []
    for one in now.live:
        if one.status == NOT_STATED:
            continue
        for event in law_changes(one, case, regimes, now.day):
            if not any(dismissal.covers(event, one, now.day) for dismissal in dismissed):
                say = partial(_changed, event, one, now.statuses)
                found.append(Flag(LAW_CHANGED, one, event.when.first, say, event))
        found.extend(_overdue(one, now.statuses, now.day))
        if now.worst is None:  # where a claim is known, that no claim is to be expected is no news
            found.extend(_passed(one, case, regimes, now.day))
    return found


def law_changes(one: Assertion, case: Case, regimes: Regimes, day: date) -> Iterator[LawChange]:
    """The events up to a day that came after an assertion and touch it, newest first.

    An event does so from its own day on, or from the day on which an editor records it where that is later. Whether it
    flags the assertion depends on dismissals too: see :func:`flags`. Which case studies of a whole wiki it flags, the
    catalogue answers at once.

    What rests on something said on the day of the event, or later, is taken to know of it. Where only a year is
    known on either side, the event counts as the later one: better to look once too often. An assertion without any
    date may be older than every event.

    A regime that the row doesn't name is taken to be any that may have applied then and there.
    """
    jurisdiction = one.jurisdiction or case.jurisdiction
    under = frozenset({one.regime}) if one.regime else regimes.candidates(jurisdiction, case.when or one.when)
    when = one.when
    for event in regimes.events:
        if event.when.first <= day and (when is None or event.when.last > when.first) and event.touches(
                regimes=under, jurisdiction=jurisdiction, status=one.status, terms=case.terms):
            yield event


def review_due(one: Assertion, statuses: Statuses) -> date | None:
    """The day by which an assertion should be looked at again; None when it does not lapse or its age isn't known.

    That is its own day where it gives one that is earlier than the status asks.
    """
    asserted, own = one.asserted, Span.read(one.review_by)
    life = statuses[one.status].life
    days = [own.last] if own else []
    if life and asserted:
        days.append(plus_months(asserted.last, life))
    return min(days, default=None)


def challenge_period(one: Assertion, case: Case, regimes: Regimes) -> ChallengePeriod | None:
    """The challenge period of an assertion whose evidence is an award notice; None for others.

    Its date is that of the notice. Where the row names no regime, the one that may have applied is used, if there is
    only one with limits among them.
    """
    notice = Span.read(one.date)
    if one.evidence_kind != AWARD_NOTICE or notice is None:
        return None
    return period(Award(notice), _regime_of(one, case, regimes, notice), regimes.holidays)


def _regime_of(one: Assertion, case: Case, regimes: Regimes, when: Span) -> Regime | None:
    if one.regime:
        return regimes.get(one.regime)
    ids = regimes.candidates(one.jurisdiction or case.jurisdiction, when)
    limited = [regime for regime in regimes.regimes if regime.id in ids and regime.limits]
    return limited[0] if len(limited) == 1 and (one.jurisdiction or case.jurisdiction) else None


def _changed(event: LawChange, one: Assertion, statuses: Statuses) -> str:
    status = statuses[one.status]
    if event.effect == "loosens" and (status.unlawful or status.group == CONTESTED):
        advice = _("What was not lawful may be lawful now.")
    elif event.effect == "loosens":
        advice = _("More may be allowed now than this says.")
    elif event.effect == "tightens" and status.group == SUPPORTED:
        advice = _("What was lawful may not be lawful now.")
    else:
        advice = _("Check before copying.")
    if event.when.exact:
        said = _("The law this relied on changed on {day}: {title}.").format(day=event.when, title=event.title)
    else:
        said = _("The law this relied on changed in {time}: {title}.").format(time=event.when, title=event.title)
    return f"{said} {advice}"


def _overdue(one: Assertion, statuses: Statuses, day: date) -> Iterator[Flag]:
    due = review_due(one, statuses)
    if due is None and statuses[one.status].life and one.asserted is None:
        yield Flag(REVIEW_OVERDUE, one, None, lambda: _("It is not known when this was last checked."))
    elif due is not None and day > due:
        yield Flag(REVIEW_OVERDUE, one, due, partial(_said_overdue, due))


def _said_overdue(due: date) -> str:
    return _("This should have been checked again by {day}.").format(day=shown(due))


def _passed(one: Assertion, case: Case, regimes: Regimes, day: date) -> Iterator[Flag]:
    found = challenge_period(one, case, regimes)
    if found and found.passed(day):
        yield Flag(PERIOD_PASSED, one, found.closes, partial(found.sentence, day))
