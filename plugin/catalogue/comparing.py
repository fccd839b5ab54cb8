"""The catalogue's tables against the stored pages: for ``cupboard check``.

The tables are made a second time, from the store, in a database that is thrown away, and the two are compared.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from cupboard.catalogue import bodies
from cupboard.catalogue.tables import Catalogue, contents
from cupboard.index import building
from cupboard.tongue import _


def differences(storage: Any, newest: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Where the catalogue does not say of a page what is stored of it; one line each.

    :param storage: Moin's storage that checks no rights
    :param newest: (name of the backend, revision id) of the newest revision of each item
    """
    made = _made_again(storage, newest)
    try:
        there = storage.reading()
        expected = {**dict(contents(made)), **dict(bodies.contents(made))}
        there = {**dict(contents(there)), **dict(bodies.contents(there))}
    finally:
        made.close()
    for itemid in expected.keys() | there.keys():
        yield from _compared(itemid, expected.get(itemid), there.get(itemid))


def _made_again(storage: Any, newest: Iterable[tuple[str, str]]) -> sqlite3.Connection:
    connection = sqlite3.connect("", isolation_level=None)
    # the one table of the index that the catalogue looks at
    connection.execute("CREATE TABLE revision (itemid TEXT, latest INTEGER, mtime INTEGER)")
    connection.execute("BEGIN")
    catalogue = Catalogue()
    catalogue.create(connection)
    for backend, revid in newest:
        meta, content = building.read(storage, backend, revid)
        catalogue.put(connection, meta, content, lambda: storage.backend.retrieve(backend, revid)[1])
    return connection


def _compared(itemid: str, expected: Any, there: Any) -> Iterator[str]:
    if there is None:
        yield _("{page}: not in the lists of case studies").format(page=_called(expected, itemid))
    elif expected is None:
        yield _("{page}: in the lists of case studies, and is none").format(page=_called(there, itemid))
    else:
        for name, value in expected.items():
            if there[name] != value:
                yield _("{page}: the lists of case studies have another {name}").format(
                    page=_called(expected, itemid), name=name
                )


def _called(row: Any, itemid: str) -> str:
    if "name" in row:
        return row["name"]
    names = json.loads(row["card"] or "{}").get("names")
    return names[0] if names else itemid
