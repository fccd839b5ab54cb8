"""The page of discount rates as tables that people read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from cupboard.appraisals.view import Table
from cupboard.costbenefit.amounts import exact
from cupboard.costbenefit.rates import CarbonValues, Deflator, Rates, Schedule
from cupboard.tongue import _

Part = tuple[str, list[tuple[Any, Table]]]


def rate_tables(rates: Rates) -> list[Part]:
    """(title, [(set, its table)]) of schedules, price indices and carbon values, in the page's order."""
    return [
        (_("Discount rates"), [(one, _of_schedule(one)) for one in rates.schedules]),
        (_("Price indices"), [(one, _of_index(one)) for one in rates.deflators]),
        (_("Carbon values"), [(one, _of_carbon(one)) for one in rates.carbon_values]),
    ]


def _of_schedule(schedule: Schedule) -> Table:
    title = schedule.label
    if schedule.since:
        title = _("{label}, of {year}").format(label=title, year=schedule.since.first.year)
    rows = []
    for step in schedule.steps:
        when = _("{first} and later") if step.last is None else _("{first} to {last}")
        last = schedule.factor(step.last) if step.last is not None and step.last <= 500 else None
        when = when.format(first=step.first, last=step.last)
        rows.append((when, f"{step.rate * 100:.2f}%", "" if last is None else f"{last:.4f}"))
    return Table(title, (_("Years"), _("Rate a year"), _("£1 in the last of them is worth today")),
                 tuple(rows), 2)


def _of_index(deflator: Deflator) -> Table:
    rows = tuple((str(year), _plain(index)) for year, index in sorted(deflator.index.items()))
    return Table(deflator.label, (_("Year"), _("Index")), rows, 1)


def _of_carbon(values: CarbonValues) -> Table:
    if values.confirmed:
        title = _("{label}, pounds a tonne of CO2e in prices of {year}: confirmed by an editor on {day}")
    else:
        title = _("{label}, pounds a tonne of CO2e in prices of {year}: not confirmed by an editor, so not used")
    title = title.format(
        label=values.label, year=values.price_year, day=values.confirmed and values.confirmed.first.isoformat()
    )
    rows = tuple((str(year), *(exact(one) for one in three)) for year, three in sorted(values.values.items()))
    return Table(title, (_("Year"), _("Low"), _("Central"), _("High")), rows, 3)


def _plain(number: Decimal) -> str:
    return f"{number:f}"
