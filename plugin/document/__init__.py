"""A structured page: YAML front matter, then sections of wiki markup; read strictly, edited without loss.

    segments   the pieces of a page: read, and written anew with another value
    line_ends  what a text box does to a text, undone

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

import re
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import NamedTuple

from cupboard import frontmatter
from cupboard.document.line_ends import NOT_TEXT, lines_sent, shown, usual_line_end, with_line_ends
from cupboard.document.segments import (
    Segment,
    end_of_line,
    joined,
    node_of,
    plain_text,
    segments_of,
    unindented,
    with_text,
    with_value,
)
from cupboard.frontmatter import SourceError, Value
from cupboard.sections import heading_title, outline
from cupboard.tongue import _

MAX_BYTES = 4_000_000
"""The longest page that is read, front matter and body together, in bytes."""


class DocumentError(SourceError):
    """A page can't be read, or can't be edited as asked; with a message, and line and column from 1.

    For a page the place is in the whole file. For a text that an edit was given it is in that text.
    """


class Section(NamedTuple):
    """A level-1 heading and what stands under it, without the blank lines around it, with ``\\n`` as line end."""

    title: str
    text: str


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
        frontmatter.refuse_character(NOT_TEXT.search(text))
        return Document(text, segments_of(text))
    except SourceError as error:
        return Document(text, error=DocumentError(error.message, error.line, error.column))


def dump(document: Document) -> bytes:
    """The bytes of a page: those it was parsed from."""
    return document.text.encode("utf-8", "surrogateescape")


# Editing ------------------------------------------------------------------------------------------------------------



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
        self.line_end = usual_line_end(document.text)
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
                self._put(index, with_value(self.segments[index], value, self.line_end, not self.careful))
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
            self._put(index, with_text(self.segments[index], text, self.line_end))

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
        node = node_of(segment)
        before, after = segment.raw[:node.key.start], segment.raw[end_of_line(segment.raw, node.end):]
        following = self.segments[index + 1]
        if self.careful:
            before, after = unindented(before), unindented(after)
            if following.kind == "field":
                start = node_of(following).key.start
                following = following._replace(raw=unindented(following.raw[:start]) + following.raw[start:])
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
            end = end_of_line(previous.raw, node_of(previous).end)
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
    text = plain_text(re.sub("\r\n?", "\n", text))
    bad = NOT_TEXT.search(text)
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


# In a text box ------------------------------------------------------------------------------------------------------


def shown_text(document: Document) -> str:
    """The page as a browser can show it: bytes that are not UTF-8, and NUL, as U+FFFD."""
    return shown(document.text)


def as_edited_text(base: Document, text: str) -> bytes:
    """What came back from a text box that held ``shown_text(base)``, with the line ends and bytes it had before.

    A browser sends every line end as ``\\r\\n`` and can't show every byte. A line that didn't change gets back what it
    had in ``base``; a new line ends as most lines of ``base`` do. Text that didn't change gives ``dump(base)``.
    """
    edited = with_line_ends(base.text, lines_sent(text), usual_line_end(base.text))
    return edited.encode("utf-8", "surrogateescape")
