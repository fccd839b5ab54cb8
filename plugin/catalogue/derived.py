"""Sets that follow from rows, brought up to date by what came and went.

Rows never change, and each row's place in such sets follows from that row alone. So after a save, what the sets lose is
what went, and what they gain is worked out from what came, and not from all rows again: of 100,000 case studies one
save is one row.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from pyroaring import BitMap

from cupboard.catalogue.held import Held

Sets = Mapping[Any, BitMap]


class Derived:
    """Sets by name.

    :param of: those of some rows, as sets of its own: it must say of many rows what it says of each of them
    """

    def __init__(self, of: Callable[[Held], Sets]):
        self._of = of
        self._version: Hashable = None
        self._sets: Sets = {}

    def forget(self) -> None:
        """Work out all anew: what the sets depend on besides the rows is another."""
        self._version = None

    def sets(self, held: Held) -> Sets:
        """The sets of all rows, none of them empty; not to be changed. Those handed out before stay as they were."""
        if self._version != held.version:
            changed = held.since(self._version)
            # should this fail half-way, the next request starts again
            self._version = None
            self._sets = self._of(held) if changed is None else _changed(self._sets, *changed, self._of)
            self._version = held.version
        return self._sets


def _changed(sets: Sets, gone: BitMap, came: Held, of: Callable[[Held], Sets]) -> Sets:
    found = {}
    for name, members in sets.items():
        left = members - gone if members.intersect(gone) else members
        if left:
            found[name] = left
    for name, members in of(came).items():
        found[name] = found[name] | members if name in found else members
    return found
