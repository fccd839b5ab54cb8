"""What there are case studies about: two facets against each other, counted for the person who asks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import url_for

from cupboard import catalogue, definitions
from cupboard.catalogue import FACETS, Query
from cupboard.catalogue.carrying import years
from cupboard.tongue import _
from cupboard.vocabulary import Term

#: A term without narrower ones that holds more than this is too wide to be useful.
TOO_MANY = 100


@dataclass(frozen=True)
class Cell:
    count: int
    heat: int
    url: str


@dataclass(frozen=True)
class Table:
    """A heat table.

    :ivar columns: labels
    :ivar rows: (label, cells)
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    @property
    def empty(self) -> list[str]:
        """Where there is nothing at all: rows, by label."""
        return [label for label, cells in self.rows if not any(cell.count for cell in cells)]


def tables() -> list[Table]:
    """The heat tables."""
    contents = definitions.current().contents
    sections = [term for term in contents.terms if not term.retired]
    contracts = contents.get("contracts")
    areas = [term for term in contracts.children if not term.retired] if contracts else []
    found = [_crossed(_("Sections by region"), sections, "region")]
    if areas:
        found.append(_crossed(_("Contract areas by legal status"), areas, "status"))
    return [*found, _years()]


def _crossed(title: str, terms: list[Term], facet: str) -> Table:
    shelves = catalogue.shelves()
    counted = [(term, _counts(Query(include={"term": (term.id,)}, per_page=1), facet)) for term in terms]
    there = {value for _, counts in counted for value in counts}
    listed = list(shelves.labels(FACETS[facet]))
    values = [*listed, *sorted(there - set(listed))]
    most = max((count for _, counts in counted for count in counts.values()), default=0)
    rows = tuple(
        (term.short or term.label, tuple(
            Cell(count := counts.get(value, 0), _heat(count, most), _browse(term=term.id, **{facet: value}))
            for value in values
        ))
        for term, counts in counted
    )  # fmt: skip
    return Table(title, tuple(shelves.label(FACETS[facet], value) for value in values), rows)


def _years() -> Table:
    totals = years()
    most = max(totals.values(), default=0)
    span = range(min(totals), max(totals) + 1) if totals else ()
    rows = tuple(
        (str(year), (Cell(n := totals.get(year, 0), _heat(n, most), _browse(**{"year-from": year, "year-to": year})),))
        for year in reversed(span)
    )
    return Table(_("By year"), (_("Case studies"),), rows)


def _counts(query: Query, facet: str) -> dict[str, int]:
    results = catalogue.find(query, offered=(facet,), whole=(facet,))
    return {value.id: value.count for offer in results.offers for value in offer.values}


def _heat(count: int, most: int) -> int:
    return 0 if not count else 1 + min(3, 4 * count // (most + 1))


def _browse(**asked: object) -> str:
    return url_for("frontend.cupboard.browse", **asked)


def never_used(counts: dict[str, int]) -> Iterator[Term]:
    """Terms in use, without narrower ones, that no case study has."""
    for term in definitions.current().contents.walk():
        if not term.retired and not term.children and not counts.get(term.id):
            yield term


def too_wide(counts: dict[str, int]) -> Iterator[tuple[Term, int]]:
    """Terms without narrower ones that hold too many case studies to be useful."""
    for term in definitions.current().contents.walk():
        if not any(not child.retired for child in term.children) and counts.get(term.id, 0) > TOO_MANY:
            yield term, counts[term.id]
