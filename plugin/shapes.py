"""What a definition page says, read key by key: each with the shape it must have, or an error at its place.

A definition page is YAML (see ``frontmatter``). Whoever reads one asks an ``Entries`` for the keys that it knows and
then calls ``done``: what was not asked for is an error too, so that a key with a typing mistake can't be overlooked.
"""

from __future__ import annotations

import re

from cupboard import frontmatter
from cupboard.frontmatter import Node, SourceError
from cupboard.labels import label_of, language_of
from cupboard.tongue import _

MAX_DEPTH = 20
"""How deep a definition may be nested: a hierarchy takes two for each of its levels."""

_ID = re.compile("[a-z0-9][a-z0-9_-]*")
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


class DefinitionError(SourceError):
    """A definition page can't be used: what to write instead, with line and column from 1."""


class Entries:
    """The names and values of one mapping in a definition page."""

    def __init__(self, node: Node, what: str):
        """
        :param what: what the mapping describes, for messages: ``"term"``
        :raise DefinitionError: when the node is not a mapping
        """
        self.node = node
        self.what = what
        if not isinstance(node.value, dict):
            raise self.error(_('Write the {what} as names and values, such as "id: food"').format(what=what))
        self.rest = dict(node.value)
        self._in_languages: set[str] = set()

    @classmethod
    def of_page(cls, text: str, kind: str) -> Entries:
        """The outermost names and values of a page that starts with ``kind: ...``.

        :raise DefinitionError: when the page can't be read, or is of another kind
        """
        try:
            root = frontmatter.read(text.removeprefix("\ufeff"), max_depth=MAX_DEPTH)
        except SourceError as error:
            raise DefinitionError(error.message, error.line, error.column) from None
        page = cls(root, _("page"))
        if page.text("kind") != kind:
            raise page.error(_('Write "kind: {kind}" here: that is what this page is').format(kind=kind), "kind")
        return page

    def error(self, message: str, name: str | None = None) -> DefinitionError:
        """An error at the value of a name, or where the mapping begins."""
        node = self.node.value[name] if name and name in self.node.value else self.node
        return DefinitionError(message, node.line, node.column)

    def has(self, name: str) -> bool:
        return name in self.rest

    def text(self, name: str, required: bool = True) -> str:
        """A text; empty when there is none and none is required.

        :raise DefinitionError: when it is missing, or a list or mapping
        """
        node = self.rest.pop(name, None)
        if node is None and required:
            raise self.error(_('This {what} has no {name}: add a line "{name}: ..."').format(what=self.what, name=name))
        if node is None:
            return ""
        if not isinstance(node.value, str):
            raise self.error(_("{name} must be text, not a list or names and values").format(name=name), name)
        if required and not node.value.strip():
            raise self.error(_("{name} must not be empty").format(name=name), name)
        return node.value.strip()

    def label(self, name: str, required: bool = True) -> str:
        """A text that people read, which may be there in other languages too: ``label``, ``label_cy``.

        :raise DefinitionError: when it is missing, or a list or mapping
        """
        others = [other for other in self.rest if language_of(other, name)]
        self._in_languages.update(others)
        texts = {name: self.text(name, required)}
        for other in others:
            if not isinstance(value := self.rest[other].value, str):
                raise self.error(_("{other} must be text, not a list or names and values").format(other=other), other)
            texts[other] = value.strip()
        return label_of(texts, name)

    def id(self, name: str = "id") -> str:
        """An id: small letters, digits, ``-`` and ``_``."""
        text = self.text(name)
        if not _ID.fullmatch(text):
            raise self.error(_('"{text}" can\'t be an id: use small letters a to z, digits, - and _').format(
                text=text
            ), name)
        return text

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts, or one text; an empty tuple when there is none."""
        node = self.rest.pop(name, None)
        if node is None:
            return ()
        items = [node] if isinstance(node.value, str) else node.value
        if not isinstance(items, list) or not all(isinstance(item.value, str) for item in items):
            raise self.error(_("{name} must be a list of texts, such as [one, two]").format(name=name), name)
        return tuple(item.value.strip() for item in items if item.value.strip())

    def flag(self, name: str) -> bool:
        """``true`` or ``false``; False when there is none."""
        text = self.text(name, required=False).lower()
        if text and text not in _FLAGS:
            raise self.error(_('{name} must be true or false, not "{text}"').format(name=name, text=text), name)
        return _FLAGS.get(text, False)

    def number(self, name: str) -> int | None:
        """A whole number above 0, or None when there is none."""
        text = self.text(name, required=False)
        if not text:
            return None
        if not re.fullmatch("[1-9][0-9]{0,8}", text):
            raise self.error(_('{name} must be a whole number above 0, not "{text}"').format(
                name=name, text=text
            ), name)
        return int(text)

    def list_of(self, name: str, what: str, required: bool = False) -> list[Entries]:
        """A list of mappings, each describing a ``what``; empty when there is none and none is required."""
        node = self.rest.pop(name, None)
        if node is None and not required:
            return []
        if node is None or not node.value:
            raise self.error(_('This {what} has no {name}: list each {what2} under "{name}:"').format(
                what=self.what, name=name, what2=what
            ), name)
        if not isinstance(node.value, list):
            raise self.error(_('{name} must be a list: start each {what} with "- "').format(name=name, what=what), name)
        return [Entries(item, what) for item in node.value]

    def extra_texts(self) -> dict[str, str]:
        """All that was not asked for, where it is text."""
        return {name: self.text(name, required=False) for name in list(self.rest)
                if isinstance(self.rest[name].value, str)}

    def done(self) -> None:
        """Refuse what was not asked for.

        :raise DefinitionError: at the first name that nothing is known of
        """
        for name, node in self.rest.items():
            if name in self._in_languages:
                continue
            raise DefinitionError(_('A {what} can\'t have "{name}" here: take it out, or correct the name').format(
                what=self.what, name=name
            ),
                                  node.key.line, node.key.column)
