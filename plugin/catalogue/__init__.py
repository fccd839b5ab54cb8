"""Which case studies there are, for the person who asks: what every list on the wiki is made of.

:func:`find` is the one question. All of its answer (the list, its length, what each facet counts, the order, what might
have been meant) is made from one set: the case studies that this person may read. Filter, count, sort, cut, in this
order, so pages are never short.

    query       what is asked, and its address
    words       what was typed into the search box
    rows        a page -> what the tables hold of it
    extract     the words of attached documents
    tables      the tables, written in the index's transaction
    held        rows in memory: by value, the set of those that have it
    memory      the tables in memory, as sets
    orders      a set in order, read a page at a time
    access      what a person may read
    reader      one person's view of them at one moment: find, count, sort, cut
    results     what is answered
    facets      ways to narrow a list
    legal       which case studies are flagged today
    bodies      organisations, and the statements that they sign
    endorsed    which case studies are endorsed or confirmed today
    derived     sets that follow from rows, brought up to date by what came and went
    resources   the table of primary documents
    documents   lists of them
    carrying    which case studies carry an id
    fulltext    search and ranking
    similar     more like this
    comparing   the tables against the stored pages
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from moin import current_app

from cupboard.bodies.names import called
from cupboard.bodies.statements import ENDORSEMENT, Statement
from cupboard.catalogue import bodies, similar
from cupboard.catalogue.facets import FACETS, Shelves
from cupboard.catalogue.query import BadQuery, Query
from cupboard.catalogue.reader import Reader, kept_of_wiki, reading, shelves_of
from cupboard.catalogue.results import Entry, Results
from cupboard.catalogue.tables import Catalogue

__all__ = [
    "FACETS", "BadQuery", "Catalogue", "Entry", "Query", "Results", "Signed", "contact_points", "contacts", "find",
    "law_changes", "matching", "more_like", "of_items", "shelves", "signed", "spelt",
]  # fmt: skip

PER_PAGE = 25

# both by the unique index of ``itemid``
_OF_ITEMS = "SELECT ordinal FROM catalogue_case WHERE itemid IN (SELECT value FROM json_each(?))"
_NUMBERS = (
    "SELECT itemid, ordinal FROM catalogue_case WHERE itemid IN (SELECT value FROM json_each(?))"
)
STATEMENTS = {"of_items": _OF_ITEMS, "numbers": _NUMBERS}


def find(
    query: Query, scope: Query = Query(), offered: Collection[str] | None = (), whole: Collection[str] = ()
) -> Results:
    """Answer a query for the person who asks.

    :param scope: filters and words that hold besides those of the query; its order and page don't count
    :param offered: ids of the facets to count; None: all of them
    :param whole: ids of facets of which all values are wanted, and not only the most frequent ones
    """
    with reading() as reader:
        return reader.find(query, scope, offered, whole)


def more_like(itemid: str, count: int = 5) -> tuple[Entry, ...]:
    """The case studies most like one, of those that the person who asks may read."""
    with reading() as reader:
        ordinals = similar.similar(reader.connection, reader.memory, reader.readable, itemid, count)
        return tuple(reader.entries(ordinals, {}))


def of_items(itemids: Collection[str]) -> tuple[Entry, ...]:
    """The case studies of these item ids that the person who asks may read, in no particular order."""
    with reading() as reader:
        found = reader.connection.execute(_OF_ITEMS, (json.dumps(list(itemids)),))
        return tuple(reader.entries([row[0] for row in found if row[0] in reader.readable], {}))


def matching(query: Query, itemids: Collection[str]) -> set[str]:
    """Which of these item ids are among the answers to a query, for the person who asks."""
    with reading() as reader:
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
    with reading() as reader:
        return list(islice(_signed(reader, organisation, kind), count))


def _signed(reader: Reader, organisation: str | None, kind: str) -> Iterator[Signed]:
    found = bodies.statements(reader.connection, **({"organisation": organisation} if organisation else {"kind": kind}))
    readable = (one for one in found if one[-1] is not None and one[-1] in reader.readable)
    while some := list(islice(readable, 50)):
        entries = {entry.itemid: entry for entry in reader.entries(sorted({one[-1] for one in some}), {})}
        for itemid, page, fields, _ in some:
            statement = Statement.read(json.loads(fields))
            entry = entries.get(statement.case) if statement and statement.kind == kind else None
            if entry and any(one["page"] == page for one in entry.statements):
                yield Signed(itemid, page, statement, entry)


def spelt(keys: Collection[str]) -> tuple[str, ...]:
    """The spellings, as case studies have them, of organisations that are called one of these.

    Whoever may read none of their case studies learns nothing from a list that is limited to them.

    :param keys: see :func:`cupboard.bodies.names.called`
    """
    kept = kept_of_wiki()
    with reading() as reader:
        if kept.spellings_of != reader.memory.version:
            spellings: dict[str, list[str]] = {}
            for value in reader.memory.keys.get("organisation", {}):
                spellings.setdefault(called(value), []).append(value)
            kept.spellings, kept.spellings_of = spellings, reader.memory.version
        return tuple(sorted(value for key in dict.fromkeys(keys) for value in kept.spellings.get(key, ())))


def contact_points() -> Iterator[tuple[str, str, str]]:
    """(item id, name, mail address) of each page that names a contact point, whoever may read it: a walk through
    all.
    """
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
    with reading() as reader:
        found = reader.scoped(scope)
        sets = reader.shelves.legal.sets(reader.memory, "events")
        return {id: members.intersection_cardinality(found) for id, members in sets.items()}


def shelves() -> Shelves:
    """The labels of facets and of their values, by the definitions in force."""
    return shelves_of(kept_of_wiki())
