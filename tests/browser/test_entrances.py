"""Ways in, as a person uses them: choosing an audience with and without JavaScript, on a desk and on a phone, on
paper.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import violations
from tests.browser.test_brief import sheets

CASE = "/CaseStudies/sunderland-warpit"


def test_somebody_chooses_an_audience_and_has_it_forgotten(visitors: Callable[..., Page], javascript: bool) -> None:
    page = visitors(java_script_enabled=javascript)
    page.goto("/Home")
    page.get_by_role("link", name="I lead or am elected").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("I lead or am elected")
    assert not [one for one in page.context.cookies() if one["name"] == "reads_as"]
    page.get_by_role("button", name="Remember: I lead or am elected").click()
    expect(page.get_by_role("button", name="Forget it")).to_be_visible()
    assert [one["value"] for one in page.context.cookies() if one["name"] == "reads_as"] == ["leader"]
    page.goto(CASE)
    expect(page.locator(".c-first h2")).to_contain_text("First, for people who lead")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert not javascript or violations(page) == []
    page.goto("/+cupboard/browse?area=contracts/furniture")
    expect(page.locator(".c-card .c-first").first).to_be_visible()
    page.get_by_role("link", name="Change this, or have it forgotten").click()
    page.get_by_role("button", name="Forget my choice").click()
    expect(page.locator(".c-card").first).to_be_visible()
    expect(page.locator(".c-first")).to_have_count(0)


def test_the_leaders_page_prints_on_one_sheet(visitors: Callable[..., Page]) -> None:
    page = visitors()
    page.goto("/For/Leaders")
    assert sheets(page) == 1


def test_somebody_chooses_a_language_and_keeps_it(visitors: Callable[..., Page], javascript: bool) -> None:
    page = visitors(java_script_enabled=javascript, locale="en-GB")
    page.goto("/+cupboard/browse?area=contracts/furniture")
    page.get_by_role("navigation", name="Language").get_by_role("button", name="Cymraeg").press("Enter")
    expect(page).to_have_url(re.compile(r"area=contracts/furniture$"))
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    expect(page.locator(".c-languages [aria-current]")).to_have_text("Cymraeg")
    page.locator(".c-card a").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "cy")
    expect(page.locator("h1")).to_have_attribute("lang", "en")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert not javascript or violations(page) == []
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
