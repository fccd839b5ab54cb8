"""A companion of the index: one row for each reference, so that both directions are one look-up.

``target`` is the item that the name is bound to, or NULL; see :mod:`cupboard.references.binding`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from cupboard import kinds
from cupboard.document import parse
from cupboard.references.binding import BINDINGS

_SCHEMA = """
CREATE TABLE reference_link (
    source TEXT NOT NULL,
    number INTEGER NOT NULL,
    field TEXT NOT NULL,
    name TEXT NOT NULL,
    place INTEGER NOT NULL,
    places INTEGER NOT NULL,
    target TEXT,
    PRIMARY KEY (source, number)
) WITHOUT ROWID;
CREATE INDEX reference_link_target ON reference_link (target);
CREATE INDEX reference_link_name ON reference_link (name);
"""
_COLUMNS = "source, number, field, name, place, places, target"
FROM_SOURCES = (  # primary key
    f"SELECT {_COLUMNS} FROM reference_link WHERE source IN (SELECT value FROM json_each(?)) ORDER BY source, number"
)
# Those that are bound elsewhere are found by their names too: the page that they are bound to may have been deleted.
TO_TARGET = (  # reference_link_target, reference_link_name
    f"SELECT {_COLUMNS} FROM reference_link WHERE target IN (SELECT value FROM json_each(?1))"
    f" UNION SELECT {_COLUMNS} FROM reference_link WHERE name IN (SELECT value FROM json_each(?2)) ORDER BY 1, 2"
)


ANY_UNBOUND = "SELECT 1 FROM reference_link WHERE target IS NULL LIMIT 1"  # reference_link_target


class Link(NamedTuple):
    """A reference as the table has it: from the item ``source`` to ``name``, bound to the item ``target`` or to
    none.
    """

    source: str
    number: int
    field: str
    name: str
    place: int
    places: int
    target: str | None


class References:
    """Keeps the table; see :mod:`cupboard.index.companions`."""

    name = "reference"
    version = 1

    def create(self, connection: sqlite3.Connection) -> None:
        if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'reference_link'").fetchone():
            for statement in _SCHEMA.split(";\n"):
                if statement.strip():
                    connection.execute(statement)

    def put(
        self, connection: sqlite3.Connection, meta: Mapping[str, Any], content: str, open_data: Callable[[], BinaryIO]
    ) -> None:
        self.drop(connection, meta["itemid"])
        connection.executemany(
            f"INSERT INTO reference_link ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", links_of(meta, open_data)
        )

    def drop(self, connection: sqlite3.Connection, itemid: str) -> None:
        connection.execute("DELETE FROM reference_link WHERE source = ?", (itemid,))


def links_of(meta: Mapping[str, Any], open_data: Callable[[], BinaryIO]) -> Iterator[Link]:
    """The references of a page, by its newest revision; none of a deleted one."""
    kind = kinds.of_meta(meta)
    if kind is None or kind.references is None or not meta.get("name"):
        return
    with open_data() as data:
        document = parse(data.read())
    bindings = meta.get(BINDINGS) or {}
    for number, one in enumerate(kind.references(document)):
        yield Link(meta["itemid"], number, one.field, one.name, one.place, one.places, bindings.get(one.name))


def links_from(connection: sqlite3.Connection, itemids: Iterable[str]) -> list[Link]:
    """The references of some pages, in their order."""
    return [Link(*row) for row in connection.execute(FROM_SOURCES, (json.dumps(list(itemids)),))]


def links_to(connection: sqlite3.Connection, itemids: Iterable[str], names: Iterable[str]) -> list[Link]:
    """The references that may lead to some pages: they are bound to one of them, or have one of these names.

    :param names: that the pages have or had
    """
    return [Link(*row) for row in connection.execute(TO_TARGET, (json.dumps(list(itemids)), json.dumps(list(names))))]


def all_links(connection: sqlite3.Connection) -> list[Link]:
    return [Link(*row) for row in connection.execute(f"SELECT {_COLUMNS} FROM reference_link ORDER BY source, number")]


def any_unbound(connection: sqlite3.Connection) -> bool:
    """Whether there is any reference that isn't bound: names that a page had then count too."""
    return connection.execute(ANY_UNBOUND).fetchone() is not None
