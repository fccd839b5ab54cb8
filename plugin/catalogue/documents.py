"""Primary documents: the papers themselves, across all case studies.

1. Each row of a case study's primary resources that leads somewhere has a row in a table: see :mod:`resources`.
2. A process keeps, for each value of each facet, the set of documents that have it, and reads at each question what
   was added since, as :mod:`memory` does with case studies.
3. A question begins with the documents that this reader may open: those of the case studies that may be read, without
   the files with readers of their own that this reader is none of. List, count, facets and page come from that set.

Nothing is kept in memory until somebody asks for documents.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from moin import current_app, flaskg
from pyroaring import BitMap

from cupboard import definitions
from cupboard.catalogue import access, facets, words
from cupboard.catalogue.facets import Facet, Shelves
from cupboard.catalogue.held import Held, Keys, add, remove
from cupboard.catalogue.memory import Memory
from cupboard.catalogue.query import Query
from cupboard.catalogue.reader import Reader, reading
from cupboard.catalogue.results import Results
from cupboard.catalogue.rows import Access
from cupboard.tongue import L_

# The statements of one question, each with the index that serves it.
_ADDED = (  # catalogue_resource_ordinal, primary key of catalogue_case
    "SELECT r.id, r.ordinal, r.kind, r.rights, r.class, r.published, c.class, c.published, c.keys FROM "
    "catalogue_resource r"
    " JOIN catalogue_case c ON c.ordinal = r.ordinal WHERE r.ordinal > ? ORDER BY r.ordinal"
)
_CLASS = "SELECT access FROM catalogue_class WHERE id = ?"  # primary key
_SHOWN = "SELECT id, ordinal, place FROM catalogue_resource WHERE id IN (SELECT value FROM json_each(?))"  # primary key
STATEMENTS = {"added": _ADDED, "class": _CLASS, "shown": _SHOWN}

FACETS: Mapping[str, Facet] = {
    facet.id: facet
    for facet in (
        Facet("kind", "document_kind", L_("Kind of paper")),
        Facet("area", "categories", L_("Contract area"), root="contracts"),
        Facet("region", "region"),
        Facet("rights", "document_rights", L_("Who may use it")),
        Facet("status", "status", L_("Legal status")),
    )
}
NEWEST = "newest"
#: Orders, by the word in the address -> what documents are put together by; in each group the newest come first.
SORTS: Mapping[str, str] = {NEWEST: "", "kind": "document_kind", "year": "year", "organisation": "organisation"}
#: Facets about the document itself: the column of the template's primary resources that they look at.
COLUMNS = {"kind": "kind", "rights": "rights"}
#: Fields of the case study that documents are found by.
_OF_THE_CASE = {facet.field for facet in FACETS.values() if facet.id not in COLUMNS} | {"year", "organisation"}


@dataclass
class ByReaders:
    """Documents by what the right to read them depends on; see :func:`cupboard.catalogue.access.readable`."""

    classes: dict[int, BitMap] = field(default_factory=dict)
    embargoed: dict[int, int] = field(default_factory=dict)

    def add(self, number: int, class_id: int, published: int) -> None:
        self.classes.setdefault(class_id, BitMap()).add(number)
        if published:
            self.embargoed[number] = published

    def discard(self, number: int, class_id: int) -> None:
        self.classes[class_id].discard(number)
        self.embargoed.pop(number, None)


@dataclass
class Documents(Held):
    """All documents, as a process keeps them: numbers of rows.

    :ivar version: of the case studies that they are of
    :ivar by_case: by the readers of the case study
    :ivar own: those with readers of their own, by these
    :ivar of_case: (number, class, own class, keys) of those of a case study
    """

    version: tuple[int, int, int] = (-1, 0, 0)  # type: ignore[assignment]
    last: int = 0
    cases: BitMap = field(default_factory=BitMap)
    keys: Keys = field(default_factory=dict)
    by_case: ByReaders = field(default_factory=ByReaders)
    own: ByReaders = field(default_factory=ByReaders)
    accesses: dict[int, Access] = field(default_factory=dict)
    of_case: dict[int, list[tuple[int, int, int | None, list[str]]]] = field(default_factory=dict)

    def catch_up(self, connection: sqlite3.Connection, memory: Memory) -> None:
        """Read what was written since; ``memory`` has caught up with the same connection."""
        if memory.version == self.version:
            return
        if memory.version[0] != self.version[0]:
            self.__init__()  # type: ignore[misc]
        self.version = (-1, 0, 0)  # should reading fail half-way, the next question starts again
        for ordinal in self.cases - memory.live:
            self._remove(ordinal)
        for ordinal, rows in groupby(connection.execute(_ADDED, (self.last,)), key=lambda row: row[1]):
            self._add(ordinal, list(rows))
        for class_id in {*self.by_case.classes, *self.own.classes} - self.accesses.keys():
            namespace, acl, parents = json.loads(connection.execute(_CLASS, (class_id,)).fetchone()[0])
            self.accesses[class_id] = Access(namespace, acl, tuple(parents))
        self.last, self.version = memory.last_case, memory.version

    def _add(self, ordinal: int, rows: list[tuple[Any, ...]]) -> None:
        of_case = [key for key in json.loads(rows[0][-1]) if key.partition("=")[0] in _OF_THE_CASE]
        for number, _, kind, rights, own, own_published, class_id, published, _ in rows:
            self.by_case.add(number, class_id, published)
            if own is not None:
                self.own.add(number, own, own_published)
            listed = [f"document_kind={kind}", f"document_rights={rights}", *of_case]
            add(self.keys, number, listed)
            self.of_case.setdefault(ordinal, []).append((number, class_id, own, listed))
        self.cases.add(ordinal)

    def _remove(self, ordinal: int) -> None:
        self.cases.discard(ordinal)
        for number, class_id, own, listed in self.of_case.pop(ordinal):
            self.by_case.discard(number, class_id)
            if own is not None:
                self.own.discard(number, own)
            remove(self.keys, number, listed)

    def readable(self) -> BitMap:
        """Those that the person who asks may open."""
        names = list(flaskg.user.name)
        of_cases = access.readable(self.by_case, self.accesses, flaskg.storage, names)
        if not self.own.classes:
            return of_cases
        closed = BitMap.union(*self.own.classes.values())
        return of_cases - (closed - access.readable(self.own, self.accesses, flaskg.storage, names))

    def of(self, ordinals: Iterable[int]) -> BitMap:
        """The documents of some case studies."""
        return BitMap(number for ordinal in ordinals for number, *_ in self.of_case.get(ordinal, ()))


class DocumentShelves(Shelves):
    """The labels of the facets of documents, by the definitions in force."""

    def __init__(self, in_force: definitions.Definitions):
        super().__init__(in_force, FACETS)

    def labels(self, facet: Facet) -> Mapping[str, str]:
        column = COLUMNS.get(facet.id)
        if column is None:
            return super().labels(facet)
        resources = self._template.field("resources")
        return self._definitions.labels(resources.column(column) if resources else None)


@dataclass(frozen=True)
class Found:
    """A document in a list.

    :ivar entry: of its case study
    :ivar place: number of its row among the primary resources, from 0
    """

    entry: Any
    place: int


@dataclass
class _Kept:
    documents: Documents = field(default_factory=Documents)
    shelves: DocumentShelves | None = None


_kept_of: WeakKeyDictionary[Any, _Kept] = WeakKeyDictionary()


def find(
    query: Query, scope: Query = Query(), offered: Collection[str] | None = None, whole: Collection[str] = ()
) -> Results:
    """Answer a question about documents for the person who asks; usually the newest case studies' come first.

    Words are looked for in the case studies and their files, as lists of case studies do.

    :param offered: ids of the facets to count; None: all of them
    """
    with reading() as reader:
        kept = _kept_of.setdefault(current_app.storage, _Kept())
        documents, shelves = kept.documents, _shelves(kept)
        documents.catch_up(reader.connection, reader.memory)
        base = documents.readable()
        for asked in (scope, query):
            if text := words.read(asked.text):
                base = base & documents.of(reader.fulltext.matches(reader.connection, text, reader.papers))
        base = facets.within(shelves, documents, scope, base)
        base = facets.kept_out(shelves, documents, query, base)
        found = facets.narrowed(shelves, documents, query, base)
        total = len(found)
        query, pages = query.of_list(total)
        groups = _in_order(documents, shelves, order(query), found)
        numbers = _page(groups, (query.page - 1) * query.per_page, query.per_page)
        offers = ()
        if offered != ():
            offers = shelves.offers(documents, query, base, scope, offered, whole)
        return Results(query, scope, tuple(_entries(reader, numbers)), total, pages, tuple(offers))


def order(query: Query) -> str:
    """The order of :data:`SORTS` that applies."""
    return query.sort if query.sort in SORTS else NEWEST


def _in_order(documents: Documents, shelves: DocumentShelves, order: str, found: BitMap) -> Iterator[BitMap]:
    """What was found, in groups; those come last of which nothing is known."""
    of_value = documents.keys.get(SORTS[order], {})
    if order == "kind":  # as the form asks for them
        asked = list(shelves.labels(FACETS["kind"]))
        values = [*asked, *sorted(of_value.keys() - {*asked, ""})]
    else:
        values = sorted(filter(None, of_value), key=str.casefold, reverse=order == "year")
    left = BitMap(found)
    for value in values:
        if value in of_value and left.intersect(of_value[value]):
            group = left & of_value[value]
            left -= group
            yield group
    yield left


def _page(groups: Iterable[BitMap], start: int, count: int) -> list[int]:
    numbers: list[int] = []
    for group in groups:
        last = len(group) - start
        if last > 0:
            numbers += list(group[max(0, last - count + len(numbers)) : last])[::-1]
        start = max(0, -last)
        if len(numbers) == count:
            break
    return numbers


def shelves() -> DocumentShelves:
    """The labels of the facets of documents, by the definitions in force."""
    return _shelves(_kept_of.setdefault(current_app.storage, _Kept()))


def _shelves(kept: _Kept) -> DocumentShelves:
    in_force = definitions.current()
    if kept.shelves is None or kept.shelves.version != in_force.version:
        kept.shelves = DocumentShelves(in_force)
    return kept.shelves


def _entries(reader: Reader, numbers: list[int]) -> Iterable[Found]:
    if not numbers:
        return []
    rows = {row[0]: row for row in reader.connection.execute(_SHOWN, (json.dumps(numbers),))}
    ordinals = list(dict.fromkeys(rows[number][1] for number in numbers))
    entries = dict(zip(ordinals, reader.entries(ordinals, {}), strict=True))
    return [Found(entries[rows[number][1]], rows[number][2]) for number in numbers]
