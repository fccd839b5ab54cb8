"""Which case studies there are, for the person who asks: what every list on the wiki is made of.

:func:`find` is the one question. All of its answer (the list, its length, what each facet counts, the order, what might
have been meant) is made from one set: the case studies that this person may read. Filter, count, sort, cut, in this
order, so pages are never short.

    query       what is asked, and its address
    words       what was typed into the search box
    rows        a page -> what the tables hold of it
    extract     the words of attached documents
    tables      the tables, written in the index's transaction
    memory      the tables in memory, as sets
    orders      a set in order, read a page at a time
    access      what a person may read
    facets      ways to narrow a list
    legal       which case studies are flagged today
    bodies      organisations, and the statements that they sign
    endorsed    which case studies are endorsed or confirmed today
    fulltext    search and ranking
    similar     more like this
    comparing   the tables against the stored pages
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from math import ceil
from typing import Any
from weakref import WeakKeyDictionary

from flask import g
from moin import current_app, flaskg
from pyroaring import BitMap

from cupboard import definitions, kinds
from cupboard.catalogue import access, bodies, facets, similar, words
from cupboard.catalogue.facets import FACETS, Offer, Shelves
from cupboard.catalogue.fulltext import FullText, Marked
from cupboard.catalogue.memory import Ahead, Memory
from cupboard.catalogue.query import BadQuery, Query
from cupboard.catalogue.tables import Catalogue
from cupboard.endorsement.statements import ENDORSEMENT, Statement
from cupboard.legal_status.view import today
from cupboard.organisations.names import called

__all__ = ["FACETS", "BadQuery", "Catalogue", "Entry", "Query", "Results", "contact_points", "contacts", "find", "law_changes", "matching",
           "more_like", "of_items", "shelves", "signed", "spelt"]

PER_PAGE = 25

#: Cards that a process keeps as they were read: rows never change. A few kilobytes each.
_CARDS_KEPT = 2_000
_ENTRIES = (  # primary key of both tables
    "SELECT d.ordinal, c.itemid, c.created, c.changed, d.card FROM catalogue_card d"
    " JOIN catalogue_case c ON c.ordinal = d.ordinal"
    " WHERE d.ordinal IN (SELECT value FROM json_each(?))"
)
_OF_ITEMS = "SELECT ordinal FROM catalogue_case WHERE itemid IN (SELECT value FROM json_each(?))"  # its own unique index
_NUMBERS = (  # its own unique index
    "SELECT itemid, ordinal FROM catalogue_case WHERE itemid IN (SELECT value FROM json_each(?))"
)
STATEMENTS = {"entries": _ENTRIES, "of_items": _OF_ITEMS, "numbers": _NUMBERS}


@dataclass(frozen=True)
class Entry:
    """A case study in a list.

    :ivar revid: of the revision
    :ivar name: of the page
    :ivar created, changed: seconds since the epoch
    :ivar fields: what its summary shows, as the page has it
    :ivar files: sizes in bytes of attached documents that all may read who may read this, by file name
    :ivar statements: the statements of organisations about it that count today
    :ivar marked: title, result and a passage with the words searched for marked; None when there were none
    """

    itemid: str
    revid: str
    name: str
    changed: int
    fields: Mapping[str, Any]
    files: Mapping[str, int]
    statements: tuple[Mapping[str, Any], ...] = ()
    marked: Marked | None = None
    created: int = 0


@dataclass(frozen=True)
class Results:
    """One page of a list.

    :ivar query: as it was answered: the page is one that there is
    :ivar scope: what the list is limited to before anything is asked of it
    :ivar entries: the case studies of this page, or whatever else is listed
    :ivar total: how many there are on all pages
    :ivar pages: how many pages there are, at least 1
    :ivar offers: the facets that were asked for
    :ivar suggestion: what to type instead, when a word is in no case study; None when there is nothing to suggest
    :ivar of_kinds: how many there are of each kind of page that is listed with case studies, by its ``listed_as``
    """

    query: Query
    scope: Query
    entries: tuple[Any, ...]
    total: int
    pages: int
    offers: tuple[Offer, ...] = ()
    suggestion: str | None = None
    of_kinds: Mapping[str, int] = field(default_factory=dict)

    @property
    def page(self) -> int:
        return self.query.page

    @property
    def first(self) -> int:
        """Number of this page's first case study in the whole list; 0 when the list is empty."""
        return (self.page - 1) * self.query.per_page + 1 if self.total else 0


def find(
    query: Query, scope: Query = Query(), offered: Collection[str] | None = (), whole: Collection[str] = ()
) -> Results:
    """Answer a query for the person who asks.

    :param scope: filters and words that hold besides those of the query; its order and page don't count
    :param offered: ids of the facets to count; None: all of them
    :param whole: ids of facets of which all values are wanted, and not only the most frequent ones
    """
    with _reader() as reader:
        return reader.find(query, scope, offered, whole)


def more_like(itemid: str, count: int = 5) -> tuple[Entry, ...]:
    """The case studies most like one, of those that the person who asks may read."""
    with _reader() as reader:
        ordinals = similar.similar(reader.connection, reader.memory, reader.readable, itemid, count)
        return tuple(reader.entries(ordinals, {}))


def of_items(itemids: Collection[str]) -> tuple[Entry, ...]:
    """The case studies of these item ids that the person who asks may read, in no particular order."""
    with _reader() as reader:
        found = reader.connection.execute(_OF_ITEMS, (json.dumps(list(itemids)),))
        return tuple(reader.entries([row[0] for row in found if row[0] in reader.readable], {}))


def matching(query: Query, itemids: Collection[str]) -> set[str]:
    """Which of these item ids are among the answers to a query, for the person who asks."""
    with _reader() as reader:
        found = reader.scoped(query)
        rows = reader.connection.execute(_NUMBERS, (json.dumps(list(itemids)),))
        return {itemid for itemid, ordinal in rows if ordinal in found}


@dataclass(frozen=True)
class Signed:
    """A statement that an organisation signed.

    :ivar itemid: of its page
    :ivar page: name of its page
    :ivar entry: the case study that it is about
    """

    itemid: str
    page: str
    statement: Statement
    entry: Entry


def signed(count: int, *, organisation: str | None = None, kind: str = ENDORSEMENT) -> list[Signed]:
    """The newest statements that count today, about case studies that the person who asks may read.

    :param count: at most so many
    :param organisation: id of the item of its page; None: of any organisation
    """
    with _reader() as reader:
        return list(islice(reader.signed(organisation, kind), count))


def spelt(keys: Collection[str]) -> tuple[str, ...]:
    """The spellings, as case studies have them, of organisations that are called one of these.

    Whoever may read none of their case studies learns nothing from a list that is limited to them.

    :param keys: see :func:`cupboard.organisations.names.called`
    """
    kept = _kept()
    with _reader() as reader:
        if kept.spellings_of != reader.memory.version:
            spellings: dict[str, list[str]] = {}
            for value in reader.memory.keys.get("organisation", {}):
                spellings.setdefault(called(value), []).append(value)
            kept.spellings, kept.spellings_of = spellings, reader.memory.version
        return tuple(sorted(value for key in dict.fromkeys(keys) for value in kept.spellings.get(key, ())))


def contact_points() -> Iterator[tuple[str, str, str]]:
    """(item id, name, mail address) of each page that names a contact point, whoever may read it: a walk through all."""
    for itemid, name, address in current_app.storage.reading().execute(
        "SELECT c.itemid, coalesce(json_extract(d.card, '$.fields.contact_name'), '') AS name,"
        " coalesce(json_extract(d.card, '$.fields.contact_email'), '') AS address FROM catalogue_case c"
        " JOIN catalogue_card d ON d.ordinal = c.ordinal WHERE name != '' OR address != ''"
    ).fetchall():
        yield itemid, str(name).strip(), str(address).strip()


def contacts() -> dict[str, set[str]]:
    """Item ids of the pages of each contact point's mail address, whoever may read them."""
    found: dict[str, set[str]] = {}
    for itemid, _name, address in contact_points():
        if address:
            found.setdefault(address.casefold(), set()).add(itemid)
    return found


def law_changes(scope: Query = Query()) -> Mapping[str, int]:
    """By id of a change of law, how many case studies it flags today, of those that the person who asks may read."""
    with _reader() as reader:
        found = reader.scoped(scope)
        sets = reader.shelves.legal.sets(reader.memory, "events")
        return {id: members.intersection_cardinality(found) for id, members in sets.items()}


def shelves() -> Shelves:
    """The labels of facets and of their values, by the definitions in force."""
    return _shelves(_kept())


class _Kept:
    """What a process keeps of one wiki between requests. Nothing in it depends on who reads."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.fulltext = FullText(self.memory)
        self.shelves: Shelves | None = None
        self.spellings: Mapping[str, list[str]] = {}
        self.spellings_of: Any = None


_kept_of: WeakKeyDictionary[Any, _Kept] = WeakKeyDictionary()


def _kept() -> _Kept:
    storage = current_app.storage
    kept = _kept_of.get(storage)
    if kept is None:
        kept = _kept_of.setdefault(storage, _Kept())
    return kept


def _shelves(kept: _Kept) -> Shelves:
    in_force = definitions.current()
    found = kept.shelves
    if found is None or found.version != in_force.version:
        found = kept.shelves = Shelves(in_force)
    return found


@contextmanager
def _reader() -> Iterator[_Reader]:
    kept = _kept()
    in_force = _shelves(kept)
    storage = current_app.storage
    with kept.memory.lock:
        connection = storage.reading()
        try:
            kept.memory.catch_up(connection)
        except Ahead:
            # Another thread has read what was saved after this request began: go on from there.
            storage.connections.refresh()
            connection = storage.reading()
            try:
                kept.memory.catch_up(connection)
            except Ahead:
                # An older copy of the index was put in its place.
                kept.memory.forget()
                kept.memory.catch_up(connection)
        in_force.legal.at(connection, today())
        names = list(flaskg.user.name)
        in_force.endorsed.at(today(), access.is_hierarchic(flaskg.storage), kept.memory,
                             lambda one: access.may_read(one, flaskg.storage, names))
        yield _Reader(connection, kept.memory, kept.fulltext, in_force, *_readable(kept.memory))


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


class _Reader:
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
        pages = max(1, ceil(total / query.per_page))
        query = replace(query, page=min(max(1, query.page), pages))
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

    def signed(self, organisation: str | None, kind: str) -> Iterator[Signed]:
        found = bodies.statements(self.connection, **({"organisation": organisation} if organisation else {"kind": kind}))
        readable = (one for one in found if one[-1] is not None and one[-1] in self.readable)
        while some := list(islice(readable, 50)):
            entries = {entry.itemid: entry for entry in self.entries(sorted({one[-1] for one in some}), {})}
            for itemid, page, fields, _ in some:
                statement = Statement.read(json.loads(fields))
                entry = entries.get(statement.case) if statement and statement.kind == kind else None
                if entry and any(one["page"] == page for one in entry.statements):
                    yield Signed(itemid, page, statement, entry)

    def scoped(self, scope: Query) -> BitMap:
        """All that may be read of what a list is limited to."""
        base = self.readable
        fixed = words.read(scope.text)
        if fixed:
            base = base & self.fulltext.matches(self.connection, fixed, self.papers)
        base = facets.kept_out(self.shelves, self.memory, scope, base)
        return facets.narrowed(self.shelves, self.memory, scope, base)

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
