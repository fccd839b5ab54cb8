"""Which case studies are endorsed, and which are confirmed by their organisation, today.

A row holds, for each statement about its case study, all that this depends on: the kind, the last day, and when whoever
may read the case study may read the statement. So a statement ends in all lists on its day without a row being written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from pyroaring import BitMap

from cupboard.catalogue.memory import Memory
from cupboard.catalogue.rows import Access
from cupboard.endorsement.statements import CONFIRMATION, ENDORSEMENT
from cupboard.tongue import L_

#: Values of the facet, with their labels.
VALUES: Mapping[str, str] = {
    "endorsed": L_("Endorsed"), "confirmed": L_("Confirmed by its organisation"),
}
_VALUE_OF = {ENDORSEMENT: "endorsed", CONFIRMATION: "confirmed"}


class EndorsedSets:
    """The sets of one wiki. To be used by one thread at a time."""

    def __init__(self) -> None:
        self._day = date.min
        self._hierarchic = False
        self._may_read: frozenset[str] = frozenset()
        self._made_of: Any = None
        #: by access class, for statements with readers of their own, and under "" for all others: the sets by value
        self._parts: dict[str, dict[str, BitMap]] = {}
        self._own: tuple[Any, frozenset[str]] = (None, frozenset())

    def at(self, day: date, hierarchic: bool, memory: Memory, may: Callable[[Access], bool]) -> None:
        """Go by a day, by whether pages have the access rules of those above them, and by what a person may read.

        :param may: whether the person who asks may read pages of an access class
        """
        if (day, hierarchic) != (self._day, self._hierarchic):
            self._day, self._hierarchic, self._made_of = day, hierarchic, None
        asked = {one: Access(*_plain(one)) for one in self._of_their_own(memory)}
        if not hierarchic:
            asked["hierarchic"] = Access("", None, ())
        self._may_read = frozenset(one for one, access in asked.items() if may(access))

    @property
    def goes_by(self) -> tuple[date, bool, frozenset[str]]:
        """What :meth:`at` was told last."""
        return self._day, self._hierarchic, self._may_read

    def sets(self, memory: Memory) -> Mapping[str, BitMap]:
        """By value, the case studies that have it, as far as the person who asks may know of it."""
        if self._made_of != memory.version:
            self._parts = {}
            for written, members in memory.keys.get("statement", {}).items():
                kind, until, readers = json.loads(written)
                if not self._is_over(until):
                    part = self._parts.setdefault("" if self._is_certain(readers) else readers, {})
                    part[_VALUE_OF[kind]] = part.get(_VALUE_OF[kind], BitMap()) | members
            self._made_of = memory.version
        certain = self._parts.get("", {})
        own = [self._parts[one] for one in self._may_read if one in self._parts]
        if not own:
            return certain
        return {value: found for value in VALUES
                if (found := BitMap.union(*(part[value] for part in (certain, *own) if value in part), BitMap()))}

    def counting(self, statements: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Those statements of a summary that count, as far as the person who asks may know of them."""
        return (one for one in statements if not self._is_over(one["until"])
                and (self._is_certain(one["readers"]) or one["readers"] in self._may_read))

    def _of_their_own(self, memory: Memory) -> frozenset[str]:
        """The access classes of statements with readers of their own: as a rule none."""
        if self._own[0] != memory.version:
            found = {json.loads(written)[2] for written in memory.keys.get("statement", {})}
            self._own = memory.version, frozenset(found - {"always", "hierarchic"})
        return self._own[1]

    def _is_over(self, until: str) -> bool:
        return bool(until) and date.fromisoformat(until) < self._day

    def _is_certain(self, readers: str) -> bool:
        """Whether whoever may read the case study may read the statement."""
        return readers == "always" or readers == "hierarchic" and self._hierarchic


def _plain(access: str) -> tuple[str, str | None, tuple[str, ...]]:
    namespace, acl, parents = json.loads(access)
    return namespace, acl, tuple(parents)
