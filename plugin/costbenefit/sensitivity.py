"""What would change the answer: the break-even of a row, and the table of rate, horizon and each row by a fifth."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal, localcontext

from cupboard.costbenefit.appraisal import Flow, View
from cupboard.costbenefit.rates import MAX_HORIZON, SENSITIVITY, WORKING, Rates
from cupboard.tongue import _

FIFTH = Decimal("0.2")
LONG_HORIZON = 50
"""Beyond it the Green Book asks for a second calculation with reduced rates."""


@dataclass(frozen=True)
class BreakEven:
    """Where a row would have to be for the net present value to be zero, all else as it is.

    :ivar amount: pounds a year; None where no amount of at least zero does it
    :ivar change: by how much that differs from the row's central amount, as a fraction; None likewise, and for a row
        of 0
    """

    what: str
    amount: Decimal | None
    change: Decimal | None


@dataclass(frozen=True)
class Line:
    """One line of the table: the central net present value with something lower and with it higher."""

    what: str
    lower_label: str
    lower: Decimal
    higher_label: str
    higher: Decimal

    @property
    def turns(self) -> bool:
        """Whether the answer's sign is another at the two ends."""
        return (self.lower < 0) != (self.higher < 0)


def break_even(view: View, flow: Flow) -> BreakEven:
    """The break-even of one of a view's flows.

    :raise ValueError: when something is missing from the view
    """
    one = replace(flow, item=replace(flow.item, amount=type(flow.item.amount)(*(Decimal(1),) * 3)))
    each = View(view.name, view.plan, (one,)).central.npv  # what a pound a year of it is worth today
    with localcontext(WORKING):
        if not each:
            return BreakEven(flow.item.what, None, None)
        now = flow.item.amount.central
        amount = now - view.central.npv / each
        if amount < 0:
            return BreakEven(flow.item.what, None, None)
        return BreakEven(flow.item.what, amount, amount / now - 1 if now else None)


def table(view: View, rates: Rates | None = None) -> list[Line]:
    """The sensitivity of a view's central net present value; the rate, the horizon, then each row by a fifth.

    :param rates: for horizons over 50 years, to compare with the Green Book's reduced rates
    :raise ValueError: when something is missing from the view
    """
    plan, now = view.plan, view.central.npv
    point = Decimal(1)
    lines = [Line(_("Discount rate"), _("1 percentage point lower"), _npv(view, schedule=plan.schedule.shifted(-point)),
                  _("1 percentage point higher"), _npv(view, schedule=plan.schedule.shifted(point)))]
    reduced = rates.schedule(SENSITIVITY) if rates and plan.horizon > LONG_HORIZON else None
    if reduced and reduced.id != plan.schedule.id:
        lines.append(Line(_("Reduced rates for long horizons"), reduced.label, _npv(view, schedule=reduced),
                          plan.schedule.label, now))
    shorter = max(1, round(plan.horizon * 0.8))
    longer = min(MAX_HORIZON, max(plan.horizon + 1, round(plan.horizon * 1.2)))
    if _carbon_lacks(view, longer):
        longer = plan.horizon
    lines.append(
        Line(_("Years counted"), str(shorter), _npv(view, horizon=shorter), str(longer), _npv(view, horizon=longer))
    )
    for flow in view.counted:
        if flow.is_carbon:
            continue
        with localcontext(WORKING):
            fifth = View(view.name, plan, (flow,)).central.npv * FIFTH
            lines.append(Line(flow.item.what, _("20% less"), now - fifth, _("20% more"), now + fifth))
    return lines


def _npv(view: View, **changes: object) -> Decimal:
    return view.with_plan(replace(view.plan, **changes)).central.npv


def _carbon_lacks(view: View, horizon: int) -> bool:
    """Whether a longer horizon would need carbon values that were not worked out."""
    return horizon > view.plan.horizon and any(flow.is_carbon for flow in view.flows)
