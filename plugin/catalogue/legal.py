"""Which case studies are flagged: the law changed, a review is overdue, the time to challenge the award is over.

Nothing of this is stored. A row of the catalogue holds, for each live assertion, its *class*: all that the overlays
depend on but the page's terms (status, law, jurisdiction, dates). Overlays are worked out once for each class, and so
for all case studies that have it, whenever the definitions, the day or the case studies change: a change of law that an
editor records is in all lists at the next request, and no page or row is written. A change that names terms touches
the members of the class that are under them.

Case studies with something that a class doesn't hold (a change of law that an editor dismissed, dates in the future)
are few. They are looked at one by one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from datetime import date

from pyroaring import BitMap

from cupboard.catalogue.derived import Derived
from cupboard.catalogue.held import NOTHING, Held
from cupboard.catalogue.rows import LEGAL_CLASS
from cupboard.days import Span, plus_months
from cupboard.definitions import Definitions
from cupboard.legal.assertions import Assertion, Standing
from cupboard.legal.overlays import LAW_CHANGED, PERIOD_PASSED, SHORT, Case, flags
from cupboard.legal.regimes import LawChange
from cupboard.legal.statuses import CONTESTED, NOT_STATED
from cupboard.legal.view import LegalView
from cupboard.tongue import L_

#: Months of the facet "Legal status reviewed within".
WITHIN = (6, 12, 24)

#: Fields of these sets, with the labels of their values.
LABELS: Mapping[str, Mapping[str, str]] = {
    "flagged": SHORT,
    "reviewed": {str(months): L_("Within {months} months", months=months) for months in WITHIN},
}

_CARDS = "SELECT ordinal, card FROM catalogue_card WHERE ordinal IN (SELECT value FROM json_each(?))"  # primary key
COMPUTED = (*LABELS, "events")
STATEMENTS = {"cards": _CARDS}


class LegalSets:
    """The sets of one wiki, by the definitions in force.

    To be used by one thread at a time.
    """

    def __init__(self, definitions: Definitions):
        self._definitions = definitions
        self._all_terms = frozenset(term for event in definitions.regimes.events for term in event.terms)
        self._overlays: dict[str, tuple[frozenset[str], frozenset[str], date | None]] = {}
        self._connection: sqlite3.Connection | None = None
        self.day = date.min
        self._sets = Derived(self._made_of)

    def at(self, connection: sqlite3.Connection, day: date) -> LegalSets:
        """Go by a day, and read from a connection."""
        self._connection = connection
        if day != self.day:
            self.day, self._overlays = day, {}
            self._sets.forget()
        return self

    def sets(self, held: Held, field: str) -> Mapping[str, BitMap]:
        """By value, the case studies of ``flagged`` or ``reviewed``; by id of a change of law, those it flags.

        :param field: one of these, or ``events``
        """
        return {value: members for (of, value), members in self._sets.sets(held).items() if of == field}

    def _made_of(self, held: Held) -> dict[tuple[str, str], BitMap]:
        """By field and value, those of some case studies."""
        statuses = self._definitions.statuses
        sets: dict[tuple[str, str], list[BitMap]] = {}
        each = held.having("legal-each", "1")
        contested = BitMap.union(NOTHING, *(
            members for id, members in held.keys.get("status", {}).items() if statuses[id].group == CONTESTED
        ))  # fmt: skip
        touched = {event.id: self._touched(held, event) for event in self._definitions.regimes.events if event.terms}
        since = {str(months): plus_months(self.day, -months) for months in WITHIN}
        for written, members in held.keys.get("legal", {}).items():
            kinds, events, asserted = self._of_class(written)
            members = members - each
            for id in events:
                found = members & touched[id] if id in touched else members
                sets.setdefault(("events", id), []).append(found)
                sets.setdefault(("flagged", LAW_CHANGED), []).append(found)
            for kind in kinds:
                sets.setdefault(("flagged", kind), []).append(members - contested if kind == PERIOD_PASSED else members)
            for value, first in since.items():
                if asserted and asserted >= first:
                    sets.setdefault(("reviewed", value), []).append(members)
        for ordinal, field, value in self._one_by_one(each, since):
            sets.setdefault((field, value), []).append(BitMap([ordinal]))
        return {name: union for name, found in sets.items() if (union := BitMap.union(*found))}

    def _of_class(self, written: str) -> tuple[frozenset[str], frozenset[str], date | None]:
        """(overlays but for changes of law, ids of changes of law, day of the last review) of a class."""
        found = self._overlays.get(written)
        if found is None:
            *values, year = json.loads(written)
            one = Assertion(**dict(zip(LEGAL_CLASS, values, strict=True)))
            now = Standing(self.day, (one,), (), (), self._definitions.statuses)
            case = Case("", one.jurisdiction, self._all_terms, Span.read(year))
            flagged = flags(now, case, self._definitions.regimes)
            found = self._overlays[written] = (
                frozenset(flag.kind for flag in flagged if not flag.event),
                frozenset(flag.event.id for flag in flagged if flag.event),
                one.asserted.last if one.asserted else None,
            )
        return found

    def _touched(self, held: Held, event: LawChange) -> BitMap:
        """The case studies that have a term of a change of law, or one below it."""
        found = [
            members
            for field in ("categories", "themes")
            for id, members in held.keys.get(field, {}).items()
            if any(id == term or id.startswith(term + "/") for term in event.terms)
        ]
        return BitMap.union(*found) if found else NOTHING

    def _one_by_one(self, ordinals: BitMap, since: Mapping[str, date]) -> Iterator[tuple[int, str, str]]:
        if not ordinals or self._connection is None:
            return
        for ordinal, card in self._connection.execute(_CARDS, (json.dumps(list(ordinals)),)):
            view = LegalView(json.loads(card)["fields"], self._definitions, self.day)
            for flag in view.flags:
                yield ordinal, "flagged", flag.kind
                if flag.event:
                    yield ordinal, "events", flag.event.id
            for one in view.now.live:
                for value, first in since.items():
                    if one.status != NOT_STATED and one.asserted and one.asserted.last >= first:
                        yield ordinal, "reviewed", value
