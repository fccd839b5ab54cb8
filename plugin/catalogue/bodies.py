"""Organisations and the statements that they sign, in the catalogue's tables.

    catalogue_body        one row an organisation that has a page
    catalogue_body_name   what each is called: see :func:`cupboard.bodies.names.called`
    catalogue_statement   one row a statement: see :mod:`cupboard.bodies.statements`

A row holds what its page says and nothing that depends on the day or on who reads. Where a page of one of these kinds
changes, :func:`put` says which case studies' rows are to be written anew.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from cupboard.bodies.names import called, keys_of
from cupboard.bodies.statements import CONFIRMATION, Statement
from cupboard.catalogue.rows import Access, access_of, key
from cupboard.document import Document, parse

ORGANISATION = "text/x-organisation"
STATEMENT = "text/x-endorsement"

_MAX_PAGE = 1_000_000

SCHEMA = """
CREATE TABLE catalogue_body (
    itemid TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    access TEXT NOT NULL,
    fields TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE catalogue_body_name (
    key TEXT NOT NULL,
    itemid TEXT NOT NULL,
    PRIMARY KEY (key, itemid)
) WITHOUT ROWID;
CREATE INDEX catalogue_body_name_itemid ON catalogue_body_name (itemid);
CREATE TABLE catalogue_statement (
    itemid TEXT PRIMARY KEY,
    about TEXT NOT NULL,
    organisation TEXT NOT NULL,
    kind TEXT NOT NULL,
    signed TEXT NOT NULL,
    name TEXT NOT NULL,
    access TEXT NOT NULL,
    fields TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX catalogue_statement_about ON catalogue_statement (about);
CREATE INDEX catalogue_statement_organisation ON catalogue_statement (organisation, signed);
CREATE INDEX catalogue_statement_signed ON catalogue_statement (kind, signed);
"""

_COLUMNS = "itemid, about, organisation, kind, signed, name, access, fields"

#: Column of :func:`statements` -> the statement it gives, each with the index that serves it.
_BY = {"about": "about", "organisation": "organisation", "itemid": "itemid", "kind": "kind"}


def put(
    connection: sqlite3.Connection, meta: Mapping[str, Any], open_data: Callable[[], BinaryIO]
) -> set[str]:
    """Write the row of a page, and forget the one of what it was.

    :returns: item ids of the case studies that it says something else about than before
    """
    itemid = meta["itemid"]
    kind = _content_type(meta) if meta.get("name") and not meta.get("namespace") else ""
    touched = drop(connection, itemid)
    if kind not in (ORGANISATION, STATEMENT):
        return touched
    with open_data() as data:
        document = parse(data.read(_MAX_PAGE))
    if kind == ORGANISATION:
        _write_body(connection, meta, document)
    elif not meta.get("ptime"):
        touched |= _write_statement(connection, meta, document)
    return touched


def drop(connection: sqlite3.Connection, itemid: str) -> set[str]:
    """Forget an item.

    :returns: as :func:`put` does
    """
    connection.execute("DELETE FROM catalogue_body WHERE itemid = ?", (itemid,))
    connection.execute("DELETE FROM catalogue_body_name WHERE itemid = ?", (itemid,))
    return {
        about
        for (about,) in connection.execute(
            "DELETE FROM catalogue_statement WHERE itemid = ? RETURNING about", (itemid,)
        )
    }


def _write_body(connection: sqlite3.Connection, meta: Mapping[str, Any], document: Document) -> None:
    fields = dict(document.fields)
    connection.execute(
        "INSERT INTO catalogue_body VALUES (?, ?, ?, ?)",
        (meta["itemid"], meta["name"][0], _written(access_of(meta)), json.dumps(fields, ensure_ascii=False)),
    )
    connection.executemany(
        "INSERT INTO catalogue_body_name VALUES (?, ?)", [(one, meta["itemid"]) for one in keys_of(fields)]
    )


def _write_statement(connection: sqlite3.Connection, meta: Mapping[str, Any], document: Document) -> set[str]:
    statement = Statement.read(document.fields)
    if statement is None:
        return set()
    connection.execute(
        f"INSERT INTO catalogue_statement ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (meta["itemid"], statement.case, statement.organisation, statement.kind, statement.on.isoformat(),
         meta["name"][0], _written(access_of(meta)), json.dumps(statement.fields(), ensure_ascii=False)),
    )  # fmt: skip
    return {statement.case}


def keys_and_badges(
    connection: sqlite3.Connection, case: str, names: tuple[str, ...], access: Access, organisation: Any, content: str
) -> tuple[list[str], list[dict[str, Any]]]:
    """What statements say of a case study in lists: keys of its row, and what its summary shows.

    A statement may have other readers than its case study has, and that there is one is nobody else's business. So each
    says when a reader of the case study is to know of it.

    :param case: item id
    :param organisation: as the case study names it
    :param content: checksum of its bytes
    """
    keys, badges = [], []
    for name, its_access, fields in connection.execute(
        "SELECT name, access, fields FROM catalogue_statement WHERE about = ? ORDER BY itemid", (case,)
    ):
        statement = Statement.read(json.loads(fields))
        if statement is None or statement.withdrawn_on is not None:
            continue
        readers = _readers(access, Access(*_plain(its_access)), names) or its_access
        subject = called(organisation) if isinstance(organisation, str) else ""
        if statement.kind == CONFIRMATION and called(statement.subject) != subject:
            continue
        until = statement.until.isoformat() if statement.until else ""
        keys.append(key("statement", json.dumps([statement.kind, until, readers])))
        badges.append({
            "kind": statement.kind, "by": statement.organisation_name, "on": statement.on.isoformat(), "until": until,
            "readers": readers, "edited": statement.content != content, "page": name,
        })  # fmt: skip
    return list(dict.fromkeys(keys)), badges


def _readers(case: Access, statement: Access, names: tuple[str, ...]) -> str | None:
    """When whoever may read a case study may read a statement about it: ``always``, ``hierarchic`` (where rights are)
    or None: not by what is known here, so each reader's rights are to be asked."""
    if statement.acl is not None:
        return "always" if statement.acl == case.acl else None
    if len(statement.parents) != 1 or statement.parents[0] not in names:
        return None
    return "always" if case.acl is None else "hierarchic"


# questions


def bodies(connection: sqlite3.Connection, keys: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """(item id, name of the page, fields as JSON) of the organisations that are called one of these."""
    found = []
    for one in keys:
        found.extend(connection.execute(
            "SELECT b.itemid, b.name, b.fields FROM catalogue_body_name n JOIN catalogue_body b ON b.itemid = n.itemid"
            " WHERE n.key = ? ORDER BY b.itemid", (one,)
        ))  # fmt: skip
    return list(dict.fromkeys(found))


def body(connection: sqlite3.Connection, itemid: str) -> tuple[str, str, str] | None:
    return connection.execute("SELECT itemid, name, fields FROM catalogue_body WHERE itemid = ?", (itemid,)).fetchone()


def every_body(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str, Access]]:
    for *found, access in connection.execute("SELECT itemid, name, fields, access FROM catalogue_body ORDER BY name"):
        yield *found, Access(*_plain(access))


def statements(connection: sqlite3.Connection, **by: str) -> Iterator[tuple[str, str, str, int | None]]:
    """(item id, name of the page, fields as JSON, number of the case study's row) of statements, newest first.

    :param by: one of ``about``, ``organisation``, ``itemid`` (ids of items) and ``kind``, with its value
    """
    ((column, value),) = by.items()
    yield from connection.execute(
        "SELECT s.itemid, s.name, s.fields, c.ordinal FROM catalogue_statement s"
        f" LEFT JOIN catalogue_case c ON c.itemid = s.about WHERE s.{_BY[column]} = ? ORDER BY s.signed DESC, s.itemid",
        (value,),
    )


def ending(connection: sqlite3.Connection, first: str, last: str) -> list[str]:
    """Item ids of the endorsements whose last day is one of these, both written as in ISO 8601.

    A walk through all of them: there are far fewer than case studies, and this is asked for mail and My Cupboard only.
    """
    return [itemid for (itemid,) in connection.execute(
        "SELECT itemid FROM catalogue_statement WHERE kind = 'endorsement'"
        " AND json_extract(fields, '$.until') BETWEEN ? AND ? ORDER BY itemid", (first, last)
    )]


# for those who compare


def contents(connection: sqlite3.Connection) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(item id, all that these tables say of it) of each organisation and each statement."""
    for itemid, *rest in connection.execute("SELECT itemid, name, access, fields FROM catalogue_body"):
        yield itemid, dict(zip(("name", "access", "fields"), rest))
    for itemid, *rest in connection.execute(f"SELECT {_COLUMNS} FROM catalogue_statement"):
        yield itemid, dict(zip(_COLUMNS.split(", ")[1:], rest))


def _content_type(meta: Mapping[str, Any]) -> str:
    return str(meta.get("contenttype") or "").partition(";")[0].strip().lower()


def _written(access: Access) -> str:
    return json.dumps(access, ensure_ascii=False)


def _plain(access: str) -> tuple[str, str | None, tuple[str, ...]]:
    namespace, acl, parents = json.loads(access)
    return namespace, acl, tuple(parents)
