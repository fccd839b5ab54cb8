"""Somebody enters what a council published of its street lights, and reads what that comes to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from tests.browser.conftest import violations

LIGHTS = "/CaseStudies/leicestershire-led"


def fill_row(page: Page, number: int, **values: str) -> None:
    for column, value in values.items():
        control = page.locator(f'[id="cost_benefit-{number}-{column}"]')
        if control.evaluate("one => one.tagName") == "SELECT":
            control.select_option(value)
        else:
            control.fill(value)


def test_published_figures_are_entered_and_the_results_read(
    visitors: Callable[..., Page], javascript: bool, tmp_path: Path
) -> None:
    page = visitors("alice", java_script_enabled=javascript)
    page.goto(f"/+modify/CaseStudies/{'lancashire-led' if javascript else 'phw-office-furniture'}")
    page.get_by_text("Costs and benefits: show the questions").click()
    whose = {"who": "organisation", "cash": "yes", "basis": "measured_self"}
    fill_row(page, 0, what="Lights and central control", type="cost", central="lots", **whose, **{"from": "0"})
    page.get_by_role("button", name="Add another row to Costs and benefits").click()
    fill_row(page, 1, what="Money saved", type="saving", central="£1.7m", **whose, **{"from": "1", "to": "end"})
    page.get_by_label("Years to count").fill("20")
    page.get_by_role("button", name="Save", exact=True).last.click()

    summary = page.locator(".c-error-summary")
    expect(summary).to_contain_text("Row 1 of costs and benefits: enter the amount as a number")
    if javascript:  # axe is JavaScript itself
        assert violations(page) == []
    summary.get_by_role("link").first.click()
    amount = page.locator('[id="cost_benefit-0-central"]')
    expect(amount).to_be_focused()
    expect(amount).to_have_value("lots")
    amount.fill("£20 million")
    page.get_by_role("button", name="Save", exact=True).last.click()

    section = page.get_by_role("region", name="Costs and benefits")
    expect(section.locator(".c-answer")).to_contain_text(
        "Pays back in 15.4 years; worth £208 for every £1,000 spent over 20 years; from figures measured by"
    )
    results = section.get_by_role("table", name="To the organisation, in money", exact=True)
    for label, value in {"Net present value": "£4,161,085.61", "Gains for each pound of cost": "1.21",
                         "Payback, simple": "11.8 years"}.items():
        expect(results.get_by_role("row", name=label)).to_contain_text(value)
    with page.expect_download() as download:
        section.get_by_role("link", name="a spreadsheet with live formulas").click()
    download.value.save_as(tmp_path / "working.xlsx")
    assert [sheet.title for sheet in load_workbook(tmp_path / "working.xlsx")][0] == "Answer"


def test_costs_read_well_on_any_screen_and_by_keyboard(visitors: Callable[..., Page]) -> None:
    page = visitors()
    page.goto(LIGHTS)
    for summary in page.locator(".c-costs summary").all():
        summary.focus()
        page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="central amounts, year by year")).to_contain_text("£4,161,085.61")
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_the_tables_are_there_though_nobody_opened_them(visitors: Callable[..., Page]) -> None:
    page = visitors()
    page.goto(LIGHTS)
    working = page.locator(".c-costs .c-working table").last
    expect(working).not_to_be_visible()
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 670, "height": 900})
    assert working.bounding_box()["height"] > 100
    assert page.evaluate("document.documentElement.scrollWidth") <= 670
    for number in page.locator(".c-costs .c-number").all():
        box = number.bounding_box()
        assert box["x"] + box["width"] <= 671


def test_the_rates_read_well(visitors: Callable[..., Page]) -> None:
    page = visitors()
    page.goto("/Cupboard/DiscountRates")
    expect(page.get_by_role("table", name="Green Book, standard rate")).to_contain_text("3.50%")


def test_cases_stand_side_by_side_and_are_sorted_by_a_heading(
    visitors: Callable[..., Page], javascript: bool
) -> None:
    page = visitors(java_script_enabled=javascript)
    page.goto("/Contents/impact-tools")
    compared = page.get_by_role("table", name="To the organisation, in money, over 20 years").first
    expect(compared.locator("tbody tr").first).to_contain_text("Kent County Council")
    compared.get_by_role("link", name="Case study", exact=True).click()
    expect(compared.get_by_role("columnheader", name="Case study")).to_have_attribute("aria-sort", "ascending")
