"""Companions: others who keep tables of their own in the index database, written in the same transaction.

A companion is told of each revision that is, or becomes again, the latest of its item, whatever way it came in, and
of each item that has no revision left. So its tables are exact whenever the index is, and need no sweeps:

    class Tally:
        name = "tally"
        version = 1
        def create(self, connection): connection.execute("CREATE TABLE IF NOT EXISTS tally_item (...)")
        def put(self, connection, meta, content, open_data): ...
        def drop(self, connection, itemid): ...

    cupboard.index.companions.register(Tally())

The names of its tables begin with its own name and an underscore. When ``version`` changes, or what ``create`` makes,
they are dropped and filled anew from the store.
"""

import sqlite3
from contextlib import closing
from hashlib import sha256
from typing import BinaryIO, Callable, Protocol

from . import dialect


class Companion(Protocol):
    """Keeps tables beside the index. Its methods run inside the index's write transaction and must not end it."""

    name: str
    version: int

    def create(self, connection: sqlite3.Connection) -> None:
        """Make the tables if they are not there."""

    def put(
        self, connection: sqlite3.Connection, meta: dict, content: str, open_data: Callable[[], BinaryIO]
    ) -> None:
        """This revision is now the latest of its item. An exception undoes the save of the revision's index.

        :param meta: the revision's metadata
        :param content: its text, as it is indexed
        :param open_data: opens the revision's bytes; the caller closes them
        """

    def drop(self, connection: sqlite3.Connection, itemid: str) -> None:
        """The item has no revision left."""


_registered: dict[str, Companion] = {}


def register(companion):
    """Have a companion's tables kept from now on; before the application is made. The same name replaces."""
    if not companion.name.isidentifier():
        raise ValueError(f"A companion's name begins the names of its tables, so it can't be {companion.name!r}")
    _registered[companion.name] = companion


def unregister(name):
    """Stop keeping the tables of the companion of this name."""
    _registered.pop(name, None)


def registered():
    return list(_registered.values())


def create(connection):
    """Make the tables of all companions, and note their versions."""
    for companion in registered():
        _create(connection, companion)


def _create(connection, companion):
    companion.create(connection)
    connection.execute(
        "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (_setting(companion), _format(companion)),
    )


def put(connection, meta, content, open_data):
    for companion in registered():
        companion.put(connection, meta, content, open_data)


def drop(connection, itemid):
    for companion in registered():
        companion.drop(connection, itemid)


def outdated(connection):
    """The companions whose tables are not those of their version, or are not as they make them now."""
    have = dict(connection.execute("SELECT name, value FROM setting WHERE name LIKE 'companion %'"))
    return [companion for companion in registered() if have.get(_setting(companion)) != _format(companion)]


def _format(companion):
    """A name for what a companion keeps: its version, and its tables, should their version have been forgotten."""
    with closing(sqlite3.connect(":memory:")) as connection:
        companion.create(connection)
        made = connection.execute("SELECT sql FROM sqlite_master WHERE sql NOT NULL ORDER BY name").fetchall()
    return f"{companion.version}.{sha256(repr(made).encode()).hexdigest()[:12]}"


def recreate(connection, companion):
    """Drop all tables of a companion and make them anew, empty."""
    for kind, name in dialect.tables_of(connection, companion.name + "_"):
        # A virtual table takes its shadow tables with it.
        connection.execute(f'DROP {kind} IF EXISTS "{name}"')
    _create(connection, companion)


def _setting(companion):
    return f"companion {companion.name}"
