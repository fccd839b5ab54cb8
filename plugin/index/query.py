"""From whoosh.query trees to SQL.

A node becomes a ``Match``: the set of revisions it matches, said in two ways.

    probe     a condition on one revision ``r``, answered by look-ups in indexes
    select    a statement that lists the ids of its revisions

A conjunction lists its smallest part and probes for the others, so that ``namespace:x AND tag:y`` costs as much as
there are pages with the tag, not pages in the namespace. Values are always bound, never part of the SQL.
"""

import logging
import re
from typing import NamedTuple

from moin.constants.keys import ALL_REVS, MTIME
from whoosh import query as wq
from whoosh.lang.morph_en import variations
from whoosh.query.qcore import _NullQuery
from whoosh.support.levenshtein import levenshtein
from whoosh.util.times import long_to_datetime

from . import dialect, fields, terms
from .documents import EPOCH
from .errors import UntranslatableQuery

logger = logging.getLogger(__name__)

# A set is counted up to here: beyond, it makes no difference to the order in which parts are tried.
COUNTED = 1000
# So many words of a pattern go into one full text expression.
_WORDS_AT_ONCE = 500
_GRAM_SIZES = range(3, 7)


class Match(NamedTuple):
    """A set of revisions. ``size`` is how many there are, roughly, at most ``COUNTED`` if counted at all."""

    probe: str
    probe_values: tuple
    select: str
    select_values: tuple
    size: float


NOTHING = Match("0", (), "SELECT NULL WHERE 0", (), 0)


class Translator:
    """Translates for one of Moin's three indexes.

    :param connection: to look tokens and words up
    :param layout: a fields.Layout
    :param idx_name: name of the index that is asked
    """

    def __init__(self, connection, layout, idx_name):
        self.connection = connection
        self.schema = layout.schemas[idx_name]
        self.past = idx_name == ALL_REVS
        self.halves = ("latest", "old") if self.past else ("latest",)
        self.posting_half = "latest IN (0, 1)" if self.past else "latest = 1"
        self.everything = "1" if self.past else "r.latest = 1"

    def match(self, node):
        """The Match of a query node.

        :raises UntranslatableQuery: if there is no translation for it or for a node below it
        """
        translate = _TRANSLATIONS.get(type(node))
        if translate is None:
            logger.error("no translation into SQL for %s: %r", type(node).__name__, node)
            raise UntranslatableQuery(node)
        return translate(self, node)

    # sets of ids

    def _scan(self, probe, values, size=float("inf")):
        return Match(probe, values, f"SELECT r.id FROM revision r WHERE {self.everything} AND {probe}", values, size)

    def _listed(self, select, values, size):
        return Match(f"r.id IN ({select})", values, select, values, size)

    def _tokens(self, ids):
        """Revisions that carry one of these tokens."""
        if not ids:
            return NOTHING
        if len(ids) == 1:
            where, values = "token = ?", tuple(ids)
        else:
            where, values = f"token IN ({dialect.EACH})", (dialect.listed(ids),)
        select = f"SELECT revision FROM posting WHERE {where} AND {self.posting_half}"
        count = f"SELECT count(*) FROM ({select} LIMIT {COUNTED})"
        size = self.connection.execute(count, values).fetchone()[0]
        if not size:
            return NOTHING
        probe = f"EXISTS (SELECT 1 FROM posting WHERE {where} AND {self.posting_half} AND revision = r.id)"
        return Match(probe, values, select, values, size)

    def full_text(self, table, expression):
        """Statement and values that list the ids of revisions that match a full text expression."""
        statements = [dialect.matching(f"{table}_{half}") for half in self.halves]
        return " UNION ALL ".join(statements), (expression,) * len(statements)

    def _with_words(self, column, words):
        """Revisions that have one of these words in this column."""
        parts = [words[i : i + _WORDS_AT_ONCE] for i in range(0, len(words), _WORDS_AT_ONCE)]
        matches = [
            self._listed(*self.full_text("words", dialect.in_column(column, part)), COUNTED)
            for part in (dialect.any_of(map(dialect.quoted, part)) for part in parts)
        ]
        return any_of(matches)

    # what a field has

    def field_id(self, name):
        row = self.connection.execute("SELECT id FROM field WHERE name = ?", (name,)).fetchone()
        return row[0] if row else -1

    def token_value(self, name, value):
        """The value as it stands in the token table or in a column; None if the field can't have it."""
        field = self.schema[name]
        try:
            if fields.boolean(field):
                return field.to_bytes(value).decode()
            if fields.date(field):
                number = value if type(value) is int else fields.NUMERIC.from_bytes(field, field.to_bytes(value))
                return _seconds(number) if name == MTIME else number
            if fields.numeric(field):
                return field.from_bytes(field.to_bytes(value))
        except Exception as error:  # noqa: BLE001  Whoosh raises bare Exception for what is no date
            if not isinstance(error, ValueError) and type(error) is not Exception:
                raise
            return None
        if isinstance(value, (list, tuple)):
            value = value[0] if value else ""
        if isinstance(value, bytes):
            value = value.decode("utf-8", "replace")
        return terms.clean(str(value))

    def _matching_tokens(self, name, predicate, prefix=""):
        values = self._tokens_from(name, prefix)
        return self._tokens([id_ for id_, value in values if predicate(str(value))])

    def _tokens_from(self, name, prefix):
        low, high = prefix, _after(prefix)
        sql, values = "SELECT id, value FROM token WHERE field = ? AND value >= ?", [self.field_id(name), low]
        if high is not None:
            sql += " AND value < ?"
            values.append(high)
        return self.connection.execute(sql, values).fetchall()

    def vocabulary(self, prefix=""):
        high = _after(prefix)
        if high is None:
            rows = self.connection.execute("SELECT text FROM word WHERE text >= ?", (prefix,))
        else:
            rows = self.connection.execute("SELECT text FROM word WHERE text >= ? AND text < ?", (prefix, high))
        return [text for (text,) in rows]

    def words_with(self, part):
        """Words of the vocabulary that contain this part of three to six characters, as NGRAMWORDS would find it."""
        if len(part) not in _GRAM_SIZES:
            return []
        rows = self.connection.execute(dialect.WORDS_WITH_PART, (dialect.quoted(part),))
        return [text for (text,) in rows]

    # nodes

    def _every(self, node):
        name = node.fieldname
        if name in (None, "", "*"):
            return self._scan("1", ())
        return self._has(name)

    def _has(self, name):
        if name not in self.schema:
            return NOTHING
        if name in fields.COLUMNS or name in fields.SORT_COLUMNS:
            return self._scan(f"r.{fields.SORT_COLUMNS[name]} IS NOT NULL", ())
        if name in fields.TEXT or name in fields.NGRAMS:
            # FTS5 has no way to say "anything": the document tells.
            source = fields.TEXT.get(name) or fields.NGRAMS[name]
            if source == "content":
                return self._scan("EXISTS (SELECT 1 FROM body WHERE revision = r.id)", ())
            return self._scan(f"coalesce({dialect.in_document(source)}, '') NOT IN ('', '[]')", ())
        rows = self._tokens_from(name, "") or self.connection.execute(
            "SELECT id, value FROM token WHERE field = ?", (self.field_id(name),)
        ).fetchall()
        return self._tokens([id_ for id_, _ in rows])

    def _null(self, node):
        return NOTHING

    def _term(self, node):
        return self.term(node.fieldname, node.text)

    def term(self, name, text):
        """Revisions that have this term in this field; none if this index has no such field."""
        if name not in self.schema:
            return NOTHING
        value = self.token_value(name, text)
        if value is None:
            return NOTHING
        if name in fields.COLUMNS:
            return self._column(name, "=", value)
        if name in fields.TEXT:
            return self._listed(*self.full_text("text", text_expression(name, [value])), COUNTED)
        if name in fields.NGRAMS:
            return self._with_words(fields.NGRAMS[name], self.words_with(value))
        row = self.connection.execute(
            "SELECT id FROM token WHERE field = ? AND value = ?", (self.field_id(name), value)
        ).fetchone()
        return self._tokens([row[0]] if row else [])

    def _column(self, name, operator, value):
        column = fields.COLUMNS[name]
        match = self._scan(f"r.{column} {operator} ?", (value,))
        if operator == "=" and column in ("revid", "itemid", "parentid"):
            return match._replace(size=1)
        if operator == "=" and column in ("namespace", "dataid"):
            count = f"SELECT count(*) FROM ({match.select} LIMIT {COUNTED})"
            return match._replace(size=self.connection.execute(count, match.select_values).fetchone()[0])
        return match

    def _phrase(self, node):
        name = node.fieldname
        if name not in self.schema:
            return NOTHING
        words = [self.token_value(name, word) for word in node.words]
        if not words or None in words:
            return NOTHING
        if len(words) == 1:
            return self.term(name, words[0])
        if name in fields.TEXT:
            listed = self._listed(*self.full_text("text", text_expression(name, words, node.slop)), COUNTED)
            return listed
        if not self.schema[name].supports("positions"):
            # A keyword holds several words as one; n-grams know nothing of words that follow each other.
            return NOTHING if name in fields.NGRAMS else self.term(name, " ".join(words))
        return self._verified(name, words, node.slop)

    def _verified(self, name, words, slop):
        """Phrases in fields that are kept as tokens: their documents are read."""
        together = all_of([self.term(name, word) for word in words], self)
        field = self.schema[name]
        found = []
        for id_, value in self.connection.execute(
            f"SELECT r.id, {dialect.in_document(None)} FROM revision r WHERE {self.everything} AND {together.probe}",
            (dialect.path(name), *together.probe_values),
        ).fetchall():
            if isinstance(value, str) and _follow(words, [token.text for token in field.analyzer(value)], slop):
                found.append(id_)
        return self._listed(dialect.EACH, (dialect.listed(found),), len(found)) if found else NOTHING

    def _prefix(self, node):
        name, text = node.fieldname, node.text
        if text == "":
            return self._has(name)
        if name not in self.schema:
            return NOTHING
        text = terms.clean(text)
        if name in fields.COLUMNS:
            high = _after(text)
            column = f"r.{fields.COLUMNS[name]}"
            if high is None:
                return self._scan(f"{column} >= ?", (text,))
            return self._scan(f"{column} >= ? AND {column} < ?", (text, high), COUNTED)
        if name in fields.TEXT:
            expression = dialect.in_column(fields.TEXT[name], dialect.begins_with(text))
            return self._listed(*self.full_text("words", expression), COUNTED)
        if name in fields.NGRAMS:
            return self._grams(name, lambda gram: gram.startswith(text), text)
        return self._tokens([id_ for id_, value in self._tokens_from(name, text) if isinstance(value, str)])

    def _grams(self, name, predicate, literal):
        """Revisions with an n-gram that satisfies the predicate, and so a word with these characters in it."""
        words = (
            [text for (text,) in self.connection.execute(dialect.WORDS_WITH_STRING, (literal,))]
            if literal
            else self.vocabulary()
        )
        return self._with_words(fields.NGRAMS[name], [word for word in words if any(map(predicate, _grams(word)))])

    def _pattern(self, node):
        name = node.fieldname
        if node.text == ("*" if isinstance(node, wq.Wildcard) else ".*"):
            return self._has(name)
        if name not in self.schema:
            return NOTHING
        try:
            expression = re.compile(node._get_pattern())
        except re.error as error:
            raise wq.QueryError(f"invalid pattern {node.text!r}: {error}") from error
        return self._satisfying(name, expression.match, node._find_prefix(node.text))

    def _satisfying(self, name, predicate, prefix):
        if name in fields.NGRAMS:
            return self._grams(name, predicate, prefix)
        if name in fields.TEXT:
            words = [word for word in self.vocabulary(prefix) if predicate(word)]
            return self._with_words(fields.TEXT[name], words)
        if name in fields.COLUMNS:
            column = fields.COLUMNS[name]
            values = self.connection.execute(f"SELECT DISTINCT {column} FROM revision WHERE {column} IS NOT NULL")
            found = [value for (value,) in values if str(value).startswith(prefix) and predicate(str(value))]
            return self._scan(f"r.{column} IN ({dialect.EACH})", (dialect.listed(found),))
        return self._matching_tokens(name, predicate, prefix)

    def _fuzzy(self, node):
        text, distance = node.text, int(node.maxdist)
        if node.fieldname not in self.schema:
            return NOTHING
        return self._satisfying(
            node.fieldname,
            lambda word: abs(len(word) - len(text)) <= distance and levenshtein(word, text) <= distance,
            text[: node.prefixlength],
        )

    def _variations(self, node):
        return any_of([self.term(node.fieldname, word) for word in sorted(variations(node.text))])

    def _range(self, node):
        name = node.fieldname
        if name not in self.schema:
            return NOTHING
        field = self.schema[name]
        numbers = fields.numeric(field) or fields.date(field)
        if not numbers and not isinstance(node, wq.TermRange):
            raise wq.QueryError(f"{type(node).__name__}: field {name!r} holds no numbers")
        bounds = []
        for value, operator in (
            (node.start, ">" if node.startexcl else ">="),
            (node.end, "<" if node.endexcl else "<="),
        ):
            if value is not None:
                value = self.token_value(name, value)
                if value is None:
                    return NOTHING
                bounds.append((operator, value))
        if name in fields.COLUMNS:
            column = fields.COLUMNS[name]
            if not bounds:
                return self._has(name)
            probe = " AND ".join(f"r.{column} {operator} ?" for operator, _ in bounds)
            return self._scan(probe, tuple(value for _, value in bounds))
        if name in fields.TEXT:
            words = self.vocabulary() if not bounds else self._words_between(bounds)
            return self._with_words(fields.TEXT[name], words)
        if name in fields.NGRAMS:
            return self._grams(name, lambda gram: all(_compare(gram, *bound) for bound in bounds), "")
        where = "".join(f" AND value {operator} ?" for operator, _ in bounds)
        rows = self.connection.execute(
            f"SELECT id FROM token WHERE field = ?{where}", (self.field_id(name), *(value for _, value in bounds))
        )
        return self._tokens([id_ for (id_,) in rows])

    def _words_between(self, bounds):
        where = " AND ".join(f"text {operator} ?" for operator, _ in bounds)
        rows = self.connection.execute(f"SELECT text FROM word WHERE {where}", tuple(value for _, value in bounds))
        return [text for (text,) in rows]

    # nodes with nodes below

    def _and(self, node):
        return all_of([self.match(child) for child in node.subqueries], self)

    def _or(self, node):
        texts, others = [], []
        for child in node.subqueries:
            expression = self.text_leaf(child)
            if expression is None:
                others.append(child)
            elif expression:
                texts.append(expression)
        matches = [self.match(child) for child in others]
        if texts:
            # the full text does its own disjunction, much faster than SQL
            matches.append(self._listed(*self.full_text("text", dialect.any_of(texts)), COUNTED))
        return any_of(matches)

    def text_leaf(self, node):
        """Full text expression of a term or phrase; "" if it can't match; None if the node is not of that kind."""
        if type(node) not in (wq.Term, wq.Phrase) or node.fieldname not in fields.TEXT:
            return None
        if node.fieldname not in self.schema:
            return ""
        words = node.words if type(node) is wq.Phrase else [node.text]
        words = [self.token_value(node.fieldname, word) for word in words]
        return text_expression(node.fieldname, words, getattr(node, "slop", 1)) if words else ""

    def _not(self, node):
        return self._without(self.match(node.query))

    def _without(self, match):
        return self._scan(f"NOT ({match.probe})", match.probe_values)

    def _and_not(self, node):
        return all_of([self.match(node.a), self._without(self.match(node.b))], self)

    def _first(self, node):
        return self.match(node.a)

    def _otherwise(self, node):
        first = self.match(node.a)
        sql = f"SELECT 1 FROM revision r WHERE {self.everything} AND {first.probe} LIMIT 1"
        return first if self.connection.execute(sql, first.probe_values).fetchone() else self.match(node.b)

    def _wrapped(self, node):
        return self.match(node.child)


_TRANSLATIONS = {
    _NullQuery: Translator._null,
    wq.Every: Translator._every,
    wq.Term: Translator._term,
    wq.Phrase: Translator._phrase,
    wq.Prefix: Translator._prefix,
    wq.Wildcard: Translator._pattern,
    wq.Regex: Translator._pattern,
    wq.FuzzyTerm: Translator._fuzzy,
    wq.Variations: Translator._variations,
    wq.TermRange: Translator._range,
    wq.NumericRange: Translator._range,
    wq.DateRange: Translator._range,
    wq.And: Translator._and,
    wq.Or: Translator._or,
    wq.DisjunctionMax: Translator._or,
    wq.Not: Translator._not,
    wq.AndNot: Translator._and_not,
    wq.AndMaybe: Translator._first,
    wq.Require: Translator._and,
    wq.Otherwise: Translator._otherwise,
    wq.ConstantScoreQuery: Translator._wrapped,
    wq.WeightingQuery: Translator._wrapped,
}


def all_of(matches, translator):
    """What is in all of these sets. The smallest is listed, the others are probed for."""
    if not matches or any(match is NOTHING for match in matches):
        return NOTHING
    if len(matches) == 1:
        return matches[0]
    ordered = sorted(matches, key=lambda match: match.size)
    probe = " AND ".join(f"({match.probe})" for match in ordered)
    values = tuple(value for match in ordered for value in match.probe_values)
    first, others = ordered[0], ordered[1:]
    rest = " AND ".join(f"({match.probe})" for match in others)
    if first.size == float("inf"):
        select, select_values = f"SELECT r.id FROM revision r WHERE {translator.everything} AND {probe}", values
    else:
        select = f"SELECT r.id FROM revision r WHERE r.id IN ({first.select}) AND {rest}"
        select_values = first.select_values + tuple(value for match in others for value in match.probe_values)
    return Match(probe, values, select, select_values, first.size)


def any_of(matches):
    """What is in any of these sets."""
    matches = [match for match in matches if match is not NOTHING]
    if not matches:
        return NOTHING
    if len(matches) == 1:
        return matches[0]
    return Match(
        "(" + " OR ".join(f"({match.probe})" for match in matches) + ")",
        tuple(value for match in matches for value in match.probe_values),
        " UNION ".join(f"SELECT * FROM ({match.select})" for match in matches),
        tuple(value for match in matches for value in match.select_values),
        sum(match.size for match in matches),
    )


def text_expression(name, words, slop=1):
    """Full text expression for words that follow each other in a field."""
    if len(words) > 1 and slop > 1:
        phrase = dialect.near(words, slop - 1)
    else:
        phrase = dialect.quoted(" ".join(words))
    return dialect.in_column(fields.TEXT[name], phrase)


def _after(prefix):
    """The smallest string greater than all that begin with the prefix, in the order of code points; None: no such."""
    while prefix:
        last = ord(prefix[-1])
        if last < 0x10FFFF:
            # the surrogates are no characters
            return prefix[:-1] + chr(0xE000 if last + 1 == 0xD800 else last + 1)
        prefix = prefix[:-1]
    return None


def _seconds(microseconds):
    return (long_to_datetime(microseconds) - EPOCH).total_seconds()


def _grams(word):
    return {word[i : i + size] for size in _GRAM_SIZES for i in range(len(word) - size + 1)}


def _compare(value, operator, bound):
    return {
        ">": value > bound,
        ">=": value >= bound,
        "<": value < bound,
        "<=": value <= bound,
    }[operator]


def _follow(words, tokens, slop):
    """Do the words stand in the tokens in this order, each at most ``slop`` places after the one before?"""
    places = {i for i, token in enumerate(tokens) if token == words[0]}
    for word in words[1:]:
        places = {
            j for i in places for j in range(i + 1, min(i + slop + 1, len(tokens))) if tokens[j] == word
        }
    return bool(places)


