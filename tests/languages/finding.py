"""Texts of a template that no catalogue can translate: what stands in it outside of ``_()`` and ``{% trans %}``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

from jinja2 import Environment, nodes

#: Attributes that people read or hear; and those that begin with ``data-say-``, which scripts say.
HUMAN = {"alt", "aria-description", "aria-label", "aria-roledescription", "aria-valuetext", "data-label", "label",
         "placeholder", "title"}  # fmt: skip
#: Elements whose text is the same in all languages.
VERBATIM = {"code", "pre", "script", "style"}
BUTTONS = {"submit", "button", "reset"}
_TRANSLATING = {"_", "gettext", "ngettext", "pgettext", "npgettext"}
_ADDRESSING = {"url_for", "url_for_item"}
_LETTERS = re.compile("[^\\W\\d_]")
_MARK = "\N{REPLACEMENT CHARACTER}"  # where a template puts something in
_ATTRIBUTE = re.compile('[a-z-]+="[^"]*"')
#: A string in an expression is words when it has two of them or begins as a sentence does; ids and classes do neither.
_WORDS = re.compile(r"[^\W\d_]{2,}[,;:.]? [^\W\d_]|^[A-Z][a-z]+[.:]?$")
_environment = Environment(extensions=["jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols"])


class Found(NamedTuple):
    """A text that was left out, and the line where it stands."""

    line: int
    text: str


def left_out(source: str) -> list[Found]:
    """All texts of a template's source that are not translated, in the order of their lines."""
    page = _Page()
    page.feed(_without_jinja(source))
    page.close()
    return sorted([*page.found, *_strings(source)])


def _without_jinja(source: str) -> str:
    """The HTML of a template: the same lines, a mark in place of each expression, nothing in place of translated
    text.
    """
    html, lines = "", 1
    translated = beginning = False
    for line, kind, value in _environment.lex(source):
        html += "\n" * (line - lines)  # what `{%-` takes away, and expressions over several lines
        lines = max(line, lines)
        if kind == "block_begin":
            beginning = True
        elif beginning and kind == "name":
            beginning = False
            translated = value == "trans" or (translated and value != "endtrans")
        if kind == "data" and not translated:
            html += value
            lines += value.count("\n")
        elif kind in ("variable_end", "block_end"):
            html += "x" if html.endswith(("<", "</")) else _MARK
    return html


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Found] = []
        self._skipped, self._inside = "", 0  # an element that is not looked at, and how deep we are in such ones

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if self._inside:
            self._inside += tag == self._skipped
        elif tag in VERBATIM or (tag != "html" and "lang" in named):
            self._skipped, self._inside = tag, 1
        for name, value in attrs:
            button = name == "value" and tag == "input" and named.get("type") in BUTTONS
            if name in HUMAN or name.startswith("data-say-") or button:
                self._see(value or "")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._inside and tag == self._skipped:
            self._inside -= 1

    def handle_data(self, data: str) -> None:
        if not self._inside:
            self._see(_ATTRIBUTE.sub("", data))  # a macro that makes attributes

    def _see(self, text: str) -> None:
        if _LETTERS.search(text):
            before = len(text) - len(text.lstrip(_MARK + " \n"))
            self.found.append(
                Found(self.getpos()[0] + text[:before].count("\n"), " ".join(text.replace(_MARK, " ").split()))
            )


def _strings(source: str) -> Iterator[Found]:
    """Words in expressions."""

    def walk(node: nodes.Node) -> Iterator[Found]:
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            if node.node.name in _ADDRESSING:
                return
            if node.node.name in _TRANSLATING:
                for argument in node.kwargs:
                    yield from walk(argument)
                return
        if isinstance(node, nodes.Const) and isinstance(node.value, str):
            if _WORDS.search(node.value) and "=" not in node.value:  # "th scope=row" is markup
                yield Found(node.lineno, node.value)
        for child in node.iter_child_nodes():
            yield from walk(child)

    yield from walk(_environment.parse(source))
