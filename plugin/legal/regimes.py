"""The page ``Cupboard/Regimes``: bodies of procurement law, changes of law, and authorities that were renamed.

    kind: regimes
    title: Legal regimes and changes of law
    regimes:
    - id: procurement-act-2023
      name: Procurement Act 2023
      jurisdictions: [england, wales, northern-ireland]
      from: '2025-02-24'            # a year, month or day; left out where it is not known
      to: ''                        # the last day on which a procurement could begin under it
      made: '2023'                  # the year it was made: no earlier than that, where `from` is not known
      successor: [some-later-act]
      link: https://...             # and/or source: where this is taken from, in words
      confidence: read              # read: in the source named; secondary: at second hand; unverified: from memory
      limits:                       # see challenge.py
        claim_days: '30'
    events:
    - id: si-2026-94
      date: '2026-02-04'
      title: Councils may reserve small contracts for local suppliers
      effect: loosens               # tightens | loosens | replaces
      regimes: []                   # what it touches; a list that is empty doesn't narrow it
      jurisdictions: [england]
      statuses: []
      terms: [contract-process/reserved]
      link: https://...
      confidence: secondary
    bodies:
    - id: ogc
      name: Office of Government Commerce
      aliases: [OGC]
      to: '2010-06-15'
      successor: [cabinet-office]
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from cupboard.days import Span
from cupboard.shapes import DefinitionError, Entries
from cupboard.tongue import L_, _, or_

__all__ = ["Body", "DefinitionError", "LawChange", "Limits", "Regime", "Regimes"]

CONFIDENCES = {
    "read": L_("read in the source named"),
    "secondary": L_("taken from a secondary source"),
    "unverified": L_("not checked against a source"),
}
EFFECTS = ("tightens", "loosens", "replaces")
WHOLE_UK = "uk-wide"
MAX_KEPT = 4096
PARTS_OF_UK = ("england", "northern-ireland", "scotland", "wales")


@dataclass(frozen=True, slots=True)
class Limits:
    """The times within which an award can be challenged; None: not given. ``challenge.py`` says what each means."""

    standstill_working_days: int | None = None
    claim_days: int | None = None
    set_aside_days: int | None = None
    set_aside_months_without_details_notice: int | None = None
    set_aside_stop_months: int | None = None
    note: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Regime:
    """A body of law under which contracts are let. ``limits`` is None where the page gives no times."""

    id: str
    name: str
    short: str
    jurisdictions: frozenset[str] = frozenset()
    starts: Span | None = None
    ends: Span | None = None
    made: Span | None = None
    successors: tuple[str, ...] = ()
    link: str = ""
    source: str = ""
    confidence: str = "unverified"
    note: str = ""
    limits: Limits | None = None

    def may_apply(self, jurisdiction: str, when: Span | None) -> bool:
        """Whether something in a jurisdiction could have been begun under it then, as far as that is known.

        What isn't known (``""``, None, a day left out of the page) excludes nothing.
        """
        if jurisdiction and self.jurisdictions and not _overlap(self.jurisdictions, {jurisdiction}):
            return False
        if when is None:
            return True
        starts = self.starts or self.made
        return not (starts and when.last < starts.first) and not (self.ends and when.first > self.ends.last)


@dataclass(frozen=True, slots=True)
class LawChange:
    """A dated change of law and what it touches; an empty set does not narrow it."""

    id: str
    when: Span
    title: str
    effect: str
    regimes: frozenset[str] = frozenset()
    jurisdictions: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    terms: frozenset[str] = frozenset()
    link: str = ""
    source: str = ""
    confidence: str = "unverified"
    note: str = ""

    def touches(self, *, regimes: frozenset[str], jurisdiction: str, status: str, terms: frozenset[str]) -> bool:
        """Whether it touches an assertion. Each kind that the event names has to fit; one named thing is enough.

        :param regimes: those under which the assertion may stand; empty when nothing is known, which fits any
        :param jurisdiction: ``""`` when it is not known, which fits any
        :param terms: the case's categories; a term of the event also stands for all below it
        """
        return (
            (not self.regimes or not regimes or not self.regimes.isdisjoint(regimes))
            and (not self.jurisdictions or not jurisdiction or _overlap(self.jurisdictions, {jurisdiction}))
            and (not self.statuses or status in self.statuses)
            and (not self.terms or any(own == term or own.startswith(term + "/")
                                       for term in self.terms for own in terms))
        )


@dataclass(frozen=True, slots=True)
class Body:
    """An authority that backs approaches. ``ends`` is set when it was renamed or dissolved; it keeps its history."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    ends: Span | None = None
    successors: tuple[str, ...] = ()
    link: str = ""
    source: str = ""
    confidence: str = "unverified"
    note: str = ""


@dataclass(frozen=True)
class Regimes:
    """The page as a whole. ``events`` are newest first."""

    title: str = ""
    regimes: tuple[Regime, ...] = ()
    events: tuple[LawChange, ...] = ()
    bodies: tuple[Body, ...] = ()
    holidays: frozenset[date] = frozenset()
    _by_id: dict[str, Regime] = field(init=False, repr=False, compare=False)
    _candidates: dict[tuple, frozenset[str]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {regime.id: regime for regime in self.regimes})

    @classmethod
    def load(cls, text: str) -> Regimes:
        """Read the page.

        :raise DefinitionError: with line and column, when it can't be used
        """
        page = Entries.of_page(text, "regimes")
        title = page.text("title")
        page.text("note", required=False)
        regimes = _by_id(page.list_of("regimes", _("regime"), required=True), _regime)
        events = _by_id(page.list_of("events", _("event")), _event)
        bodies = _by_id(page.list_of("bodies", _("body")), _body)
        holidays = set()
        for day in page.texts("holidays"):
            span = Span.read(day)
            if span is None or not span.exact:
                raise page.error(_('"{day}" is not a day: write year, month and day, such as 2026-12-25').format(
                    day=day
                ), "holidays")
            holidays.add(span.first)
        page.done()
        for entries, regime in regimes.values():
            _refuse_unknown(entries, "successor", regime.successors, regimes, _("regime"))
        for entries, event in events.values():
            _refuse_unknown(entries, "regimes", event.regimes, regimes, _("regime"))
        for entries, body in bodies.values():
            _refuse_unknown(entries, "successor", body.successors, bodies, _("body"))
        newest_first = sorted((event for _, event in events.values()), key=lambda event: event.when, reverse=True)
        return cls(title, tuple(regime for _, regime in regimes.values()), tuple(newest_first),
                   tuple(body for _, body in bodies.values()), frozenset(holidays))

    def get(self, id: str) -> Regime | None:
        return self._by_id.get(id)

    def candidates(self, jurisdiction: str, when: Span | None) -> frozenset[str]:
        """The ids of the regimes under which something may have been done, as far as place and time are known."""
        key = jurisdiction, when
        if key not in self._candidates:
            if len(self._candidates) >= MAX_KEPT:  # what people enter decides how many there are
                self._candidates.clear()
            self._candidates[key] = frozenset(one.id for one in self.regimes if one.may_apply(jurisdiction, when))
        return self._candidates[key]

    def event(self, id: str) -> LawChange | None:
        return next((event for event in self.events if event.id == id), None)

    def body(self, name: str) -> Body | None:
        """The authority with a name, an alias or an id, in any case."""
        wanted = " ".join(name.split()).casefold()
        return next((body for body in self.bodies
                     if wanted in {body.id, body.name.casefold(), *map(str.casefold, body.aliases)}), None)

    def successors(self, body: Body) -> tuple[Body, ...]:
        """Who does an authority's work today: its successors, and where those ended too, theirs."""
        return tuple(dict.fromkeys(self._successors(body, {body.id})))

    def _successors(self, body: Body, seen: set[str]) -> Iterator[Body]:
        for id in body.successors:
            after = next((other for other in self.bodies if other.id == id), None)
            if after is None or after.id in seen:
                continue
            later = list(self._successors(after, seen | {after.id})) if after.ends else []
            yield from later or [after]


def _overlap(named: frozenset[str], own: set[str]) -> bool:
    """Whether two sets of jurisdictions have a place in common; the whole UK has each of its parts."""
    return not _places(named).isdisjoint(_places(own))


def _places(jurisdictions: frozenset[str] | set[str]) -> set[str]:
    return {*jurisdictions, *PARTS_OF_UK} if WHOLE_UK in jurisdictions else set(jurisdictions)


def _by_id(listed: list[Entries], read) -> dict[str, tuple[Entries, object]]:
    found: dict = {}
    for entries in listed:
        id = entries.id()
        if id in found:
            raise entries.error(
                _("The id {id} is here a second time; the first is on line {line}").format(
                    id=id, line=found[id][0].node.line
                ), "id"
            )
        found[id] = entries, read(entries, id)
        entries.done()
    return found


def _regime(entries: Entries, id: str) -> Regime:
    name = entries.text("name")
    starts, ends = _span(entries, "from"), _span(entries, "to")
    if starts and ends and ends.last < starts.first:
        raise entries.error(_('"to" is before "from"'), "to")
    return Regime(id, name, entries.text("short", required=False) or name, frozenset(entries.texts("jurisdictions")),
                  starts, ends, _span(entries, "made"), entries.texts("successor"), **_provenance(entries),
                  limits=_limits(entries))


def _limits(entries: Entries) -> Limits | None:
    node = entries.rest.pop("limits", None)
    if node is None:
        return None
    inner = Entries(node, _("set of limits"))
    numbers = ("standstill_working_days", "claim_days", "set_aside_days", "set_aside_months_without_details_notice",
               "set_aside_stop_months")
    limits = Limits(*(_small(inner, name) for name in numbers), note=inner.text("note", required=False),
                    source=inner.text("source", required=False))
    inner.done()
    return limits


def _small(entries: Entries, name: str) -> int | None:
    number = entries.number(name)
    if number is not None and number > 3660:
        raise entries.error(_("{name} must not be more than 3660").format(name=name), name)
    return number


def _event(entries: Entries, id: str) -> LawChange:
    when = _span(entries, "date")
    if when is None:
        raise entries.error(_("Say since when the change is in force: a year, month or day"), "date")
    effect = entries.text("effect")
    if effect not in EFFECTS:
        raise entries.error(_('"{effect}" is not an effect: write {effects}').format(
            effect=effect, effects=or_(EFFECTS)
        ), "effect")
    title = entries.text("title")
    regimes, jurisdictions, statuses, terms = (
        frozenset(entries.texts(name)) for name in ("regimes", "jurisdictions", "statuses", "terms"))
    if not (regimes or jurisdictions or statuses or terms):
        raise entries.error(_("Name what the change touches: regimes, jurisdictions, statuses or terms"))
    return LawChange(id, when, title, effect, regimes, jurisdictions, statuses, terms, **_provenance(entries))


def _body(entries: Entries, id: str) -> Body:
    return Body(id, entries.text("name"), entries.texts("aliases"), _span(entries, "to"), entries.texts("successor"),
                **_provenance(entries))


def _provenance(entries: Entries) -> dict[str, str]:
    found = {name: entries.text(name, required=False) for name in ("link", "source", "note")}
    confidence = entries.text("confidence")
    if confidence not in CONFIDENCES:
        raise entries.error(_("Say how sure this is: {confidences}").format(
            confidences=", ".join(CONFIDENCES)
        ), "confidence")
    if found["link"] and not found["link"].startswith(("https://", "http://")):
        raise entries.error(_("A link must start with https:// or http://"), "link")
    if confidence != "unverified" and not (found["link"] or found["source"]):
        raise entries.error(_("Name the source, or write: confidence: unverified"))
    return {**found, "confidence": confidence}


def _span(entries: Entries, name: str) -> Span | None:
    text = entries.text(name, required=False)
    span = Span.read(text) if text else None
    if text and span is None:
        raise entries.error(_('"{text}" is not a date: write a year, or 2024-05, or 2024-05-03').format(
            text=text
        ), name)
    return span


def _refuse_unknown(entries: Entries, name: str, ids, known: dict, what: str) -> None:
    for id in ids:
        if id not in known:
            raise entries.error(_('There is no {what} "{id}" on this page').format(what=what, id=id), name)
