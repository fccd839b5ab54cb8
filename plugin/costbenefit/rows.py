"""The cost-benefit block of a case study: its plan and its rows, read and checked.

The plan is a mapping of texts: ``horizon`` (years), ``start_year`` (the calendar year that is year 0), ``price_year``,
``schedule`` (a kind or an id of Cupboard/DiscountRates), ``option`` (the one that was taken), ``against`` (the one that
was not), ``deflator`` and ``carbon_values`` (ids of that page).

A row of costs and benefits is one too:

    what        what it is
    type        cost, saving, income or benefit (a monetised one)
    who         who bears or gains it: organisation, public (other public bodies) or society
    cash        yes: money is spent, released or received; no: time or value, but no money
    low, central, high      pounds a year, never below zero; central is needed
    from, to    years; no "to": once, in the year "from"; "end": as long as the horizon
    price_year  the year of its prices
    basis       how it is known: measured_self ... as in the figures of the template
    source      where it can be checked
    option      the option that it belongs to; empty: it is the difference that the approach made
    phase       buy, install, run, maintain or dispose; for whole-life cost

Carbon rows have ``what``, ``low``, ``central``, ``high`` (tonnes of CO2e saved a year; below zero: emitted), ``from``,
``to``, ``basis``, ``source``. Social value rows have ``code``, ``what``, ``unit``, ``quantity``, ``proxy`` (pounds a
unit), ``proxy_year``, ``source``; they are shown as entered and never added to the sums, because what they measure is
often among the benefits already.

Years are counted from 0, or are calendar years where the plan says which one is year 0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from typing import NamedTuple

from cupboard.costbenefit.amounts import AmountError, read_amount
from cupboard.costbenefit.rates import MAX_HORIZON, STANDARD, WORKING, CarbonValues, Deflator, Rates, Schedule
from cupboard.tongue import L_, _, and_

MAX_ROWS = 200
MAX_CARBON_ROWS = 20
"""Each is worth something else every year, so one of them stands for up to ``MAX_HORIZON`` sums."""
MAX_TEXT = 1000

COST, SAVING, INCOME, BENEFIT = TYPES = ("cost", "saving", "income", "benefit")
ORGANISATION, PUBLIC, SOCIETY = WHO = ("organisation", "public", "society")
PHASES = ("buy", "install", "run", "maintain", "dispose")
BASES = ("measured_self", "reported_by_supplier", "independent", "forecast", "target", "policy_fact")

_CALENDAR = 1900  # no plan has that many years, so a year above it is one of the calendar
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}

Row = Mapping[str, str]


class Problem(NamedTuple):
    """What is wrong, in words for the person who filled it in. ``row`` counts from 0; None: it is about the plan."""

    field: str
    message: str
    row: int | None = None
    column: str | None = None


class Range(NamedTuple):
    """A low, a central and a high value."""

    low: Decimal
    central: Decimal
    high: Decimal

    @property
    def is_one(self) -> bool:
        """Whether no range was given."""
        return self.low == self.central == self.high

    def scaled(self, factor: Decimal) -> Range:
        with localcontext(WORKING):
            return Range(*(value * factor for value in self))


@dataclass(frozen=True)
class Plan:
    """What the sums are worked out with. ``horizon`` is the last year counted."""

    horizon: int
    schedule: Schedule
    start_year: int | None = None
    price_year: int | None = None
    option: str = ""
    against: str = ""
    deflator: Deflator | None = None
    carbon_values: CarbonValues | None = None


@dataclass(frozen=True)
class Item:
    """A row that has been read. ``amount`` is in the prices of the plan; ``start`` to ``end`` are years from year 0.

    ``number`` is its index among the rows as entered; ``as_entered`` the amount before any conversion of prices.
    """

    number: int
    what: str
    type: str
    who: str
    cash: bool
    amount: Range
    start: int
    end: int
    price_year: int | None = None
    basis: str = ""
    source: str = ""
    option: str = ""
    phase: str = ""
    as_entered: Range | None = None

    @property
    def is_cost(self) -> bool:
        return self.type == COST


@dataclass(frozen=True)
class Tonnes:
    """A carbon row that has been read: tonnes of CO2e saved a year."""

    number: int
    what: str
    amount: Range
    start: int
    end: int
    basis: str = ""
    source: str = ""


@dataclass(frozen=True)
class SocialValue:
    """A measure of social value as it was entered; ``value`` is quantity times proxy, in pounds of ``proxy_year``."""

    code: str
    what: str
    unit: str
    quantity: Decimal
    proxy: Decimal
    proxy_year: int
    source: str

    @property
    def value(self) -> Decimal:
        with localcontext(WORKING):
            return self.quantity * self.proxy


@dataclass(frozen=True)
class Block:
    """The whole block. With ``problems`` there is nothing to work out; ``notes`` tell what was done with the rows."""

    plan: Plan | None
    items: tuple[Item, ...] = ()
    tonnes: tuple[Tonnes, ...] = ()
    social: tuple[SocialValue, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


def read(plan: Row, rows: Sequence[Row], rates: Rates, carbon: Sequence[Row] = (), social: Sequence[Row] = ()) -> Block:
    """Read a block. Whatever can't be read in exactly one way is a problem, never left out of the sums.

    Rows in which nothing was filled in are passed over.
    """
    reader = _Reader(rates)
    made = reader.plan(plan)
    lists = (("cost_benefit", rows, MAX_ROWS), ("carbon", carbon, MAX_CARBON_ROWS), ("social_value", social, MAX_ROWS))
    for field, listed, most in lists:
        if len(listed) > most:
            said = _("There are {count:,} rows. Enter {most} or fewer: add up what belongs together")
            reader.add(field, said.format(count=len(listed), most=most))
    if made is None or reader.problems:
        if all(len(listed) <= most for __, listed, most in lists):  # say everything that is wrong at once
            stand_in = made or Plan(MAX_HORIZON, Schedule.constant(Decimal(0)), start_year=_CALENDAR)
            reader.items(rows, stand_in)
            reader.tonnes(carbon, stand_in)
            reader.social(social)
        return Block(None, problems=tuple(reader.problems))
    items = reader.items(rows, made)
    tonnes, measures = reader.tonnes(carbon, made), reader.social(social)
    reader.check_options(made, items)
    made, items = reader.one_price_base(made, items)
    if reader.problems:
        return Block(None, problems=tuple(reader.problems))
    return Block(made, tuple(items), tuple(tonnes), tuple(measures), notes=tuple(reader.notes))


_AMOUNTS = {
    "low": L_("Enter the low amount {how}"),
    "central": L_("Enter the amount {how}"),
    "high": L_("Enter the high amount {how}"),
    "missing": L_("Enter the amount"),
    "order": L_("The amount must rise from low to high"),
}
_TONNES = {
    "low": L_("Enter the low tonnes of CO2e {how}"),
    "central": L_("Enter the tonnes of CO2e {how}"),
    "high": L_("Enter the high tonnes of CO2e {how}"),
    "missing": L_("Enter the tonnes of CO2e"),
    "order": L_("The tonnes of CO2e must rise from low to high"),
}


class _Reader:
    def __init__(self, rates: Rates):
        self.rates = rates
        self.problems: list[Problem] = []
        self.notes: list[str] = []

    def add(self, field: str, message: str, row: int | None = None, column: str | None = None) -> None:
        self.problems.append(Problem(field, message, row, column))

    # The plan --------------------------------------------------------------------------------------------------------

    def plan(self, values: Row) -> Plan | None:
        text = {name: value.strip() for name, value in values.items()}
        before = len(self.problems)
        horizon = self._number_of_years(text.get("horizon", ""))
        start_year = self._calendar(
            "start_year", text.get("start_year", ""),
            _("Enter the calendar year that is year 0 with four digits, such as 2024"),
        )
        price_year = self._calendar(
            "price_year", text.get("price_year", ""), _("Enter the year of the prices with four digits, such as 2024")
        )
        schedule = self.rates.schedule(text.get("schedule", "") or STANDARD)
        if schedule is None:
            self.add("schedule", _("Choose the discount rates from the list"), column="schedule")
        deflator = self.rates.deflator(text.get("deflator", ""))
        if text.get("deflator") and deflator is None:
            self.add("deflator", _("Choose the price index from the list"), column="deflator")
        carbon = self.rates.carbon(text.get("carbon_values", ""))
        if text.get("carbon_values") and carbon is None:
            self.add("carbon_values", _("Choose the carbon values from the list"), column="carbon_values")
        elif carbon and carbon.confirmed is None:
            self.add("carbon_values", _("These carbon values cannot be used until an editor has confirmed them"),
                     column="carbon_values")
        elif carbon and start_year is None:
            self.add("start_year", _("Enter the calendar year that is year 0: carbon values differ from year to year"),
                     column="start_year")
        option, against = text.get("option", ""), text.get("against", "")
        if against and _folded(option) == _folded(against):
            self.add("against", _("Enter another option as the one that was not taken"), column="against")
        if len(self.problems) > before:
            return None
        return Plan(horizon, schedule, start_year, price_year, option, against, deflator, carbon)

    def _number_of_years(self, text: str) -> int:
        text = re.sub(r"\s*years?$", "", text, flags=re.I)
        if not text:
            self.add("horizon", _("Enter how many years to count"), column="horizon")
        elif not re.fullmatch("[0-9]{1,4}", text, re.ASCII) or not 1 <= int(text) <= MAX_HORIZON:
            said = _("Years to count must be a whole number from 1 to {most}").format(most=MAX_HORIZON)
            self.add("horizon", said, column="horizon")
        else:
            return int(text)
        return 0

    def _calendar(self, name: str, text: str, message: str, field: str = "", row: int | None = None) -> int | None:
        if not text:
            return None
        if not re.fullmatch("[0-9]{4}", text, re.ASCII) or not _CALENDAR <= int(text) <= 2200:
            self.add(field or name, message, row, name)
            return None
        return int(text)

    # Rows ------------------------------------------------------------------------------------------------------------

    def items(self, rows: Sequence[Row], plan: Plan) -> list[Item]:
        found = []
        for number, text in _filled(rows):
            before = len(self.problems)
            what = self._what("cost_benefit", number, text)
            kind = self._one_of("type", text, TYPES, _("Choose if it is a cost, a saving, income or a benefit"), number)
            who = self._one_of("who", text, WHO, _("Choose who bears or gains it"), number)
            cash = self._one_of("cash", text, _YES_NO, _("Choose yes or no for money"), number)
            phase = self._one_of("phase", text, PHASES, _("Choose the phase from the list"), number, required=False)
            basis = self._one_of(
                "basis", text, BASES, _("Choose how it is known from the list"), number, required=False
            )
            amount = self._range("cost_benefit", number, text, signed=False, words=_AMOUNTS)
            span = self._years("cost_benefit", number, text, plan)
            price_year = self._calendar(
                "price_year", text.get("price_year", ""),
                _("Enter the year of the prices with four digits, such as 2024"), "cost_benefit", number,
            )
            if len(self.problems) == before:
                found.append(Item(number, what, kind, who, _YES_NO[cash], amount, *span, price_year, basis,
                                  text.get("source", ""), text.get("option", ""), phase, amount))
        return found

    def tonnes(self, rows: Sequence[Row], plan: Plan) -> list[Tonnes]:
        found = []
        for number, text in _filled(rows):
            before = len(self.problems)
            what = self._what("carbon", number, text)
            amount = self._range("carbon", number, text, signed=True, words=_TONNES)
            span = self._years("carbon", number, text, plan)
            if len(self.problems) > before:
                continue
            found.append(Tonnes(number, what, amount, *span, text.get("basis", ""), text.get("source", "")))
            if plan.carbon_values and plan.start_year is not None:
                counted = range(plan.start_year + span[0], plan.start_year + min(span[1], plan.horizon) + 1)
                lacking = [year for year in counted if year not in plan.carbon_values.values]
                if lacking:
                    said = _("{values} has no value for {year}").format(
                        values=plan.carbon_values.label, year=lacking[0]
                    )
                    self.add("carbon", said, number, "from")
        return found

    def social(self, rows: Sequence[Row]) -> list[SocialValue]:
        found = []
        for number, text in _filled(rows):
            before = len(self.problems)
            what = self._what("social_value", number, text, column="code")
            numbers = {}
            for column, said in (
                ("quantity", _("Enter the quantity {how}")), ("proxy", _("Enter the value of one unit {how}"))
            ):
                try:
                    numbers[column] = read_amount(text.get(column, ""))
                except AmountError as error:
                    self.add("social_value", said.format(how=error), number, column)
            said = _("Enter the year of the value with four digits, such as 2024")
            year = self._calendar("proxy_year", text.get("proxy_year", ""), said, "social_value", number)
            if not text.get("proxy_year"):
                self.add("social_value", said, number, "proxy_year")
            if not text.get("source"):
                self.add("social_value", _("Enter where the value comes from"), number, "source")
            if len(self.problems) == before:
                found.append(SocialValue(what, text.get("what", ""), text.get("unit", ""), numbers["quantity"],
                                         numbers["proxy"], year, text["source"]))
        return found

    def _what(self, field: str, number: int, text: Row, column: str = "what") -> str:
        for name, value in text.items():
            if len(value) > MAX_TEXT:
                self.add(field, _("Write {most} characters or fewer").format(most=MAX_TEXT), number, name)
        if not text.get(column):
            self.add(field, _("Enter what it is"), number, column)
        return text.get(column, "")

    def _one_of(self, name: str, text: Row, allowed, message: str, number: int, required: bool = True) -> str:
        value = text.get(name, "").lower()
        if value not in allowed and (value or required):
            self.add("cost_benefit", message, number, name)
        return value

    def _range(self, field: str, number: int, text: Row, signed: bool, words: Mapping[str, L_]) -> Range | None:
        values = {}
        for name in ("low", "central", "high"):
            if not text.get(name):
                continue
            try:
                values[name] = read_amount(text[name], signed)
            except AmountError as error:
                self.add(field, words[name].format(how=error), number, name)
        if not text.get("central"):
            self.add(field, str(words["missing"]), number, "central")
        if "central" not in values or len(values) < sum(bool(text.get(name)) for name in ("low", "central", "high")):
            return None
        found = Range(values.get("low", values["central"]), values["central"], values.get("high", values["central"]))
        if not found.low <= found.central <= found.high:
            self.add(field, str(words["order"]), number, "central")
            return None
        return found

    def _years(self, field: str, number: int, text: Row, plan: Plan) -> tuple[int, int]:
        """First and last year. What reaches past the horizon is kept: only the sums stop there."""
        start = self._year(field, number, "from", text.get("from", ""), plan)
        end_text = text.get("to", "")
        if not end_text:
            end = start
        elif _folded(end_text) in ("end", "horizon"):
            end = MAX_HORIZON
        else:
            end = self._year(field, number, "to", end_text, plan)
        if start is None or end is None:
            return 0, 0
        if end < start:
            self.add(field, _("The last year must not be before the first"), number, "to")
        horizon = plan.horizon
        if start > horizon:
            said = _('"{what}" starts after year {last} and is not counted.')
            self.notes.append(said.format(what=text.get("what", ""), last=horizon))
        elif end > horizon and end != MAX_HORIZON:
            said = _('"{what}" goes on after year {last}; what comes later is not counted.')
            self.notes.append(said.format(what=text.get("what", ""), last=horizon))
        return start, end

    def _year(self, field: str, number: int, name: str, text: str, plan: Plan) -> int | None:
        if not re.fullmatch("[0-9]{1,4}", text, re.ASCII):
            self.add(
                field,
                _("Enter the first year: 0 is when it began, or a calendar year") if name == "from" else
                _("Enter the last year: 0 is when it began, or a calendar year"),
                number, name,
            )
            return None
        year = int(text)
        if year >= _CALENDAR:
            if plan.start_year is None:
                said = _("Enter the calendar year that is year 0, because a row is for {year}").format(year=year)
                self.add("start_year", said, column="start_year")
                return None
            year -= plan.start_year
        if not 0 <= year <= MAX_HORIZON:
            if name == "from":
                said = _("The first year must be from year 0 to year {last}")
            else:
                said = _("The last year must be from year 0 to year {last}")
            self.add(field, said.format(last=MAX_HORIZON), number, name)
            return None
        return year

    def check_options(self, plan: Plan, items: list[Item]) -> None:
        """Refuse options that nothing would be counted for."""
        options = {_folded(item.option) for item in items if item.option}
        if options and not plan.option:
            self.add("option", _("Enter which option was taken, because rows belong to options"), column="option")
        for name, text in (("option", plan.option), ("against", plan.against)):
            if text and options and _folded(text) not in options:
                self.add(name, _('No row belongs to the option "{text}"').format(text=text), column=name)

    # Prices ----------------------------------------------------------------------------------------------------------

    def one_price_base(self, plan: Plan, items: list[Item]) -> tuple[Plan, list[Item]]:
        """All rows in the prices of one year: the plan's, or the only one there is. Or else a problem at each row."""
        given = sorted({item.price_year for item in items if item.price_year})
        lacking = [item for item in items if not item.price_year]
        target = plan.price_year
        if target is None and given and lacking:
            for item in lacking:
                self.add(
                    "cost_benefit", _("Enter the year of the prices, as the other rows do"), item.number, "price_year"
                )
        if target is None and len(given) > 1:
            said = _("The rows are in the prices of {years}. Enter the year whose prices all are to be shown in")
            self.add("price_year", said.format(years=and_(list(map(str, given)))), column="price_year")
        if target is None and given:
            target = given[0]
        carbon_year = plan.carbon_values.price_year if plan.carbon_values else None
        if target is None and carbon_year and items:
            said = _("Enter the year of the prices: the carbon values are in prices of {year}").format(year=carbon_year)
            self.add("price_year", said, column="price_year")
        if self.problems:
            return plan, items
        if target is None and items:
            self.notes.append(_("No row says of which year its prices are; they are taken to be of the same year."))
        converted = [self._converted(item, target, plan.deflator) for item in items]
        if carbon_year and target and carbon_year != target:
            if plan.deflator is None or plan.deflator.factor(carbon_year, target) is None:
                said = _(
                    "The carbon values are in prices of {carbon_year} and the rows in prices of {target}. Choose a "
                    "price index that has both years"
                )
                said = said.format(carbon_year=carbon_year, target=target)
                self.add("carbon_values", said, column="deflator")
            else:
                said = _("Carbon values of {carbon_year} prices were converted to {target} prices with {index}.")
                self.notes.append(
                    said.format(carbon_year=carbon_year, target=target, index=plan.deflator.label)
                )
        return replace(plan, price_year=target), converted

    def _converted(self, item: Item, target: int | None, deflator: Deflator | None) -> Item:
        if item.price_year in (None, target):
            return item
        factor = deflator.factor(item.price_year, target) if deflator else None
        if factor is None:
            said = _(
                "This row is in prices of {price_year}, and the others are in prices of {target}. Give it in {target} "
                "prices, or choose a price index that has both years"
            )
            said = said.format(price_year=item.price_year, target=target)
            self.add("cost_benefit", said, item.number, "price_year")
            return item
        said = _('"{what}" was converted from {price_year} to {target} prices with {index}.')
        self.notes.append(
            said.format(what=item.what, price_year=item.price_year, target=target, index=deflator.label)
        )
        return replace(item, amount=item.amount.scaled(factor))


def _filled(rows: Sequence[Row]):
    """The rows in which anything was filled in, with their numbers and without white space around the texts."""
    for number, row in enumerate(rows):
        text = {name: " ".join(value.split()) for name, value in row.items()}
        if any(text.values()):
            yield number, text


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
