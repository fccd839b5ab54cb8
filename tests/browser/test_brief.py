"""The one-page brief, measured: printed by Chromium it is one sheet of A4, and nothing is cut off by the edge."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect


def sheets(page: Page) -> int:
    """How many pages it has as a PDF, and each of A4."""
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([0-9.]+) ([0-9.]+)", pdf)
    assert {(round(float(w)), round(float(h))) for w, h in sizes} == {(595, 842)}
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def overflow(page: Page) -> list[str]:
    """What stands below the lower edge of its sheet, as it is printed."""
    page.emulate_media(media="print")
    found = page.evaluate("""() => [...document.querySelectorAll(".c-brief")].filter(
        one => [...one.children].some(
            child => child.getBoundingClientRect().bottom > one.getBoundingClientRect().bottom + 1)
            || one.scrollWidth > one.clientWidth + 1).map(one => one.innerText.slice(0, 80))""")
    page.emulate_media(media="null")
    return found


def test_every_seeded_case_study_fits_on_one_sheet(visitors: Callable[..., Page]) -> None:
    page = visitors()
    page.set_viewport_size({"width": 680, "height": 1000})  # as wide as the printed sheet within its margins
    cases = set()
    for number in (1, 2):
        page.goto(f"/+cupboard/browse?page={number}")
        cases |= {one.get_attribute("href") for one in page.locator(".c-card__title a").all()}
    assert len(cases) == sum(map(int, re.findall(r"\d+", page.locator("#list").inner_text())))
    for case in cases:
        page.goto(f"{case}?view=brief")
        assert overflow(page) == [], case
    page.goto("/+cupboard/brief")
    assert page.locator(".c-brief").count() == 21
    assert overflow(page) == []
    assert sheets(page) == 21


def test_a_case_study_is_exactly_one_sheet_and_accessible(visitors: Callable[..., Page]) -> None:
    page = visitors()
    page.goto("/")  # lists case studies, and no stories
    page.goto(page.locator(".c-card a").first.get_attribute("href") + "?view=brief")
    assert sheets(page) == 1


def test_the_fullest_sheet_that_can_be_written_is_one(visitors: Callable[..., Page]) -> None:
    """Every field as long as the sheet takes it, in long words."""
    page = visitors("alice")
    long = "Responsible procurement of everything, measured. " * 40
    page.goto("/+cupboard/new")
    page.get_by_role("button", name=re.compile("text", re.I)).first.click()
    front = page.locator("textarea[name='edit.text']")
    figure = (
        f"- measure: {long[:100]}\n  baseline: {long[:60]}\n  result: {'£1,234,567' * 6}\n  period: {long[:60]}\n"
        "  basis: measured_self\n"
    )
    front.fill(
        f"---\nkind: case\ntitle: {long[:119]}\nresult: {long[:159]}\norganisation: {long[:150]}\n"
        "organisation_type: council\nregion: scotland\nyear: '2020'\n"
        f"categories:\n- contracts/food\n- change-process/process\nfigures:\n{figure * 3}contact_role: {long[:120]}\n"
        f"contact_email: {'w' * 60}@example.org\nprovenance: public-sources\n---\n"
        f"= Context =\n{long}\n= Action =\n{long}\n= Impact =\n{long}\n"
    )
    page.get_by_role("button", name="Save").first.click()
    expect(page).to_have_url(re.compile("/CaseStudies/"))
    page.set_viewport_size({"width": 680, "height": 1000})
    page.goto(page.url.split("?")[0] + "?view=brief")
    assert page.locator(".c-brief__figures li").count() == 3
    assert overflow(page) == []
    assert sheets(page) == 1

