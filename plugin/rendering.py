"""A document tree made into HTML for the person who asks, as Moin does it for the pages it stores."""

from __future__ import annotations

import re
from functools import partial

from emeraldtree.tree import Element
from markupsafe import Markup
from moin.converters import default_registry
from moin.items.content import Content, conv_serialize
from moin.utils.iri import Iri
from moin.utils.mime import Type, type_moin_document
from moin.utils.tree import html, moin_page


def place(tree: Element, name: str) -> Element:
    """Tell a tree on which page it stands: relative links and macros start from there."""
    tree.set(moin_page.page_href, str(Iri(scheme="wiki", authority="", path=f"/{name}")))
    return tree


def as_part(text: Markup, prefix: str) -> Markup:
    """A page in HTML, to stand within another one: headings one level lower, ids that can't be those around it."""
    return Markup(_TAG.sub(lambda tag: _SHIFTED.sub(_lower, _REFERRING.sub(partial(_set_apart, prefix), tag[0])), text))


_TAG = re.compile(r"<[^>]*>")
_SHIFTED = re.compile(r"^(</?h)([1-5])\b")
_REFERRING = re.compile(r'\b(id|for|headers|aria-labelledby|aria-describedby|aria-controls|href)="(#?)([^"]*)"')


def _lower(heading: re.Match[str]) -> str:
    return f"{heading[1]}{int(heading[2]) + 1}"


def _set_apart(prefix: str, attribute: re.Match[str]) -> str:
    name, sharp, ids = attribute.groups()
    if (name == "href") != bool(sharp):
        return attribute[0]
    return f'{name}="{sharp}{" ".join(prefix + id for id in ids.split())}"'


def to_html(tree: Element, name: str, contenttype: str) -> Markup:
    """Expand transclusions, macros and links, and write the tree as HTML.

    :param tree: a Moin document tree
    :param name: the page on which it stands
    :param contenttype: the page's content type
    """
    expanded = Content.create(contenttype)._expand_document(place(tree, name))
    written = default_registry.get(type_moin_document, Type("application/x-xhtml-moin-page"))(expanded)
    return Markup(conv_serialize(written, {html.namespace: ""}))
