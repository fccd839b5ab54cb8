"""What a reader sees of a case study's costs and benefits: the answer, charts, tables, and the same numbers as files.

All numbers are worked out anew from the page and the rates in force whenever they are shown; none is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any

from markupsafe import Markup

from cupboard.appraisals import charts, spreadsheet
from cupboard.appraisals.charts import WHO_LABELS
from cupboard.costbenefit import page as block_of_page
from cupboard.costbenefit import sensitivity
from cupboard.costbenefit.amounts import exact, pounds, years
from cupboard.costbenefit.answer import answer, basis
from cupboard.costbenefit.appraisal import IN_CASH, OTHER_PHASE, Appraisal, View, appraise
from cupboard.costbenefit.rates import MAX_HORIZON
from cupboard.costbenefit.rows import Item, Range
from cupboard.definitions import Definitions
from cupboard.tongue import L_, _

VIEW_LABELS = {IN_CASH: L_("To the organisation, in money"), "society": L_("To society as a whole")}
_PHASES = {
    "buy": L_("Buy"), "install": L_("Install"), "run": L_("Run"), "maintain": L_("Maintain"),
    "dispose": L_("Dispose"), OTHER_PHASE: L_("Other"),
}  # fmt: skip
_ENDS = spreadsheet.ENDS
_CENTRAL = 1
_NO_ROWS = L_(
    "This case study has no rows of costs and benefits. It takes what was spent, what was saved or gained, and in "
    "which years"
)


@dataclass(frozen=True)
class Table:
    """A table of texts; in every row the first cell names it.

    :ivar numeric: how many of the last columns hold numbers
    """

    caption: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: int = 0


@dataclass(frozen=True)
class Picture:
    """A chart with its data."""

    svg: Markup
    data: Table


@dataclass(frozen=True)
class Row:
    """One row of costs or benefits, in words."""

    what: str
    type: str
    who: str
    cash: str
    amount: str
    when: str
    basis: str
    source: str
    option: str


class AppraisalView:
    """The costs and benefits of one case study.

    :param fields: its front matter
    :param prefix: starts the ids in its charts, which must be unique on a page
    """

    def __init__(self, fields: Mapping[str, Any], in_force: Definitions, prefix: str = "costs"):
        self._fields = fields
        self._in_force = in_force
        self.prefix = prefix

    @property
    def is_shown(self) -> bool:
        """Whether there is anything to say: also that rows are missing, where they are the point of the case."""
        return self._fields.get("kind") == "cost_benefit" or block_of_page.is_used(self._fields)

    @cached_property
    def appraisal(self) -> Appraisal:
        return appraise(block_of_page.block(self._fields, self._in_force.rates))

    @property
    def is_complete(self) -> bool:
        return self.appraisal.main.complete

    @property
    def organisation(self) -> str:
        name = self._fields.get("organisation")
        return name if isinstance(name, str) and name else _("the organisation")

    @cached_property
    def sentence(self) -> str:
        """The answer, or what is missing."""
        if not block_of_page.is_used(self._fields):
            return _("Not worked out. {why}.").format(why=_NO_ROWS)
        return answer(self.appraisal, self.organisation) + "."

    @property
    def notes(self) -> tuple[str, ...]:
        return self.appraisal.block.notes

    @property
    def views(self) -> tuple[View, ...]:
        """Those that can be worked out; society's only where it differs."""
        both = [view for view in (self.appraisal.organisation, self.appraisal.society) if view.complete]
        return tuple(both[:1] if len(both) == 2 and both[0].flows == both[1].flows else both)

    @property
    def incomplete(self) -> Iterator[tuple[str, str]]:
        """(which view, what is missing) of a view that can't be worked out beside one that can."""
        if self.is_complete:
            for view in (self.appraisal.organisation, self.appraisal.society):
                if view.missing:
                    yield VIEW_LABELS[view.name], ". ".join(view.missing) + "."

    # -- what was entered ----------------------------------------------------------------------------------------------

    @cached_property
    def plan(self) -> tuple[tuple[str, str], ...]:
        """(label, words) of what the sums are worked out with."""
        plan = self.appraisal.plan
        if plan is None or not self.appraisal.block.items:
            return ()
        schedule = plan.schedule
        first, last = schedule.rate(1), schedule.rate(plan.horizon)
        rates = _("{label}: {rate} a year") if first == last else _("{label}: {rate} a year, then falling to {last}")
        counted = _("Year 0 to year {last}").format(last=plan.horizon)
        if plan.start_year is not None:
            counted += f" ({_to(str(plan.start_year), str(plan.start_year + plan.horizon))})"
        if plan.price_year:
            prices = _("Of {year}, without inflation").format(year=plan.price_year)
        else:
            prices = _("Without inflation; of which year is not said")
        found = [
            (_("Counted"), counted),
            (_("Prices"), prices),
            (_("Discounted with"), rates.format(label=schedule.label, rate=_rate(first), last=_rate(last))),
            (_("Taken"), plan.option),
            (_("Instead of"), plan.against),
            (_("Price index"), plan.deflator.label if plan.deflator else ""),
            (_("Carbon valued with"), plan.carbon_values.label if plan.carbon_values else ""),
        ]
        return tuple((label, words) for label, words in found if words)

    @property
    def rate_source(self) -> tuple[str, str]:
        """(title, address) of where the discount rates come from."""
        plan = self.appraisal.plan
        return (plan.schedule.source, plan.schedule.link) if plan else ("", "")

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        """The rows of costs and benefits; those that can't be read are said by their problems."""
        types, bases = self._labels("cost_benefit", "type"), self._labels("cost_benefit", "basis")
        return tuple(
            Row(
                item.what,
                types.get(item.type, item.type).partition(":")[0],
                str(WHO_LABELS[item.who]),
                _("Yes") if item.cash else _("No"),
                _amount(item),
                _when(item),
                bases.get(item.basis, item.basis) or _("Not said"),
                item.source,
                item.option,
            )
            for item in self.appraisal.block.items
        )

    @property
    def has_options(self) -> bool:
        return any(row.option for row in self.rows)

    @cached_property
    def carbon(self) -> Table | None:
        rows = self.appraisal.block.tonnes
        if not rows:
            return None
        bases = self._labels("carbon", "basis")
        return Table(
            _("Carbon saved, in tonnes of CO2e a year"),
            (_("What"), _("When"), _("How it is known"), _("Where it can be checked"), _("Tonnes a year")),
            tuple((row.what, _when(row), bases.get(row.basis, row.basis) or _("Not said"), row.source,
                   _ranged(row.amount, _plain)) for row in rows),
            1,
        )

    @cached_property
    def social(self) -> Table | None:
        rows = self.appraisal.block.social
        if not rows:
            return None
        return Table(
            _("Measures of social value, as entered; not part of any sum above"),
            (_("Measure"), _("What"), _("Source"), _("Quantity"), _("Pounds a unit"), _("Value")),
            tuple((one.code, one.what, one.source, f"{_plain(one.quantity)} {one.unit}".strip(),
                   f"{exact(one.proxy)} ({one.proxy_year})", exact(one.value)) for one in rows),
            3,
        )

    # -- what comes of it ----------------------------------------------------------------------------------------------

    @cached_property
    def results(self) -> tuple[Table, ...]:
        return tuple(self._result(view) for view in self.views)

    def _result(self, view: View) -> Table:
        of_each: list[tuple[str, Callable[[Any], str]]] = [
            (_("Discounted costs"), lambda one: exact(one.present_costs)),
            (_("Discounted gains"), lambda one: exact(one.present_gains)),
            (_("Net present value"), lambda one: exact(one.npv)),
            (_("Gains for each pound of cost"),
             lambda one: _("No costs") if one.ratio is None else _two_places(one.ratio)),
            (_("Payback, discounted"), lambda one: _payback(one.payback, view)),
            (_("Payback, simple"), lambda one: _payback(one.simple_payback, view)),
        ]
        ends = (view.low, view.central, view.high) if view.has_range else (view.central,)
        headers = ("", *(map(str, _ENDS) if view.has_range else (_("Result"),)))
        rows = [(label, *(words(one) for one in ends)) for label, words in of_each]
        if view is self.views[-1] and self.appraisal.tonnes is not None:
            rows += self._of_carbon(view)
        return Table(VIEW_LABELS[view.name], headers, tuple(rows), len(ends))

    def _of_carbon(self, view: View) -> Iterator[tuple[str, ...]]:
        tonnes, cost = self.appraisal.tonnes, self.appraisal.cost_per_tonne
        for label, found, words in (
            (_("Tonnes of CO2e saved"), tonnes, _plain),
            (_("Cost of a tonne saved (below zero: a gain)"), cost, exact),
        ):
            if found is not None:
                yield label, *((words(one) for one in found) if view.has_range else (_ranged(found, words),))

    @cached_property
    def whole_life(self) -> Table | None:
        options = self.appraisal.whole_life
        if not options:
            return None
        phases = [phase for phase in _PHASES if any(phase in option.phases for option in options)]
        rows = [(str(_PHASES[phase]), *(_ranged(option.phases[phase], exact) if phase in option.phases else "–"
                                   for option in options)) for phase in phases]
        rows.append((_("Whole life"), *(_ranged(option.total, exact) for option in options)))
        return Table(_("Whole-life cost of each option, discounted: costs less income"), (_("Phase"), *(
            option.option for option in options)), tuple(rows), len(options))

    @cached_property
    def pictures(self) -> tuple[Picture, ...]:
        if not self.is_complete:
            return ()
        main = self.appraisal.main
        made = [charts.cumulative(main, f"{self.prefix}-flow")]
        widest = self.appraisal.society if self.appraisal.society.complete else main
        made.append(charts.gains_by_who(widest, f"{self.prefix}-who"))
        return tuple(Picture(Markup(chart.svg), Table(chart.title, chart.headers, chart.rows, len(chart.headers) - 1))
                     for chart in made)

    @cached_property
    def workings(self) -> tuple[Table, ...]:
        found = []
        for view in self.views:
            headers, rows = spreadsheet.flow_table(view)
            shown = tuple((row[0], *(exact(Decimal(cell)) if number != 3 else cell
                                     for number, cell in enumerate(row[1:]))) for row in rows)
            title = _("{view}: central amounts, year by year").format(view=VIEW_LABELS[view.name])
            found.append(Table(title, headers, shown, 6))
        return tuple(found)

    @cached_property
    def sensitivities(self) -> tuple[Table, ...]:
        return tuple(self._sensitivity(view) for view in self.views)

    def _sensitivity(self, view: View) -> Table:
        breaks = {flow.item.what: sensitivity.break_even(view, flow) for flow in view.counted if not flow.is_carbon}
        rows = []
        for line in sensitivity.table(view, self._in_force.rates):
            at = breaks.get(line.what)
            if at is None:
                even = ""
            elif at.amount is None:
                even = _("None")
            else:
                even = _("{amount} a year").format(amount=exact(at.amount))
            turns = _("Yes") if line.turns else _("No")
            rows.append((line.what, f"{line.lower_label}: {exact(line.lower)}", f"{line.higher_label}: "
                         f"{exact(line.higher)}", turns, even))
        return Table(
            _("{view}: net present value if one thing were otherwise").format(view=VIEW_LABELS[view.name]),
            (_("What"), _("Lower"), _("Higher"), _("Does that turn gain into loss?"), _("Nothing gained or lost at")),
            tuple(rows),
        )

    def _labels(self, field_id: str, column_id: str) -> dict[str, str]:
        field = self._in_force.template.field(field_id)
        column = field.column(column_id) if field else None
        return {choice.id: choice.label for choice in column.choices} if column else {}

    # -- files ---------------------------------------------------------------------------------------------------------

    def workbook(self, title: str) -> bytes:
        """The .xlsx file with live formulas.

        :raises ValueError: when nothing can be worked out
        """
        return spreadsheet.workbook(self.appraisal, title, self.organisation)

    def csv(self) -> str:
        """The working of every view, year by year, at each end of the range.

        :raises ValueError: when nothing can be worked out
        """
        if not self.is_complete:
            raise ValueError(self.appraisal.main.missing[0])
        headers = (_("View"), _("Range"), *spreadsheet.flow_headers())
        return spreadsheet.csv_text(headers, self._csv_rows())

    def _csv_rows(self) -> Iterator[tuple[str, ...]]:
        for view in self.views:
            for end, name in enumerate(_ENDS):
                if end != _CENTRAL and not view.has_range:
                    continue
                series = view.series(end)
                columns = zip(series.costs, series.gains, series.net, series.discounted, series.cumulative)
                for year, (costs, gains, net, discounted, total) in enumerate(columns):
                    yield (str(VIEW_LABELS[view.name]), str(name), str(year), f"{costs:.2f}", f"{gains:.2f}",
                           f"{net:.2f}", f"{view.plan.schedule.factor(year):.6f}", f"{discounted:.2f}", f"{total:.2f}")

    # -- for lists -----------------------------------------------------------------------------------------------------

    @property
    def summary(self) -> Mapping[str, str]:
        """Result by column of a table of case studies.

        :raises ValueError: when nothing can be worked out
        """
        view = self.appraisal.main
        ratio = view.ratio
        return {
            "npv": _ranged(view.npv, pounds),
            "ratio": _("No costs") if ratio is None else _ranged(ratio, _two_places),
            "payback": _paybacks(view),
            "basis": self.basis,
        }

    @property
    def basis(self) -> str:
        """How the figures are known: ``figures measured by Anytown Council``."""
        return basis(self.appraisal.main, self.organisation)


def _amount(item: Item) -> str:
    """As entered, before any conversion of prices."""
    entered = item.as_entered or item.amount
    amount = _ranged(entered, pounds)
    return _("{amount} ({year} prices)").format(amount=amount, year=item.price_year) if item.price_year else amount


def _when(row: Any) -> str:
    if row.end == row.start:
        said = _("Once, in year {start}")
    elif row.end == MAX_HORIZON:
        said = _("Each year, from year {start} to the last year counted")
    else:
        said = _("Each year, from year {start} to year {end}")
    return said.format(start=row.start, end=row.end)


def _ranged(found: Range, words: Callable[[Decimal], str]) -> str:
    if found.is_one:
        return words(found.central)
    return f"{words(found.central)} ({_to(words(found.low), words(found.high))})"


def _to(low: str, high: str) -> str:
    return _("{low} to {high}").format(low=low, high=high)


def _payback(found: Decimal | None, view: View) -> str:
    if found is None:
        return _("Not within {years}").format(years=years(Decimal(view.plan.horizon)))
    return years(found) if found else _("At once")


def _paybacks(view: View) -> str:
    slowest, central, fastest = (_payback(one, view) for one in view.payback)
    return central if slowest == fastest else f"{central} ({_to(fastest, slowest[:1].lower() + slowest[1:])})"


def _two_places(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):,f}"


def _plain(number: Decimal) -> str:
    text = f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):,f}"
    return text.rstrip("0").rstrip(".")


def _rate(rate: Decimal) -> str:
    return f"{_plain(rate * 100)}%"
