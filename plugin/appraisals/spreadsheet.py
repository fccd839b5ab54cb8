"""A case study's costs and benefits as a workbook with live formulas, and tables as CSV.

The workbook holds the rows and the rates as numbers, and everything else as formulas on them, so that a finance officer
can see how each sum is made, change a number and watch the answer move. Texts of a case study are always texts: none of
them can become a formula, in the workbook or in a spreadsheet program that opens the CSV.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from cupboard.costbenefit.answer import answer
from cupboard.costbenefit.appraisal import TINY, Appraisal, Flow, View
from cupboard.costbenefit.rates import MAX_HORIZON
from cupboard.tongue import L_, _

MONEY, FACTOR, RATIO, PER_CENT = '"£"#,##0.00;-"£"#,##0.00', "0.000000", "0.0000", "0.00%"
ENDS = (L_("Low"), L_("Central"), L_("High"))
ORGANISATION_SHEET, SOCIETY_SHEET = "Organisation in cash", "Society"
MAX_CELL = 32_000
_FORMULA_START = re.compile(r"[=+\-@\t\r\n|%]")
_NUMBER = re.compile(r"-?£?[0-9][0-9,]*(\.[0-9]+)?%?")

_HEADING = Font(name="Calibri", size=11, bold=True)
_SHADED = PatternFill("solid", start_color="E7ECEF")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_RIGHT = Alignment(wrap_text=True, vertical="top", horizontal="right")

_TEXT_COLUMNS = (
    L_("Counts as"), L_("Organisation, cash"), L_("Type"), L_("Who"), L_("Price year"), L_("Basis"), L_("Option"),
    L_("Phase"), L_("Source"),
)

#: Columns of the sheet "Rows" that formulas refer to.
_SIDE, _IN_CASH, _FROM, _TO, _AMOUNTS = "B", "C", "D", "E", "JKL"
#: Columns of the sheet "Carbon".
_C_SIDE, _C_YEAR, _C_AMOUNTS = "B", "C", "KLM"


def workbook(appraisal: Appraisal, title: str, organisation: str = "") -> bytes:
    """The appraisal as an .xlsx file.

    :param title: of the case study
    :param organisation: as it stands in a sentence; empty: the organisation
    :raise ValueError: when neither view can be worked out
    """
    views = [view for view in (appraisal.organisation, appraisal.society) if view.complete]
    if not views:
        raise ValueError(appraisal.main.missing[0])
    book = Workbook()
    book.properties.creator = ""
    front = book.active
    front.title = "Answer"
    carbon = [flow for flow in appraisal.society.flows if flow.is_carbon]
    rows_end = _rows_sheet(book.create_sheet("Rows"), appraisal)
    carbon_end = _carbon_sheet(book.create_sheet("Carbon"), appraisal, carbon) if carbon else 0
    _rates_sheet(book.create_sheet("Rates"), appraisal)
    for view in views:
        own = view is appraisal.organisation
        sheet = book.create_sheet(ORGANISATION_SHEET if own else SOCIETY_SHEET)
        _flow_sheet(sheet, view, rows_end, 0 if own else carbon_end, own)
    _front_sheet(front, appraisal, views, title, organisation)
    for sheet in book:
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
        if sheet.max_column <= 6:  # wider ones go over several pages: shrunk to one, nobody could read them
            sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
            sheet.sheet_properties.pageSetUpPr.fitToPage = True
        else:
            sheet.print_title_cols = "A:B" if sheet.title in (ORGANISATION_SHEET, SOCIETY_SHEET) else "A:A"
            sheet.print_title_rows = "1:2" if sheet.title in (ORGANISATION_SHEET, SOCIETY_SHEET) else "1:1"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def csv_text(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as CSV (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([_harmless(cell) for cell in headers])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return stream.getvalue()


def flow_table(view: View) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The central working of a view, year by year, as headers and rows of texts: pounds with pence, factors in full.

    :raise ValueError: when something is missing from the view
    """
    series, schedule = view.central, view.plan.schedule
    columns = zip(series.costs, series.gains, series.net, series.discounted, series.cumulative)
    return flow_headers(), [(str(year), f"{cost:.2f}", f"{gain:.2f}", f"{net:.2f}", f"{schedule.factor(year):.6f}",
                             f"{discounted:.2f}", f"{total:.2f}")
                            for year, (cost, gain, net, discounted, total) in enumerate(columns)]


def flow_headers() -> tuple[str, ...]:
    """The headers of a working, year by year."""
    return _("Year"), _("Costs"), _("Gains"), _("Net"), _("Discount factor"), _("Discounted"), _("Cumulative")


# Sheets --------------------------------------------------------------------------------------------------------------


def _front_sheet(sheet: Worksheet, appraisal: Appraisal, views: list[View], title: str, organisation: str) -> None:
    plan = appraisal.plan
    _text(sheet["A1"], title, bold=True)
    _text(sheet["A2"], answer(appraisal, organisation))
    sheet.merge_cells("A2:D2")
    sheet.row_dimensions[2].height = 48
    if plan.price_year:
        terms = [_("Real terms, prices of {year}").format(year=plan.price_year)]
    else:
        terms = [_("Real terms, prices of one year, not stated which")]
    terms.append(_("years 0 to {last}").format(last=plan.horizon))
    if plan.start_year is not None:
        terms.append(_("year 0 is {year}").format(year=plan.start_year))
    terms.append(f"{plan.schedule.label} ({plan.schedule.source or _('a constant rate')})")
    _text(sheet["A3"], f"{'; '.join(terms)}.")
    sheet.merge_cells("A3:D3")
    sheet.row_dimensions[3].height = 32
    line = 5
    for view in views:
        name = ORGANISATION_SHEET if view is appraisal.organisation else SOCIETY_SHEET
        _header(sheet, line, (name, *map(str, ENDS)))
        for offset, (label, number_format) in enumerate((
                (_("Discounted costs"), MONEY), (_("Discounted gains"), MONEY), (_("Net present value"), MONEY),
                (_("Gains by costs"), RATIO), (_("Payback in years, discounted"), "0.00"),
                (_("Payback in years, simple"), "0.00"), (_("Net gain for every £1,000 spent"), MONEY)), 1):
            _text(sheet.cell(line + offset, 1), label)
            for end in range(3):
                cell = sheet.cell(line + offset, 2 + end)
                cell.value = _result(name, offset, end, plan.horizon)
                cell.number_format, cell.alignment = number_format, _RIGHT
        line += 9
    for note in (*appraisal.block.notes, _("Low takes the high costs and the low gains; high the other way round."),
                 _("Change a number on the sheets Rows or Rates, and the sums here follow.")):
        _text(sheet.cell(line, 1), note)
        sheet.merge_cells(start_row=line, start_column=1, end_row=line, end_column=4)
        line += 1
    _widths(sheet, 40, 22, 22, 22)


def _result(name: str, which: int, end: int, horizon: int) -> str:
    """The formula of one line of the front sheet; see ``_flow_sheet`` for the columns."""
    first, last = 3, 3 + horizon

    def column(number: int) -> str:
        letter = get_column_letter(3 + end * 6 + number)
        return f"'{name}'!${letter}${first}:${letter}${last}"

    costs, gains, net, discounted, total, plain = map(column, range(6))
    factors, years = f"'{name}'!$B${first}:$B${last}", f"'{name}'!$A${first}:$A${last}"
    no_costs = _quoted(_("no costs"))
    spent, gained = f"SUMPRODUCT({costs},{factors})", f"SUMPRODUCT({gains},{factors})"
    return "=" + {
        1: spent,
        2: gained,
        3: f"SUM({discounted})",
        4: f'IF({spent}=0,{no_costs},{gained}/{spent})',
        5: _payback(total, discounted, years, horizon),
        6: _payback(plain, net, years, horizon),
        7: f'IF({spent}=0,{no_costs},({gained}/{spent}-1)*1000)',
    }[which]


def _payback(sums: str, flows: str, years: str, horizon: int) -> str:
    """After the last year that ends below zero, by interpolation in the year after it."""
    below = f"SUMPRODUCT(MAX(({sums}<-{TINY})*({years}+1)))"  # 0: never below; n: year n - 1 is the last
    crossing = f"{below}-1-INDEX({sums},{below})/INDEX({flows},{below}+1)"
    never = _quoted(_("not within {years}").format(years=horizon))
    return f"IF({below}=0,0,IF({below}>{horizon},{never},MIN({below},{crossing})))"


def _quoted(text: str) -> str:
    """A text within a formula."""
    return '"' + text.replace('"', '""') + '"'


def _rows_sheet(sheet: Worksheet, appraisal: Appraisal) -> int:
    """One line a row: what, side, whether it counts in cash, years, amounts as entered and in prices of one year."""
    plan = appraisal.plan
    _header(sheet, 1, (
        _("What"), _("Counts as"), _("Organisation, cash"), _("From year"), _("To year"), _("Low, as entered"),
        _("Central, as entered"), _("High, as entered"), _("Price factor"), *map(str, ENDS), _("Type"), _("Who"),
        _("Price year"), _("Basis"), _("Option"), _("Phase"), _("Source"),
    ))
    own = {flow.item.number for flow in appraisal.organisation.flows}
    line = 1
    for flow in appraisal.society.flows:
        if flow.is_carbon:
            continue
        line, item = line + 1, flow.item
        entered = item.as_entered or item.amount
        factor = plan.deflator.factor(item.price_year, plan.price_year) if (
            plan.deflator and item.price_year and item.price_year != plan.price_year) else Decimal(1)
        _text(sheet.cell(line, 1), item.what)
        _text(sheet.cell(line, 2), "cost" if flow.cost else "gain")
        _text(sheet.cell(line, 3), "yes" if item.number in own else "no")
        _number(sheet.cell(line, 4), item.start, "0")
        _number(sheet.cell(line, 5), plan.horizon if item.end == MAX_HORIZON else item.end, "0")
        for end in range(3):
            _number(sheet.cell(line, 6 + end), entered[end], MONEY)
            cell = sheet.cell(line, 10 + end)
            cell.value = f"={get_column_letter(6 + end)}{line}*$I{line}"
            cell.number_format = MONEY
        _number(sheet.cell(line, 9), factor, FACTOR)
        price_year = item.price_year or plan.price_year
        texts = (item.type, item.who, str(price_year or ""), item.basis, item.option, item.phase, item.source)
        for column, text in enumerate(texts, 13):
            _text(sheet.cell(line, column), text)
    _widths(sheet, 44, 10, 14, 8, 8, 16, 16, 16, 10, 16, 16, 16, 10, 14, 10, 18, 14, 10, 40)
    sheet.freeze_panes = "B2"
    return line


def _carbon_sheet(sheet: Worksheet, appraisal: Appraisal, flows: list[Flow]) -> int:
    """One line for each carbon row and year: tonnes, values, and what they come to in prices of the other rows."""
    plan, values = appraisal.plan, appraisal.plan.carbon_values
    _header(sheet, 1, (
        _("What"), _("Counts as"), _("Year"), _("Tonnes, low"), _("Tonnes, central"), _("Tonnes, high"),
        _("£ a tonne, low"), _("£ a tonne, central"), _("£ a tonne, high"), _("Price factor"), *map(str, ENDS),
    ))
    tonnes = {row.number: row for row in appraisal.block.tonnes}
    factor = plan.deflator.factor(values.price_year, plan.price_year) if (
        plan.deflator and plan.price_year != values.price_year) else Decimal(1)
    for line, flow in enumerate(flows, 2):
        row, year = tonnes[-1 - flow.item.number], flow.item.start
        _text(sheet.cell(line, 1), row.what)
        _text(sheet.cell(line, 2), "cost" if flow.cost else "gain")
        _number(sheet.cell(line, 3), year, "0")
        for end in range(3):
            _number(sheet.cell(line, 4 + end), row.amount[end], "#,##0.00")
            _number(sheet.cell(line, 7 + end), values.values[plan.start_year + year][end], MONEY)
        _number(sheet.cell(line, 10), factor, FACTOR)
        products = ",".join(f"{tonne}{line}*{value}{line}" for tonne in "DF" for value in "GI")
        least, most = ("-MAX", "-MIN") if flow.cost else ("MIN", "MAX")
        for column, formula in (("K", f"={least}({products})*J{line}"),
                                ("L", f"={'-' if flow.cost else ''}E{line}*H{line}*J{line}"),
                                ("M", f"={most}({products})*J{line}")):
            sheet[f"{column}{line}"] = formula
            sheet[f"{column}{line}"].number_format = MONEY
    _widths(sheet, 44, *[14] * 12)
    sheet.freeze_panes = "B2"
    return len(flows) + 1


def _rates_sheet(sheet: Worksheet, appraisal: Appraisal) -> None:
    plan = appraisal.plan
    _header(sheet, 1, (_("Year"), _("Rate"), _("Discount factor")))
    for year in range(plan.horizon + 1):
        line = year + 2
        _number(sheet.cell(line, 1), year, "0")
        _number(sheet.cell(line, 2), plan.schedule.rate(year) if year else Decimal(0), PER_CENT)
        factor = sheet.cell(line, 3)
        factor.value = f"=C{line - 1}/(1+B{line})" if year else 1
        factor.number_format = FACTOR
    _widths(sheet, 10, 10, 18)
    sheet.freeze_panes = "A2"


def _flow_sheet(sheet: Worksheet, view: View, rows_end: int, carbon_end: int, own: bool) -> None:
    """Year by year: year, factor, then for each end costs, gains, net, discounted, added up, and undiscounted added up.
    """
    _header(sheet, 1, ("", "", *(text for end in map(str, ENDS) for text in (end, "", "", "", "", ""))))
    year, costs, gains, net, factor, discounted, total = flow_headers()
    each = (costs, gains, net, discounted, total, _("Cumulative, undiscounted"))
    _header(sheet, 2, (year, factor, *each * 3))
    for year in range(view.plan.horizon + 1):
        line = year + 3
        sheet.cell(line, 1).value = f"=Rates!A{year + 2}"
        sheet.cell(line, 2).value = f"=Rates!C{year + 2}"
        sheet.cell(line, 2).number_format = FACTOR
        for end in range(3):
            start = 3 + end * 6
            costs, gains, net, discounted, total, plain = (get_column_letter(start + number) for number in range(6))
            formulas = (
                _summed("cost", 2 - end, line, rows_end, carbon_end, own),
                _summed("gain", end, line, rows_end, carbon_end, own),
                f"={gains}{line}-{costs}{line}",
                f"={net}{line}*$B{line}",
                f"={discounted}{line}" + (f"+{total}{line - 1}" if year else ""),
                f"={net}{line}" + (f"+{plain}{line - 1}" if year else ""),
            )
            for number, formula in enumerate(formulas):
                cell = sheet.cell(line, start + number)
                cell.value, cell.number_format = formula, MONEY
    _widths(sheet, 8, 16, *[18] * 18)
    sheet.freeze_panes = "C3"


def _summed(side: str, end: int, line: int, rows_end: int, carbon_end: int, own: bool) -> str:
    def rows(column: str) -> str:
        return f"Rows!${column}$2:${column}${rows_end}"

    def carbon(column: str) -> str:
        return f"Carbon!${column}$2:${column}${carbon_end}"

    cash = f'*({rows(_IN_CASH)}="yes")' if own else ""
    formula = (f'=SUMPRODUCT(({rows(_SIDE)}="{side}"){cash}*({rows(_FROM)}<=$A{line})*({rows(_TO)}>=$A{line})'
               f"*{rows(_AMOUNTS[end])})")
    if carbon_end:
        formula += f'+SUMIFS({carbon(_C_AMOUNTS[end])},{carbon(_C_SIDE)},"{side}",{carbon(_C_YEAR)},$A{line})'
    return formula


# Cells ---------------------------------------------------------------------------------------------------------------


def _text(cell: Cell, text: str, bold: bool = False) -> None:
    """Write a text that stays one: openpyxl would make a formula of what starts with ``=``, and a person who edits the
    cell in a spreadsheet program would too, were it not marked as quoted."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:MAX_CELL]
    cell.data_type = "s"
    cell.alignment = _WRAPPED
    if _FORMULA_START.match(text):
        cell.quotePrefix = True
    if bold:
        cell.font = _HEADING


def _number(cell: Cell, number: Decimal | int, number_format: str) -> None:
    cell.value, cell.number_format = number, number_format


def _header(sheet: Worksheet, line: int, texts: Sequence[str]) -> None:
    for column, text in enumerate(texts, 1):
        cell = sheet.cell(line, column)
        _text(cell, text, bold=True)
        cell.fill = _SHADED
        if column > 1 and text not in map(str, _TEXT_COLUMNS):
            cell.alignment = _RIGHT
    sheet.row_dimensions[line].height = 30 if max(map(len, texts[1:])) > 12 else 15


def _widths(sheet: Worksheet, *widths: int) -> None:
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = width


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA_START.match(text) and not _NUMBER.fullmatch(text) else text
