"""The page of discount rates as tables that people read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from cupboard.appraisals.view import Table
from cupboard.costbenefit.amounts import exact
from cupboard.costbenefit.rates import CarbonValues, Deflator, Rates, Schedule

Part = tuple[str, list[tuple[Any, Table]]]


def rate_tables(rates: Rates) -> list[Part]:
    """(title, [(set, its table)]) of schedules, price indices and carbon values, in the page's order."""
    return [
        ("Discount rates", [(one, _of_schedule(one)) for one in rates.schedules]),
        ("Price indices", [(one, _of_index(one)) for one in rates.deflators]),
        ("Carbon values", [(one, _of_carbon(one)) for one in rates.carbon_values]),
    ]


def _of_schedule(schedule: Schedule) -> Table:
    since = f", of {schedule.since.first.year}" if schedule.since else ""
    rows = []
    for step in schedule.steps:
        when = f"{step.first} to {step.last}" if step.last is not None else f"{step.first} and later"
        last = schedule.factor(step.last) if step.last is not None and step.last <= 500 else None
        rows.append((when, f"{step.rate * 100:.2f}%", "" if last is None else f"{last:.4f}"))
    return Table(schedule.label + since, ("Years", "Rate a year", "£1 in the last of them is worth today"),
                 tuple(rows), 2)


def _of_index(deflator: Deflator) -> Table:
    rows = tuple((str(year), _plain(index)) for year, index in sorted(deflator.index.items()))
    return Table(deflator.label, ("Year", "Index"), rows, 1)


def _of_carbon(values: CarbonValues) -> Table:
    use = (f"confirmed by an editor on {values.confirmed.first:%Y-%m-%d}" if values.confirmed
           else "not confirmed by an editor, so not used")
    rows = tuple((str(year), *(exact(one) for one in three)) for year, three in sorted(values.values.items()))
    return Table(f"{values.label}, pounds a tonne of CO2e in prices of {values.price_year}: {use}",
                 ("Year", "Low", "Central", "High"), rows, 3)


def _plain(number: Decimal) -> str:
    return f"{number:f}"
