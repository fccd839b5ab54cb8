"""What the catalogue answers: one page of a list, and what it holds of each case study."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from cupboard.catalogue.facets import Offer
from cupboard.catalogue.fulltext import Marked
from cupboard.catalogue.query import Query


@dataclass(frozen=True)
class Entry:
    """A case study in a list.

    :ivar revid: of the revision
    :ivar name: of the page
    :ivar created, changed: seconds since the epoch
    :ivar fields: what its summary shows, as the page has it
    :ivar files: sizes in bytes of attached documents that all may read who may read this, by file name
    :ivar statements: the statements of organisations about it that count today
    :ivar marked: title, result and a passage with the words searched for marked; None when there were none
    """

    itemid: str
    revid: str
    name: str
    changed: int
    fields: Mapping[str, Any]
    files: Mapping[str, int]
    statements: tuple[Mapping[str, Any], ...] = ()
    marked: Marked | None = None
    created: int = 0


@dataclass(frozen=True)
class Results:
    """One page of a list.

    :ivar query: as it was answered: the page is one that there is
    :ivar scope: what the list is limited to before anything is asked of it
    :ivar entries: the case studies of this page, or whatever else is listed
    :ivar total: how many there are on all pages
    :ivar pages: how many pages there are, at least 1
    :ivar offers: the facets that were asked for
    :ivar suggestion: what to type instead, when a word is in no case study; None when there is nothing to suggest
    :ivar of_kinds: how many there are of each kind of page that is listed with case studies, by its ``listed_as``
    """

    query: Query
    scope: Query
    entries: tuple[Any, ...]
    total: int
    pages: int
    offers: tuple[Offer, ...] = ()
    suggestion: str | None = None
    of_kinds: Mapping[str, int] = field(default_factory=dict)

    @property
    def page(self) -> int:
        return self.query.page

    @property
    def first(self) -> int:
        """Number of this page's first case study in the whole list; 0 when the list is empty."""
        return (self.page - 1) * self.query.per_page + 1 if self.total else 0
