"""Structured pages: from a page's bytes to Moin's document tree, and to what Moin's index is made of.

The tree is what ``+show``, ``+diff``, a preview, a transclusion and ``moin dump-html`` have in common, so a page reads
the same in all of them. Labels come from the definitions in force at the moment of reading; only the wiki markup of the
sections, which does not depend on them, is kept between two views.

How a kind's page is shown is a function from its document, its name and the names of files that are about to be
attached to elements of the tree: :func:`register` takes it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from emeraldtree.tree import Element
from moin import current_app
from moin.constants.keys import EXTERNALLINKS, ITEMLINKS, ITEMTRANSCLUSIONS, SUMMARY, TAGS
from moin.converters import default_registry
from moin.utils.iri import Iri
from moin.utils.mime import Type, type_moin_document, type_text_plain
from moin.utils.tree import html, moin_page

from cupboard import definitions, outdated
from cupboard.converters.source import page_name, source_bytes
from cupboard.document import Document, Section, parse
from cupboard.fields import text_of
from cupboard.fragments import fragment
from cupboard.kinds import Kind
from cupboard.languages import written
from cupboard.web_addresses import web_address

#: document, full name of the page, names of files that will belong to it once it is saved -> what stands on the page
Shown = Callable[[Document, str, Collection[str]], Iterable[Element]]
#: metadata (to be changed), document: further metadata that follows from the text
Derive = Callable[[dict[str, Any], Document], None]

_WIKI_MARKUP = "text/x.moin.wiki;charset=utf-8"

#: What each link, transclusion, macro and block of Moin's wiki markup begins with: text without it refers to nothing.
_MAY_REFER = re.compile(r"\[\[|\{\{|<<")

_shown: dict[Kind, Shown] = {}


def register(kind: Kind, shown: Shown, derive: Derive | None = None) -> None:
    """Say how a kind's pages are shown.

    :param shown: called for every view, with a document that has no error
    :param derive: called for every revision that is stored or indexed again, with its metadata, after the tags, the
        summary and the links are in it
    """
    _shown[kind] = shown
    type_ = Type(kind.content_type)
    first = default_registry.PRIORITY_FIRST
    default_registry.register(_ToTree(kind).factory, type_, type_moin_document, first)
    default_registry.register(_ToText(kind, derive).factory, type_, type_text_plain, first)


def tree(kind: Kind, document: Document, name: str, pending: Collection[str] = ()) -> Element:
    """Moin's document tree of a page.

    :param name: full name of the page, for links to the files that belong to it
    :param pending: names of files that will belong to it once it is saved
    """
    if document.error:
        return _page(fragment("unreadable.html", error=document.error, lines=document.text.splitlines()))
    children = [*_shown[kind](document, name, pending), *_earlier_fields(kind, document)]
    return _page(html.div(attrib={html.class_: "c-case c-prose"}, children=children))


def _earlier_fields(kind: Kind, document: Document) -> Iterator[Element]:
    """What the page says that its template no longer asks for."""
    template = definitions.current().template_of(kind)
    if any(template.field(name) is None for name in document.fields):
        fields = outdated.earlier_fields(template, document, definitions.asked_before(kind.template))
        if fields:
            yield fragment("earlier_fields.html", fields=fields)


def body(document: Document) -> Iterator[Element]:
    """The wiki markup of a page: what stands before the first heading, and the sections under theirs."""
    yield from in_its_language(markup(document.preamble))
    for one in document.sections:
        yield from section(one)


def section(one: Section) -> Iterator[Element]:
    """A section under its heading."""
    heading = moin_page.h(attrib={moin_page.outline_level: "2"}, children=(one.title,))
    yield from in_its_language([heading, *markup(one.text)])


def in_its_language(nodes: list[Any]) -> Iterator[Any]:
    """What people wrote; on a page whose own words are in another language, in an element that says so."""
    language = written.foreign()
    if language and nodes:
        yield html.div(attrib={html.lang: language}, children=nodes)
    else:
        yield from nodes


def markup(text: str) -> list[Any]:
    """The nodes that wiki markup gives, its headings one level down since they stand below the section's own."""
    if not text.strip():
        return []
    key = "cupboard-markup-" + hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    body = current_app.cache.get(key)
    if body is None:
        page = default_registry.get(Type(_WIKI_MARKUP), type_moin_document)(text, _WIKI_MARKUP)
        body = next(iter(page))
        for element in body.iter_elements_tree():
            if element.tag == moin_page.h:
                level = int(element.get(moin_page.outline_level, "1"))
                element.set(moin_page.outline_level, str(min(level + 1, 6)))
        current_app.cache.set(key, body)
    return list(body)


def plain_text(document: Document) -> str:
    """All words of a page that a search should find, one value a line."""
    if document.error:
        return document.text
    return "\n".join([*_words(list(document.fields.values())), document.preamble, *_section_words(document)])


def ancestors_and_self(term_id: str) -> Iterator[str]:
    """``contracts``, ``contracts/food``, ``contracts/food/school-meals`` for the last of them."""
    parts = term_id.split("/")
    for length in range(1, len(parts) + 1):
        yield "/".join(parts[:length])


class _ToTree:
    """A page's bytes to Moin's document tree."""

    def __init__(self, kind: Kind):
        self.kind = kind

    def factory(self, input: Type, output: Type, **kwargs: Any) -> _ToTree | None:
        return None if kwargs else self

    def __call__(self, data: Any, contenttype: str | None = None, arguments: Any = None) -> Element:
        return tree(self.kind, parse(source_bytes(data)), page_name(data))


class _ToText:
    """A page's bytes to plain text for the index; fills in the metadata that is derived from them.

    Moin calls this for every revision that is stored and for every one that is indexed again, before the metadata is
    written. So ``tags`` and ``summary`` follow the page whichever way it was written.
    """

    def __init__(self, kind: Kind, derive: Derive | None):
        self.kind, self.derive = kind, derive

    def factory(self, input: Type, output: Type, **kwargs: Any) -> _ToText:
        return self

    def __call__(self, revision: Any, contenttype: str | None = None, arguments: Any = None) -> str:
        document = parse(source_bytes(revision))
        if isinstance(revision.meta, dict):
            _derive(self.kind, revision.meta, document, page_name(revision))
            if self.derive:
                self.derive(revision.meta, document)
        return plain_text(document)


def _derive(kind: Kind, meta: dict[str, Any], document: Document, name: str) -> None:
    ids = document.fields.get("categories", ())
    tags = {tag for id in ids if isinstance(id, str) and "," not in id for tag in ancestors_and_self(id)}
    meta[TAGS] = sorted(tags)
    meta[SUMMARY] = text_of(document.fields, kind.summary)
    texts = (document.preamble, *(section.text for section in document.sections))
    page = _page(html.div(children=[node for text in texts if _MAY_REFER.search(text) for node in markup(text)]))
    page.set(moin_page.page_href, str(Iri(scheme="wiki", authority="", path=f"/{name}")))
    references = default_registry.get(type_moin_document, type_moin_document, items="refs")
    references(page)
    meta[ITEMLINKS] = sorted(references.get_links())
    meta[ITEMTRANSCLUSIONS] = sorted(references.get_transclusions())
    addresses = {address for value in _words(list(document.fields.values())) if (address := web_address(value))}
    meta[EXTERNALLINKS] = sorted(addresses.union(references.get_external_links()))


def _page(content: Element) -> Element:
    return moin_page.page(children=(moin_page.body(children=(content,)),))


def _section_words(document: Document) -> Iterator[str]:
    for section in document.sections:
        yield section.title
        yield section.text


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value:
            yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _words(one)
    else:
        for one in value:
            yield from _words(one)
