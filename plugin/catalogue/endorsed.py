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

from cupboard.bodies.statements import CONFIRMATION, ENDORSEMENT
from cupboard.catalogue.derived import Derived
from cupboard.catalogue.held import Held
from cupboard.catalogue.rows import Access
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
        self._sets = Derived(self._made_of)
        self._own: tuple[Any, frozenset[str]] = (None, frozenset())

    def at(self, day: date, hierarchic: bool, held: Held, may: Callable[[Access], bool]) -> None:
        """Go by a day, by whether pages have the access rules of those above them, and by what a person may read.

        :param may: whether the person who asks may read pages of an access class
        """
        if (day, hierarchic) != (self._day, self._hierarchic):
            self._day, self._hierarchic = day, hierarchic
            self._sets.forget()
        asked = {one: Access(*_plain(one)) for one in self._of_their_own(held)}
        if not hierarchic:
            asked["hierarchic"] = Access("", None, ())
        self._may_read = frozenset(one for one, access in asked.items() if may(access))

    @property
    def goes_by(self) -> tuple[date, bool, frozenset[str]]:
        """What :meth:`at` was told last."""
        return self._day, self._hierarchic, self._may_read

    def sets(self, held: Held) -> Mapping[str, BitMap]:
        """By value, the case studies that have it, as far as the person who asks may know of it."""
        parts = self._sets.sets(held)
        known = [(value, members) for (readers, value), members in parts.items()
                 if not readers or readers in self._may_read]
        return {value: BitMap.union(*found) for value in VALUES
                if (found := [members for of, members in known if of == value])}

    def _made_of(self, held: Held) -> dict[tuple[str, str], BitMap]:
        """By access class and value, those of some case studies; the class is that of statements with readers of their
        own, and empty for all others.
        """
        parts: dict[tuple[str, str], list[BitMap]] = {}
        for written, members in held.keys.get("statement", {}).items():
            kind, until, readers = json.loads(written)
            if not self._is_over(until):
                parts.setdefault(("" if self._is_certain(readers) else readers, _VALUE_OF[kind]), []).append(members)
        return {name: BitMap.union(*found) for name, found in parts.items()}

    def counting(self, statements: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        """Those statements of a summary that count, as far as the person who asks may know of them."""
        return (one for one in statements if not self._is_over(one["until"])
                and (self._is_certain(one["readers"]) or one["readers"] in self._may_read))

    def _of_their_own(self, held: Held) -> frozenset[str]:
        """The access classes of statements with readers of their own: as a rule none."""
        if self._own[0] != held.version:
            found = {json.loads(written)[2] for written in held.keys.get("statement", {})}
            self._own = held.version, frozenset(found - {"always", "hierarchic"})
        return self._own[1]

    def _is_over(self, until: str) -> bool:
        return bool(until) and date.fromisoformat(until) < self._day

    def _is_certain(self, readers: str) -> bool:
        """Whether whoever may read the case study may read the statement."""
        return readers == "always" or readers == "hierarchic" and self._hierarchic


def _plain(access: str) -> tuple[str, str | None, tuple[str, ...]]:
    namespace, acl, parents = json.loads(access)
    return namespace, acl, tuple(parents)
