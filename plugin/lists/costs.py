"""Case studies side by side by their costs and benefits: like with like only, and never added up."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from cupboard import catalogue, definitions
from cupboard.appraisals.view import VIEW_LABELS, AppraisalView
from cupboard.catalogue import Query
from cupboard.costbenefit.appraisal import View
from cupboard.lists.cards import CardView
from cupboard.tongue import L_, _

MOST = 100


@dataclass(frozen=True)
class Line:
    """A case study that was worked out.

    :ivar card: its title, address and organisation
    :ivar costs: its costs and benefits
    """

    card: CardView
    costs: AppraisalView

    @property
    def view(self) -> View:
        return self.costs.appraisal.main

    @property
    def key(self) -> tuple[Any, ...]:
        """What two case studies must agree in for their sums to be compared."""
        plan = self.view.plan
        return self.view.name, plan.horizon, plan.schedule.label, plan.price_year

    @property
    def words(self) -> Mapping[str, str]:
        """What the table says, by column."""
        return self.costs.summary


@dataclass(frozen=True)
class Group:
    """Case studies whose sums can be compared."""

    caption: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Comparison:
    """All groups, and the case studies that could not be worked out.

    :ivar sort: one of :data:`SORTS`
    :ivar more: whether there are more than were compared
    """

    groups: tuple[Group, ...]
    others: tuple[Line, ...]
    sort: str
    more: bool

    columns = (("title", L_("Case study")), ("npv", L_("Net present value")),
               ("ratio", L_("Gains for each pound of cost")), ("payback", L_("Payback, discounted")),
               ("basis", L_("Known from")))


def _last(value: Any, sign: int = 1) -> tuple[bool, Any]:
    """A key that puts what has no value after what has one."""
    return value is None, value if value is None else sign * value


SORTS: Mapping[str, Callable[[Line], Any]] = {
    "title": lambda line: line.card.title.casefold(),
    "npv": lambda line: -line.view.npv.central,
    "ratio": lambda line: _last(line.view.central.ratio, -1),
    "payback": lambda line: _last(line.view.central.payback),
    "basis": lambda line: line.costs.basis,
}


def compare(term: str | None, years: int | None, sort: str) -> Comparison:
    """The case studies with costs and benefits that the person who asks may read.

    :param term: id of the contents hierarchy: only those under it
    :param years: count so many years for each; None: as each says
    """
    include = {"has": ("cost-benefit",)} | ({"term": (term,)} if term else {})
    results = catalogue.find(Query(include=include, per_page=MOST))
    in_force = definitions.current()
    lines, others = [], []
    for entry in results.entries:
        fields = {**entry.fields, "horizon": str(years)} if years else entry.fields
        line = Line(CardView(entry, in_force), AppraisalView(fields, in_force))
        (lines if line.costs.is_complete else others).append(line)
    grouped: dict[tuple[Any, ...], list[Line]] = {}
    for line in sorted(lines, key=SORTS[sort]):
        grouped.setdefault(line.key, []).append(line)
    groups = tuple(Group(_caption(found[0].view), tuple(found)) for _, found in
                   sorted(grouped.items(), key=lambda pair: -len(pair[1])))
    return Comparison(groups, tuple(others), sort, results.pages > 1)


def _caption(view: View) -> str:
    plan = view.plan
    if plan.price_year:
        said = _("{view}, over {years} years, in prices of {year}, {rates}")
    else:
        said = _("{view}, over {years} years, of prices whose year is not said, {rates}")
    return said.format(
        view=VIEW_LABELS[view.name], years=plan.horizon, year=plan.price_year, rates=plan.schedule.label
    )
