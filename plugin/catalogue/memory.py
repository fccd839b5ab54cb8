"""The catalogue as a process keeps it in memory: for each value a set of ordinals, and the orders of lists.

The sets are roaring bitmaps (a value's set of 100,000 ordinals takes a few kilobytes, the size of an intersection of
two a few microseconds), so a list, its count and the counts of all facets are intersections of sets. What changed since
the last request is read from the tables, which only ever grow: see :mod:`tables`.
"""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Hashable, Iterable
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from pyroaring import BitMap

from cupboard.catalogue.held import Held, Keys, add, discard, remove
from cupboard.catalogue.orders import Order
from cupboard.catalogue.rows import Access

#: Rows that came and went of which it is remembered what they were.
_REMEMBERED = 1000

# The statements of one request, each with the index that serves it.
_STATE = "SELECT epoch, last_case, last_gone, forgotten FROM catalogue_state"  # one row
_CASES = (  # primary key
    "SELECT ordinal, class, published, created, changed, year, organisation, keys FROM catalogue_case WHERE ordinal > ?"
)
_GONE = (  # primary key
    "SELECT seq, ordinal, class, created, changed, year, organisation, keys FROM catalogue_gone WHERE seq > ?"
    " ORDER BY seq"
)
_PAPERS = "SELECT id, ordinal, class, published FROM catalogue_paper WHERE ordinal > ?"  # catalogue_paper_ordinal
_CLASSES = "SELECT id, access FROM catalogue_class WHERE id > ?"  # primary key
STATEMENTS = {"state": _STATE, "cases": _CASES, "gone": _GONE, "papers": _PAPERS, "classes": _CLASSES}


class Ahead(Exception):
    """What is in memory is newer than what the connection sees."""


@dataclass
class Papers:
    """Attached documents that not everybody may read who may read their case study.

    :ivar last: the greatest number of one that was ever there
    :ivar case_of: ordinal of the case study, by number
    :ivar of_case: numbers and access classes, by ordinal of the case study
    :ivar classes, embargoed: numbers, as in :class:`Memory`
    """

    last: int = 0
    case_of: dict[int, int] = field(default_factory=dict)
    of_case: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    classes: dict[int, BitMap] = field(default_factory=dict)
    embargoed: dict[int, int] = field(default_factory=dict)

    def add_each(self, found: Iterable[tuple[int, int, int, int]]) -> None:
        for number, ordinal, class_id, published in found:
            self.last = max(self.last, number)
            self.case_of[number] = ordinal
            self.of_case.setdefault(ordinal, []).append((number, class_id))
            self.classes.setdefault(class_id, BitMap()).add(number)
            if published > time.time():
                self.embargoed[number] = published

    def remove_of(self, ordinal: int) -> None:
        """Forget those of a case study."""
        for number, class_id in self.of_case.pop(ordinal, ()):
            del self.case_of[number]
            discard(self.classes, class_id, number)
            self.embargoed.pop(number, None)


@dataclass
class Memory(Held):
    """What is in the tables up to a moment.

    :ivar epoch: names the tables; others have another one
    :ivar last_case, last_gone: how far they were read
    :ivar generation: how often all was read anew
    :ivar live: all case studies
    :ivar keys: by field and value
    :ivar classes: by number of the access class
    :ivar accesses: what the classes are
    :ivar embargoed: ordinals that were to be published later when they were read: seconds since the epoch
    :ivar orders: by name
    :ivar papers: attached documents with readers of their own
    :ivar cards: (itemid, created, changed, card) of some ordinals, filled by who reads them
    :ivar titles: words of title and result of some, likewise
    """

    epoch: str = ""
    last_case: int = 0
    last_gone: int = 0
    generation: int = 0
    live: BitMap = field(default_factory=BitMap)
    keys: Keys = field(default_factory=dict)
    classes: dict[int, BitMap] = field(default_factory=dict)
    accesses: dict[int, Access] = field(default_factory=dict)
    embargoed: dict[int, int] = field(default_factory=dict)
    orders: dict[str, Order] = field(default_factory=dict)
    papers: Papers = field(default_factory=Papers)
    cards: dict[int, tuple[str, int, int, dict[str, Any]]] = field(default_factory=dict)
    titles: dict[int, frozenset[str]] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _came: dict[int, list[str]] = field(default_factory=dict)
    _went: dict[int, int] = field(default_factory=dict)
    _remembered_since: tuple[int, int] = (0, 0)

    @property
    def version(self) -> tuple[int, int, int]:  # type: ignore[override]
        """Is another one after any change."""
        return self.generation, self.last_case, self.last_gone

    def since(self, version: Hashable) -> tuple[BitMap, Held] | None:
        """(what went, what came and is still there) since a version."""
        if not isinstance(version, tuple) or version[0] != self.generation:
            return None
        _, case, gone = version
        if case < self._remembered_since[0] or gone < self._remembered_since[1]:
            return None
        keys: Keys = {}
        for ordinal in takewhile(lambda ordinal: ordinal > case, reversed(self._came)):
            if ordinal in self.live:
                add(keys, ordinal, self._came[ordinal])
        went = BitMap(self._went[seq] for seq in takewhile(lambda seq: seq > gone, reversed(self._went)))
        return went, Held(keys)

    def _remember_from_now(self) -> None:
        self._came, self._went = {}, {}
        self._remembered_since = self.last_case, self.last_gone

    def forget(self) -> None:
        """Read all anew next time."""
        self.epoch = ""

    def catch_up(self, connection: sqlite3.Connection) -> None:
        """Read what was written since; all, at the first time or when it is too much.

        :raises Ahead: when the connection's snapshot is older than what was read before
        """
        epoch, last_case, last_gone, forgotten = connection.execute(_STATE).fetchone()
        if (epoch, last_case, last_gone) == (self.epoch, self.last_case, self.last_gone):
            return
        if epoch == self.epoch and self.last_case >= last_case and self.last_gone >= last_gone:
            raise Ahead
        anew = epoch != self.epoch or self.last_gone < forgotten or last_case - self.last_case > len(self.live) + 1000
        # should reading fail half-way, the next request starts again
        self.forget()
        if anew:
            self._read_all(connection)
        else:
            self._add_each(connection.execute(_CASES, (self.last_case,)))
            self.papers.add_each(connection.execute(_PAPERS, (self.last_case,)))
            self._remove_each(connection.execute(_GONE, (self.last_gone,)))
        self._read_classes(connection)
        self.epoch, self.last_case, self.last_gone = epoch, last_case, last_gone
        if anew or len(self._came) + len(self._went) > _REMEMBERED:
            self._remember_from_now()

    def _read_all(self, connection: sqlite3.Connection) -> None:
        self.generation += 1
        keys: dict[str, list[int]] = {}
        classes: dict[int, list[int]] = {}
        pairs: dict[str, list[tuple[Any, int]]] = {name: [] for name in ("newest", "changed", "year", "organisation")}
        now = time.time()
        self.embargoed = {}
        ordinals = []
        for ordinal, class_id, published, created, changed, year, organisation, listed in connection.execute(
            _CASES, (0,)
        ):
            ordinals.append(ordinal)
            classes.setdefault(class_id, []).append(ordinal)
            for one in json.loads(listed):
                keys.setdefault(one, []).append(ordinal)
            for name, key in _order_keys(created, changed, year, organisation).items():
                pairs[name].append((key, ordinal))
            if published > now:
                self.embargoed[ordinal] = published
        self.live = BitMap(ordinals)
        self.keys = {}
        for key, members in keys.items():
            name, _, value = key.partition("=")
            self.keys.setdefault(name, {})[value] = BitMap(members)
        self.classes = {class_id: BitMap(members) for class_id, members in classes.items()}
        self.orders = {name: Order(of_name) for name, of_name in pairs.items()}
        for members in (self.live, *self.classes.values(), *(one for of in self.keys.values() for one in of.values())):
            members.run_optimize()
        self.papers = Papers()
        self.papers.add_each(connection.execute(_PAPERS, (0,)))
        self.accesses = {}
        self.cards = {}
        self.titles = {}

    def _add_each(self, found: Iterable[tuple[Any, ...]]) -> None:
        for ordinal, class_id, published, created, changed, year, organisation, listed in found:
            self.live.add(ordinal)
            self.classes.setdefault(class_id, BitMap()).add(ordinal)
            self._came[ordinal] = json.loads(listed)
            add(self.keys, ordinal, self._came[ordinal])
            for name, key in _order_keys(created, changed, year, organisation).items():
                self.orders[name].add(key, ordinal)
            if published > time.time():
                self.embargoed[ordinal] = published

    def _remove_each(self, found: Iterable[tuple[Any, ...]]) -> None:
        for seq, ordinal, class_id, created, changed, year, organisation, listed in found:
            self._went[seq] = ordinal
            if ordinal not in self.live:
                # came and went since we last looked
                continue
            self.live.discard(ordinal)
            discard(self.classes, class_id, ordinal)
            remove(self.keys, ordinal, json.loads(listed))
            for name, key in _order_keys(created, changed, year, organisation).items():
                self.orders[name].remove(key, ordinal)
            self.embargoed.pop(ordinal, None)
            self.papers.remove_of(ordinal)

    def _read_classes(self, connection: sqlite3.Connection) -> None:
        if all(class_id in self.accesses for class_id in (*self.classes, *self.papers.classes)):
            return
        for class_id, access in connection.execute(_CLASSES, (max(self.accesses, default=0),)):
            namespace, acl, parents = json.loads(access)
            self.accesses[class_id] = Access(namespace, acl, tuple(parents))


def _order_keys(created: int, changed: int, year: int, organisation: str) -> dict[str, Any]:
    return {"newest": -created, "changed": -changed, "year": year, "organisation": organisation}
