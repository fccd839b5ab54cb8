"""The catalogue's tables, kept in the index's database and written in the index's transaction.

    catalogue_state     one row: which tables these are, and how far they have come
    catalogue_class     access classes: what the right to read a page depends on
    catalogue_case      one row a case study: what it is found and ordered by
    catalogue_card      what its summary shows, JSON
    catalogue_text      its words: FTS5, stemmed
    catalogue_name      which case study has a name
    catalogue_document  attached files: name, class, words
    catalogue_paper     those of them that not everybody may read who may read their case study
    catalogue_paper_text  their words: FTS5, stemmed
    catalogue_resource  primary documents: see :mod:`resources`
    catalogue_gone      rows of catalogue_case that are no more
    catalogue_word      words as they are written, for "did you mean"
    catalogue_body, catalogue_body_name, catalogue_statement
                        organisations, and what they sign: see :mod:`bodies`

Each save of a case study, or of a document attached to it, gives it a row with a new and greater number, its *ordinal*,
and puts the old row into ``catalogue_gone``. Rows never change. So a process that keeps sets of ordinals in memory
catches up by reading what was added to these two tables since it last looked: see :mod:`memory`.
"""

from __future__ import annotations

import json
import secrets
import sqlite3
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, BinaryIO, NamedTuple

from cupboard import kinds
from cupboard.catalogue import bodies, extract, resources, rows
from cupboard.catalogue.rows import COLUMNS, Access, Row
from cupboard.document import parse

#: How many rows of catalogue_gone are kept for processes that have not caught up. One that is further behind reads
#: everything anew.
_KEPT = 5_000

#: Much more than a case study is, or its attached documents together are searched for.
_MAX_PAGE = 4_000_000
_MAX_DOCUMENTS = 300_000

_SCHEMA = f"""
CREATE TABLE catalogue_state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch TEXT NOT NULL,
    last_case INTEGER NOT NULL,
    last_gone INTEGER NOT NULL,
    forgotten INTEGER NOT NULL
);
CREATE TABLE catalogue_class (
    id INTEGER PRIMARY KEY,
    access TEXT NOT NULL UNIQUE
);
CREATE TABLE catalogue_case (
    ordinal INTEGER PRIMARY KEY,
    itemid TEXT NOT NULL UNIQUE,
    class INTEGER NOT NULL,
    published INTEGER NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    year INTEGER NOT NULL,
    organisation TEXT NOT NULL,
    keys TEXT NOT NULL
);
CREATE TABLE catalogue_card (
    ordinal INTEGER PRIMARY KEY,
    card TEXT NOT NULL
);
CREATE TABLE catalogue_gone (
    seq INTEGER PRIMARY KEY,
    ordinal INTEGER NOT NULL,
    class INTEGER NOT NULL,
    created INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    year INTEGER NOT NULL,
    organisation TEXT NOT NULL,
    keys TEXT NOT NULL
);
CREATE TABLE catalogue_name (
    name TEXT PRIMARY KEY,
    itemid TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX catalogue_name_itemid ON catalogue_name (itemid);
CREATE TABLE catalogue_document (
    itemid TEXT PRIMARY KEY,
    parent TEXT NOT NULL,
    filename TEXT NOT NULL,
    access TEXT NOT NULL,
    published INTEGER NOT NULL,
    size INTEGER NOT NULL,
    text BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX catalogue_document_parent ON catalogue_document (parent, filename);
CREATE TABLE catalogue_paper (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    ordinal INTEGER NOT NULL,
    class INTEGER NOT NULL,
    published INTEGER NOT NULL
);
CREATE INDEX catalogue_paper_ordinal ON catalogue_paper (ordinal);
CREATE VIRTUAL TABLE catalogue_paper_text USING fts5(name, text, tokenize="porter unicode61 remove_diacritics 2");
CREATE TABLE catalogue_word (
    word TEXT PRIMARY KEY
) WITHOUT ROWID;
CREATE VIRTUAL TABLE catalogue_text USING fts5({", ".join(COLUMNS)}, tokenize="porter unicode61 remove_diacritics 2");
""" + resources.SCHEMA + bodies.SCHEMA

_INSERT_TEXT = (
    f"INSERT INTO catalogue_text (rowid, {', '.join(COLUMNS)}) VALUES (?{', ?' * len(COLUMNS)})"
)
_CASE = "ordinal, itemid, class, published, created, changed, year, organisation, keys"


class _Paper(NamedTuple):
    """An attached document with readers of its own.

    :ivar published: seconds since the epoch; before that, rules that grant ``pubread`` grant nothing
    """

    filename: str
    access: Access
    published: int
    text: str


class _Documents(NamedTuple):
    """The files that are attached to a case study.

    :ivar text: the words of those that everybody may read who may read the case study
    :ivar sizes: of the same, in bytes, by file name
    :ivar papers: those of the others that have words
    :ivar own: access class, and when published, of all the others, by file name
    """

    text: str
    sizes: Mapping[str, int]
    papers: list[_Paper]
    own: Mapping[str, tuple[Access, int]]


class Catalogue:
    """The companion of the index that keeps these tables; see :mod:`cupboard.index.companions`."""

    name = "catalogue"
    version = 6

    def create(self, connection: sqlite3.Connection) -> None:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'catalogue_state'").fetchone():
            return
        for statement in _SCHEMA.split(";\n"):
            if statement.strip():
                connection.execute(statement)
        # Nobody who has read other tables than these may take them for the same.
        connection.execute("INSERT INTO catalogue_state VALUES (1, ?, 0, 0, 0)", (secrets.token_hex(8),))

    def put(
        self,
        connection: sqlite3.Connection,
        meta: Mapping[str, Any],
        content: str,
        open_data: Callable[[], BinaryIO],
    ) -> None:
        itemid = meta["itemid"]
        if kinds.is_listed(meta):
            with open_data() as data:
                row = rows.row_of(meta, parse(data.read(_MAX_PAGE)))
            _forget_document(connection, itemid)
            _statements_changed(connection, bodies.drop(connection, itemid))
            _write_case(connection, row, str(meta.get("sha1") or ""))
            return
        _forget_case(connection, itemid)
        _statements_changed(connection, bodies.put(connection, meta, open_data))
        document = _document_row(meta, content, open_data)
        if document is None:
            _forget_document(connection, itemid)
        else:
            _write_document(connection, itemid, *document)

    def drop(self, connection: sqlite3.Connection, itemid: str) -> None:
        _forget_case(connection, itemid)
        _forget_document(connection, itemid)
        _statements_changed(connection, bodies.drop(connection, itemid))


# case studies


def _write_case(connection: sqlite3.Connection, row: Row, content: str) -> None:
    old_names = _names(connection, row.itemid)
    _remove(connection, row.itemid)
    if old_names != set(row.names):
        _forget_names(connection, row.itemid)
        connection.executemany("INSERT OR REPLACE INTO catalogue_name VALUES (?, ?)",
                               [(name, row.itemid) for name in row.names])
    attached = _documents_of(connection, row.names, row.access)
    class_id = _class_id(connection, row.access)
    created = _created(connection, row.itemid, row.changed)
    keys, statements = bodies.keys_and_badges(
        connection, row.itemid, row.names, row.access, row.fields.get("organisation", ""), content
    )
    card = {"revid": row.revid, "names": row.names, "fields": row.fields, "files": attached.sizes,
            "content": content, "statements": statements}
    values = (row.itemid, class_id, row.published, created, row.changed, row.year, row.organisation,
              json.dumps([*row.keys, *keys], ensure_ascii=False))
    text = {**row.text, "documents": attached.text}
    _insert(connection, values, card, [text.get(column, "") for column in COLUMNS], attached)


def _insert(
    connection: sqlite3.Connection,
    values: tuple[Any, ...],
    card: Mapping[str, Any],
    text: list[str],
    attached: _Documents,
) -> None:
    (ordinal,) = connection.execute(
        "UPDATE catalogue_state SET last_case = last_case + 1 RETURNING last_case"
    ).fetchone()
    connection.execute(f"INSERT INTO catalogue_case ({_CASE}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (ordinal, *values))
    connection.execute("INSERT INTO catalogue_card VALUES (?, ?)", (ordinal, json.dumps(card, ensure_ascii=False)))
    connection.execute(_INSERT_TEXT, (ordinal, *text))
    for paper in attached.papers:
        number = connection.execute(
            "INSERT INTO catalogue_paper (ordinal, class, published) VALUES (?, ?, ?)",
            (ordinal, _class_id(connection, paper.access), paper.published),
        ).lastrowid
        connection.execute("INSERT INTO catalogue_paper_text (rowid, name, text) VALUES (?, ?, ?)",
                           (number, paper.filename, paper.text))
    own = {name: (_class_id(connection, access), when) for name, (access, when) in attached.own.items()}
    resources.write(connection, ordinal, card["fields"], attached.sizes, own)
    words = json.dumps(list(rows.words_of([*text, *(paper.text for paper in attached.papers)])))
    connection.execute("INSERT OR IGNORE INTO catalogue_word SELECT value FROM json_each(?)", (words,))


def _remove(connection: sqlite3.Connection, itemid: str) -> int | None:
    """Move an item's row over to the gone ones.

    :returns: the ordinal it had; None if there was none
    """
    found = connection.execute("SELECT ordinal FROM catalogue_case WHERE itemid = ?", (itemid,)).fetchone()
    if found is None:
        return None
    (seq,) = connection.execute("UPDATE catalogue_state SET last_gone = last_gone + 1 RETURNING last_gone").fetchone()
    connection.execute(
        "INSERT INTO catalogue_gone SELECT ?, ordinal, class, created, changed, year, organisation, keys"
        " FROM catalogue_case WHERE ordinal = ?",
        (seq, *found),
    )
    connection.execute("DELETE FROM catalogue_case WHERE ordinal = ?", found)
    connection.execute("DELETE FROM catalogue_card WHERE ordinal = ?", found)
    connection.execute("DELETE FROM catalogue_text WHERE rowid = ?", found)
    resources.remove(connection, found[0])
    for number in connection.execute("SELECT id FROM catalogue_paper WHERE ordinal = ?", found).fetchall():
        connection.execute("DELETE FROM catalogue_paper_text WHERE rowid = ?", number)
        connection.execute("DELETE FROM catalogue_paper WHERE id = ?", number)
    if seq % 1000 == 0:
        connection.execute("DELETE FROM catalogue_gone WHERE seq <= ?", (seq - _KEPT,))
        connection.execute("UPDATE catalogue_state SET forgotten = max(forgotten, ?)", (seq - _KEPT,))
    return found[0]


def _forget_case(connection: sqlite3.Connection, itemid: str) -> None:
    if _remove(connection, itemid) is not None:
        _forget_names(connection, itemid)


def _names(connection: sqlite3.Connection, itemid: str) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM catalogue_name WHERE itemid = ?", (itemid,))}


def _forget_names(connection: sqlite3.Connection, itemid: str) -> None:
    connection.execute("DELETE FROM catalogue_name WHERE itemid = ?", (itemid,))


def _class_id(connection: sqlite3.Connection, access: Access) -> int:
    text = json.dumps(access, ensure_ascii=False)
    found = connection.execute("SELECT id FROM catalogue_class WHERE access = ?", (text,)).fetchone()
    if found:
        return found[0]
    return connection.execute("INSERT INTO catalogue_class (access) VALUES (?)", (text,)).lastrowid


def _created(connection: sqlite3.Connection, itemid: str, changed: int) -> int:
    """When an item's first revision was stored, by the index's own table (index revision_item)."""
    (first,) = connection.execute(
        "SELECT min(mtime) FROM (SELECT min(mtime) AS mtime FROM revision WHERE itemid = ?1 AND latest = 0"
        " UNION ALL SELECT min(mtime) FROM revision WHERE itemid = ?1 AND latest = 1)", (itemid,)
    ).fetchone()
    return min(changed, int(first)) if first is not None else changed


# attached documents


def _document_row(
    meta: Mapping[str, Any], content: str, open_data: Callable[[], BinaryIO]
) -> tuple[str, str, Access, int, int, str] | None:
    """(parent, file name, access, when published, size, text) of a page below another one that is a file; None for any
    other."""
    names = meta.get("name") or ()
    if meta.get("namespace") or not names or "/" not in names[0]:
        return None
    parent, _, filename = names[0].rpartition("/")
    content_type = str(meta.get("contenttype") or "")
    if not extract.is_file(content_type, filename):
        return None
    text = rows.clean(extract.text_of(content_type, filename, content, open_data))
    return parent, filename, rows.access_of(meta), int(meta.get("ptime") or 0), int(meta.get("size") or 0), text


def _write_document(
    connection: sqlite3.Connection,
    itemid: str,
    parent: str,
    filename: str,
    access: Access,
    published: int,
    size: int,
    text: str,
) -> None:
    before = _parent_of_document(connection, itemid)
    written, packed = json.dumps(access, ensure_ascii=False), zlib.compress(text.encode(), 1)
    connection.execute("INSERT OR REPLACE INTO catalogue_document VALUES (?, ?, ?, ?, ?, ?, ?)",
                       (itemid, parent, filename, written, published, size, packed))
    for name in {before, parent} - {None}:
        _documents_changed(connection, name)


def _forget_document(connection: sqlite3.Connection, itemid: str) -> None:
    parent = _parent_of_document(connection, itemid)
    if parent is not None:
        connection.execute("DELETE FROM catalogue_document WHERE itemid = ?", (itemid,))
        _documents_changed(connection, parent)


def _parent_of_document(connection: sqlite3.Connection, itemid: str) -> str | None:
    found = connection.execute("SELECT parent FROM catalogue_document WHERE itemid = ?", (itemid,)).fetchone()
    return found[0] if found else None


def _documents_of(connection: sqlite3.Connection, names: tuple[str, ...], access: Access) -> _Documents:
    """The documents attached to a case study: those with its readers apart from those with others."""
    texts, sizes, papers, own = [], {}, [], {}
    left = left_of_papers = _MAX_DOCUMENTS
    for name in names:
        for filename, written, published, size, packed in connection.execute(
            "SELECT filename, access, published, size, text FROM catalogue_document WHERE parent = ? ORDER BY filename",
            (name,),
        ):
            text, its_access = zlib.decompress(packed).decode(), Access(*_plain(written))
            if not published and _same_readers(access, its_access, name):
                sizes[filename] = size
                texts.append(text[:left])
                left -= len(texts[-1])
                continue
            own[filename] = its_access, published
            if text and left_of_papers > 0:
                papers.append(_Paper(filename, its_access, published, text[:left_of_papers]))
                left_of_papers -= len(text)
    return _Documents("\n".join(texts), sizes, papers, own)


def _same_readers(case: Access, document: Access, name: str) -> bool:
    """Whether by Moin's rules whoever may read the case study may read the document.

    Without rules of its own a document has those of its namespace, as the case study then has; or, where rights are
    hierarchic, those of the case study.
    """
    if document.acl is not None:
        return document.acl == case.acl
    return case.acl is None and document.parents == (name,)


def _plain(access: str) -> tuple[str, str | None, tuple[str, ...]]:
    namespace, acl, parents = json.loads(access)
    return namespace, acl, tuple(parents)


def _documents_changed(connection: sqlite3.Connection, name: str) -> None:
    """Write a case study anew because of what is attached to it."""
    found = connection.execute(
        "SELECT c.*, d.card FROM catalogue_name n JOIN catalogue_case c ON c.itemid = n.itemid"
        " JOIN catalogue_card d ON d.ordinal = c.ordinal WHERE n.name = ?", (name,)
    ).fetchone()
    if found is None:
        return
    ordinal, *values, card = found
    card = json.loads(card)
    (access,) = connection.execute("SELECT access FROM catalogue_class WHERE id = ?", (values[1],)).fetchone()
    attached = _documents_of(connection, tuple(card["names"]), Access(*_plain(access)))
    columns = ", ".join(COLUMNS)
    text = list(connection.execute(f"SELECT {columns} FROM catalogue_text WHERE rowid = ?", (ordinal,)).fetchone())
    place = list(COLUMNS).index("documents")
    had_own = resources.any_with_own_readers(connection, ordinal) or connection.execute(
        "SELECT 1 FROM catalogue_paper WHERE ordinal = ?", (ordinal,)
    ).fetchone()
    is_same = attached.sizes == card["files"] and attached.text == text[place]
    if is_same and not attached.own and not had_own:
        return
    card["files"] = attached.sizes
    text[place] = attached.text
    _remove(connection, values[0])
    _insert(connection, tuple(values), card, text, attached)


# what organisations say


def _statements_changed(connection: sqlite3.Connection, itemids: Collection[str]) -> None:
    """Write case studies anew because of statements about them."""
    for itemid in itemids:
        found = connection.execute(
            "SELECT c.*, d.card FROM catalogue_case c JOIN catalogue_card d ON d.ordinal = c.ordinal"
            " WHERE c.itemid = ?", (itemid,)
        ).fetchone()
        if found is None:
            continue
        ordinal, *values, card = found
        card = json.loads(card)
        (access,) = connection.execute("SELECT access FROM catalogue_class WHERE id = ?", (values[1],)).fetchone()
        names, rights = tuple(card["names"]), Access(*_plain(access))
        added, statements = bodies.keys_and_badges(
            connection, itemid, names, rights, card["fields"].get("organisation", ""), card["content"]
        )
        keys = [*(one for one in json.loads(values[-1]) if not one.startswith("statement=")), *added]
        if statements == card["statements"] and keys == json.loads(values[-1]):
            continue
        card["statements"] = statements
        values[-1] = json.dumps(keys, ensure_ascii=False)
        columns = ", ".join(COLUMNS)
        text = list(connection.execute(f"SELECT {columns} FROM catalogue_text WHERE rowid = ?", (ordinal,)).fetchone())
        attached = _documents_of(connection, names, rights)
        _remove(connection, itemid)
        _insert(connection, tuple(values), card, text, attached)


# for those who compare


def contents(connection: sqlite3.Connection) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """(itemid, all that the tables say of it) of each case study, but for numbers that depend on the order of saves
    and the time at which it was made."""
    for row in connection.execute(
        "SELECT c.itemid, k.access, c.published, c.changed, c.year, c.organisation, c.keys, d.card,"
        " (SELECT json_group_array(json_array(name, access, published, text)) FROM (SELECT w.name, w.text, a.access,"
        " p.published FROM catalogue_paper p JOIN catalogue_paper_text w ON w.rowid = p.id JOIN catalogue_class a"
        " ON a.id = p.class WHERE p.ordinal = c.ordinal ORDER BY w.name, a.access)),"
        f" ({resources.OF_CASE}), t.*"
        " FROM catalogue_case c LEFT JOIN catalogue_class k ON k.id = c.class"
        " LEFT JOIN catalogue_card d ON d.ordinal = c.ordinal LEFT JOIN catalogue_text t ON t.rowid = c.ordinal"
    ):
        names = (
            "access",
            "published",
            "changed",
            "year",
            "organisation",
            "keys",
            "card",
            "papers",
            "resources",
            *COLUMNS,
        )
        yield row[0], dict(zip(names, row[1:]))
