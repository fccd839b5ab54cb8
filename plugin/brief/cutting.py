"""Shortening: at the end of a sentence if there is one, else between two words."""

from __future__ import annotations

import re
from typing import NamedTuple

#: An end of a sentence: its mark, quotes and brackets that close, a blank; not after "e.g.", "No." or an initial.
_END = re.compile(r"(?<!\b[A-Z])(?<!\be\.g)(?<!\bi\.e)(?<!\b[Nn]o)(?<!\bp)(?<!\bpp)(?<!\bvs)[.!?][\"'”’)\]]*(?=\s|$)")

_MARKUP = (
    (re.compile(r"<<[^>]*>>|\{\{[^}]*\}\}"), ""),  # macros, pictures
    (re.compile(r"\[\[[^]|]*\|([^]|]*)[^]]*\]\]"), r"\1"),  # links with words of their own
    (re.compile(r"\[\[([^]]*)\]\]"), r"\1"),
    (re.compile(r"(?m)^\s*(?:=+ .* =+|----+|##.*|\|\|.*|\{\{\{.*|\}\}\})\s*$"), "\n"),  # headings, rules, tables
    (re.compile(r"(?m)^\s*(?:\*|\d+\.|[aAiI]\.)\s+"), ""),  # items of lists
    (re.compile(r"'{2,5}|__|\^|,,|~-|-~|~\+|\+~|`"), ""),
)


class Cut(NamedTuple):
    """A text as it fits, and whether something was left out."""

    text: str
    is_short: bool


def cut(text: str, most: int) -> Cut:
    """At most ``most`` characters of a text, in one line.

    A sentence is kept whole where the first one fits; else the text ends between two words, with dots.
    """
    text = " ".join(text.split())
    if len(text) <= most:
        return Cut(text, False)
    ends = [match.end() for match in _END.finditer(text, 0, most + 1) if match.end() <= most]
    if ends:
        return Cut(text[: ends[-1]], True)
    shorter = text[: most - 1]
    if not text[most - 1].isspace() and " " in shorter:
        shorter = shorter.rpartition(" ")[0]
    return Cut(shorter.rstrip(" ,;:.-–") + "…", True)


def words(markup: str) -> str:
    """The words of wiki markup, in one line: no headings, tables, pictures, macros, no signs of emphasis or links."""
    for pattern, instead in _MARKUP:
        markup = pattern.sub(instead, markup)
    return " ".join(markup.split())
