"""What a text box does to a text, undone: line ends, and characters that no box can show."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable

NOT_TEXT = re.compile("[\0\ud800-\udfff]")
"""What no page can hold and no text box can show: NUL, and half of a surrogate pair, which stands for a bad byte."""

_LINE_END = re.compile(r"(\r\n|\r|\n)")
_ALIGNED_LINES = 2000
"""How many changed lines are compared one with another; more would take long, and get the usual line end."""


def shown(text: str) -> str:
    """A text as a browser can show it."""
    return NOT_TEXT.sub("\ufffd", text)


def lines_sent(text: str) -> list[str]:
    """The lines of what a browser sent."""
    return _LINE_END.split(shown(text))[::2]


def usual_line_end(text: str) -> str:
    """The line end that most lines of a text have."""
    windows = text.count("\r\n")
    return "\r\n" if windows > text.count("\n") - windows else "\n"


def with_line_ends(old: str, lines: list[str], line_end: str) -> str:
    """The lines joined; those that ``old`` has too are taken from it with their line ends."""
    parts = _LINE_END.split(old)
    old_lines, old_ends = parts[::2], [*parts[1::2], ""]
    seen = [shown(line) for line in old_lines]
    if set(old_ends[:-1]) <= {line_end} and seen == old_lines:
        return line_end.join(lines)
    contents, ends = list(lines), [line_end] * len(lines)
    for i, j, size in _matches(seen, lines):
        contents[j:j + size] = old_lines[i:i + size]
        ends[j:j + size] = [end or line_end for end in old_ends[i:i + size]]
    ends[-1] = ""
    for n in reversed(range(len(ends) - 1)):
        if ends[n] == "\r" and (contents[n + 1] + ends[n + 1]).startswith("\n"):
            ends[n] = line_end  # the two would be read as one line end
    return "".join(map("".join, zip(contents, ends)))


def _matches(old: list[str], new: list[str]) -> list[tuple[int, int, int]]:
    """Runs of equal lines as (start in old, start in new, length)."""
    most = min(len(old), len(new))
    head = _common(most, lambda n: old[n] == new[n])
    tail = _common(most - head, lambda n: old[-1 - n] == new[-1 - n])
    middle_old, middle_new = old[head:len(old) - tail], new[head:len(new) - tail]
    matches = [(0, 0, head), (len(old) - tail, len(new) - tail, tail)]
    if max(len(middle_old), len(middle_new)) <= _ALIGNED_LINES:
        matcher = difflib.SequenceMatcher(None, middle_old, middle_new, autojunk=False)
        matches += [(head + i, head + j, size) for i, j, size in matcher.get_matching_blocks()]
    return matches


def _common(most: int, equal: Callable[[int], bool]) -> int:
    return next((n for n in range(most) if not equal(n)), most)
