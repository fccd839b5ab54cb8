"""The strict part of YAML that pages and definitions are written in: read with places, written readably.

Every scalar is the string that was written: ``no`` stays ``"no"``, ``2006`` stays ``"2006"``, and what a value means
is left to the template. A value is a string, a list of values, or a mapping from strings to values, to a depth of
``MAX_DEPTH``. What makes YAML surprising or dangerous is refused, always with line and column: aliases and anchors
(an expansion bomb needs them), tags (they name types), merge keys, duplicate keys, several documents, and every
character that some programs take for a line break and others don't.

Reading gives ``Node`` objects, which know where they stand, so that an edit can replace one value and leave every
other byte alone. PyYAML's parser does the work underneath, in C where libyaml is there; only its events are used, so
that a hostile text is refused at the event that shows it and never builds anything.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import lru_cache
from typing import Iterator, NamedTuple, Union

import yaml

from cupboard.tongue import L_, _

MAX_BYTES = 1_000_000
"""The longest text that is read as YAML, in bytes of UTF-8."""
MAX_DEPTH = 8
"""How deep lists and mappings may stand inside each other; the outermost mapping is 1."""
MAX_VALUES = 50_000
"""How many keys and values one text may hold: with it, the slowest text takes well under a second."""

Value = Union[str, list["Value"], dict[str, "Value"]]

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class SourceError(ValueError):
    """Something is wrong at one place of a text.

    ``message`` says what and how to put it right, without the place; ``line`` and ``column`` count from 1.
    """

    def __init__(self, message: str, line: int = 1, column: int = 1):
        super().__init__(message, line, column)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return _("line {line}, column {column}: {message}").format(
            line=self.line, column=self.column, message=self.message
        )


class Node(NamedTuple):
    """A value and where it stands. ``start`` and ``end`` are offsets into the text that was read.

    ``value`` is a string, a list of nodes, or a dict from strings to nodes; ``style`` is ``"block"`` or ``"flow"``
    for lists and mappings, and the quote or ``|``, ``>`` of a scalar (``""`` when plain); ``key`` is the node of the
    key that a mapping has it under.
    """

    value: str | list[Node] | dict[str, Node]
    line: int
    column: int
    start: int
    end: int
    style: str = ""
    key: Node | None = None


def plain(node: Node) -> Value:
    """The value of a node without places: strings, lists and dicts."""
    value = node.value
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return [plain(item) for item in value]
    return {key: plain(item) for key, item in value.items()}


# Reading ------------------------------------------------------------------------------------------------------------

# YAML's printable characters, less those that YAML 1.1 takes for a line break and most programs don't: with them, the
# line in an error message would be another than the line in an editor.
_NOT_ALLOWED = re.compile("\r(?!\n)|[^\t\n\r -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_ADVICE = {
    "mapping values are not allowed": L_('put quotes around a text that contains ": "'),
    "found character that cannot start any token": (
        L_("indent with spaces, not tabs, and put quotes around a text that starts with @, ` or %")
    ),
    "found character '\\t' that cannot start any token": L_("indent with spaces, not tabs"),
    "found a tab character": L_("indent with spaces, not tabs"),
    "could not find expected ':'": L_("write a colon and a space after the name"),
    "did not find expected key": L_("this line doesn't fit the lines above it; check its indentation and quotes"),
    "expected <block end>": L_("this line doesn't fit the lines above it; check its indentation and quotes"),
    "did not find expected '-' indicator": L_("start every item of the list with - at the same indentation"),
    "did not find expected ',' or": L_("put a comma between the items and close the bracket"),
    "found unexpected end of stream": L_("the quotation mark that opens the text is not closed"),
    "did not find expected node content": L_("a value or a closing bracket is missing here"),
    "did not find expected <document start>": L_("only one document is allowed: take out the line ... or ---"),
}


def read(text: str, *, max_depth: int = MAX_DEPTH, limited: bool = True) -> Node:
    """Read a block mapping and give its node. An empty text, or one of comments only, is an empty mapping.

    :param text: YAML whose names stand at the beginning of a line
    :param max_depth: how deep lists and mappings may stand inside each other
    :param limited: False: of any size, for a file that whoever runs the wiki hands over
    :raise SourceError: for everything the module's docstring refuses, and for what is not YAML
    """
    if limited and (len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES):
        raise SourceError(_("This is longer than {most:,} bytes").format(most=MAX_BYTES))
    refuse_character(_NOT_ALLOWED.search(text))
    return _Reader(text, max_depth, MAX_VALUES if limited else sys.maxsize).read()


def refuse_character(match: re.Match[str] | None) -> None:
    """Raise ``SourceError`` at the place of a matched character; do nothing without one."""
    if match is None:
        return
    line, column = place(match.string, match.start())
    char = match.group()
    if "\ud800" <= char <= "\udfff":
        raise SourceError(_("This is not text in UTF-8"), line, column)
    name = {"\0": "NUL", "\r": _("carriage return without a line feed")}.get(char) or unicodedata.name(char, "").lower()
    if char == "\0":
        message = _("{character} is not allowed here: delete it")
    else:
        message = _('{character} is not allowed here: delete it, or write it as {escaped} in "double quotes"')
    character = f"U+{ord(char):04X} {name or _('control character')}"
    raise SourceError(message.format(character=character, escaped=_escape(char)), line, column)


def place(text: str, offset: int) -> tuple[int, int]:
    """Line and column, from 1, of an offset into a text whose lines end with ``\\n``."""
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


class _Reader:
    """Builds nodes from the parser's events, and stops at the first that is not allowed."""

    def __init__(self, text: str, max_depth: int, max_values: int):
        self.text = text
        self.max_depth = max_depth
        self.max_values = max_values
        self.values = 0
        self.events: Iterator[yaml.Event] = yaml.parse(text, Loader=_Loader)

    def read(self) -> Node:
        try:
            return self._document()
        except yaml.MarkedYAMLError as error:
            raise _explained(error) from None
        except yaml.YAMLError as error:
            raise SourceError(str(error)) from None

    def _document(self) -> Node:
        next(self.events)  # the stream starts
        start = next(self.events)
        if isinstance(start, yaml.StreamEndEvent):
            return Node({}, 1, 1, 0, 0, "block")
        if start.version or start.tags:
            raise _at(start, _("Directives are not allowed: take out the line that starts with %"))
        root = self._node(next(self.events), 1)
        if not isinstance(root.value, dict) or root.style != "block":
            raise SourceError(_('Write one "name: value" a line, each name at the beginning of its line'),
                              root.line, root.column)
        for node in root.value.values():
            if node.key.column != 1:
                raise SourceError(_("Start this name at the beginning of the line"), node.key.line, node.key.column)
        end = next(self.events)
        after = next(self.events)
        if end.explicit or not isinstance(after, yaml.StreamEndEvent):
            raise _at(end, _("Only one document is allowed: take out the line ... or ---"))
        return root

    def _node(self, event: yaml.Event, depth: int, key: Node | None = None) -> Node:
        self._check(event)
        mark = event.start_mark
        line, column, start = mark.line + 1, mark.column + 1, mark.index
        if isinstance(event, yaml.ScalarEvent):
            if "\0" in event.value:
                raise _at(event, _("U+0000 NUL is not allowed: delete \\0"))
            end, style = event.end_mark.index, event.style or ""
            if style in ("|", ">"):
                end = self._block_scalar_end(start, end)
            return Node(event.value, line, column, start, end, style, key)
        if depth > self.max_depth:
            raise _at(event, _("Lists and names may stand inside each other {most} deep, not deeper").format(
                most=self.max_depth
            ))
        style = "flow" if event.flow_style else "block"
        if isinstance(event, yaml.SequenceStartEvent):
            children: list[Node] | dict[str, Node] = []
            while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
                children.append(last := self._node(event, depth + 1))
        else:
            children = {}
            while not isinstance(event := next(self.events), yaml.MappingEndEvent):
                name = self._key(event, children)
                children[name.value] = last = self._node(next(self.events), depth + 1, name)
        # A block has no closing bracket: the parser ends it at the next thing it meets, comments further down.
        end = last.end if style == "block" else event.end_mark.index
        return Node(children, line, column, start, end, style, key)

    def _key(self, event: yaml.Event, entries: dict[str, Node]) -> Node:
        if not isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)):
            raise _at(event, _("A name must be text, not a list or mapping"))
        key = self._node(event, 0)
        if not key.value:
            raise _at(event, _("A name is missing before the colon"))
        if key.value == "<<" and not key.style:
            raise _at(event, _("The merge key << is not allowed: write the values out"))
        if key.value in entries:
            first = entries[key.value].key
            raise _at(event, _('"{name}" is here a second time; the first is on line {line}').format(
                name=key.value, line=first.line
            ))
        return key

    def _check(self, event: yaml.Event) -> None:
        self.values += 1
        if self.values > self.max_values:
            raise _at(event, _("There are more than {most:,} names and values").format(most=MAX_VALUES))
        if isinstance(event, yaml.AliasEvent):
            raise _at(event, _("Aliases are not allowed: write the value out, or put quotes around a text that starts "
                               "with *"))
        if event.anchor is not None:
            raise _at(event, _("Anchors are not allowed: put quotes around a text that starts with &"))
        if event.tag is not None:
            raise _at(event, _("Tags are not allowed: put quotes around a text that starts with !"))

    def _block_scalar_end(self, start: int, end: int) -> int:
        """The end of a ``|`` or ``>`` scalar's last line; blank lines after it belong to it only if it keeps them."""
        raw = self.text[start:end]
        header = raw.partition("\n")[0].partition("#")[0]
        kept = raw[:-1] if "+" in header and raw.endswith("\n") else raw.rstrip(" \t\r\n")
        return start + len(kept)


def _at(event: yaml.Event, message: str) -> SourceError:
    return SourceError(message, event.start_mark.line + 1, event.start_mark.column + 1)


def _explained(error: yaml.MarkedYAMLError) -> SourceError:
    problem = error.problem or error.context or _("not YAML")
    unclosed = problem == "found unexpected end of stream"  # the place to look is where the quotation mark stands
    mark = (error.context_mark if unclosed else error.problem_mark) or error.problem_mark or error.context_mark
    for beginning, advice in _ADVICE.items():
        if problem.startswith(beginning):
            problem = advice
            break
    return SourceError(problem[:1].upper() + problem[1:], mark.line + 1, mark.column + 1)


# Writing ------------------------------------------------------------------------------------------------------------

# What needs an escape when written: what may not stand in a text, and what can't be seen or would be folded.
_ESCAPED = re.compile('[^ !#-\\[\\]-~\xa0-\u200a\u2010-\u2027\u202f-\ud7ff\ue000-\ufefe\uff00-\ufffd'
                      '\U00010000-\U0010ffff]')
_UNSEEN = re.compile("[^\n\t -~\xa0-\u200a\u2010-\u2027\u202f-\ud7ff\ue000-\ufefe\uff00-\ufffd"
                     "\U00010000-\U0010ffff]")
_NEVER = re.compile("[\0\ud800-\udfff]")
_SHORT_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
# Other programs would read these as numbers, dates or times (YAML 1.1 or 1.2); quotes keep them text for everyone.
_NUMERIC = re.compile(r"[-+.]*[0-9][0-9a-fA-F_.,:xobeE+-]*|[-+]?\.(inf|nan)", re.I)
_INDICATORS = tuple("-?:,[]{}#&*!|>'\"%@`=<~")
_resolver = yaml.resolver.Resolver()


def entry_lines(name: str, value: Value, blocks: bool = True) -> list[str]:
    """``name: value`` as lines of block YAML, without line ends and without indentation of its own.

    :param blocks: whether texts of several lines may be written as lines under ``|``
    :raise SourceError: when a text holds NUL or half a surrogate pair, which no UTF-8 file can hold; the place is the
        one in that text
    """
    lead = one_line(name) + ":"
    lines = _value_lines(value, blocks)
    if isinstance(value, str) or not value:
        return [f"{lead} {lines[0]}", *indented(lines[1:], 2)]
    return [lead, *(lines if isinstance(value, list) else indented(lines, 2))]


def item_lines(items: list[Value], blocks: bool = True) -> list[str]:
    """The items of a list as lines of block YAML, each item starting with ``- ``; otherwise as ``entry_lines``."""
    lines = []
    for item in items:
        first, *rest = _value_lines(item, blocks)
        lines += ["- " + first, *indented(rest, 2)]
    return lines


def mapping_lines(mapping: dict[str, Value], blocks: bool = True) -> list[str]:
    """The entries of a mapping as lines of block YAML; otherwise as ``entry_lines``."""
    return [line for name, value in mapping.items() for line in entry_lines(name, value, blocks)]


def indented(lines: list[str], width: int) -> list[str]:
    """The lines with ``width`` blanks before them; empty lines stay empty."""
    return [" " * width + line if line else line for line in lines]


def _value_lines(value: Value, blocks: bool) -> list[str]:
    if isinstance(value, str):
        return scalar_lines(value) if blocks else [one_line(value)]
    if not value:
        return ["[]" if isinstance(value, list) else "{}"]
    return item_lines(value, blocks) if isinstance(value, list) else mapping_lines(value, blocks)


def scalar_lines(text: str) -> list[str]:
    """A text as YAML: one line, or ``|`` and the lines under it (not indented) where that gives the same text back."""
    if "\n" not in text or _UNSEEN.search(text):
        return [one_line(text)]
    body = text[:-1] if text.endswith("\n") else text
    lines = body.split("\n")
    # Lines of blanks, and empty lines at the end, are kept or not by rules that few know: quotes say what is there.
    if not lines[-1] or any(line.isspace() for line in lines):
        return [one_line(text)]
    indent = "2" if body[0] in " \t\n" else ""
    chomp = "" if text.endswith("\n") else "-"
    return [f"|{indent}{chomp}", *lines]


@lru_cache(4000)  # the names of fields, ids, choices: most texts of a page are the same on the next one
def one_line(text: str) -> str:
    """A text as YAML on one line, with quotes only where the text would otherwise be read as something else."""
    refuse_character(_NEVER.search(text))
    if _UNSEEN.search(text) or "\n" in text or "\t" in text:
        return _double_quoted(text)
    if not _needs_quotes(text):
        return text
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _needs_quotes(text: str) -> bool:
    return (
        not text
        or text[0] in " ."
        or text[-1] in " :"
        or text.startswith(_INDICATORS)
        or ": " in text
        or " #" in text
        or _NUMERIC.fullmatch(text) is not None
        or _resolver.resolve(yaml.ScalarNode, text, (True, False)) != "tag:yaml.org,2002:str"
    )


def _double_quoted(text: str) -> str:
    return '"' + _ESCAPED.sub(lambda match: _escape(match.group()), text) + '"'


def _escape(char: str) -> str:
    if char in _SHORT_ESCAPES:
        return _SHORT_ESCAPES[char]
    code = ord(char)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
