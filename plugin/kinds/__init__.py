"""The kinds of structured page: case studies, and whatever else is front matter and wiki markup with a form.

A kind says what it is called, where its pages stand and which definition page asks its questions. Form, text editor,
preview, conflicts, saving, import and the checks of the command line work for every kind that is registered. How a
page of it is shown, :mod:`cupboard.converters.structured` is told. docs/developers/kinds.rst says how to add one.
The Cupboard's own are in ``case_study``, ``change_story``, ``tool``, ``organisation`` and ``person``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from cupboard.tongue import L_, _

if TYPE_CHECKING:
    from cupboard.definitions import Definitions
    from cupboard.document import Document
    from cupboard.template import Problem

CHARSET = ";charset=utf-8"


class Reference(NamedTuple):
    """That a page refers to another one.

    :ivar field: the field in which it does
    :ivar name: full name of the other page, as written
    :ivar place, places: in which row of how many, from 1; 0 where the field has no rows
    """

    field: str
    name: str
    place: int = 0
    places: int = 0


@dataclass(frozen=True)
class Kind:
    """One kind of structured page.

    :ivar id: Moin's item type of its pages, and the end of the address of the form for a new one
    :ivar content_type: without parameters: ``text/x-case-study``
    :ivar noun, plural, article: what people call it: ``case study``, ``case studies``, ``a``
    :ivar template: name of the definition page that holds its fields
    :ivar prefix: new pages stand below it and are named by their title; None: they are named otherwise, so the general
        form for a new one is not there
    :ivar namespace: of Moin, in which its pages stand
    :ivar title, summary: the fields that say what a page is called, and what it says in one sentence
    :ivar listed: whether its pages are in the catalogue, which lists and facets are made from
    :ivar signs_legal_status: whether the wiki signs what its pages say about legality
    :ivar further_problems: what is wrong with a page besides what its template says; a problem whose field, row and
        column have one already is left out. Called with the document, which has no error, and the definitions in force
    :ivar references: the other pages that a page refers to; called with any document
    :ivar catalogued: a page as the catalogue reads it, with the fields and sections of a case study; None: as it is
    :ivar listed_as: the value of the catalogue's field ``kind`` that its pages have; empty: they say it themselves
    :ivar seeds: file in ``seed_pages`` with the records of those that a new wiki starts with
    """

    id: str
    content_type: str
    noun: str | L_
    plural: str | L_
    template: str
    article: str = "a"
    prefix: str | None = None
    namespace: str = ""
    title: str = "title"
    summary: str = "result"
    listed: bool = False
    signs_legal_status: bool = False
    further_problems: Callable[[Document, Definitions], Iterable[Problem]] | None = None
    references: Callable[[Document], Iterable[Reference]] | None = None
    catalogued: Callable[[Document], Any] | None = None
    listed_as: str = ""
    seeds: str | None = None

    @property
    def one(self) -> str:
        """``a case study``, as people call it."""
        return _("{article} {noun}").format(article=self.article, noun=self.noun)

    @property
    def item_type(self) -> str:
        return self.id

    @property
    def stored_type(self) -> str:
        """The content type as pages carry it."""
        return self.content_type + CHARSET

    def name_of(self, last: str) -> str:
        """The full name of a page of this kind, with its namespace.

        :param last: what stands below the prefix
        """
        return "/".join(part for part in (self.namespace, self.prefix, last) if part)

    def name_in_namespace(self, name: str) -> str:
        """The full name of a page of this kind.

        :param name: as Moin has it, without the namespace
        """
        return f"{self.namespace}/{name}" if self.namespace else name


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Make a kind known, before Moin makes its application.

    :raises ValueError: when there is another one with its id, content type or template
    """
    for other in _kinds.values():
        if {kind.id, kind.content_type, kind.template} & {other.id, other.content_type, other.template}:
            raise ValueError(f"{kind.id}: {other.id} has the same id, content type or template")
    _kinds[kind.id] = kind
    return kind


def registered() -> tuple[Kind, ...]:
    return tuple(_kinds.values())


def by_id(id: str) -> Kind | None:
    return _kinds.get(id)


def of_content_type(content_type: str) -> Kind | None:
    """The kind of pages of a content type, whatever its parameters and case."""
    plain = content_type.partition(";")[0].strip().lower()
    return next((kind for kind in _kinds.values() if kind.content_type == plain), None)


def of_meta(meta: Mapping[str, Any]) -> Kind | None:
    """The kind of the page that has this metadata of Moin's; None when it is no structured page."""
    return of_content_type(str(meta.get("contenttype") or ""))


def is_listed(meta: Mapping[str, Any]) -> bool:
    """Whether a revision, the latest of its item, is one that lists show. One in the trash has no name."""
    kind = of_meta(meta)
    return (
        kind is not None and kind.listed and (meta.get("namespace") or "") == kind.namespace and bool(meta.get("name"))
    )
