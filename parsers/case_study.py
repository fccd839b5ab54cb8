"""Case studies: from a page's bytes to Moin's document tree, and to what Moin's index is made of.

The tree is what ``+show``, ``+diff``, a preview, a transclusion and ``moin dump-html`` have in common, so a case study
reads the same in all of them. Labels come from the definitions in force at the moment of reading; only the wiki markup
of the sections, which does not depend on them, is kept between two views.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from emeraldtree.tree import Element
from moin import current_app
from moin.constants.keys import EXTERNALLINKS, ITEMLINKS, ITEMTRANSCLUSIONS, SUMMARY, TAGS
from moin.converters import default_registry
from moin.utils.iri import Iri
from moin.utils.mime import Type, type_moin_document, type_text_plain
from moin.utils.tree import html, moin_page

from cupboard import definitions
from cupboard.case_view import CaseView, web_address
from cupboard.document import Document, parse
from cupboard.fragments import fragment
from cupboard.parsers.source import page_name, source_bytes

TYPE = Type("text/x-case-study")

_WIKI_MARKUP = "text/x.moin.wiki;charset=utf-8"


class CaseStudyToTree:
    """A case study's bytes to Moin's document tree."""

    @classmethod
    def factory(cls, input: Type, output: Type, **kwargs: Any) -> CaseStudyToTree | None:
        return None if kwargs else cls()

    def __call__(self, data: Any, contenttype: str | None = None, arguments: Any = None) -> Element:
        document = parse(source_bytes(data))
        return tree(document, page_name(data))


class CaseStudyToText:
    """A case study's bytes to plain text for the index; fills in the metadata that is derived from them.

    Moin calls this for every revision that is stored and for every one that is indexed again, before the metadata is
    written. So ``tags`` and ``summary`` follow the page whichever way it was written.
    """

    @classmethod
    def factory(cls, input: Type, output: Type, **kwargs: Any) -> CaseStudyToText:
        return cls()

    def __call__(self, revision: Any, contenttype: str | None = None, arguments: Any = None) -> str:
        document = parse(source_bytes(revision))
        if isinstance(revision.meta, dict):
            _derive(revision.meta, document, page_name(revision))
        return plain_text(document)


def tree(document: Document, name: str, pending: Collection[str] = ()) -> Element:
    """Moin's document tree of a case study.

    :param name: page name, for links to the files that belong to it
    :param pending: names of files that will belong to it once it is saved
    """
    if document.error:
        return _page(fragment("unreadable.html", error=document.error, lines=document.text.splitlines()))
    view = CaseView(name, document, definitions.current(), pending)
    children = [fragment("case_head.html", view=view)]
    if document.preamble.strip():
        children.extend(_markup(document.preamble))
    for section in document.sections:
        children.append(moin_page.h(attrib={moin_page.outline_level: "2"}, children=(section.title,)))
        children.extend(_markup(section.text))
    children.append(fragment("case_foot.html", view=view))
    return _page(html.div(attrib={html.class_: "c-case c-prose"}, children=children))


def plain_text(document: Document) -> str:
    """All words of a case study that a search should find, one value a line."""
    if document.error:
        return document.text
    return "\n".join([*_words(list(document.fields.values())), document.preamble, *_section_words(document)])


def ancestors_and_self(term_id: str) -> Iterator[str]:
    """``contracts``, ``contracts/food``, ``contracts/food/school-meals`` for the last of them."""
    parts = term_id.split("/")
    for length in range(1, len(parts) + 1):
        yield "/".join(parts[:length])


def _derive(meta: dict[str, Any], document: Document, name: str) -> None:
    ids = document.fields.get("categories", ())
    tags = {tag for id in ids if isinstance(id, str) and "," not in id for tag in ancestors_and_self(id)}
    meta[TAGS] = sorted(tags)
    result = document.fields.get("result", "")
    meta[SUMMARY] = result if isinstance(result, str) else ""
    page = _page(
        html.div(
            children=[node for text in (document.preamble, *_section_texts(document)) for node in _markup(text)]
        )
    )
    page.set(moin_page.page_href, str(Iri(scheme="wiki", authority="", path=f"/{name}")))
    references = default_registry.get(type_moin_document, type_moin_document, items="refs")
    references(page)
    meta[ITEMLINKS] = sorted(references.get_links())
    meta[ITEMTRANSCLUSIONS] = sorted(references.get_transclusions())
    addresses = {address for value in _words(list(document.fields.values())) if (address := web_address(value))}
    meta[EXTERNALLINKS] = sorted(addresses.union(references.get_external_links()))


def _markup(text: str) -> list[Any]:
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


def _page(content: Element) -> Element:
    return moin_page.page(children=(moin_page.body(children=(content,)),))


def _section_texts(document: Document) -> list[str]:
    return [section.text for section in document.sections]


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


default_registry.register(CaseStudyToTree.factory, TYPE, type_moin_document, default_registry.PRIORITY_FIRST)
default_registry.register(CaseStudyToText.factory, TYPE, type_text_plain, default_registry.PRIORITY_FIRST)
