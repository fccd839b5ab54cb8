"""Costs and benefits in the wiki: filled in, checked, worked out, shown, downloaded, compared and filtered by."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html
from openpyxl import load_workbook

from cupboard import catalogue, definitions, instance, pages
from cupboard.catalogue import Query
from cupboard.costbenefit.amounts import exact
from cupboard.definitions import DISCOUNT_RATES
from cupboard.kinds.case_study import CASE_STUDY
from tests.conftest import set_acl
from tests.costbenefit_rows import cost, row, saving
from tests.test_editing import Writer

CASE = "CaseStudies/phw-office-furniture"
LIGHTS = "CaseStudies/leicestershire-led"
FILES = "/+cupboard/costbenefit/"
#: The Green Book's own kind of example: -1000 at once, then 300 in each of five years.
FIVE_YEARS = {"horizon": "5", "cost_benefit": [cost("£1,000"), saving("300", "1", "5")]}


@pytest.fixture
def put(seeded_app: Any) -> Callable[..., None]:
    """Give a case study other fields, past all checks of the form."""

    def put(name: str = CASE, **fields: Any) -> None:
        with instance.inside(seeded_app) as storage:
            document = pages.read(name, storage=storage).document.edit(fields=fields)
            pages.store(name, document.text.encode(), contenttype=CASE_STUDY.stored_type,
                        itemtype=CASE_STUDY.item_type, storage=storage)

    return put


@pytest.fixture
def get(seeded_app: Any) -> Callable[..., Any]:
    def get(path: str, reader: str | None = None, status: int = 200) -> Any:
        client = seeded_app.test_client()
        answer = (client.sign_in(reader) if reader else client).get(path)
        assert answer.status_code == status
        return answer

    return get


@pytest.fixture
def shown(get: Callable[..., Any]) -> Callable[..., Any]:
    """The main part of a page as a reader gets it."""

    def shown(name: str = CASE, reader: str | None = None) -> Any:
        page = lxml_html.fromstring(get(f"/{name}", reader).get_data(as_text=True))
        return page.get_element_by_id("main")

    return shown


def text_of(element: Any) -> str:
    return " ".join(element.text_content().split())


def table(page: Any, caption: str) -> dict[str, list[str]]:
    """A table by the first cell of its rows."""
    for found in page.cssselect("table"):
        if text_of(found.find("caption")).startswith(caption):
            return {
                cells[0]: cells[1:] for line in found.cssselect("tbody tr") if (cells := [text_of(c) for c in line])
            }
    raise AssertionError(f"no table {caption!r}")


def costs_in_form(writer: Writer, name: str = CASE, **changes: Any) -> Any:
    """Send the form with one cost of £1,000, one saving of £300 and what is given besides."""
    values = {}
    for number, one in enumerate((cost("£1,000"), saving("£300"))):
        values |= {f"cost_benefit-{number}-{column}": value for column, value in one.items()}
    path = f"/+modify/{name}"
    with_rows = writer.post(path, writer.get(path).data(), add="cost_benefit")
    return writer.post(path, with_rows.data(), **{**values, "horizon": "5", **changes})


# -- shown -----------------------------------------------------------------------------------------------------------


def test_the_answer_stands_first_with_its_range_and_basis(put: Any, shown: Any) -> None:
    put(**{**FIVE_YEARS, "cost_benefit": [cost("£1,000"), saving("300", "1", "5", low="250", high="320")]})
    section = shown().cssselect(".c-costs")[0]
    assert text_of(section[1]) == (
        "Pays back in 3.6 years (3.4 to 4.4 years); worth £355 (£129 to £445) for every £1,000 spent over 5 years; "
        "from "
        "figures measured by Public Health Wales NHS Trust."
    )
    results = table(section, "To the organisation")
    assert results["Net present value"] == ["£128.76", "£354.52", "£444.82"]


def test_every_sum_of_the_green_book_flow_is_on_the_page(put: Any, shown: Any) -> None:
    put(**FIVE_YEARS)
    section = shown().cssselect(".c-costs")[0]
    results = table(section, "To the organisation")
    assert results["Net present value"] == ["£354.52"] and results["Gains for each pound of cost"] == ["1.35"]
    assert results["Payback, discounted"] == ["3.6 years"] and results["Payback, simple"] == ["3.3 years"]
    working = table(section, "To the organisation, in money: central amounts")
    assert working["5"][-1] == "£354.52" and working["0"][2] == "-£1,000.00"
    assert table(section, "Discounted costs and gains added up")["5"] == ["£354.52"]
    lines = table(section, "To the organisation, in money: net present value if")
    assert lines["Energy saved"][-1] == "£221.48 a year"


def test_both_charts_are_whole_pictures_with_the_page_s_numbers(shown: Any) -> None:
    pictures = shown(LIGHTS).cssselect("figure svg")
    assert len(pictures) == 2
    for picture in pictures:
        assert picture.find("title") is not None and picture.get("role") == "img" and not picture.get("style")
    assert "15.4 years" in text_of(pictures[0])
    ids = [element.get("id") for element in shown(LIGHTS).xpath("//*[@id]")]
    assert len(ids) == len(set(ids))


def test_the_rows_are_shown_as_entered_with_their_sources(shown: Any) -> None:
    page = shown(LIGHTS)
    rows = table(page, "What was counted")
    lights = next(cells for what, cells in rows.items() if what.startswith("Lights"))
    assert lights == ["Cost", "The organisation", "Yes", "£20 million", "Once, in year 0",
                      "Reported by the organisation", "carboncopy.eco"]


@pytest.mark.parametrize(("rows", "words"), [
    ([], "no rows of costs and benefits"),
    ([saving()], "No cost to the organisation"),
    ([cost()], "No saving, income or benefit"),
])  # fmt: skip
def test_without_its_rows_there_is_no_result_but_what_is_missing(put: Any, shown: Any, rows: Any, words: str) -> None:
    put(kind="cost_benefit", cost_benefit=rows or None, horizon="5" if rows else None)
    section = shown().cssselect(".c-costs")[0]
    assert words in text_of(section) and text_of(section[1]).startswith("Not worked out")
    assert not section.cssselect("svg") and "xlsx" not in lxml_html.tostring(section).decode()


def test_a_page_that_was_written_by_other_ways_says_what_is_wrong_with_it(put: Any, shown: Any) -> None:
    put(horizon="0", cost_benefit=[cost("lots"), saving()])
    assert "Years to count must be a whole number from 1 to 500" in text_of(shown().cssselect(".c-answer")[0])


def test_a_case_without_costs_has_no_such_part(shown: Any) -> None:
    assert not shown().cssselect(".c-costs") and "Did it pay?" not in text_of(shown())


def test_what_is_written_in_rows_is_text(put: Any, shown: Any) -> None:
    put(horizon="5", cost_benefit=[cost() | {"what": "<script>x</script>"}, saving() | {"source": "javascript:x"}])
    page = shown()
    assert not page.cssselect(".c-costs script") and not page.xpath("//a[starts-with(@href, 'javascript')]")
    assert "<script>x</script>" in text_of(page)


# -- the form ----------------------------------------------------------------------------------------------------------


def test_costs_are_filled_in_saved_and_worked_out(seeded_app: Any, shown: Any) -> None:
    sent = costs_in_form(Writer(seeded_app, "alice"))
    assert sent.status == 303
    assert "Pays back in 3.6 years; worth £355 for every £1,000 spent over 5 years" in text_of(shown())


@pytest.mark.parametrize(("changes", "words"), [
    ({"horizon": ""}, "Enter how many years to count"),
    ({"horizon": "0"}, "Years to count must be a whole number from 1 to 500"),
    ({"cost_benefit-0-central": "lots"}, "Row 1 of costs and benefits: enter the amount as a number"),
    ({"cost_benefit-1-central": "1e30"}, "Row 2 of costs and benefits: enter the amount below £1 trillion"),
    ({"cost_benefit-1-central": "-5"}, "Row 2 of costs and benefits: enter the amount without a minus sign"),
    ({"cost_benefit-1-from": "-1"}, "Row 2 of costs and benefits: enter the first year"),
    ({"cost_benefit-1-low": "400"}, "Row 2 of costs and benefits: the amount must rise from low to high"),
    ({"cost_benefit-0-price_year": "2018", "cost_benefit-1-price_year": "2022"}, "in the prices of 2018 and 2022"),
    ({"cost_benefit-0-type": ""}, "Row 1 of costs and benefits: choose if it is a cost"),
])  # fmt: skip
def test_nonsense_is_refused_beside_the_box_and_nothing_typed_is_lost(
    seeded_app: Any, changes: dict[str, str], words: str
) -> None:
    sent = costs_in_form(Writer(seeded_app, "alice"), **changes)
    assert sent.status == 422
    assert any(words in message for message in sent.errors), sent.errors
    (link,) = [one for one in sent.page.cssselect(".c-error-summary a") if words in one.text_content()][:1]
    control = sent.page.get_element_by_id(link.get("href").removeprefix("#"))
    assert next(control.iterancestors("details")).get("open") is not None
    data = sent.data()
    for name, value in changes.items():
        assert data[name] == value


def test_the_questions_are_folded_until_they_are_used(seeded_app: Any) -> None:
    alice = Writer(seeded_app, "alice")
    assert alice.get(f"/+modify/{CASE}").page.cssselect(".c-form__folded")[0].get("open") is None
    assert alice.get(f"/+modify/{LIGHTS}").page.cssselect(".c-form__folded")[0].get("open") is not None


def test_the_form_offers_the_rates_of_the_definition_page(seeded_app: Any) -> None:
    form = Writer(seeded_app, "alice").get(f"/+modify/{CASE}").page
    offered = [option.get("value") for option in form.get_element_by_id("schedule").cssselect("option")]
    assert offered[:2] == ["", "standard"] and "green-book-2026-health" in offered


# -- files -------------------------------------------------------------------------------------------------------------


def test_the_csv_has_the_numbers_of_the_page(put: Any, get: Any) -> None:
    put(**FIVE_YEARS)
    answer = get(f"{FILES}{CASE}.csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=phw-office-furniture.csv"
    lines = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))
    assert lines[0][:3] == ["View", "Range", "Year"] and len(lines) == 7
    assert lines[-1][2:] == ["5", "0.00", "300.00", "300.00", "0.841973", "252.59", "354.52"]


def test_the_workbook_is_of_the_page(put: Any, get: Any) -> None:
    put(**FIVE_YEARS)
    book = load_workbook(io.BytesIO(get(f"{FILES}{CASE}.xlsx").data))
    assert "Pays back in 3.6 years" in book["Answer"]["A2"].value
    assert [cell.value for cell in book["Rows"]["A"]] == ["What", "Buying it", "Energy saved"]


@pytest.mark.slow
def test_libreoffice_works_out_what_the_page_says_to_the_penny(get: Any, shown: Any, tmp_path: Path) -> None:
    soffice = shutil.which("soffice") or shutil.which("libreoffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed, so nothing recalculates the workbook")
    (tmp_path / "working.xlsx").write_bytes(get(f"{FILES}{LIGHTS}.xlsx").data)
    subprocess.run(
        [soffice, "--headless", "--norestore", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}",
         "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", tmp_path / "out", tmp_path / "working.xlsx"],
        check=True, timeout=300, capture_output=True,
    )  # fmt: skip
    sheet = load_workbook(tmp_path / "out" / "working.xlsx", data_only=True)["Answer"]
    lines = {line[0]: line[2] for line in sheet.iter_rows(max_col=4, values_only=True) if line[0]}
    results = table(shown(LIGHTS), "To the organisation")
    for label in ("Discounted costs", "Discounted gains", "Net present value"):
        assert results[label] == [exact(Decimal(repr(lines[label])))]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_files_of_what_may_not_be_read_are_those_of_what_is_not_there(seeded_app: Any, get: Any, kind: str) -> None:
    set_acl(seeded_app, LIGHTS, "alice:read,write")
    hidden = get(f"{FILES}{LIGHTS}.{kind}", status=404).get_data(as_text=True)
    missing = get(f"{FILES}CaseStudies/leicestershire-lad.{kind}", status=404).get_data(as_text=True)
    assert hidden.replace("leicestershire-led", "x") == missing.replace("leicestershire-lad", "x")
    get(f"{FILES}{LIGHTS}.{kind}", "alice")
    get(f"{FILES}Home.{kind}", status=404)


# -- lists and macros --------------------------------------------------------------------------------------------------


def found(app: Any, **include: tuple[str, ...]) -> set[str]:
    with app.test_request_context("/"):
        app.preprocess_request()
        return {entry.name for entry in catalogue.find(Query(include=include, per_page=100)).entries}


def test_lists_are_narrowed_by_costs_and_by_payback(seeded_app: Any, put: Any) -> None:
    put(**FIVE_YEARS)
    assert {CASE, LIGHTS} <= found(seeded_app, has=("cost-benefit",))
    assert "CaseStudies/tfl-lighting" not in found(seeded_app, has=("cost-benefit",))
    assert CASE in found(seeded_app, payback=("5",)) and LIGHTS not in found(seeded_app, payback=("5",))
    assert {CASE, LIGHTS} <= found(seeded_app, payback=("20",))
    assert CASE not in found(seeded_app, payback=("2",))


@pytest.fixture
def trial(seeded_app: Any, shown: Any) -> Callable[..., Any]:
    def trial(text: str, reader: str | None = None) -> Any:
        with instance.inside(seeded_app) as storage:
            pages.store("Trial", text.encode(), contenttype="text/x.moin.wiki;charset=utf-8", itemtype="default",
                        storage=storage)
        return shown("Trial", reader)

    return trial


def test_a_wiki_page_shows_the_costs_of_a_case(trial: Any) -> None:
    page = trial(f"<<CostBenefit({LIGHTS})>>")
    assert "Pays back in 15.4 years" in text_of(page) and page.cssselect("svg")


@pytest.mark.parametrize("page", ["CaseStudies/no-such", "Home", CASE, ""])
def test_a_macro_for_what_has_no_costs_says_so(trial: Any, page: str) -> None:
    assert "CostBenefit:" in text_of(trial(f"<<CostBenefit({page})>>"))


def test_a_macro_does_not_show_what_may_not_be_read(seeded_app: Any, trial: Any) -> None:
    set_acl(seeded_app, LIGHTS, "alice:read")
    assert "there is no case study" in text_of(trial(f"<<CostBenefit({LIGHTS})>>"))
    assert "LED street lighting" not in text_of(trial("<<CostBenefitTable>>"))
    assert "LED street lighting" in text_of(trial("<<CostBenefitTable>>", "alice"))


def test_only_like_is_compared_with_like(trial: Any) -> None:
    page = trial("<<CostBenefitTable>>")
    captions = [text_of(one.find("caption")) for one in page.cssselect("table")]
    assert len(captions) == 2 and "over 20 years" in captions[0] and "over 3 years" in captions[1]
    assert "Electrifying a council fleet" in text_of(page.cssselect("ul")[-1])


def test_all_can_be_compared_over_the_same_years_and_sorted(trial: Any) -> None:
    page = trial("<<CostBenefitTable(years=10, sort=payback)>>")
    (one,) = page.cssselect("table")
    first = [text_of(line[0]) for line in one.cssselect("tbody tr")]
    assert [name.split()[0] for name in first] == ["Search", "Forecast", "LED"]
    assert text_of(one.cssselect("th[aria-sort]")[0]) == "Payback, discounted"


def test_the_reader_sorts_by_a_heading(trial: Any, shown: Any) -> None:
    trial("<<CostBenefitTable(contracts/highways)>>")
    titles = [text_of(line[0]) for line in shown("Trial?compare=title").cssselect("tbody tr")]
    assert len(titles) == 2 and titles == sorted(titles)


# -- the rates ---------------------------------------------------------------------------------------------------------


def test_the_rates_are_shown_as_tables(shown: Any) -> None:
    page = shown(DISCOUNT_RATES)
    assert table(page, "Green Book, standard rate")["0 to 30"] == ["3.50%", "0.3563"]
    assert "TAG" in text_of(page)


def test_rates_that_can_t_be_used_are_refused_with_their_line(seeded_app: Any, put: Any, shown: Any) -> None:
    editor = Writer(seeded_app, "editor1")
    path = f"/+modify/{DISCOUNT_RATES}"
    text = editor.get(path).data()["edit.text"]
    sent = editor.post(path, editor.get(path).data(), text=text.replace("rate: '3.50'", "rate: many", 1))
    assert sent.status == 422 and any("rate must be a number" in one and "Line " in one for one in sent.errors)
    put(**FIVE_YEARS)
    assert editor.post(path, editor.get(path).data(), text=text.replace("rate: '3.50'", "rate: '0.00'")).status == 303
    assert "worth £500 for every £1,000" in text_of(shown())


def test_the_rates_in_force_are_those_of_the_page(seeded_app: Any) -> None:
    with instance.inside(seeded_app):
        assert str(definitions.current().rates.schedule("standard").rate(1)) == "0.035"


def test_a_row_in_words_of_society_is_answered_for_society(put: Any, shown: Any) -> None:
    put(
        horizon="5",
        cost_benefit=[cost(who="public"), row("Health", "benefit", "300", "1", "end", who="society", cash="no")],
    )
    assert text_of(shown().cssselect(".c-answer")[0]).startswith("For society as a whole: pays back in 3.6 years")
