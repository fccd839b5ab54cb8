"""What Moin gets from ``ix[name].searcher()``: the methods of Whoosh's Searcher that Moin uses."""

from functools import partial

from moin.constants.keys import ALL_REVS, CONTENTTYPE, ITEMID, LATEST_META, NAME_EXACT, NAMESPACE, REVID
from whoosh.query import And, Term

from . import dialect, documents, fields, ordering, ranking
from .hits import Results, ResultsPage
from .query import NOTHING, Translator, all_of

_CHUNK = 200
# Look-ups that every page view makes many of: one prepared statement each, no query tree.
_BY_COLUMN = "SELECT r.id, r.doc FROM revision r WHERE r.{column} = ? AND {half}"
_BY_NAME = (
    "SELECT r.id, r.doc FROM field f JOIN token t ON t.field = f.id JOIN posting p ON p.token = t.id"
    " JOIN revision r ON r.id = p.revision WHERE f.name = 'name_exact' AND t.value = ? AND p.{half}"
)
_LOOKED_UP = {
    REVID: _BY_COLUMN.format(column="revid", half="r.{half}"),
    ITEMID: _BY_COLUMN.format(column="itemid", half="r.{half}"),
    NAME_EXACT: _BY_NAME,
}
# With one of those, Moin may also give the namespace, and for a user the content type.
_NARROWED = {
    NAMESPACE: " AND r.namespace = ?",
    CONTENTTYPE: (
        " AND EXISTS (SELECT 1 FROM field f JOIN token t ON t.field = f.id JOIN posting p ON p.token = t.id"
        " WHERE f.name = 'contenttype' AND t.value = ? AND p.{half} AND p.revision = r.id)"
    ),
}
_EVERYTHING = "SELECT id FROM revision r WHERE {half} ORDER BY id"


class Index:
    """Stands where Moin has an open Whoosh index: ``middleware.ix[name]``."""

    def __init__(self, middleware, name):
        self.middleware = middleware
        self.name = name
        self.schema = middleware.schemas[name]

    def searcher(self):
        return Searcher(self.middleware, self.name)

    def doc_count(self):
        return self.searcher().doc_count()

    doc_count_all = doc_count

    def up_to_date(self):
        return True

    def close(self):
        """Nothing to do: connections belong to threads, not to indexes."""


class Searcher:
    """Answers for one of the three indexes. A document number is the id of a row of table revision."""

    def __init__(self, middleware, name):
        self.middleware = middleware
        self.name = name
        self.schema = middleware.schemas[name]
        self._half = "latest IN (0, 1)" if name == ALL_REVS else "latest = 1"

    def __enter__(self):
        return self

    def __exit__(self, *exc_info):
        pass

    def close(self):
        """Nothing to do, see Index.close."""

    @property
    def connection(self):
        return self.middleware.reading()

    def translator(self):
        return Translator(self.connection, self.middleware.layout, self.name)

    # documents

    def _document(self, id_, text):
        layout = self.middleware.layout
        if self.name == LATEST_META:
            return documents.decode(text, layout.stored_meta)
        doc = documents.decode(text)
        if self.name == ALL_REVS:
            for name in layout.stored_latest_only:
                doc.pop(name, None)
        return documents.Document(doc, partial(self.middleware.content, id_))

    def stored_fields(self, docnum):
        """The document with this number.

        :raises KeyError: it is not there any more
        """
        row = self.connection.execute("SELECT doc FROM revision WHERE id = ?", (docnum,)).fetchone()
        if row is None:
            raise KeyError(docnum)
        return self._document(docnum, row[0])

    def in_chunks(self, docnums):
        """Yield (number, document) in this order; skips what went away since the numbers were found."""
        for start in range(0, len(docnums), _CHUNK):
            chunk = docnums[start : start + _CHUNK]
            rows = self.connection.execute(
                f"SELECT id, doc FROM revision WHERE id IN ({dialect.EACH})", (dialect.listed(chunk),)
            ).fetchall()
            texts = dict(rows)
            for docnum in chunk:
                if docnum in texts:
                    yield docnum, self._document(docnum, texts[docnum])

    def _looked_up(self, kw, limit=""):
        """Rows (id, doc) of the look-ups that have a statement of their own; None: not one of those."""
        key = next((name for name in _LOOKED_UP if name in kw), None)
        others = [name for name in kw if name != key]
        if key is None or any(name not in _NARROWED or name not in self.schema for name in others):
            return None
        values = [kw[name] for name in (key, *others)]
        if not all(type(value) is str for value in values):
            return None
        connection = self.connection
        found = self.middleware.connections.found()
        asked = (self._half, limit, key, *others, *values)
        if found is not None and asked in found:
            return found[asked]
        sql = _LOOKED_UP[key] + "".join(_NARROWED[name] for name in others) + " ORDER BY r.id" + limit
        try:
            rows = connection.execute(sql.format(half=self._half), values).fetchall()
        except UnicodeEncodeError:
            # a lone surrogate from a URL: nothing can have that name
            rows = []
        if found is not None:
            # Moin asks for a page, those above it, groups and definitions again and again
            found[asked] = rows
        return rows

    def document(self, **kw):
        """The stored document whose fields have these values, the oldest row of several; None: there is none."""
        rows = self._looked_up(kw, " LIMIT 1")
        if rows is not None:
            return self._document(*rows[0]) if rows else None
        for document in self.documents(**kw):
            return document
        return None

    def documents(self, **kw):
        """Yield all stored documents whose fields have these values; without values, all."""
        rows = self._looked_up(kw)
        if rows is not None:
            for id_, text in rows:
                yield self._document(id_, text)
            return
        for _, document in self.in_chunks(self._numbers(kw)):
            yield document

    def all_stored_fields(self):
        return self.documents()

    def _numbers(self, kw):
        if not kw:
            return [id_ for (id_,) in self.connection.execute(_EVERYTHING.format(half=self._half))]
        for name in kw:
            if name not in self.schema:
                raise KeyError(f"No field named {name!r}")
        return self.matching(And([Term(name, value) for name, value in kw.items()]), "r.id")

    def document_numbers(self, **kw):
        return iter(self._numbers(kw))

    def document_number(self, **kw):
        numbers = self._numbers(kw)
        return numbers[0] if numbers else None

    def docs_for_query(self, q):
        return iter(self.matching(q, "r.id"))

    def doc_count(self):
        sql = f"SELECT count(*) FROM revision r WHERE {self._half}"
        return self.connection.execute(sql).fetchone()[0]

    doc_count_all = doc_count

    def lexicon(self, name):
        """The distinct tokens of a field, in order, as bytes."""
        translator = self.translator()
        if name in fields.COLUMNS:
            column = fields.COLUMNS[name]
            rows = self.connection.execute(
                f"SELECT DISTINCT {column} FROM revision r WHERE {self._half} AND {column} IS NOT NULL ORDER BY 1"
            )
        else:
            rows = self.connection.execute(
                "SELECT value FROM token t WHERE field = ?"
                f" AND EXISTS (SELECT 1 FROM posting WHERE token = t.id AND {self._half}) ORDER BY value",
                (translator.field_id(name),),
            )
        return iter([str(value).encode() for (value,) in rows])

    # searching

    def matching(self, q, order):
        """Numbers of all matches of a query, in an SQL order."""
        match = self.translator().match(q)
        if match is NOTHING:
            return []
        sql = f"SELECT r.id FROM revision r WHERE {self._where(match)} ORDER BY {order}"
        return [id_ for (id_,) in self.connection.execute(sql, self._values(match))]

    def _where(self, match):
        # A small set is listed; of a large one the revisions are walked in the order of an index, and probed.
        return f"r.id IN ({match.select})" if match.size < float("inf") else f"r.{self._half} AND {match.probe}"

    @staticmethod
    def _values(match):
        return match.select_values if match.size < float("inf") else match.probe_values

    def search(self, q, limit=10, sortedby=None, reverse=False, terms=False, scored=True, filter=None, mask=None):
        """Results of a query.

        :param limit: of how many hits to give documents; None: all
        :param sortedby: see ordering.order; without it the best come first
        :param reverse: the other way round
        :param terms: True: hits can tell which terms they matched
        :param scored: False: don't score if not sorted
        :param filter, mask: queries: only their matches; none of their matches
        """
        if limit is not None and limit < 1:
            raise ValueError("limit must be >= 1")
        asked = q
        if filter is not None:
            q = And([q, filter])
        translator = self.translator()
        match = translator.match(q)
        if mask is not None:
            match = all_of([match, translator._without(translator.match(mask))], translator)
        results = Results(self, asked, match, terms)
        if match is NOTHING:
            return results
        if sortedby:
            results.hits = self._sorted(match, sortedby, reverse, limit)
        elif scored and ranking.worth_scoring(q):
            results.hits, results.length = self._ranked(q, match, translator, reverse, limit)
        else:
            results.hits = self._in_order(match, f"r.id {'DESC' if reverse else 'ASC'}", limit)
        return results

    def _in_order(self, match, order, limit):
        sql = f"SELECT r.id, 1.0 FROM revision r WHERE {self._where(match)} ORDER BY {order} LIMIT ?"
        return self.connection.execute(sql, (*self._values(match), -1 if limit is None else limit)).fetchall()

    def _sorted(self, match, sortedby, reverse, limit):
        order = ordering.order(sortedby, reverse)
        if order.sql:
            return self._in_order(match, order.sql, limit)
        found = self._in_order(match, "r.id", None)
        ids = ordering.sort([id_ for id_, _ in found], order.facets, reverse, self, dict(found))
        return [(id_, 1.0) for id_ in ids[:limit]]

    def _ranked(self, q, match, translator, reverse, limit):
        """Hits of a query, best first, and the number of all of its matches."""
        where, values = self._where(match), self._values(match)
        total = dict.fromkeys(
            (id_ for (id_,) in self.connection.execute(f"SELECT r.id FROM revision r WHERE {where}", values)), 0.0
        )
        # Added up here and not in SQL: SQLite joins two such sets in ten times the time.
        for sql, values in ranking.scores(q, translator, self.doc_count()):
            for id_, score in self.connection.execute(sql, values):
                if id_ in total:
                    total[id_] += score
        ranked = sorted(total.items(), key=lambda hit: (hit[1], -hit[0]), reverse=not reverse)
        return ranked[:limit], len(ranked)

    def search_page(self, q, pagenum, pagelen=10, **kw):
        """Like search, but the hits of one page, as Whoosh cuts them: past the end it gives the last page."""
        if pagenum < 1:
            raise ValueError("pagenum must be >= 1")
        return ResultsPage(self.search(q, limit=pagenum * pagelen, **kw), pagenum, pagelen)

    def count(self, match):
        """How many revisions are in the set."""
        if match is NOTHING:
            return 0
        sql = f"SELECT count(*) FROM revision r WHERE {self._where(match)}"
        return self.connection.execute(sql, self._values(match)).fetchone()[0]

    # which terms matched

    def matched_terms(self, q, docnums):
        """{number: [(field name, term as bytes)]} for these documents."""
        translator = self.translator()
        matched = {docnum: [] for docnum in docnums}
        numbers = dialect.listed(docnums)
        seen = set()
        for leaf, _ in ranking.leaves(q):
            if not isinstance(leaf, Term) or (leaf.fieldname, leaf.text) in seen:
                continue
            seen.add((leaf.fieldname, leaf.text))
            match = translator.match(leaf)
            if match is NOTHING:
                continue
            sql = f"SELECT r.id FROM revision r WHERE r.id IN ({dialect.EACH}) AND {match.probe}"
            for (docnum,) in self.connection.execute(sql, (numbers, *match.probe_values)):
                matched[docnum].append((leaf.fieldname, self.schema[leaf.fieldname].to_bytes(leaf.text)))
        return matched
