"""Which case studies stand under which headings: what every list on the wiki is made of.

:func:`find` is the one question. It answers from Moin's index, restricted to what the person who asks may read: the
list, its length and its pages are cut from the same set.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil

from moin import flaskg
from moin.constants.keys import ITEMTYPE, LATEST_REVS, MTIME, NAME, NAMESPACE, TAGS
from whoosh.query import And, Or, Term

from cupboard import definitions, pages
from cupboard.case_view import CaseView

PER_PAGE = 25


@dataclass(frozen=True)
class Query:
    """What a list asks for.

    :ivar terms: ids of the contents hierarchy; a case study under any of them, or under a child of one, is found;
        none: all case studies
    :ivar page: 1-based; a page past the end is the last one
    :ivar per_page: how many a page holds
    """

    terms: tuple[str, ...] = ()
    page: int = 1
    per_page: int = PER_PAGE


@dataclass(frozen=True)
class Results:
    """One page of a list, newest first.

    :ivar cases: the case studies of this page
    :ivar total: how many there are on all pages
    :ivar page: this page's number, 1-based
    :ivar pages: how many pages there are, at least 1
    """

    cases: tuple[CaseView, ...]
    total: int
    page: int
    pages: int

    @property
    def first(self) -> int:
        """Number of this page's first case study in the whole list; 0 when the list is empty."""
        return (self.page - 1) * self._per_page + 1 if self.total else 0

    _per_page: int = PER_PAGE


def find(query: Query) -> Results:
    """Answer a query for the person who asks."""
    conditions = [Term(NAMESPACE, ""), Term(ITEMTYPE, pages.CASE_STUDY_ITEM_TYPE)]
    if query.terms:
        conditions.append(Or([Term(TAGS, term) for term in query.terms]))
    found = [meta for meta in flaskg.storage.search_meta(And(conditions), idx_name=LATEST_REVS, limit=None)]
    names = [meta[NAME][0] for meta in sorted(found, key=lambda meta: meta[MTIME], reverse=True) if meta[NAME]]
    count = max(1, ceil(len(names) / query.per_page))
    page = min(max(1, query.page), count)
    start = (page - 1) * query.per_page
    in_force = definitions.current()
    shown = (pages.read(name) for name in names[start : start + query.per_page])
    cases = tuple(CaseView(one.name, one.document, in_force) for one in shown if one)
    return Results(cases, len(names), page, count, query.per_page)
