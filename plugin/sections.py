"""Where the sections of a page's body begin: level-1 headings of Moin's wiki markup, ``= Title =``.

A heading counts as Moin's own converter (``moin.converters.moinwiki_in``) reads it: one ``=`` and a blank on each
side, alone on its line, not inside ``{{{ }}}``, and without ``::``, which makes the line a definition. Lines end with
``\\n`` or ``\\r\\n``.

A ``{{{`` that stands alone on its line, or with ``#!parser`` after it, opens a block that only a line of as many
``}`` closes; without that line it reaches to the end of the page and hides every heading on its way.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Heading(NamedTuple):
    """A level-1 heading: its title, the offsets of its line (``end`` after the line end), its line from 1."""

    title: str
    start: int
    end: int
    line: int


class Outline(NamedTuple):
    """The level-1 headings of a body, and the line of a ``{{{`` that is never closed, or None."""

    headings: tuple[Heading, ...]
    unclosed: int | None


# What Moin takes off a line before it looks for {{{: indentation, and the beginning of a list item.
_LIST_BEGIN = re.compile(r"\s*(?:\*|\.|[0-9]+\.(?:#[0-9]+)?\s+|[aAiI]\.(?:#[0-9]+)?\s+|.*?::)?")


def outline(body: str) -> Outline:
    """Find the headings of a body, in time linear in its length."""
    headings = []
    open_line, open_braces = None, 0
    start = 0
    for number, line in enumerate(body.split("\n"), 1):
        end = min(start + len(line) + 1, len(body))
        if open_line is not None:
            if line.strip() == "}" * open_braces:
                open_line = None
        elif line[:1] == "=" and (title := heading_title(line)) is not None:
            headings.append(Heading(title, start, end, number))
        elif "{{{" in line and (braces := _opening_braces(line)):
            open_line, open_braces = number, braces
        start = end
    return Outline(tuple(headings), open_line)


def heading_title(line: str) -> str | None:
    """The title when a line (with or without its line end) is a level-1 heading, else None."""
    line = line.rstrip()
    if len(line) < 4 or line[0] != "=" or line[-1] != "=" or "::" in line:
        return None
    if not (line[1].isspace() and line[-2].isspace()):
        return None
    return line[1:-1].strip()


def _opening_braces(line: str) -> int:
    text = line[_LIST_BEGIN.match(line).end():].strip()
    after = text.lstrip("{")
    braces = len(text) - len(after)
    after = after.lstrip()
    return braces if braces >= 3 and (not after or after.startswith("#!")) else 0


def content(raw: str) -> tuple[str, str, str]:
    """Split text into the blank lines before its first line of text, that text, and the blank lines after it.

    The three together are ``raw``. When every line is blank, they count as those after.
    """
    stripped = raw.strip()
    if not stripped:
        return "", "", raw
    first = raw.index(stripped[0])
    start = raw.rfind("\n", 0, first) + 1
    last = len(raw.rstrip())
    end = raw.find("\n", last) + 1 or len(raw)
    return raw[:start], raw[start:end], raw[end:]
