"""One organisation by its many spellings: pages name it in text, and this says when two texts mean the same one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from cupboard.fields import text_of, texts_of

_WORD = re.compile(r"\w+")
_ARTICLE = "the"


def called(text: str) -> str:
    """What is left of a name without what people write this way or that: case, accents, punctuation, ``&``, ``the``.

    Two names that give the same are names of one organisation; empty for a text without a letter or digit.
    """
    plain = unicodedata.normalize("NFKD", text.replace("&", " and ")).casefold()
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    words = _WORD.findall(re.sub(r"['\u2019\u02bc.]", "", plain).replace("_", " "))
    if len(words) > 1 and words[0] == _ARTICLE:
        del words[0]
    return " ".join(words)


def names_of(fields: Mapping[str, Any]) -> Iterator[str]:
    """The name of an organisation and its other names, as its page has them."""
    for text in (text_of(fields, "name"), *texts_of(fields, "aliases")):
        if text.strip():
            yield " ".join(text.split())


def keys_of(fields: Mapping[str, Any]) -> tuple[str, ...]:
    """All that an organisation is found by, its own name first."""
    return unique(called(name) for name in names_of(fields))


def unique(keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, keys)))
