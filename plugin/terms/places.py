"""Where each term of a vocabulary, and each field of a template, stands in the text of its page."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from cupboard import frontmatter
from cupboard.frontmatter import Node, SourceError
from cupboard.shapes import MAX_DEPTH, DefinitionError


class Place(NamedTuple):
    """A term and where it stands.

    :ivar id: the whole id
    :ivar node: the term's own mapping
    :ivar listed: the list that the term is in
    """

    id: str
    node: Node
    listed: Node

    def of(self, key: str) -> tuple[int, int]:
        """Line and column, from 1, of the value of a key; of the term itself where it does not have it."""
        node = self.node.value.get(key, self.node)
        return node.line, node.column


def root(text: str) -> Node:
    """The page as nodes.

    :raises DefinitionError: when it is not YAML of the kind that is read here
    """
    try:
        return frontmatter.read(text, max_depth=MAX_DEPTH)
    except SourceError as error:
        raise DefinitionError(error.message, error.line, error.column) from None


def terms(text: str) -> dict[str, Place]:
    """By id, the terms of a vocabulary's page that can be used."""
    page = root(text)
    return {place.id: place for place in _walk(page.value["terms"], "")} if "terms" in page.value else {}


def fields(text: str) -> dict[str, Place]:
    """By id, the fields of a template's page that can be used."""
    listed = root(text).value["fields"]
    return {node.value["id"].value: Place(node.value["id"].value, node, listed) for node in listed.value}


def _walk(listed: Node, above: str) -> Iterator[Place]:
    for node in listed.value:
        place = Place(above + node.value["id"].value.strip(), node, listed)
        yield place
        if "terms" in node.value and isinstance(node.value["terms"].value, list):
            yield from _walk(node.value["terms"], f"{place.id}/")
