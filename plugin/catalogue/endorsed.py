"""Which case studies are endorsed, and which are confirmed by their organisation, today.

A row holds, for each statement about its case study, all that this depends on: the kind, the last day, and when whoever
may read the case study may read the statement. So a statement ends in all lists on its day without a row being written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pyroaring import BitMap

from cupboard.catalogue.memory import Memory
from cupboard.endorsement.statements import CONFIRMATION, ENDORSEMENT

#: Values of the facet, with their labels.
VALUES: Mapping[str, str] = {"endorsed": "Endorsed", "confirmed": "Confirmed by its organisation"}
_VALUE_OF = {ENDORSEMENT: "endorsed", CONFIRMATION: "confirmed"}


class EndorsedSets:
    """The sets of one wiki. To be used by one thread at a time."""

    def __init__(self) -> None:
        self._day = date.min
        self._hierarchic = False
        self._made_of: Any = None
        self._sets: dict[str, BitMap] = {}

    def at(self, day: date, hierarchic: bool) -> None:
        """Go by a day, and by whether pages have the access rules of those above them."""
        if (day, hierarchic) != (self._day, self._hierarchic):
            self._day, self._hierarchic, self._made_of = day, hierarchic, None

    @property
    def goes_by(self) -> tuple[date, bool]:
        """What :meth:`at` was told last."""
        return self._day, self._hierarchic

    def sets(self, memory: Memory) -> Mapping[str, BitMap]:
        """By value, the case studies that have it. Every one that somebody may read, that person may know this of."""
        if self._made_of != memory.version:
            found: dict[str, list[BitMap]] = {}
            for written, members in memory.keys.get("statement", {}).items():
                kind, until, readers = json.loads(written)
                if self._counts(until, readers):
                    found.setdefault(_VALUE_OF[kind], []).append(members)
            self._sets = {value: BitMap.union(*members) for value, members in found.items()}
            self._made_of = memory.version
        return self._sets

    def counting(self, statements: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Those statements of a summary that count."""
        return (one for one in statements if self._counts(one["until"], one["readers"]))

    def _counts(self, until: str, readers: str) -> bool:
        return (not until or date.fromisoformat(until) >= self._day) and (readers == "always" or self._hierarchic)
