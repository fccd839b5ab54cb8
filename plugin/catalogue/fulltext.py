"""Full-text search in the catalogue: which case studies have the words, in which order, and how they show it.

Finding is apart from ranking. The set of all that have the words is read once and kept, and follows later saves; a
search with any filters is then an intersection. Relevance is worked out (bm25, title and result weigh more) only where
up to :data:`RANKED` case studies have the words. A word that more of them have says little about any of them: then
those that have it in the title come first, then those in the result or organisation, then the others; and of these
three, each that is small enough is ranked, otherwise newest first. So a common word costs no more than a rare one.

Attached documents that have readers of their own (*papers*) are searched apart, and only those that the reader may read
count: a case study has a word when it is in its own text or in one of these. Case studies that have all the words only
with the help of such documents come last.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import replace

from markupsafe import Markup, escape
from pyroaring import BitMap

from cupboard.catalogue.held import NOTHING
from cupboard.catalogue.memory import Memory
from cupboard.catalogue.rows import COLUMNS
from cupboard.catalogue.words import Piece, Words

RANKED = 1_000

_KEPT = 400
_TIERS = ("title", "result organisation")
_WEIGHTS = ", ".join(str(weight) for weight in COLUMNS.values())
_LAST_WORD = re.compile(r"(.*?)([^\W\d_]*)", re.DOTALL)
_START, _END = "\ue000", "\ue001"

# As one JSON text they come several times quicker than as rows.
_MATCHES = "SELECT json_group_array(rowid) FROM catalogue_text WHERE catalogue_text MATCH ? AND rowid > ?"
_RANK = (
    "SELECT rowid FROM catalogue_text WHERE catalogue_text MATCH ?"
    f" ORDER BY bm25(catalogue_text, {_WEIGHTS}), rowid DESC"
)
_MARKED = (
    "SELECT rowid, highlight(catalogue_text, 0, ?1, ?2), highlight(catalogue_text, 1, ?1, ?2),"
    " snippet(catalogue_text, -1, ?1, ?2, '…', 28)"
    " FROM catalogue_text WHERE catalogue_text MATCH ?3 AND rowid IN (SELECT value FROM json_each(?4))"
)
# The lists of all words that begin so are put together once, and not for each of these rows.
_MARKED_BEGUN = _MARKED.replace("AND rowid IN", "AND +rowid IN")
_IN_PAPERS = "SELECT json_group_array(rowid) FROM catalogue_paper_text WHERE catalogue_paper_text MATCH ? AND rowid > ?"
_MARKED_PAPERS = (
    "SELECT rowid, name, snippet(catalogue_paper_text, 1, ?1, ?2, '…', 28) FROM catalogue_paper_text"
    " WHERE catalogue_paper_text MATCH ?3 AND rowid IN (SELECT value FROM json_each(?4))"
)
#: A stem has at least so many letters, and what it lost at the end has at most so many: a word that begins as asked,
#: and has a stem that does not, lies between. Of more such words those with the shortest endings are asked for.
_SHORTEST_BEGINNING, _LONGEST_ENDING = 3, 10
_MOST_BEGUN = 100
_BEGUN = "SELECT word FROM catalogue_word WHERE word >= ? AND word < ? AND length(word) <= ?"
_LIKE_WORDS = "SELECT word FROM catalogue_word WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ?"
STATEMENTS = {"matches": _MATCHES, "in papers": _IN_PAPERS, "rank": _RANK, "marked": _MARKED,
              "marked_begun": _MARKED_BEGUN, "marked papers": _MARKED_PAPERS, "begun": _BEGUN,
              "like words": _LIKE_WORDS}


class Marked:
    """A case study's title, result and a passage, with what was searched for marked.

    :ivar title, result: empty when nothing is marked in them
    :ivar passage: where the words stand; empty when in the title or the result only
    """

    def __init__(self, title: str = "", result: str = "", passage: str = ""):
        self.title, self.result = _markup(title), _markup(result)
        unmarked = passage.replace(_START, "").replace(_END, "").strip("…")
        whole = title + "\n" + result
        is_new = _START in passage and unmarked not in whole.replace(_START, "").replace(_END, "")
        self.passage = _markup(passage) if is_new else Markup("")


class FullText:
    """Answers for one :class:`Memory`, whose version it follows."""

    def __init__(self, memory: Memory):
        self._memory = memory
        self._generation = 0
        self._sets: OrderedDict[str, tuple[int, BitMap]] = OrderedDict()
        self._paper_sets: OrderedDict[str, tuple[int, BitMap]] = OrderedDict()
        self._ranks: OrderedDict[str, tuple[tuple[int, int, int], list[int]]] = OrderedDict()
        self._beginnings: dict[str, tuple[str, ...]] = {}
        self._beginnings_of: tuple[int, int, int] | None = None

    def matches(self, connection: sqlite3.Connection, words: Words, papers: BitMap = NOTHING) -> BitMap:
        """All that have the words; also some that are no more.

        :param papers: those that the person who asks may read
        """
        words = self._begun(connection, words)
        if not words.wanted:
            found = self._memory.live
        elif not papers:
            found = self._matching(connection, words.expression)
        else:
            found = BitMap.intersection(*(self._having(connection, piece, papers) for piece in words.wanted))
        for piece in words.unwanted:
            found = found - self._having(connection, piece, papers)
        return found

    def _begun(self, connection: sqlite3.Connection, words: Words) -> Words:
        """What was typed, with the words that its beginnings stand for."""
        if not words.has_beginnings:
            return words
        if self._beginnings_of != self._memory.version or len(self._beginnings) > _KEPT:
            self._beginnings_of = self._memory.version
            self._beginnings.clear()
        return Words(*(tuple(self._with_begun(connection, piece) if piece.is_prefix else piece for piece in pieces)
                       for pieces in (words.wanted, words.unwanted)))

    def _with_begun(self, connection: sqlite3.Connection, piece: Piece) -> Piece:
        found = self._beginnings.get(piece.text)
        if found is None:
            before, start = _LAST_WORD.fullmatch(piece.text.lower()).groups()  # type: ignore[union-attr]
            listed = connection.execute(_BEGUN, (start, start + "\U0010ffff", len(start) + _LONGEST_ENDING))
            shortest = sorted((len(word), word) for (word,) in listed) if len(start) >= _SHORTEST_BEGINNING else []
            found = self._beginnings[piece.text] = tuple(before + word for _, word in shortest[:_MOST_BEGUN])
        return replace(piece, begun=found)

    def _having(self, connection: sqlite3.Connection, piece: Piece, papers: BitMap) -> BitMap:
        """All that have a word or phrase in their own text or in one of these papers."""
        own = self._matching(connection, piece.expression)
        if not papers:
            return own
        found = self._followed(connection, self._paper_sets, _IN_PAPERS, piece.expression, self._memory.papers.last)
        case_of = self._memory.papers.case_of
        return own | BitMap(case_of[number] for number in found & papers)

    def _matching(self, connection: sqlite3.Connection, expression: str) -> BitMap:
        return self._followed(connection, self._sets, _MATCHES, expression, self._memory.last_case)

    def _followed(
        self,
        connection: sqlite3.Connection,
        sets: OrderedDict[str, tuple[int, BitMap]],
        statement: str,
        expression: str,
        last: int,
    ) -> BitMap:
        """What a full text finds: kept, with what was added to it since up to number ``last``."""
        if self._generation != self._memory.generation:
            self._generation = self._memory.generation
            for kept in (self._sets, self._paper_sets, self._ranks):
                kept.clear()
        seen, found = sets.get(expression, (0, None))
        if found is None or seen < last:
            # a query that the full text won't have is our mistake, and must not be a reader's
            (listed,) = connection.execute(statement, (expression, seen)).fetchone()
            new = BitMap(json.loads(listed))
            found = new if found is None else found | new
            sets[expression] = last, found
        sets.move_to_end(expression)
        if len(sets) > _KEPT:
            sets.popitem(last=False)
        return found

    def _ranked(self, connection: sqlite3.Connection, expression: str) -> list[int]:
        version, ranked = self._ranks.get(expression, (None, []))
        if version != self._memory.version:
            ranked = [ordinal for (ordinal,) in connection.execute(_RANK, (expression,))]
            self._ranks[expression] = self._memory.version, ranked
        self._ranks.move_to_end(expression)
        if len(self._ranks) > _KEPT // 4:
            self._ranks.popitem(last=False)
        return ranked

    def page(
        self, connection: sqlite3.Connection, words: Words, found: BitMap, start: int, count: int
    ) -> list[int]:
        """Some of those found, most relevant first.

        :param found: all that have the words, may be read and pass the filters
        """
        page: list[int] = []
        words = self._begun(connection, words)
        for expression, members in self._tiers(connection, words, found):
            if start >= len(members):
                start -= len(members)
                continue
            if expression and len(self._matching(connection, expression)) <= RANKED:
                ranked = [ordinal for ordinal in self._ranked(connection, expression) if ordinal in members]
                page.extend(ranked[start : start + count - len(page)])
            else:
                page.extend(self._memory.orders["newest"].page(members, start, count - len(page)))
            start = 0
            if len(page) == count:
                break
        return page

    def _tiers(
        self, connection: sqlite3.Connection, words: Words, found: BitMap
    ) -> Iterable[tuple[str | None, BitMap]]:
        """Parts of those found, in their order: by which expression each is to be ranked, if by any."""
        expression = words.expression
        assert expression is not None
        with_papers = found - self._matching(connection, expression)
        found = found - with_papers
        if len(self._matching(connection, expression)) > RANKED:
            before = NOTHING
            columns = ""
            for more in _TIERS:
                columns = f"{columns} {more}".strip()
                within = words.within(columns)
                members = (self._matching(connection, within) & found) - before
                yield within, members
                before = before | members
            found = found - before
        yield expression, found
        yield None, with_papers

    def marked(
        self, connection: sqlite3.Connection, words: Words, ordinals: list[int], papers: BitMap = NOTHING
    ) -> dict[int, Marked]:
        """How case studies of one page of a list show what was searched for."""
        if not words.wanted:
            return {}
        words = self._begun(connection, words)
        statement = _MARKED_BEGUN if words.has_beginnings else _MARKED
        rows = connection.execute(statement, (_START, _END, words.expression, json.dumps(ordinals)))
        found = {ordinal: Marked(*texts) for ordinal, *texts in rows}
        others = [ordinal for ordinal in ordinals if ordinal not in found] if papers else ()
        if others:
            found.update(self._marked_with_papers(connection, words, others, papers))
        return found

    def _marked_with_papers(
        self, connection: sqlite3.Connection, words: Words, ordinals: list[int], papers: BitMap
    ) -> dict[int, Marked]:
        """The same for those that have some of the words only in papers: the passage is one of these."""
        held = self._memory.papers
        numbers = [number for ordinal in ordinals for number, _ in held.of_case.get(ordinal, ()) if number in papers]
        marks = _START, _END, words.any_of_them
        statement = _MARKED_BEGUN if words.has_beginnings else _MARKED
        own = {row[0]: row[1:] for row in connection.execute(statement, (*marks, json.dumps(ordinals)))}
        passages = {held.case_of[number]: f"{name}: {passage}"
                    for number, name, passage in connection.execute(_MARKED_PAPERS, (*marks, json.dumps(numbers)))}
        return {ordinal: Marked(*own.get(ordinal, ("", ""))[:2], passages.get(ordinal, "")) for ordinal in ordinals}

    def suggestion(
        self, connection: sqlite3.Connection, words: Words, readable: BitMap, papers: BitMap = NOTHING
    ) -> str | None:
        """What might have been meant, when a word is in nothing that may be read; None when nothing comes close.

        :returns: what to type instead; case studies that may be read have each of its words
        """
        for piece in words.wanted:
            if piece.is_prefix or piece.is_phrase or not piece.text.isalpha() or len(piece.text) < 4:
                continue
            if self._having(connection, piece, papers).intersection_cardinality(readable):
                continue
            for candidate in self._alike(connection, piece.text.lower()):
                there = self._having(connection, Piece(candidate), papers)
                if there.intersection_cardinality(readable):
                    return words.replacing(piece, candidate)
        return None

    def _alike(self, connection: sqlite3.Connection, word: str) -> list[str]:
        """Words of case studies that differ in a letter or two, nearest first; at most a handful."""
        most = 1 if len(word) < 6 else 2
        near: list[tuple[int, str]] = []
        # A first letter is seldom wrong but may be swapped with the second.
        for first in dict.fromkeys(word[:2]):
            for (candidate,) in connection.execute(
                _LIKE_WORDS, (first, first + "\U0010ffff", len(word) - most, len(word) + most)
            ):
                distance = differences(word, candidate, most)
                if distance is not None:
                    near.append((distance, candidate))
        return [candidate for _, candidate in sorted(near)[:20]]


def differences(one: str, other: str, most: int) -> int | None:
    """How many letters have to be added, left out, changed or swapped with their neighbour to make one word of the
    other (the restricted Damerau-Levenshtein distance); None when more than ``most``."""
    if abs(len(one) - len(other)) > most:
        return None
    before: list[int] = []
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        row, before, two_before = [number], row, before
        for place, its in enumerate(other, 1):
            cost = min(before[place] + 1, row[place - 1] + 1, before[place - 1] + (letter != its))
            if number > 1 and place > 1 and letter == other[place - 2] and its == one[number - 2]:
                cost = min(cost, two_before[place - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return None
    return row[-1] if row[-1] <= most else None


def _markup(text: str) -> Markup:
    return Markup(str(escape(text)).replace(_START, "<mark>").replace(_END, "</mark>"))
