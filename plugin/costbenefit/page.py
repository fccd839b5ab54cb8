"""The block of costs and benefits as it stands in a case study: which names of the front matter belong to it.

    horizon, start_year, price_year, schedule, option, against, deflator, carbon_values     the plan
    cost_benefit, carbon, social_value                                                      lists of rows

What each means, and what a row may hold, is said in ``rows``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from cupboard.costbenefit.appraisal import appraise
from cupboard.costbenefit.rates import Rates, Schedule
from cupboard.costbenefit.rows import Block, Problem, Row, read
from cupboard.fields import text_of

PLAN = ("horizon", "start_year", "price_year", "schedule", "option", "against", "deflator", "carbon_values")
ROWS, CARBON, SOCIAL = LISTS = ("cost_benefit", "carbon", "social_value")
FIELDS = (*PLAN, *LISTS)

Fields = Mapping[str, Any]

_UNDISCOUNTED = Rates(schedules=(Schedule.constant(Decimal(0)),))


def has_rows(fields: Fields, name: str = ROWS) -> bool:
    """Whether anything was filled in in a list of rows."""
    return any(value.strip() for row in _rows(fields, name) for value in row.values())


def is_used(fields: Fields) -> bool:
    """Whether anything of the block was filled in."""
    return any(text_of(fields, name).strip() for name in PLAN) or any(has_rows(fields, name) for name in LISTS)


def block(fields: Fields, rates: Rates) -> Block:
    """Read the block of a case study; one of which nothing was filled in has problems, since nothing can be counted."""
    plan = {name: text_of(fields, name) for name in PLAN}
    if has_rows(fields, SOCIAL) and not (has_rows(fields) or has_rows(fields, CARBON) or plan["horizon"]):
        plan["horizon"] = "1"  # measures of social value are only shown: they need no number of years
    rows, carbon, social = (list(_rows(fields, name)) for name in LISTS)
    return read(plan, rows, rates, carbon, social)


def problems(fields: Fields, rates: Rates) -> tuple[Problem, ...]:
    """What is wrong with the block; nothing when it was left empty."""
    return block(fields, rates).problems if is_used(fields) else ()


def simple_payback(fields: Fields) -> Decimal | None:
    """When the approach has paid back, in years, not discounted, to the organisation or else to society.

    It depends on nothing but the page, so it can be filtered by. None: it does not pay back within its years, or that
    can't be said without a price index.
    """
    without_rates = {name: value for name, value in fields.items() if name not in ("schedule", "carbon_values")}
    found = block({**without_rates, "schedule": "constant"}, _UNDISCOUNTED)
    view = appraise(found).main
    return view.central.simple_payback if view.complete else None


def _rows(fields: Fields, name: str) -> Iterator[Row]:
    """The rows of a list; what is no row, or no text in one, is the template's to refuse."""
    listed = fields.get(name, ())
    if not isinstance(listed, str):
        for row in listed:
            if isinstance(row, Mapping):
                yield {key: value if isinstance(value, str) else "" for key, value in row.items()}
