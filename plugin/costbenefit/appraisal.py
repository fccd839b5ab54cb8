"""What a block of costs and benefits comes to.

Two views. That of the organisation, in cash: its own rows in which money moves. That of society: all rows, whoever
bears or gains them, and saved carbon where a set of carbon values is used.

Each sum is worked out three times. *Low* takes the high costs and the low gains, *high* the low costs and the high
gains, so low is the cautious end of every range.

    net present value    discounted gains less discounted costs
    ratio                discounted gains by discounted costs
    payback              when the cumulative sum is no longer below zero and stays so; within a year by interpolation,
                         as if the year's flow came evenly. Discounted, and simple (undiscounted)
    cost per tonne       minus the net present value to society without the value of carbon, by the tonnes saved
                         (not discounted); below zero: the carbon is saved at a profit
    whole-life cost      the discounted costs of an option less its income, by phase

Rows of the option that was taken, and rows of no option, count as they are. Costs of the option that was not taken are
costs avoided, so they count as gains; its gains are forgone, so they count as costs. Rows of further options count only
in the whole-life cost of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from functools import cached_property

from cupboard.costbenefit.rates import WORKING, Schedule
from cupboard.costbenefit.rows import (
    BENEFIT,
    COST,
    INCOME,
    ORGANISATION,
    PHASES,
    PUBLIC,
    SOCIETY,
    WHO,
    Block,
    Item,
    Plan,
    Range,
    Tonnes,
)
from cupboard.tongue import L_, _

IN_CASH, TO_SOCIETY = VIEWS = ("organisation", "society")
OTHER_PHASE = ""
SAVED, EMITTED = L_("Carbon saved"), L_("Carbon emitted")

ZERO, ONE = Decimal(0), Decimal(1)
TINY = Decimal("0.0001")
"""A hundredth of a penny."""


@dataclass(frozen=True)
class Flow:
    """A row as it counts: ``cost`` says on which side, and the low of its amount is always the smaller one."""

    item: Item
    cost: bool

    @property
    def is_carbon(self) -> bool:
        """Whether it is worked out of tonnes, and so not a row that somebody entered."""
        return self.item.number < 0

    def amount(self, end: int) -> Decimal:
        """The amount a year at one end of the range: 0 low, 1 central, 2 high of the *result*."""
        return self.item.amount[2 - end if self.cost else end]


@dataclass(frozen=True)
class Series:
    """One end of the range of one view, year by year from 0."""

    costs: tuple[Decimal, ...]
    gains: tuple[Decimal, ...]
    schedule: Schedule

    @cached_property
    def net(self) -> tuple[Decimal, ...]:
        with localcontext(WORKING):
            return tuple(gain - cost for gain, cost in zip(self.gains, self.costs))

    @cached_property
    def discounted(self) -> tuple[Decimal, ...]:
        with localcontext(WORKING):
            return tuple(flow * self.schedule.factor(year) for year, flow in enumerate(self.net))

    @cached_property
    def cumulative(self) -> tuple[Decimal, ...]:
        """The discounted flows added up to each year."""
        return _added_up(self.discounted)

    @cached_property
    def present_costs(self) -> Decimal:
        return _present(self.costs, self.schedule)

    @cached_property
    def present_gains(self) -> Decimal:
        return _present(self.gains, self.schedule)

    @property
    def npv(self) -> Decimal:
        with localcontext(WORKING):
            return self.present_gains - self.present_costs

    @property
    def ratio(self) -> Decimal | None:
        """None where nothing was spent."""
        with localcontext(WORKING):
            return self.present_gains / self.present_costs if self.present_costs else None

    @property
    def payback(self) -> Decimal | None:
        """In years, discounted; None: not within the horizon."""
        return crossing(self.discounted)

    @property
    def simple_payback(self) -> Decimal | None:
        """In years, undiscounted; None: not within the horizon."""
        return crossing(self.net)


@dataclass(frozen=True)
class View:
    """One view of a block. With ``missing``, there are no sums, and asking for one is an error in the program."""

    name: str
    plan: Plan
    flows: tuple[Flow, ...]
    missing: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.missing

    def series(self, end: int) -> Series:
        """Year by year: 0 low, 1 central, 2 high.

        :raise ValueError: when something is missing
        """
        if self.missing:
            raise ValueError(self.missing[0])
        return _series(self.flows, self.plan, end)

    @cached_property
    def low(self) -> Series:
        return self.series(0)

    @cached_property
    def central(self) -> Series:
        return self.series(1)

    @cached_property
    def high(self) -> Series:
        return self.series(2)

    @property
    def npv(self) -> Range:
        return Range(self.low.npv, self.central.npv, self.high.npv)

    @property
    def ratio(self) -> Range | None:
        """None where nothing is spent at one end of the range."""
        ratios = [series.ratio for series in (self.low, self.central, self.high)]
        return None if None in ratios else Range(*ratios)

    @property
    def payback(self) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        """Discounted, low, central and high of the result: so the longest comes first. None: not within the horizon."""
        return self.low.payback, self.central.payback, self.high.payback

    @property
    def simple_payback(self) -> tuple[Decimal | None, Decimal | None, Decimal | None]:
        return self.low.simple_payback, self.central.simple_payback, self.high.simple_payback

    @property
    def has_range(self) -> bool:
        return not all(flow.item.amount.is_one for flow in self.flows)

    @property
    def counted(self) -> tuple[Flow, ...]:
        """The rows of which at least one year lies within the horizon."""
        return tuple(flow for flow in self.flows if flow.item.start <= self.plan.horizon)

    def with_plan(self, plan: Plan) -> View:
        return View(self.name, plan, self.flows, self.missing)

    def by_who(self) -> dict[str, tuple[Decimal, Decimal]]:
        """Central discounted costs and gains by who bears or gains them; only those who do."""
        if self.missing:
            return {}
        found = {}
        for who in WHO:
            flows = [flow for flow in self.flows if flow.item.who == who]
            if flows:
                series = _series(flows, self.plan, 1)
                found[who] = series.present_costs, series.present_gains
        return found


@dataclass(frozen=True)
class LifeCost:
    """The whole-life cost of one option: discounted costs less income, by phase, at three ends; low is the least."""

    option: str
    phases: dict[str, Range]
    total: Range


@dataclass(frozen=True)
class Appraisal:
    """All that is worked out of a block. Where ``block.problems`` is not empty, both views are incomplete."""

    block: Block
    organisation: View
    society: View

    @property
    def plan(self) -> Plan | None:
        return self.block.plan

    @property
    def main(self) -> View:
        """The view to answer with: the organisation's, or society's where the organisation's is incomplete."""
        return self.organisation if self.organisation.complete or not self.society.complete else self.society

    @cached_property
    def tonnes(self) -> Range | None:
        """Tonnes of CO2e saved within the horizon; None without carbon rows."""
        if self.plan is None or not self.block.tonnes:
            return None
        with localcontext(WORKING):
            return Range(*(sum((row.amount[end] * _years_counted(row.start, row.end, self.plan.horizon)
                                for row in self.block.tonnes), ZERO) for end in range(3)))

    @cached_property
    def cost_per_tonne(self) -> Range | None:
        """Pounds a tonne, low to high; None where no carbon is saved, or no sums can be made.

        The low one is the cheapest: the best net present value by the most tonnes where that is a cost.
        """
        if self.tonnes is None or self.tonnes.low <= 0 or not self.society.complete:
            return None
        money = [flow for flow in self.society.flows if not flow.is_carbon]
        with localcontext(WORKING):
            costs = [-_series(money, self.plan, end).npv for end in (0, 1, 2)]
            ends = [cost / tonnes for cost in (costs[0], costs[2]) for tonnes in (self.tonnes.low, self.tonnes.high)]
            return Range(min(ends), costs[1] / self.tonnes.central, max(ends))

    @cached_property
    def whole_life(self) -> tuple[LifeCost, ...]:
        """One for each option that has costs of its own, the one that was taken first."""
        if self.plan is None:
            return ()
        plan, options = self.plan, {}
        for item in self.block.items:
            if item.option:
                options.setdefault(_folded(item.option), []).append(item)
        first = [_folded(plan.option), _folded(plan.against)]
        order = sorted(options, key=lambda name: first.index(name) if name in first else len(first))
        return tuple(_life_cost(options[name], plan) for name in order
                     if any(item.type == COST for item in options[name]))


def appraise(block: Block) -> Appraisal:
    """Work out a block; ``Appraisal.main`` is where to look first."""
    plan = block.plan
    if plan is None:
        lacking = tuple(dict.fromkeys(problem.message for problem in block.problems))
        empty = View(IN_CASH, None, (), lacking or (_("Enter how many years to count"),))
        return Appraisal(block, empty, replace(empty, name=TO_SOCIETY))
    flows = tuple(_flows(block.items, plan))
    own = tuple(flow for flow in flows if flow.item.who == ORGANISATION and flow.item.cash)
    everyone = flows + tuple(_carbon(block.tonnes, plan))
    return Appraisal(
        block,
        View(IN_CASH, plan, own, _missing(own, plan, IN_CASH)),
        View(TO_SOCIETY, plan, everyone, _missing(everyone, plan, TO_SOCIETY)),
    )


def crossing(flows: Sequence[Decimal]) -> Decimal | None:
    """When the sum of flows is no longer below zero, for good, in years; None: not within them.

    A flow counts as coming evenly through its year, which ends at the year's number; that of year 0 comes at once.
    What is less than ``TINY`` below zero is not below it: an exact break-even must not depend on the last digit.
    """
    with localcontext(WORKING):
        sums = _added_up(flows)
        below = [year for year, total in enumerate(sums) if total < -TINY]
        if not below:
            return ZERO
        year = below[-1]
        if year == len(sums) - 1:
            return None
        return min(Decimal(year + 1), year + -sums[year] / flows[year + 1])


def _flows(items: Sequence[Item], plan: Plan) -> Iterator[Flow]:
    for item in items:
        name = _folded(item.option)
        if not name or name == _folded(plan.option):
            yield Flow(item, item.is_cost)
        elif name == _folded(plan.against):
            yield Flow(item, not item.is_cost)


def _carbon(rows: Sequence[Tonnes], plan: Plan) -> Iterator[Flow]:
    """Saved carbon in pounds, a flow for each year, since its value differs from year to year.

    Where it is emitted for certain (all tonnes below zero) it is a cost. The range is that of the tonnes and of the
    values together.
    """
    values = plan.carbon_values
    if values is None:
        return
    to_price_year = ONE
    if plan.price_year and values.price_year != plan.price_year:
        to_price_year = plan.deflator.factor(values.price_year, plan.price_year)
    for row in rows:
        for year in range(row.start, min(row.end, plan.horizon) + 1):
            value = values.values[plan.start_year + year]
            with localcontext(WORKING):
                ends = [tonnes * pounds * to_price_year for tonnes in row.amount for pounds in value]
                amount = Range(min(ends), row.amount.central * value[1] * to_price_year, max(ends))
            emitted = amount.high < 0
            if emitted:
                amount = Range(-amount.high, -amount.central, -amount.low)
            item = Item(
                -1 - row.number,
                str(EMITTED if emitted else SAVED),
                COST if emitted else BENEFIT,
                SOCIETY,
                False,
                amount,
                year,
                year,
                plan.price_year,
                row.basis,
                row.source,
            )
            yield Flow(item, emitted)


def _missing(flows: Sequence[Flow], plan: Plan, name: str) -> tuple[str, ...]:
    counted = [flow for flow in flows if flow.item.start <= plan.horizon]
    lacking = []
    if not any(flow.cost for flow in counted):
        lacking.append(
            _("No cost to anyone is entered. Enter what it cost, or 0 if it cost nothing") if name == TO_SOCIETY else
            _("No cost to the organisation, in money, is entered. Enter what it cost, or 0 if it cost nothing")
        )
    if not any(not flow.cost for flow in counted):
        lacking.append(
            _("No saving, income or benefit to anyone is entered") if name == TO_SOCIETY else
            _("No saving, income or benefit to the organisation, in money, is entered")
        )
    return tuple(lacking)


def _series(flows: Sequence[Flow], plan: Plan, end: int) -> Series:
    costs, gains = ([ZERO] * (plan.horizon + 1) for _ in range(2))
    with localcontext(WORKING):
        for flow in flows:
            side, amount = costs if flow.cost else gains, flow.amount(end)
            for year in range(flow.item.start, min(flow.item.end, plan.horizon) + 1):
                side[year] += amount
    return Series(tuple(costs), tuple(gains), plan.schedule)


def _life_cost(items: Sequence[Item], plan: Plan) -> LifeCost:
    phases = {}
    with localcontext(WORKING):
        for phase in (*PHASES, OTHER_PHASE):
            flows = [Flow(item, item.is_cost) for item in items
                     if item.phase == phase and item.type in (COST, INCOME) and item.who in (ORGANISATION, PUBLIC)]
            if flows:
                phases[phase] = Range(*(-_series(flows, plan, end).npv for end in (2, 1, 0)))
        total = Range(*(sum(values, ZERO) for values in zip(*phases.values()))) if phases else Range(ZERO, ZERO, ZERO)
    return LifeCost(items[0].option, phases, total)


def _present(flows: Sequence[Decimal], schedule: Schedule) -> Decimal:
    with localcontext(WORKING):
        return sum((flow * schedule.factor(year) for year, flow in enumerate(flows)), ZERO)


def _added_up(flows: Sequence[Decimal]) -> tuple[Decimal, ...]:
    total, sums = ZERO, []
    with localcontext(WORKING):
        for flow in flows:
            total += flow
            sums.append(total)
    return tuple(sums)


def _years_counted(start: int, end: int, horizon: int) -> int:
    return max(0, min(end, horizon) - start + 1)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
