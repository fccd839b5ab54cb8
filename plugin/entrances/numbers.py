"""Figures of case studies, for people who have a minute: what there is in all, and the numbers of a few."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from cupboard import catalogue, definitions
from cupboard.brief.page import Brief, Figure
from cupboard.catalogue import Query, Results
from cupboard.kinds import Kind
from cupboard.legal.statuses import SUPPORTED
from cupboard.lists import asking, listing
from cupboard.lists.cards import CardView

#: What a figure may rest on to be quoted here: it has happened.
_HAPPENED = ("measured_self", "reported_by_supplier", "independent")
#: How many case studies are looked at to find some with figures.
_LOOKED_AT = 100


@dataclass(frozen=True)
class OfACase:
    """A case study by its numbers."""

    view: CardView
    figures: tuple[Figure, ...]

    @property
    def brief_url(self) -> str:
        return f"{self.view.url}?view=brief"


class Numbers:
    """The numbers of a list of case studies.

    :param scope: which case studies
    :param rows: how many are shown one by one
    :param each: how many figures of each
    """

    def __init__(self, scope: Query, rows: int, each: int = 2):
        self._scope, self._rows, self._each = scope, rows, each

    @cached_property
    def _results(self) -> Results:
        looked_at = _LOOKED_AT if self._rows else 1
        return catalogue.find(replace(self._scope, page=1, per_page=looked_at), Query(), ("organisation", "has"))

    def _counts(self, facet: str) -> dict[str, int]:
        offer = next(one for one in self._results.offers if one.facet.id == facet)
        return {value.id: value.count for value in offer.values}

    @property
    def total(self) -> int:
        return self._results.total

    @property
    def kinds(self) -> list[tuple[Kind, int]]:
        """The kinds of page among them, each with how many there are of it."""
        return listing.counted(self._results)

    @property
    def organisations(self) -> int:
        return next(one.total for one in self._results.offers if one.facet.id == "organisation")

    @property
    def worked_out(self) -> int:
        """How many say what it cost and what came of it, in pounds."""
        return self._counts("has").get("cost-benefit", 0)

    @cached_property
    def supported(self) -> int:
        """How many have advice, a decision or an authority behind them that says they are lawful."""
        ids = tuple(one.id for one in definitions.current().statuses if one.group == SUPPORTED)
        return catalogue.find(Query(include={"status": ids}, per_page=1), self._scope).total

    @cached_property
    def cases(self) -> list[OfACase]:
        """The first that have figures of something that has happened."""
        in_force, found = definitions.current(), []
        for entry in self._results.entries:
            rows = entry.fields.get("figures", ())
            rows = [row for row in rows if isinstance(row, dict)]
            kept = [row for row in rows if row.get("basis") in _HAPPENED and row.get("result")]
            if kept:
                view = CardView(replace(entry, fields={**entry.fields, "figures": kept}), in_force)
                found.append(OfACase(view, tuple(Brief(view, "").figures[: self._each])))
            if len(found) == self._rows:
                break
        return found

    @property
    def browse(self) -> str:
        return asking.address("browse", self._scope)

    @property
    def brief(self) -> str:
        """One page of each."""
        return asking.address("brief", self._scope)
