"""A structured page: YAML front matter, then sections of wiki markup; read strictly, edited without loss.

A page is bytes. ``parse`` cuts them into segments (one for each field with the comments above it, one for each
section, and what stands around them) that joined give exactly those bytes again: ``dump(parse(x)) == x`` for every
``x``. An edit replaces the lines of the fields and sections that change and touches no other; setting a value to what
it is changes nothing at all. Afterwards the new text is read again and compared with what was asked for, so that an
edit either does what it says or raises.

    ---
    title: Local and organic school meals
    year: '2006'            # comments, order and unknown names survive
    ---
    = Context =
    What it was like before.

Front matter starts on the first line with ``---`` and ends with a line ``---``; a page without it has no fields.
What fields mean is the template's business: here a value is text, a list or a mapping.
"""

from __future__ import annotations

import difflib
import re
from collections import OrderedDict
from contextlib import suppress
from types import MappingProxyType
from typing import Callable, Iterable, Mapping, NamedTuple, Sequence

from cupboard.tongue import _

from . import frontmatter
from .frontmatter import Node, SourceError, Value
from .sections import content, heading_title, outline

MAX_BYTES = 4_000_000
"""The longest page that is read, front matter and body together, in bytes."""

MAX_SECTIONS = 2_000
"""How many sections a page may have: with it, reading and merging the worst page stays quick."""


class DocumentError(SourceError):
    """A page can't be read, or can't be edited as asked; with a message, and line and column from 1.

    For a page the place is in the whole file. For a text that an edit was given it is in that text.
    """


class Section(NamedTuple):
    """A level-1 heading and what stands under it, without the blank lines around it, with ``\\n`` as line end."""

    title: str
    text: str


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


class Document:
    """A page that was read. Nothing in it may be changed: lists in ``fields`` are for reading too."""

    __slots__ = ("text", "error", "segments", "fields", "sections", "preamble")

    text: str
    """The whole page, decoded; bytes that are not UTF-8 are kept as lone surrogates (and ``error`` is set)."""
    error: DocumentError | None
    """Why the page can't be read; then there are no fields, sections or segments."""
    segments: tuple[Segment, ...]
    fields: Mapping[str, Value]
    sections: tuple[Section, ...]
    preamble: str

    def __init__(self, text: str, segments: Iterable[Segment] = (), error: DocumentError | None = None):
        put = super().__setattr__
        segments = tuple(segments)
        put("text", text)
        put("error", error)
        put("segments", segments)
        put("fields", MappingProxyType({s.key: s.value for s in segments if s.kind == "field"}))
        put("sections", tuple(Section(s.key, s.value) for s in segments if s.kind == "section"))
        put("preamble", "".join(s.value for s in segments if s.kind == "preamble"))

    def __setattr__(self, name, value):
        raise AttributeError("a Document can't be changed; edit() gives a new one")

    def __eq__(self, other):
        return isinstance(other, Document) and self.text == other.text

    def __hash__(self):
        return hash(self.text)

    def __repr__(self):
        return f"<Document {list(self.fields)} {[section.title for section in self.sections]} {self.error or ''}>"

    @classmethod
    def new(cls, fields: Mapping[str, Value], sections: Mapping[str, str], order: Sequence[str] = ()) -> Document:
        """A page made from nothing, with ``\\n`` as line end. Raises like ``edit``."""
        # What an edit of an empty page gives, in one go; only what doesn't read back the same takes the longer way.
        return _written(fields, sections, order) or parse(b"---\n---\n").edit(fields, sections, order)

    def section(self, title: str) -> str:
        """The text of the first section with a title; empty when there is none."""
        return next((section.text for section in self.sections if section.title == title), "")

    def edit(
        self,
        fields: Mapping[str, Value | None] = MappingProxyType({}),
        sections: Mapping[str, str] = MappingProxyType({}),
        order: Sequence[str] = (),
    ) -> Document:
        """Set fields and sections, and leave every other line as it is.

        What equals the present value changes nothing, and so does setting something empty that isn't there. Of two
        sections with one title the first is set.

        :param fields: name to new value; None takes the field's lines out
        :param sections: title to new text; the blank lines around the present text stay
        :param order: names of fields and titles of sections in their wanted order: says where new ones go (what is not
            in it goes to the end). Those that are there stay where they are.
        :raise DocumentError: when the page itself can't be read; when a section's text has a level-1 heading or a
            ``{{{`` that is not closed; when a text holds NUL or half a surrogate pair; when the page gets too big
        """
        if self.error:
            raise DocumentError(*self.error.args)
        for careful in (False, True):
            editor = _Editor(self, order, careful)
            for name, value in _in_order(fields, order):
                editor.set_field(name, value)
            for title, text in _in_order(sections, order):
                editor.set_section(title, text)
            if not editor.changed:
                return self
            if result := editor.result():
                return result
        raise editor.mismatch()


#: A save reads the same bytes several times: for the index, the lists, the page.
_KEPT = 8
_kept: OrderedDict[bytes, Document] = OrderedDict()


def parse(data: bytes) -> Document:
    """Read a page. Never raises: what can't be read is in the document's ``error``."""
    found = _kept.get(data)
    if found is None:
        found = _parse(data)
        if found.error is None:  # what is wrong is said in one reader's language
            keep(found, data)
    return found


def keep(document: Document, data: bytes | None = None) -> Document:
    """Have :func:`parse` give this document for its bytes, as one of the next that it is asked for.

    :param data: its bytes, if they are at hand
    :returns: the document
    """
    _kept[dump(document) if data is None else data] = document
    while len(_kept) > _KEPT:
        with suppress(KeyError):  # another thread was quicker
            _kept.popitem(last=False)
    return document


def _parse(data: bytes) -> Document:
    text = data.decode("utf-8", "surrogateescape")
    try:
        if len(data) > MAX_BYTES:
            raise SourceError(_("The page is longer than {most:,} bytes").format(most=MAX_BYTES))
        frontmatter.refuse_character(_NOT_TEXT.search(text))
        return Document(text, _segments(text))
    except SourceError as error:
        return Document(text, error=DocumentError(error.message, error.line, error.column))


def dump(document: Document) -> bytes:
    """The bytes of a page: those it was parsed from."""
    return document.text.encode("utf-8", "surrogateescape")


def joined(segments: Iterable[Segment], line_end: str) -> str:
    """The text of a page from its segments; each but the last ends with a line end, which is added where missing."""
    raws = [segment.raw for segment in segments if segment.raw]
    return "".join([*(raw if raw.endswith("\n") else raw + line_end for raw in raws[:-1]), *raws[-1:]])


# Reading ------------------------------------------------------------------------------------------------------------

_NOT_TEXT = re.compile("[\0\ud800-\udfff]")
_OPEN = re.compile(r"\ufeff?---[ \t]*\r?(?:\n|\Z)")
_CLOSE = re.compile(r"^---[ \t]*\r?(?:\n|\Z)", re.M)


def _segments(text: str) -> list[Segment]:
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
        written = _line_end(front, node.end)
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
    segments = [Segment("preamble", "", preamble, _text(preamble), first_line)]
    for heading, end in zip(headings, ends):
        raw = body[heading.start:end]
        text = _text(body[heading.end:end])
        segments.append(Segment("section", heading.title, raw, text, first_line + heading.line - 1))
    return segments


def _text(raw: str) -> str:
    return content(raw)[1].replace("\r\n", "\n").removesuffix("\n")


def _line_end(text: str, offset: int) -> int:
    """The offset after the line end of the line that ``offset`` is in."""
    return text.find("\n", offset) + 1 or len(text)


# Editing ------------------------------------------------------------------------------------------------------------

_COMMENT = re.compile(r"[ \t]+#[^\r\n]*")
_BLOCK_HEADER = re.compile(r"[|>][-+0-9]*")
_NAME_END = re.compile(r"[ \t]*:")


class _Editor:
    """One edit: segments that are replaced one by one, and what must be read back from them in the end.

    A text under ``|`` swallows what comes right after it when that is indented, or (under ``|+``) blank; and an edit
    can bring it there. ``careful`` avoids that: no new text stands under ``|``, and where a field was taken out, the
    comments left behind lose their indentation and blank lines.
    """

    def __init__(self, document: Document, order: Sequence[str], careful: bool):
        self.document = document
        self.careful = careful
        self.segments = list(document.segments)
        self.rank = {key: n for n, key in reversed(list(enumerate(order)))}
        self.line_end = _usual_line_end(document.text)
        self.changed = False

    def set_field(self, name: str, value: Value | None) -> None:
        index = self._find("field", name)
        try:
            if value is None:
                if index is not None:
                    self._remove_field(index)
            elif index is None:
                if _checked(value):
                    lines = frontmatter.entry_lines(name, value, not self.careful)
                    self._insert_field(Segment("field", name, self.line_end.join([*lines, ""]), value, 0))
            elif self.segments[index].value != _checked(value):
                self._put(index, _with_value(self.segments[index], value, self.line_end, not self.careful))
        except SourceError as error:
            raise DocumentError(f"{name}: {error.message}", error.line, error.column) from None

    def set_section(self, title: str, text: str) -> None:
        index = self._find("section", title)
        if text == ("" if index is None else self.segments[index].value):
            return
        text = _checked_text(title, text)
        if index is None:
            if text:
                if not title or heading_title(f"= {title} =") != title or "\n" in title:
                    raise DocumentError(_('"{title}" can\'t be the title of a section').format(title=title))
                raw = self.line_end.join([f"= {title} =", *text.split("\n"), ""])
                self._insert("section", Segment("section", title, raw, text, 0))
        elif text != self.segments[index].value:
            self._put(index, _with_text(self.segments[index], text, self.line_end))

    def result(self) -> Document | None:
        """The edited page, read again; None when it doesn't say what the edit should have made it say.

        :raise DocumentError: when it can't be read
        """
        result = parse(joined(self.segments, self.line_end).encode("utf-8", "surrogatepass"))
        if result.error:
            if self.careful:
                raise result.error
            return None
        wanted = [(s.kind, s.key, s.value) for s in self.segments if s.kind in ("field", "section")]
        if wanted != [(s.kind, s.key, s.value) for s in result.segments if s.kind in ("field", "section")]:
            return None
        return result

    def mismatch(self) -> DocumentError:
        """Why there is no result."""
        for segment in self.document.segments:
            if segment.kind in ("preamble", "section") and (line := outline(segment.raw).unclosed):
                line += segment.line - 1
                return DocumentError(_(
                    "The {{{{{{ on line {line} is not closed and would swallow what comes after it: close it with "
                    "}}}}}} on a line of its own"
                ).format(line=line), line)
        return DocumentError(_("This edit can't be written so that it reads back the same"))

    def _find(self, kind: str, key: str) -> int | None:
        return next((n for n, s in enumerate(self.segments) if s.kind == kind and s.key == key), None)

    def _put(self, index: int, *segments: Segment) -> None:
        self.segments[index:index + 1] = segments
        self.changed = True

    def _remove_field(self, index: int) -> None:
        segment = self.segments[index]
        node = _node(segment)
        before, after = segment.raw[:node.key.start], segment.raw[_line_end(segment.raw, node.end):]
        following = self.segments[index + 1]
        if self.careful:
            before, after = _unindented(before), _unindented(after)
            if following.kind == "field":
                start = _node(following).key.start
                following = following._replace(raw=_unindented(following.raw[:start]) + following.raw[start:])
        self.segments[index:index + 2] = [Segment("comment", "", before + after, "", 0), following]
        self.changed = True

    def _insert_field(self, field: Segment) -> None:
        if not any(segment.kind == "open" for segment in self.segments):
            mark = "---" + self.line_end
            # A byte order mark stays the first character of the page.
            first = self.segments[0]
            bom = first.raw[:1] if first.raw.startswith("\ufeff") else ""
            self.segments[0] = first._replace(raw=first.raw[len(bom):])
            self.segments[:0] = [Segment("open", "", bom + mark, "", 1), Segment("close", "", mark, "", 1)]
        self._insert("field", field)

    def _insert(self, kind: str, new: Segment) -> None:
        """Put a new segment after the nearest that should come before it, else before the nearest after it."""
        present = [n for n, segment in enumerate(self.segments) if segment.kind == kind]
        ranks = {n: self.rank[self.segments[n].key] for n in present if self.segments[n].key in self.rank}
        rank = self.rank.get(new.key)
        before = [n for n in ranks if rank is not None and ranks[n] < rank]
        after = [n for n in ranks if rank is not None and ranks[n] > rank]
        if before:
            self._insert_after(max(before, key=ranks.get), new)
        elif after:
            self.segments.insert(min(after, key=ranks.get), new)
        elif present:
            self._insert_after(present[-1], new)
        else:
            self.segments.insert(self._find("open", "") + 1 if kind == "field" else len(self.segments), new)
        self.changed = True

    def _insert_after(self, index: int, new: Segment) -> None:
        """Fields go right under the lines of the one before: comments further down are more likely the next one's."""
        previous = self.segments[index]
        if new.kind == "field":
            end = _line_end(previous.raw, _node(previous).end)
            new = new._replace(raw=new.raw + previous.raw[end:])
            previous = previous._replace(raw=previous.raw[:end])
        self._put(index, previous, new)


def _written(
    fields: Mapping[str, Value | None], sections: Mapping[str, str], order: Sequence[str]
) -> Document | None:
    """A new page; None when it would not say what it should."""
    fields = {name: value for name, value in _in_order(fields, order) if value}
    try:
        lines = [
            line for name, value in fields.items() for line in frontmatter.entry_lines(name, _checked(value), True)
        ]
        texts = {
            title: checked for title, text in _in_order(sections, order) if (checked := _checked_text(title, text))
        }
        body = [line for title, text in texts.items() for line in (f"= {title} =", text)]
        made = parse("\n".join(["---", *lines, "---", *body, ""]).encode("utf-8", "surrogatepass"))
    except SourceError:
        return None
    is_same = (
        not made.error
        and dict(made.fields) == fields
        and [(s.title, s.text) for s in made.sections] == [*texts.items()]
    )
    return made if is_same and not made.preamble else None


def _in_order(mapping: Mapping, order: Sequence[str]) -> list[tuple]:
    rank = {key: n for n, key in enumerate(order)}
    return sorted(mapping.items(), key=lambda item: rank.get(item[0], len(rank)))


def _checked(value: Value) -> Value:
    """The value, if it is one.

    :raise TypeError: for anything but str, and lists and dicts of it
    """
    if isinstance(value, list):
        for item in value:
            _checked(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            _checked(key)
            _checked(item)
    elif not isinstance(value, str):
        raise TypeError(f"a value is a str, or a list or dict of values, not {value!r}")
    return value


def _checked_text(title: str, text: str) -> str:
    """A section's text as it will be read back: ``\\n`` as line end, no blank lines around it."""
    text = _text(re.sub("\r\n?", "\n", text))
    bad = _NOT_TEXT.search(text)
    if bad:
        line, column = frontmatter.place(text, bad.start())
        raise DocumentError(_('The text of "{title}" has a character that no page can hold: U+{code:04X}').format(
            title=title, code=ord(bad.group())
        ),
                            line, column)
    headings, unclosed = outline(text)
    if headings:
        heading = headings[0]
        raise DocumentError(
            _(
                'Line {line} of "{title}" is a level-1 heading, which would start a new section. Use a level-2 '
                "heading: == {heading} =="
            ).format(line=heading.line, title=title, heading=heading.title), heading.line)
    if unclosed:
        raise DocumentError(_(
            'The {{{{{{ on line {line} of "{title}" is not closed and would swallow the sections after it: close '
            "it with }}}}}} on a line of its own"
        ).format(line=unclosed, title=title), unclosed)
    return text


def _node(segment: Segment) -> Node:
    """A field's node, with offsets into the segment's own raw text, which is YAML by itself."""
    return frontmatter.read(segment.raw).value[segment.key]


def _unindented(comments: str) -> str:
    """Comment lines without indentation, and without blank lines between them."""
    return "".join(line.lstrip(" \t") for line in comments.splitlines(keepends=True) if not line.isspace())


def _with_value(segment: Segment, value: Value, line_end: str, blocks: bool) -> Segment:
    """The segment with another value: comments above, below and (where there is room) beside the value stay."""
    raw, node = segment.raw, _node(segment)
    colon = _NAME_END.match(raw, node.key.end).end()
    end = _line_end(raw, node.end)
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


def _with_text(segment: Segment, text: str, line_end: str) -> Segment:
    """The section with another text; heading, blank lines around the text, and a missing line end at the end stay."""
    start = _line_end(segment.raw, 0)
    heading = segment.raw[:start]
    before, old, after = content(segment.raw[start:])
    if not heading.endswith("\n"):
        heading += line_end
    if text:
        ended = (old or after and heading or segment.raw).endswith("\n")
        text = _with_line_ends(old, [*text.split("\n"), ""] if ended else text.split("\n"), line_end)
    return segment._replace(raw=heading + before + text + after, value=_text(text))


# Line ends ----------------------------------------------------------------------------------------------------------

_LINE_END = re.compile(r"(\r\n|\r|\n)")
_ALIGNED_LINES = 2000
"""How many changed lines are compared one with another; more would take long, and get the usual line end."""


def shown_text(document: Document) -> str:
    """The page as a browser can show it: bytes that are not UTF-8, and NUL, as U+FFFD."""
    return _NOT_TEXT.sub("\ufffd", document.text)


def as_edited_text(base: Document, text: str) -> bytes:
    """What came back from a text box that held ``shown_text(base)``, with the line ends and bytes it had before.

    A browser sends every line end as ``\\r\\n`` and can't show every byte. A line that didn't change gets back what it
    had in ``base``; a new line ends as most lines of ``base`` do. Text that didn't change gives ``dump(base)``.
    """
    lines = _LINE_END.split(_NOT_TEXT.sub("\ufffd", text))[::2]
    edited = _with_line_ends(base.text, lines, _usual_line_end(base.text))
    return edited.encode("utf-8", "surrogateescape")


def _usual_line_end(text: str) -> str:
    windows = text.count("\r\n")
    return "\r\n" if windows > text.count("\n") - windows else "\n"


def _with_line_ends(old: str, lines: list[str], line_end: str) -> str:
    """The lines joined; those that ``old`` has too are taken from it with their line ends."""
    parts = _LINE_END.split(old)
    old_lines, old_ends = parts[::2], [*parts[1::2], ""]
    shown = [_NOT_TEXT.sub("\ufffd", line) for line in old_lines]
    if set(old_ends[:-1]) <= {line_end} and shown == old_lines:
        return line_end.join(lines)
    contents, ends = list(lines), [line_end] * len(lines)
    for i, j, size in _matches(shown, lines):
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
