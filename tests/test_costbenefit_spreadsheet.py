"""The workbook: LibreOffice works out the same sums to the penny; no text becomes a formula."""

import csv
import io
import os
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from cupboard.appraisals import spreadsheet
from cupboard.costbenefit.amounts import to_the_penny
from tests.costbenefit_rows import WITH_SETS, cost, row, saving, worked_out

#: How fast this machine is decides no test.
PATIENT = settings(deadline=None)

HOSTILE = [
    "=1+1",
    '=cmd|" /c calc"!A1',
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "=HYPERLINK(\"https://example.org\")",
    "\x01=1",
    "|x",
]
CARBON = [{"what": "CO2e", "low": "6", "central": "10", "high": "12", "from": "2024", "to": "2026"},
          {"what": "Making it", "low": "-9", "central": "-5", "high": "-1", "from": "2024"},
          {"what": "Either", "low": "-2", "central": "1", "high": "3", "from": "2025", "to": "end"}]


def cases():
    ranged = (cost("£20m", low="18m", high="23m"), saving("1.7m", low="1.2m", high="2m"),
              row("Fewer accidents", "benefit", "400,000.37", "1", "12", who="society", cash="no"),
              row("Hospital", "saving", "0.1m", "2", "end", who="public"))
    return {
        "five years": worked_out(cost("£1,000"), saving("300", "1", "5")),
        "ranges over 20 years": worked_out(*ranged, horizon="20"),
        "across the steps of the rates": worked_out(*ranged, horizon="140"),
        "never pays back": worked_out(cost("1000"), saving("1")),
        "cost nothing": worked_out(cost("0"), saving("0.10")),
        "pays back at once": worked_out(cost("10"), saving("10", "0", "")),
        "costs come back later": worked_out(cost("10"), saving("30", "1", ""), cost("25", "2"), saving("9", "3", "")),
        "options": worked_out(cost("1000", option="LED", low="900"), cost("20", "1", "end", option="LED"),
                              cost("300", option="Sodium", high="333.33"), cost("320", "1", "end", option="Sodium"),
                              row("Sold", "income", "10", "5", option="Sodium"), option="LED", against="Sodium"),
        "carbon and other prices": worked_out(
            cost("3000", price_year="2022"), saving("300", "0", price_year="2018", low="250.55"), horizon="2",
            start_year="2024", price_year="2018", deflator="index", carbon_values="confirmed", carbon=CARBON,
            rates=WITH_SETS),
        "society only": worked_out(cost("10", who="public"), saving("10.015", who="society", cash="no")),
        "hostile texts": worked_out(*(row(text, "cost", "1") for text in HOSTILE), saving("3")),
        "200 rows of a billion": worked_out(*[cost("999,999,999.99"), saving("£999,999,999.99")] * 100),
    }


@pytest.fixture(scope="module")
def recalculated(tmp_path_factory):
    """Each case's appraisal with its workbook after LibreOffice opened it, worked everything out and saved it."""
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        reason = "LibreOffice is not installed, so nothing recalculates the workbook (apt install libreoffice-calc)"
        if os.environ.get("CI") and not os.environ.get("CUPBOARD_TEST_WITHOUT_LIBREOFFICE"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder: Path = tmp_path_factory.mktemp("workbooks")
    found = cases()
    for number, appraisal in enumerate(found.values()):
        (folder / f"{number}.xlsx").write_bytes(spreadsheet.workbook(appraisal, "=A title", "the council"))
    # A profile of its own: LibreOffice runs once for each profile, and the user's own may be open.
    subprocess.run([soffice, "--headless", "--norestore", f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                    "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out"),
                    *(str(folder / f"{number}.xlsx") for number in range(len(found)))],
                   check=True, timeout=300, capture_output=True)
    return {name: (appraisal, load_workbook(folder / "out" / f"{number}.xlsx", data_only=True))
            for number, (name, appraisal) in enumerate(found.items())}


def front(book):
    """The lines of the first sheet: view, label -> three values."""
    lines, view = {}, ""
    for label, *values in book["Answer"].iter_rows(min_row=5, max_col=4, values_only=True):
        if values[0] == "Low":
            view = label
        elif values[0] is not None:
            lines[view, label] = values
    return lines


@pytest.mark.slow
@pytest.mark.parametrize("name", cases())
def test_libreoffice_comes_to_the_same_sums_to_the_penny(recalculated, name):
    appraisal, book = recalculated[name]
    lines = front(book)
    views = {"Organisation in cash": appraisal.organisation, "Society": appraisal.society}
    assert {view for view, _ in lines} == {label for label, view in views.items() if view.complete}
    for label, view in views.items():
        if not view.complete:
            continue
        for end, series in enumerate((view.low, view.central, view.high)):
            def shown(line):
                return lines[label, line][end]

            assert penny(shown("Discounted costs")) == to_the_penny(series.present_costs)
            assert penny(shown("Discounted gains")) == to_the_penny(series.present_gains)
            assert penny(shown("Net present value")) == to_the_penny(series.npv)
            if series.ratio is None:
                assert shown("Gains by costs") == "no costs"
            else:
                assert shown("Gains by costs") == pytest.approx(float(series.ratio), abs=1e-9)
            for line, payback in (("discounted", series.payback), ("simple", series.simple_payback)):
                value = shown(f"Payback in years, {line}")
                if payback is None:
                    assert value == f"not within {view.plan.horizon}"
                else:
                    assert value == pytest.approx(float(payback), abs=1e-6)
            sheet = book[label]
            for year, total in enumerate(series.cumulative):
                assert penny(sheet.cell(year + 3, 3 + end * 6 + 4).value) == to_the_penny(total)


def penny(number):
    return to_the_penny(Decimal(repr(number)))


@pytest.mark.slow
def test_libreoffice_sees_texts_and_no_errors(recalculated):
    for appraisal, book in recalculated.values():
        for sheet in book:
            for line in sheet.iter_rows(values_only=True):
                assert not any(isinstance(value, str) and value.startswith(("#", "Err:")) for value in line)
    texts = [cell.value for cell in recalculated["hostile texts"][1]["Rows"]["A"]][1:-1]
    assert [text.strip() for text in texts] == [" ".join(text.split()).replace("\x01", "\ufffd") for text in HOSTILE]


def test_no_text_of_a_case_study_is_a_formula():
    book = load_workbook(io.BytesIO(spreadsheet.workbook(cases()["hostile texts"], "=1+1", "=1+1")))
    texts = [cell for sheet in (book["Answer"], book["Rows"]) for line in sheet.iter_rows() for cell in line
             if isinstance(cell.value, str) and cell.data_type != "f"]
    assert sum(cell.value.startswith(("=", "+", "-", "@")) for cell in texts) >= 6
    for cell in texts:
        assert cell.quotePrefix or not cell.value.startswith(("=", "+", "-", "@", "|"))
    formulas = {cell.value for sheet in book for line in sheet.iter_rows() for cell in line if cell.data_type == "f"}
    assert not any(text in formula for formula in formulas for text in ("1+1", "cmd", "HYPERLINK"))


def test_everything_but_rows_and_rates_is_a_formula():
    book = load_workbook(io.BytesIO(spreadsheet.workbook(cases()["five years"], "Title")))
    for label, values in front(book).items():
        assert all(str(value).startswith("=") for value in values), label
    sheet = book["Organisation in cash"]
    assert all(cell.data_type == "f" for line in sheet.iter_rows(min_row=3) for cell in line)
    assert book.sheetnames == ["Answer", "Rows", "Rates", "Organisation in cash", "Society"]


def test_without_a_result_there_is_no_workbook():
    with pytest.raises(ValueError, match="No cost"):
        spreadsheet.workbook(worked_out(saving()), "Title")


@pytest.mark.parametrize("text", ["=1", "+x", "-1+2", "@x", "\tx", "\r=1", "-", "|x", "%x"])
def test_a_text_in_csv_cannot_start_a_formula(text):
    assert next(csv.reader(io.StringIO(spreadsheet.csv_text([text], []), newline=""))) == ["'" + text]


@pytest.mark.parametrize("text", ["-5", "-£1,000.00", "-0.035", "5%", "a=b", "", "£5"])
def test_numbers_and_other_texts_stay_as_they_are(text):
    assert next(csv.reader(io.StringIO(spreadsheet.csv_text(["a", text], []), newline=""))) == ["a", text]


@PATIENT
@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2, max_size=3)
    )
)
def test_csv_reads_back_but_for_the_apostrophes(rows):
    back = list(csv.reader(io.StringIO(spreadsheet.csv_text(["h", "i"], rows), newline="")))[1:]
    assert len(back) == len(rows)
    for sent, got in zip(rows, back):
        assert [
            text.removeprefix("'") if text.removeprefix("'") == old else text for text, old in zip(got, sent)
        ] == sent


def test_the_working_as_a_table_adds_up():
    headers, rows = spreadsheet.flow_table(cases()["five years"].organisation)
    assert headers == ("Year", "Costs", "Gains", "Net", "Discount factor", "Discounted", "Cumulative")
    assert rows[0] == ("0", "1000.00", "0.00", "-1000.00", "1.000000", "-1000.00", "-1000.00")
    assert rows[-1][-1] == "354.52" and len(rows) == 6
