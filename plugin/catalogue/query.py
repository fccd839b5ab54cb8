"""What a reader asks of a list of case studies, and the address that says so: both ways, in this one place.

    q=school+meals&term=contracts/food&region=scotland&region=wales&-status=not_lawful&year-from=2010&sort=year&page=2

A facet's name repeated means either of the values; different facets must all hold; a minus before the name leaves the
value out. Names that are no facet are somebody else's and are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from math import ceil
from types import MappingProxyType

from cupboard.tongue import _

#: Sort orders, by the word in the address. ``relevance`` needs words to search for.
SORTS = ("newest", "changed", "year", "organisation", "relevance")

MAX_TEXT = 300
MAX_VALUE = 200
MAX_VALUES = 100
LAST_PAGE = 1_000_000
FIRST_YEAR, LAST_YEAR = 1900, 2199

_NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000\ue001\ufffe\uffff]+")

Pairs = list[tuple[str, str]]


class BadQuery(ValueError):
    """An address that can't be answered; the message says what to do about it."""


@dataclass(frozen=True)
class Query:
    """What a list holds and in which order.

    :ivar text: words to search for, as typed
    :ivar include: by facet, the values of which a case study has at least one
    :ivar exclude: by facet, the values of which it has none
    :ivar since, until: first and last year; None: no limit
    :ivar sort: one of :data:`SORTS`, or of the list's own orders; empty: relevance when there are words to search for,
        else newest
    :ivar page: from 1; a page past the end is answered with the last one
    :ivar per_page: how many a page holds; not part of the address
    """

    text: str = ""
    include: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    exclude: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    since: int | None = None
    until: int | None = None
    sort: str = ""
    page: int = 1
    per_page: int = 25

    @property
    def order(self) -> str:
        """The sort order that applies."""
        if self.sort == "relevance" and not self.text:
            return "newest"
        return self.sort or ("relevance" if self.text else "newest")

    @property
    def is_filtered(self) -> bool:
        return bool(self.text or self.include or self.exclude or self.since is not None or self.until is not None)

    def pairs(self) -> Pairs:
        """Names and values of the address, in an order that does not depend on how the query was made."""
        found: Pairs = [("q", self.text)] if self.text else []
        for sign, chosen in (("", self.include), ("-", self.exclude)):
            found.extend((sign + name, value) for name in sorted(chosen) for value in sorted(chosen[name]))
        if self.since is not None:
            found.append(("year-from", str(self.since)))
        if self.until is not None:
            found.append(("year-to", str(self.until)))
        if self.sort and self.sort != Query(text=self.text).order:
            found.append(("sort", self.sort))
        if self.page > 1:
            found.append(("page", str(self.page)))
        return found

    def without(self, facet: str, value: str) -> Query:
        """The query with a value neither chosen nor left out."""
        return replace(
            self, include=_less(self.include, facet, value), exclude=_less(self.exclude, facet, value), page=1
        )

    def of_list(self, total: int) -> tuple[Query, int]:
        """(this query, at a page that there is; how many pages there are) of a list of so many."""
        pages = max(1, ceil(total / self.per_page))
        return replace(self, page=min(max(1, self.page), pages)), pages

    def at(self, page: int) -> Query:
        return replace(self, page=page)


def both(scope: Query, query: Query) -> Query | None:
    """One query that asks what two ask together, with the order of the second; None when no query says that.

    Where both choose in one facet, the choices of one must be among the other's or, in a hierarchy, below them.
    """
    include = {**scope.include, **query.include}
    for facet in scope.include.keys() & query.include.keys():
        wide, narrow = scope.include[facet], query.include[facet]
        if not _is_within(narrow, wide):
            wide, narrow = narrow, wide
        if not _is_within(narrow, wide):
            return None
        include[facet] = narrow
    exclude = {
        facet: tuple(dict.fromkeys((*scope.exclude.get(facet, ()), *query.exclude.get(facet, ()))))
        for facet in (*scope.exclude, *query.exclude)
    }
    since = max((year for year in (scope.since, query.since) if year is not None), default=None)
    until = min((year for year in (scope.until, query.until) if year is not None), default=None)
    text = " ".join(filter(None, (scope.text, query.text)))
    if len(text) > MAX_TEXT or (since is not None and until is not None and since > until):
        return None
    return replace(query, text=text, include=include, exclude=exclude, since=since, until=until, page=1)


def _is_within(narrow: tuple[str, ...], wide: tuple[str, ...]) -> bool:
    return all(any(one == other or one.startswith(other + "/") for other in wide) for one in narrow)


def read(
    pairs: Iterable[tuple[str, str]], facets: Collection[str], sorts: Collection[str] = SORTS
) -> tuple[Query, tuple[str, ...]]:
    """Read the names and values of an address.

    :param facets: the names of the facets there are
    :param sorts: those of the orders
    :returns: the query, and a sentence for each thing that was corrected
    :raises BadQuery: when it asks for more than a list can sensibly be asked
    """
    include: dict[str, dict[str, None]] = {}
    exclude: dict[str, dict[str, None]] = {}
    single: dict[str, str] = {}
    corrected: list[str] = []
    count = 0
    for name, value in pairs:
        value = " ".join(_UNWRITABLE.sub(" ", value).split())
        if not value:
            continue
        facet = name.removeprefix("-")
        if facet in facets:
            count += 1
            if len(value) > MAX_VALUE:
                said = _("A filter's value can be {most} characters long: shorten it, or start again.")
                raise BadQuery(said.format(most=MAX_VALUE))
            if count > MAX_VALUES:
                raise BadQuery(_("A list can have {most} filters at once: take some away.").format(most=MAX_VALUES))
            (include if facet == name else exclude).setdefault(facet, {})[value] = None
        elif name in ("q", "year-from", "year-to", "sort", "page"):
            single.setdefault(name, value)
    text = single.get("q", "")
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT].rsplit(" ", 1)[0]
        corrected.append(_("Only the first {most} characters were searched for.").format(most=MAX_TEXT))
    sort = single.get("sort", "").lower()
    if sort and sort not in sorts:
        said = _("There is no order called {name}: the list is in its usual order.")
        corrected.append(said.format(name=_short(sort)))
        sort = ""
    since, until = (_year(single.get(name, ""), name, corrected) for name in ("year-from", "year-to"))
    if since is not None and until is not None and since > until:
        since, until = until, since
    query = Query(
        text=text,
        include={name: tuple(values) for name, values in include.items()},
        exclude={name: tuple(values) for name, values in exclude.items()},
        since=since,
        until=until,
        sort=sort,
        page=_page(single.get("page", "1")),
    )
    return query, tuple(corrected)


def _year(value: str, name: str, corrected: list[str]) -> int | None:
    if not value:
        return None
    if re.fullmatch("[0-9]{4}", value) and FIRST_YEAR <= int(value) <= LAST_YEAR:
        return int(value)
    if name == "year-from":
        said = _("{value} is not a year, so there is no first year: write four digits, such as 2016.")
    else:
        said = _("{value} is not a year, so there is no last year: write four digits, such as 2016.")
    corrected.append(said.format(value=_short(value)))
    return None


def _page(value: str) -> int:
    if not re.fullmatch("[0-9]{1,9}", value):
        return 1
    return min(max(1, int(value)), LAST_PAGE)


def _short(value: str) -> str:
    return f'"{value}"' if len(value) <= 40 else f'"{value[:39]}…"'


def _less(chosen: Mapping[str, tuple[str, ...]], facet: str, value: str) -> Mapping[str, tuple[str, ...]]:
    left = {**chosen, facet: tuple(one for one in chosen.get(facet, ()) if one != value)}
    return {name: values for name, values in left.items() if values}
