"""From revisions to rows. Everything here runs inside a write transaction that the caller begins and commits."""

import json
from typing import NamedTuple

from moin.constants.keys import (
    DATAID,
    ITEMID,
    MTIME,
    NAME,
    NAME_EXACT,
    NAME_SORT,
    NAMESPACE,
    PARENTID,
    REV_NUMBER,
    REVID,
    SIZE,
)
from moin.storage.middleware.indexing import backend_to_index

from . import dialect, documents, terms

_COLUMNS = (
    "revid, itemid, latest, namespace, mtime, rev_number, size, parentid, dataid, backendname,"
    " name_exact, name, name_sort, tokens, doc"
)
_INSERT = f"INSERT INTO revision (id, {_COLUMNS}) VALUES (?{', ?' * 15})"


class Row(NamedTuple):
    """All that is written for one revision; made without the database, so that other processes can make it."""

    columns: tuple
    doc: str
    tokens: tuple
    text: tuple
    words: tuple
    body: bytes


def prepare(meta, content, backend_name, layout):
    """What to write for a revision.

    :param meta: metadata dict as the store has it
    :param content: the revision's text, str
    :param layout: a fields.Layout
    """
    doc = backend_to_index(meta, "", layout.schema, backend_name)
    content = terms.clean(content or "")
    text, words = terms.text_columns(doc, content, layout)
    mtime = meta.get(MTIME)
    columns = (
        meta[REVID],
        meta[ITEMID],
        doc.get(NAMESPACE),
        mtime,
        meta.get(REV_NUMBER),
        meta.get(SIZE),
        meta.get(PARENTID),
        meta.get(DATAID),
        backend_name,
        *(terms.greatest(doc, name, layout) for name in (NAME_EXACT, NAME, NAME_SORT)),
    )
    return Row(
        columns=columns,
        doc=documents.encode(doc, layout),
        tokens=terms.tokens(doc, layout),
        text=text,
        words=words,
        body=documents.compress(content) if content else b"",
    )


class Writer:
    """Writes revisions through one connection, inside the caller's transaction."""

    def __init__(self, connection, layout, bulk=False):
        """
        :param bulk: True keeps all tokens and words seen in memory: for loads that are the only writer
        """
        self.connection = connection
        self.layout = layout
        self._fields = dict(connection.execute("SELECT name, id FROM field"))
        self._tokens = {} if bulk else None
        self._vocabulary = set() if bulk else None

    # one revision

    def put(self, row, latest):
        """Write a revision that is not there yet, or write it anew. Leaves other revisions of the item alone.

        :param latest: is it its item's newest?
        :returns: id of its row
        """
        revid = row.columns[0]
        known = self.connection.execute("SELECT id FROM revision WHERE revid = ?", (revid,)).fetchone()
        if known:
            self.delete(revid)
        # Written anew it keeps its number: whoever is walking a list of results still finds it.
        return self._insert(known[0] if known else None, row, latest)

    def _insert(self, id_, row, latest):
        common = self._token_ids(row.tokens[0])
        latest_only = self._token_ids(row.tokens[1])
        revid, itemid, *others = row.columns
        cursor = self.connection.execute(
            _INSERT, (id_, revid, itemid, int(latest), *others, json.dumps([common, latest_only]), row.doc)
        )
        id_ = id_ or cursor.lastrowid
        if row.body:
            self.connection.execute("INSERT INTO body VALUES (?, ?)", (id_, row.body))
        self._learn(row.words)
        self._index(id_, row.text, row.words, common, latest_only, latest)
        return id_

    def _index(self, id_, text, words, common, latest_only, latest):
        half = "latest" if latest else "old"
        ids = common + latest_only if latest else common
        self.connection.execute(dialect.INSERT_POSTINGS, (int(latest), id_, dialect.listed(ids)))
        self.connection.execute(dialect.INSERT_TEXT.format(half=half), (id_, *text))
        self.connection.execute(dialect.INSERT_WORDS.format(half=half), (id_, *map(" ".join, words)))

    def _unindex(self, id_, latest, tokens, doc):
        half = "latest" if latest else "old"
        common, latest_only = json.loads(tokens)
        content = self.content(id_)
        # A contentless full text forgets what it is told to forget: exactly what was written.
        text, words = terms.text_columns(doc, content, self.layout)
        self.connection.execute(dialect.DELETE_POSTINGS, (int(latest), id_, dialect.listed(common + latest_only)))
        self.connection.execute(dialect.DELETE_TEXT.format(half=half), (id_, *text))
        self.connection.execute(dialect.DELETE_WORDS.format(half=half), (id_, *map(" ".join, words)))
        return text, words, common, latest_only

    def delete(self, revid):
        """Forget a revision. Leaves other revisions of the item alone, whichever is newest then.

        :returns: (itemid, was it the latest), or None if it was not there
        """
        found = self.connection.execute(
            "SELECT id, itemid, latest, tokens, doc FROM revision WHERE revid = ?", (revid,)
        ).fetchone()
        if not found:
            return None
        id_, itemid, latest, tokens, doc = found
        self._unindex(id_, latest, tokens, documents.decode(doc))
        self.connection.execute("DELETE FROM body WHERE revision = ?", (id_,))
        self.connection.execute("DELETE FROM revision WHERE id = ?", (id_,))
        return itemid, bool(latest)

    def demote(self, itemid):
        """Move the item's latest revision over to the old ones."""
        found = self.connection.execute(
            "SELECT id, tokens, doc FROM revision WHERE itemid = ? AND latest = 1", (itemid,)
        ).fetchall()
        for id_, tokens, doc in found:
            text, words, common, latest_only = self._unindex(id_, True, tokens, documents.decode(doc))
            self.connection.execute("UPDATE revision SET latest = 0 WHERE id = ?", (id_,))
            self._index(id_, text, words, common, latest_only, False)

    def promote(self, revid):
        """Make a revision that is there its item's latest."""
        id_, tokens, doc = self.connection.execute(
            "SELECT id, tokens, doc FROM revision WHERE revid = ?", (revid,)
        ).fetchone()
        text, words, common, latest_only = self._unindex(id_, False, tokens, documents.decode(doc))
        self.connection.execute("UPDATE revision SET latest = 1 WHERE id = ?", (id_,))
        self._index(id_, text, words, common, latest_only, True)

    def latest(self, itemid):
        """revid of the revision that is held to be the item's latest, or None."""
        sql = "SELECT revid FROM revision WHERE itemid = ? AND latest = 1"
        row = self.connection.execute(sql, (itemid,)).fetchone()
        return row and row[0]

    def newest(self, itemid, but=None):
        """(revid, backend name, mtime, rev_number) of the item's newest revision by time, or None.

        :param but: revid to leave out
        """
        return self.connection.execute(
            "SELECT revid, backendname, mtime, rev_number FROM revision WHERE itemid = ? AND revid IS NOT ?"
            " ORDER BY mtime DESC, rev_number DESC, id DESC LIMIT 1",
            (itemid, but),
        ).fetchone()

    def content(self, id_):
        row = self.connection.execute("SELECT text FROM body WHERE revision = ?", (id_,)).fetchone()
        return documents.decompress(row[0]) if row else ""

    # tokens and words

    def _field_id(self, name):
        id_ = self._fields.get(name)
        if id_ is None:
            self.connection.execute("INSERT INTO field (name) VALUES (?) ON CONFLICT DO NOTHING", (name,))
            id_ = self.connection.execute("SELECT id FROM field WHERE name = ?", (name,)).fetchone()[0]
            self._fields[name] = id_
        return id_

    def _token_ids(self, pairs):
        ids = []
        for name, value in pairs:
            key = (self._field_id(name), value)
            id_ = self._tokens.get(key) if self._tokens is not None else None
            if id_ is None:
                row = self.connection.execute("SELECT id FROM token WHERE field = ? AND value = ?", key).fetchone()
                id_ = (
                    row[0]
                    if row
                    else self.connection.execute("INSERT INTO token (field, value) VALUES (?, ?)", key).lastrowid
                )
                if self._tokens is not None:
                    self._tokens[key] = id_
            ids.append(id_)
        return ids

    def _learn(self, words):
        seen = set().union(*words)
        if self._vocabulary is not None:
            seen -= self._vocabulary
            self._vocabulary |= seen
        else:
            seen = [word for (word,) in self.connection.execute(dialect.UNKNOWN_WORDS, (dialect.listed(seen),))]
        for word in seen:
            id_ = self.connection.execute(dialect.INSERT_WORD, (word,)).lastrowid
            self.connection.execute(dialect.INSERT_GRAM, (id_, word))
