"""The pieces of a page as it is written: one for each field with the comments above it, one for each section.

Joined they are the page again. A piece is given another value by writing those of its lines anew that must be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from cupboard import frontmatter
from cupboard.document.line_ends import with_line_ends
from cupboard.frontmatter import Node, SourceError, Value
from cupboard.sections import content, outline
from cupboard.tongue import _

MAX_SECTIONS = 2_000
"""How many sections a page may have: with it, reading and merging the worst page stays quick."""


class Segment(NamedTuple):
    """A piece of a page as it is written.

    ``kind`` is ``open`` (the line ``---`` and comments under it), ``field``, ``close``, ``preamble`` (body before the
    first heading) or ``section``; ``key`` is the field's name or the section's title, else empty; ``value`` is the
    field's value or the text of the section or preamble; ``line`` is that of the name or heading, from 1.
    """

    kind: str
    key: str
    raw: str
    value: Value
    line: int


def joined(segments: Iterable[Segment], line_end: str) -> str:
    """The text of a page from its segments; each but the last ends with a line end, which is added where missing."""
    raws = [segment.raw for segment in segments if segment.raw]
    return "".join([*(raw if raw.endswith("\n") else raw + line_end for raw in raws[:-1]), *raws[-1:]])


# Reading ------------------------------------------------------------------------------------------------------------

_OPEN = re.compile(r"\ufeff?---[ \t]*\r?(?:\n|\Z)")
_CLOSE = re.compile(r"^---[ \t]*\r?(?:\n|\Z)", re.M)


def segments_of(text: str) -> list[Segment]:
    """Cut a page into its pieces.

    :raise SourceError: where the front matter can't be read, or the body has too many sections
    """
    opening = _OPEN.match(text)
    if not opening:
        return _body_segments(text, 1)
    closing = _CLOSE.search(text, opening.end())
    if not closing:
        raise SourceError(_("The front matter that starts here has no end: close it with a line ---"))
    front = _front_segments(opening.group(), text[opening.end():closing.start()])
    close = Segment("close", "", closing.group(), "", text.count("\n", 0, closing.start()) + 1)
    return [*front, close, *_body_segments(text[closing.end():], close.line + 1)]


def _front_segments(opening: str, front: str) -> list[Segment]:
    try:
        nodes = frontmatter.read(front).value
    except SourceError as error:
        raise SourceError(error.message, error.line + 1, error.column) from None
    starts = []
    written = 0  # where the lines of the value before end
    for node in nodes.values():
        starts.append(_comments_above(front, written, node.key.start))
        written = end_of_line(front, node.end)
    ends = [*starts[1:], len(front)]
    segments = [Segment("open", "", opening + front[:starts[0] if starts else len(front)], "", 1)]
    for (key, node), start, end in zip(nodes.items(), starts, ends):
        segments.append(Segment("field", key, front[start:end], frontmatter.plain(node), node.key.line + 1))
    return segments


def _comments_above(text: str, floor: int, start: int) -> int:
    """Where the comment lines directly above the line at ``start`` begin; not above ``floor``."""
    while start > floor:
        above = text.rfind("\n", 0, start - 1) + 1
        if above < floor or not text[above:start].lstrip().startswith("#"):
            break
        start = above
    return start


def _body_segments(body: str, first_line: int) -> list[Segment]:
    headings = outline(body).headings
    if len(headings) > MAX_SECTIONS:
        line = first_line + headings[MAX_SECTIONS].line - 1
        raise SourceError(_("The page has more than {most:,} sections").format(most=MAX_SECTIONS), line)
    ends = [*(heading.start for heading in headings[1:]), len(body)]
    preamble = body[:headings[0].start] if headings else body
    segments = [Segment("preamble", "", preamble, plain_text(preamble), first_line)]
    for heading, end in zip(headings, ends):
        raw = body[heading.start:end]
        text = plain_text(body[heading.end:end])
        segments.append(Segment("section", heading.title, raw, text, first_line + heading.line - 1))
    return segments


def plain_text(raw: str) -> str:
    """The text of a section or preamble, as :class:`Section` has it."""
    return content(raw)[1].replace("\r\n", "\n").removesuffix("\n")


def end_of_line(text: str, offset: int) -> int:
    """The offset after the line end of the line that ``offset`` is in."""
    return text.find("\n", offset) + 1 or len(text)


# Writing ------------------------------------------------------------------------------------------------------------

_COMMENT = re.compile(r"[ \t]+#[^\r\n]*")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
_NAME_END = re.compile(r"[ \t]*:")


def node_of(segment: Segment) -> Node:
    """A field's node, with offsets into the segment's own raw text, which is YAML by itself."""
    return frontmatter.read(segment.raw).value[segment.key]


def unindented(comments: str) -> str:
    """Comment lines without indentation, and without blank lines between them."""
    return "".join(line.lstrip(" \t") for line in comments.splitlines(keepends=True) if not line.isspace())


def with_value(segment: Segment, value: Value, line_end: str, blocks: bool) -> Segment:
    """The segment with another value: comments above, below and (where there is room) beside the value stay."""
    raw, node = segment.raw, node_of(segment)
    colon = _NAME_END.match(raw, node.key.end).end()
    end = end_of_line(raw, node.end)
    if blocks and node.style == "block" and isinstance(node.value, list) and isinstance(value, list) and value:
        with_items = raw[:_line_start(raw, node.start)] + _with_items(raw[:end], node, value, line_end) + raw[end:]
        if _reads_as(with_items, segment.key, value):
            return segment._replace(raw=with_items, value=value)
    padding = raw[colon:node.start]
    if padding.strip(" ") or node.style in ("block", "|", ">") or not padding:
        padding = " "
    first, *rest = frontmatter.entry_lines(segment.key, value, blocks)
    first = first.removeprefix(frontmatter.one_line(segment.key) + ":")
    first = padding + first.lstrip(" ") if first else ""
    first = raw[node.key.start:colon] + first + _comment_beside(raw, colon, node)
    lines = line_end.join([first, *rest, ""])
    return segment._replace(raw=raw[:node.key.start] + lines + raw[end:], value=value)


def _comment_beside(raw: str, colon: int, node: Node) -> str:
    """The comment on the line of the name or of the value, with the blanks before it; empty when there is none."""
    places = [colon]
    if node.style in ("|", ">"):
        places.append(_BLOCK_HEADER.match(raw, node.start).end())
    elif node.style != "block":
        places.append(node.end)
    return next((match.group() for place in places if (match := _COMMENT.match(raw, place))), "")


def _with_items(raw: str, node: Node, value: list[Value], line_end: str) -> str:
    """The lines of a block list with other items. An item that was there keeps its lines, comments included."""
    starts = [_dash_line(raw, item.start, node.column - 1) for item in node.value]
    lines: dict[str, list[str]] = {}
    for item, start, end in zip(node.value, starts, [*starts[1:], len(raw)]):
        lines.setdefault(repr(frontmatter.plain(item)), []).append(raw[start:end])
    written = []
    for item in value:
        if kept := lines.get(repr(item)):
            written.append(kept.pop(0))
        else:
            new = frontmatter.indented(frontmatter.item_lines([item]), node.column - 1)
            written.append(line_end.join([*new, ""]))
    return "".join(written)


def _dash_line(raw: str, start: int, column: int) -> int:
    """The offset of the line whose ``-`` in ``column`` (from 0) begins the item at ``start``: that line or above."""
    line = _line_start(raw, start)
    while raw[line + column:line + column + 1] != "-" or raw[line:line + column].strip(" "):
        line = _line_start(raw, line - 1)
    return line


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, offset) + 1


def _reads_as(raw: str, key: str, value: Value) -> bool:
    try:
        return frontmatter.plain(frontmatter.read(raw)) == {key: value}
    except SourceError:
        return False


def with_text(segment: Segment, text: str, line_end: str) -> Segment:
    """The section with another text; heading, blank lines around the text, and a missing line end at the end stay."""
    start = end_of_line(segment.raw, 0)
    heading = segment.raw[:start]
    before, old, after = content(segment.raw[start:])
    if not heading.endswith("\n"):
        heading += line_end
    if text:
        ended = (old or after and heading or segment.raw).endswith("\n")
        text = with_line_ends(old, [*text.split("\n"), ""] if ended else text.split("\n"), line_end)
    return segment._replace(raw=heading + before + text + after, value=plain_text(text))
