"""What people type into the search box, made into questions for the full text.

    school meals        both words, in any form: meal, meals
    "school meals"      one after the other
    sustain*            words that begin so, in any form
    -catering           not with this word

Whatever else is typed is searched for as words: nothing can be wrong, so nothing is refused. Each piece reaches the
full text in quotation marks, where no character has a meaning.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Of more pieces the first ones count.
MAX_PIECES = 20
#: A beginning of fewer letters, or one after so many others, counts as the word that it is: each asks for the lists of
#: all words that begin so.
MIN_BEGINNING, MAX_BEGINNINGS = 2, 5

_LAST_WORD = re.compile(r"\w*$")
_PIECE = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')


@dataclass(frozen=True)
class Piece:
    """A word or a phrase.

    :ivar text: as typed, without the signs
    :ivar is_prefix: words that begin so count too
    :ivar begun: some of these words, where they are known. A table of word stems does not find them by itself:
        ``sustainable`` stands there as ``sustain``, which does not begin with ``sustainab``.
    """

    text: str
    is_prefix: bool = False
    is_phrase: bool = False
    begun: tuple[str, ...] = ()

    @property
    def expression(self) -> str:
        """In FTS5's query language."""
        if not self.is_prefix:
            return _quoted(self.text)
        either = " OR ".join([_quoted(self.text) + " *", *map(_quoted, self.begun)])
        return f"({either})" if self.begun else either

    def __str__(self) -> str:
        return f'"{self.text}"' if self.is_phrase else self.text + "*" * self.is_prefix


@dataclass(frozen=True)
class Words:
    """What to search for.

    :ivar wanted: all of these
    :ivar unwanted: none of these
    """

    wanted: tuple[Piece, ...] = ()
    unwanted: tuple[Piece, ...] = ()

    @property
    def expression(self) -> str | None:
        """All that is wanted, in FTS5's query language; None when nothing is."""
        return " AND ".join(piece.expression for piece in self.wanted) or None

    @property
    def any_of_them(self) -> str | None:
        """At least one of what is wanted, in FTS5's query language; None when nothing is."""
        return " OR ".join(piece.expression for piece in self.wanted) or None

    def within(self, columns: str) -> str | None:
        """The same, in some columns only: ``"title result"``."""
        return f"{{{columns}}} : ({self.expression})" if self.wanted else None

    def __bool__(self) -> bool:
        return bool(self.wanted or self.unwanted)

    @property
    def has_beginnings(self) -> bool:
        return any(piece.is_prefix for piece in (*self.wanted, *self.unwanted))

    def replacing(self, old: Piece, new: str) -> str:
        """What to type to have another word in place of one of those wanted."""
        typed = [new if piece is old else str(piece) for piece in self.wanted]
        return " ".join([*typed, *(f"-{piece}" for piece in self.unwanted)])


def _quoted(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def read(text: str) -> Words:
    """Read what was typed."""
    wanted: dict[Piece, None] = {}
    unwanted: dict[Piece, None] = {}
    for match in _PIECE.finditer(text.replace("“", '"').replace("”", '"')):
        is_phrase = match["phrase"] is not None
        words = (match["phrase"] if is_phrase else match["word"]) or ""
        is_prefix = not is_phrase and words.endswith("*")
        words = " ".join(words.strip("*").split())
        if not any(map(str.isalnum, words)):
            continue
        begun = sum(piece.is_prefix for piece in (*wanted, *unwanted))
        is_prefix = is_prefix and begun < MAX_BEGINNINGS and len(_LAST_WORD.search(words)[0]) >= MIN_BEGINNING
        (unwanted if match["minus"] else wanted)[Piece(words, is_prefix, is_phrase)] = None
    return Words(tuple(wanted)[:MAX_PIECES], tuple(unwanted)[:MAX_PIECES])
