"""The page ``Cupboard/DiscountRates``: discount rates, price indices and carbon values, each dated and with its source.

    kind: discount-rates
    title: Discount rates
    schedules:
    - id: green-book-2026-standard
      kind: standard              # standard | health | sensitivity
      label: Green Book, standard
      from: '2026-02'             # published then
      source: HM Treasury, Green Book, February 2026
      link: https://...
      confidence: read
      steps:                      # rate, in per cent a year, from one year to another; the last may have no end
      - {from: '0', to: '30', rate: '3.50'}
      - {from: '31', rate: '3.00'}
    deflators:                    # price indices; only ratios of two years matter
    - {id: gdp, label: GDP deflator, from: '2026-03', source: ..., confidence: read,
       values: [{year: '2022', index: '100'}]}
    carbon_values:                # in pounds a tonne of CO2e; used only once an editor has confirmed the set
    - id: desnz-2023
      label: ...
      from: '2023-11'
      price_year: '2022'
      confirmed: '2026-11-22'
      values: [{year: '2024', low: '', central: '268.97', high: '403.45'}]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Context, Decimal, localcontext

from cupboard.costbenefit.amounts import AmountError, read_amount
from cupboard.days import Span
from cupboard.shapes import DefinitionError, Entries
from cupboard.tongue import _

__all__ = ["DefinitionError", "CarbonValues", "Deflator", "Rates", "Schedule", "Step", "WORKING", "MAX_HORIZON"]

MAX_HORIZON = 500
"""The longest appraisal, in years: a nuclear site's is shorter."""
WORKING = Context(prec=40)
"""The precision of all sums: a trillion pounds over 500 years is right to far less than a penny."""

STANDARD, HEALTH, SENSITIVITY = KINDS = ("standard", "health", "sensitivity")
CONFIDENCES = ("read", "secondary", "unverified")


@dataclass(frozen=True, slots=True)
class Step:
    """The rate, a fraction a year, for the years ``first`` to ``last``; ``last`` None: for ever."""

    first: int
    last: int | None
    rate: Decimal


@dataclass(frozen=True)
class Schedule:
    """Discount rates by year. ``steps`` follow on each other from year 0."""

    id: str
    kind: str
    label: str
    steps: tuple[Step, ...]
    since: Span | None = None
    source: str = ""
    link: str = ""
    _factors: tuple[Decimal, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        with localcontext(WORKING):
            factors = [Decimal(1)]
            for year in range(1, MAX_HORIZON + 1):
                factors.append(factors[-1] / (1 + self.rate(year)))
        object.__setattr__(self, "_factors", tuple(factors))

    @classmethod
    def constant(cls, rate: Decimal, label: str = "") -> Schedule:
        """One rate, a fraction, for all years."""
        label = label or _("{rate:f}% a year").format(rate=(rate * 100).normalize())
        return cls("constant", STANDARD, label, (Step(0, None, rate),))

    def rate(self, year: int) -> Decimal:
        """The rate by which a year is worth less than the one before it."""
        return next(step.rate for step in self.steps if step.last is None or year <= step.last)

    def factor(self, year: int) -> Decimal:
        """What a pound in a year is worth in year 0 (Green Book: the product of 1/(1 + rate) over the years up to it).

        :raise IndexError: beyond ``MAX_HORIZON``
        """
        if year < 0:
            raise IndexError(year)
        return self._factors[year]

    def shifted(self, points: Decimal) -> Schedule:
        """The same with every rate higher by so many percentage points; no rate goes below zero."""
        steps = tuple(Step(step.first, step.last, max(Decimal(0), step.rate + points / 100)) for step in self.steps)
        return Schedule(
            self.id,
            self.kind,
            _("{label}, {points:+f} percentage points").format(label=self.label, points=points),
            steps,
            self.since,
            self.source,
            self.link,
        )


@dataclass(frozen=True)
class Deflator:
    """A price index by year."""

    id: str
    label: str
    index: dict[int, Decimal]
    source: str = ""

    def factor(self, from_year: int, to_year: int) -> Decimal | None:
        """What an amount in prices of one year is multiplied by to be in those of another; None when it isn't known."""
        if from_year not in self.index or to_year not in self.index:
            return None
        with localcontext(WORKING):
            return self.index[to_year] / self.index[from_year]


@dataclass(frozen=True)
class CarbonValues:
    """Pounds a tonne of CO2e by calendar year: low, central, high. ``confirmed``: when an editor did, or None."""

    id: str
    label: str
    price_year: int
    values: dict[int, tuple[Decimal, Decimal, Decimal]]
    source: str = ""
    since: Span | None = None
    confirmed: Span | None = None


@dataclass(frozen=True)
class Rates:
    """The page as a whole."""

    title: str = ""
    schedules: tuple[Schedule, ...] = ()
    deflators: tuple[Deflator, ...] = ()
    carbon_values: tuple[CarbonValues, ...] = ()

    @classmethod
    def load(cls, text: str) -> Rates:
        """Read the page.

        :raise DefinitionError: with line and column, when it can't be used
        """
        page = Entries.of_page(text, "discount-rates")
        title = page.text("title")
        page.text("note", required=False)
        seen: set[str] = set()
        schedules = _each(page.list_of("schedules", _("schedule"), required=True), _schedule, seen)
        deflators = _each(page.list_of("deflators", _("deflator")), _deflator, seen)
        carbon_values = _each(page.list_of("carbon_values", _("set of carbon values")), _carbon_values, seen)
        page.done()
        return cls(title, schedules, deflators, carbon_values)

    def schedule(self, name: str = STANDARD, day: date = date.max) -> Schedule | None:
        """The schedule with an id; or for a kind the newest published by a day, or else the oldest there is."""
        named = next((one for one in self.schedules if one.id == name), None)
        if named:
            return named
        of_kind = sorted((one for one in self.schedules if one.kind == name), key=lambda one: one.since)
        return next((one for one in reversed(of_kind) if one.since.first <= day), of_kind[0] if of_kind else None)

    def deflator(self, id: str) -> Deflator | None:
        return next((one for one in self.deflators if one.id == id), None)

    def carbon(self, id: str) -> CarbonValues | None:
        return next((one for one in self.carbon_values if one.id == id), None)


def _each(listed: list[Entries], read: Callable, seen: set[str]) -> tuple:
    found = []
    for entries in listed:
        id = entries.id()
        if id in seen:
            raise entries.error(_("The id {id} is here a second time").format(id=id), "id")
        seen.add(id)
        found.append(read(entries, id))
        entries.done()
    return tuple(found)


def _provenance(entries: Entries) -> tuple[Span, str, str]:
    since = Span.read(entries.text("from"))
    if since is None:
        raise entries.error(_("Say when it was published: a year, month or day"), "from")
    link = entries.text("link", required=False)
    if link and not link.startswith(("https://", "http://")):
        raise entries.error(_("A link must start with https:// or http://"), "link")
    if entries.text("confidence") not in CONFIDENCES:
        raise entries.error(_("Say how sure this is: {words}").format(words=", ".join(CONFIDENCES)), "confidence")
    entries.text("note", required=False)
    return since, entries.text("source"), link


def _schedule(entries: Entries, id: str) -> Schedule:
    kind = entries.text("kind")
    if kind not in KINDS:
        raise entries.error(_("Write one of {kinds}").format(kinds=", ".join(KINDS)), "kind")
    since, source, link = _provenance(entries)
    steps: list[Step] = []
    for one in entries.list_of("steps", _("step"), required=True):
        first = _whole(one, "from")
        last = _whole(one, "to") if one.has("to") else None
        expected = steps[-1].last + 1 if steps and steps[-1].last is not None else 0 if not steps else None
        if first != expected:
            raise one.error(_("This step can't follow one without an end") if expected is None
                            else _("This step must start with year {expected}").format(expected=expected), "from")
        if last is not None and last < first:
            raise one.error(_('"to" is before "from"'), "to")
        rate = _number(one, "rate")
        if rate >= 100:
            raise one.error(_("A rate must be below 100 per cent"), "rate")
        steps.append(Step(first, last, rate / 100))
        one.done()
    if steps[-1].last is not None:
        raise entries.error(_('The last step must have no end: leave out its "to"'), "steps")
    return Schedule(id, kind, entries.text("label"), tuple(steps), since, source, link)


def _deflator(entries: Entries, id: str) -> Deflator:
    __, source, __ = _provenance(entries)
    index: dict[int, Decimal] = {}
    for one in entries.list_of("values", _("value"), required=True):
        year = _new_year(one, index)
        index[year] = _number(one, "index")
        if not index[year]:
            raise one.error(_("An index must be above 0"), "index")
        one.done()
    return Deflator(id, entries.text("label"), index, source)


def _carbon_values(entries: Entries, id: str) -> CarbonValues:
    since, source, __ = _provenance(entries)
    confirmed = entries.text("confirmed", required=False)
    if confirmed and Span.read(confirmed) is None:
        raise entries.error(_("Write the day on which an editor confirmed the values"), "confirmed")
    values: dict[int, tuple[Decimal, Decimal, Decimal]] = {}
    for one in entries.list_of("values", _("value"), required=True):
        year = _new_year(one, values)
        central = _number(one, "central")
        low, high = (_number(one, name) if one.has(name) and one.node.value[name].value else central
                     for name in ("low", "high"))
        one.rest.pop("low", None), one.rest.pop("high", None)
        if not low <= central <= high:
            raise one.error(_("The values must rise from low to high"), "central")
        values[year] = low, central, high
        one.done()
    return CarbonValues(id, entries.text("label"), _year(entries, "price_year"), values, source, since,
                        Span.read(confirmed))


def _whole(entries: Entries, name: str) -> int:
    text = entries.text(name)
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        raise entries.error(_('{name} must be a year, such as 30, not "{text}"').format(name=name, text=text), name)
    return int(text)


def _year(entries: Entries, name: str) -> int:
    year = _whole(entries, name)
    if not 1900 <= year <= 2200:
        raise entries.error(_("{name} must be a calendar year, such as 2022").format(name=name), name)
    return year


def _new_year(entries: Entries, known: dict[int, object]) -> int:
    year = _year(entries, "year")
    if year in known:
        raise entries.error(_("The year {year} is here a second time").format(year=year), "year")
    return year


def _number(entries: Entries, name: str) -> Decimal:
    try:
        return read_amount(entries.text(name))
    except AmountError:
        raise entries.error(_("{name} must be a number, such as 3.50").format(name=name), name) from None
