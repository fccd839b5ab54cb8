"""The table of primary documents, ``catalogue_resource``: a row for each row of a case study's primary resources that
leads somewhere, written with the case study.

A file that is missing has none. A file with readers of its own has their access class.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Mapping
from typing import Any

SCHEMA = """
CREATE TABLE catalogue_resource (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ordinal INTEGER NOT NULL,
    place INTEGER NOT NULL,
    kind TEXT NOT NULL,
    rights TEXT NOT NULL,
    class INTEGER,
    published INTEGER NOT NULL
);
CREATE INDEX catalogue_resource_ordinal ON catalogue_resource (ordinal);
"""
#: What is said of those of one case study, but for numbers; ``c`` is its row.
OF_CASE = (
    "SELECT json_group_array(json_array(place, kind, rights, published, access)) FROM (SELECT r.*, k2.access FROM"
    " catalogue_resource r LEFT JOIN catalogue_class k2 ON k2.id = r.class WHERE r.ordinal = c.ordinal ORDER BY "
    "r.place)"
)

NOT_STATED = "not-stated"


def write(connection: sqlite3.Connection, ordinal: int, fields: Mapping[str, Any], files: Collection[str],
          own: Mapping[str, tuple[int, int]]) -> None:
    """Write the rows of a case study.

    :param fields: of the page
    :param files: names of the files that all may read who may read it
    :param own: access class, and when published, of the files with readers of their own
    """
    rows = fields.get("resources", ())
    found = []
    for place, row in enumerate(() if isinstance(rows, str) else rows):
        if not isinstance(row, Mapping):
            continue
        name = row.get("attachment")
        if (name in files or name in own) if name else row.get("link"):
            class_id, published = own.get(name, (None, 0)) if name else (None, 0)
            kind, rights = (str(row.get(one) or "") for one in ("kind", "rights"))
            found.append((ordinal, place, kind or "other", rights or NOT_STATED, class_id, published))
    # the last one first: lists go by descending numbers
    connection.executemany(
        "INSERT INTO catalogue_resource (ordinal, place, kind, rights, class, published) VALUES (?, ?, ?, ?, ?, ?)",
        reversed(found),
    )


def remove(connection: sqlite3.Connection, ordinal: int) -> None:
    connection.execute("DELETE FROM catalogue_resource WHERE ordinal = ?", (ordinal,))


def any_with_own_readers(connection: sqlite3.Connection, ordinal: int) -> bool:
    """Whether a case study has a document with readers of its own."""
    found = connection.execute("SELECT 1 FROM catalogue_resource WHERE ordinal = ? AND class IS NOT NULL", (ordinal,))
    return found.fetchone() is not None
