"""One person's view of the catalogue at one moment: what of it may be read, and what a query finds there.

Everything that is found is taken from one set of case studies. Filter, count, sort, cut, in this order, so pages are
never short.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from flask import g
from moin import current_app, flaskg
from pyroaring import BitMap

from cupboard import definitions, kinds
from cupboard.catalogue import access, facets, words
from cupboard.catalogue.facets import Shelves
from cupboard.catalogue.fulltext import FullText, Marked
from cupboard.catalogue.memory import Ahead, Memory
from cupboard.catalogue.query import Query
from cupboard.catalogue.results import Entry, Results
from cupboard.days import today

#: Cards that a process keeps as they were read: rows never change. A few kilobytes each.
_CARDS_KEPT = 2_000
_ENTRIES = (  # primary key of both tables
    "SELECT d.ordinal, c.itemid, c.created, c.changed, d.card FROM catalogue_card d"
    " JOIN catalogue_case c ON c.ordinal = d.ordinal"
    " WHERE d.ordinal IN (SELECT value FROM json_each(?))"
)
STATEMENTS = {"entries": _ENTRIES}
#: Under which a state of the index says what the memory was when it had caught up.
_STATE = "cupboard.catalogue"


class Kept:
    """What a process keeps of one wiki between requests. Nothing in it depends on who reads."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.fulltext = FullText(self.memory)
        self.shelves: Shelves | None = None
        self.spellings: Mapping[str, list[str]] = {}
        self.spellings_of: Any = None


_kept_of: WeakKeyDictionary[Any, Kept] = WeakKeyDictionary()


def kept_of_wiki() -> Kept:
    storage = current_app.storage
    kept = _kept_of.get(storage)
    if kept is None:
        kept = _kept_of.setdefault(storage, Kept())
    return kept


def shelves_of(kept: Kept) -> Shelves:
    in_force = definitions.current()
    found = kept.shelves
    if found is None or found.version != in_force.version:
        found = kept.shelves = Shelves(in_force)
    return found


@contextmanager
def reading() -> Iterator[Reader]:
    kept = kept_of_wiki()
    in_force = shelves_of(kept)
    storage = current_app.storage
    with kept.memory.lock:
        connection = _caught_up(kept.memory, storage)
        in_force.legal.at(connection, today())
        names = list(flaskg.user.name)
        in_force.endorsed.at(today(), access.is_hierarchic(flaskg.storage), kept.memory,
                             lambda one: access.may_read(one, flaskg.storage, names))
        yield Reader(connection, kept.memory, kept.fulltext, in_force, *_readable(kept.memory))


def _caught_up(memory: Memory, storage: Any) -> sqlite3.Connection:
    """The connection that this request reads by, once the memory is what that sees: asked once for each state of the
    index, however many lists a page has."""
    connection = storage.reading()
    if storage.found().get(_STATE) == (memory.epoch, *memory.version):
        return connection
    try:
        memory.catch_up(connection)
    except Ahead:
        # Another thread has read what was saved after this request began: go on from there.
        storage.connections.refresh()
        connection = storage.reading()
        try:
            memory.catch_up(connection)
        except Ahead:
            # An older copy of the index was put in its place.
            memory.forget()
            memory.catch_up(connection)
    storage.found()[_STATE] = memory.epoch, *memory.version
    return connection


def _readable(memory: Memory) -> tuple[BitMap, BitMap]:
    """(case studies, papers) that the person who asks may read; worked out once a request, as Moin does with rights."""
    names = tuple(flaskg.user.name)
    key = (memory.version, names, id(flaskg.storage), flaskg.user.trusted)
    found = g.get("cupboard_readable")
    if found is None or found[0] != key:
        sets = tuple(access.readable(held, memory.accesses, flaskg.storage, list(names))
                     for held in (memory, memory.papers))
        found = g.cupboard_readable = key, sets, flaskg.storage
    return found[1]


class Reader:
    """One person's view of the catalogue at one moment."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        memory: Memory,
        fulltext: FullText,
        shelves: Shelves,
        readable: BitMap,
        papers: BitMap,
    ):
        self.connection = connection
        self.memory = memory
        self.fulltext = fulltext
        self.shelves = shelves
        self.readable = readable
        self.papers = papers

    def find(self, query: Query, scope: Query, offered: Collection[str] | None, whole: Collection[str] = ()) -> Results:
        asked = words.read(query.text)
        base = self.scoped(scope)
        if asked:
            base = base & self.fulltext.matches(self.connection, asked, self.papers)
        base = facets.kept_out(self.shelves, self.memory, query, base)
        found = facets.narrowed(self.shelves, self.memory, query, base)
        total = len(found)
        query, pages = query.of_list(total)
        start = (query.page - 1) * query.per_page
        if query.order == "relevance" and asked.wanted:
            ordinals = self.fulltext.page(self.connection, asked, found, start, query.per_page)
        else:
            order = "newest" if query.order == "relevance" else query.order
            ordinals = self.memory.orders[order].page(found, start, query.per_page) if total else []
        marked = self.fulltext.marked(self.connection, asked, ordinals, self.papers) if ordinals else {}
        return Results(
            query,
            scope,
            tuple(self.entries(ordinals, marked)),
            total,
            pages,
            () if offered == () else tuple(self.shelves.offers(self.memory, query, base, scope, offered, whole)),
            self.fulltext.suggestion(self.connection, asked, self.readable, self.papers)
            if asked.wanted and not total
            else None,
            {
                kind.listed_as: self.memory.having("kind", kind.listed_as).intersection_cardinality(found)
                for kind in kinds.registered()
                if kind.listed_as
            },
        )

    def scoped(self, scope: Query) -> BitMap:
        """All that may be read of what a list is limited to."""
        base = self.readable
        fixed = words.read(scope.text)
        if fixed:
            base = base & self.fulltext.matches(self.connection, fixed, self.papers)
        return facets.within(self.shelves, self.memory, scope, base)

    def entries(self, ordinals: list[int], marked: Mapping[int, Marked]) -> Iterator[Entry]:
        if not ordinals:
            return
        cards = self.memory.cards
        if wanted := [ordinal for ordinal in ordinals if ordinal not in cards]:
            if len(cards) > _CARDS_KEPT:
                cards.clear()
                wanted = ordinals
            for ordinal, *row, text in self.connection.execute(_ENTRIES, (json.dumps(wanted),)):
                cards[ordinal] = *row, json.loads(text)
        for ordinal in ordinals:
            itemid, created, changed, card = cards[ordinal]
            name = card["names"][0]
            statements = tuple(self.shelves.endorsed.counting(card["statements"]))
            yield Entry(itemid, card["revid"], name, changed, card["fields"], card["files"], statements,
                        marked.get(ordinal), created)
