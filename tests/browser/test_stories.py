"""Somebody tells a change story, picks the cases of its actions, and finds it again from one of them."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import violations


def pick(page: Page, field: str, words: str, title: str, javascript: bool) -> None:
    """Choose a page: from the suggestions by keyboard, or with Find."""
    group = page.locator(f'[id="{field}"]')
    box = page.locator(f'[id="{field}-find"]')
    if javascript:
        box.press_sequentially(words, delay=20)
        expect(group.get_by_role("option", name=title)).to_be_visible()
        expect(box).to_have_attribute("aria-expanded", "true")
        while title not in (group.locator('[role=option][aria-selected="true"]').all_inner_texts() or [""])[0]:
            box.press("ArrowDown")
        box.press("Enter")
        expect(box).to_have_value("")
        expect(box).to_be_focused()
    else:
        box.fill(words)
        group.get_by_role("button", name="Find").click()
        found = group.get_by_role("checkbox", name=title)
        expect(found).not_to_be_checked()
        found.check()
    expect(group.get_by_role("checkbox", name=title)).to_be_checked()


def main(page: Page) -> Locator:
    return page.get_by_role("main")


def test_a_story_is_told_and_found_from_a_case_of_it(visitors: Callable[..., Page], javascript: bool) -> None:
    title = f"How we changed {'with' if javascript else 'without'} a script"
    page = visitors("alice", java_script_enabled=javascript)
    page.goto("/Stories")
    main(page).get_by_role("link", name="Add a change story").click()
    page.get_by_label("Title", exact=True).first.fill(title)
    page.get_by_label("Result in one sentence", exact=True).fill("Two in five pounds go to local firms")
    page.get_by_label("Organisation", exact=True).fill("Anytown Council")
    page.get_by_label("Type of organisation", exact=True).select_option("council")
    page.get_by_label("Region", exact=True).select_option("wales")
    page.get_by_label("When it began").fill("2005")
    page.get_by_label("Until when the story goes").fill("2009")
    page.get_by_label("Why it began").fill("We did not know what we bought.")
    page.locator('[id="actions-0-when"]').fill("2005")
    page.locator('[id="actions-0-step"]').select_option(label="Knowing where we are")
    page.locator('[id="actions-0-what"]').fill("We counted what we bought.")
    page.locator('[id="actions-0-theme"]').select_option(label="Measurement and results")
    page.locator('[id="actions-0-before"]').select_option("0")
    page.locator('[id="actions-0-after"]').select_option("2")
    pick(page, "actions-0-cases", "walking ai" if javascript else "walking aids", "Manchester University", javascript)
    page.get_by_role("button", name="Add another row to Actions").click()
    page.locator('[id="actions-1-what"]').fill("We wrote it into every contract.")
    pick(page, "actions-1-cases", "gowns", "Ashford", javascript)
    page.get_by_label("Results", exact=True).fill("It is the way we buy.")
    for tree in page.locator("#categories details").filter(has=page.locator('[value="change-process/policy"]')).all():
        tree.locator("> summary").click()
    page.locator('input[name=categories][value="change-process/policy"]').check()
    page.locator("#provenance").select_option("organisation")
    page.get_by_role("button", name="Save", exact=True).last.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    steps = page.locator("ol.c-timeline > li")
    expect(steps).to_have_count(2)
    expect(steps.nth(0)).to_contain_text("Step 1: Knowing where we are")
    expect(steps.nth(0)).to_contain_text("from not started to level 2 (Embed)")
    expect(page.get_by_role("img", name="Levels of the Flexible Framework")).to_be_visible()
    steps.nth(1).locator(".c-card a").first.click()

    back = page.locator(".c-part-of li", has_text=title)
    expect(back).to_have_text(f"{title}, step 2 of 2")
    back.get_by_role("link").click()
    expect(page).to_have_url(re.compile("#step-2$"))
    page.goto("/Stories")
    card = main(page).locator(".c-card", has_text=title)
    expect(card).to_contain_text("Change story")


def test_a_deleted_case_is_seen_to_be_missing_and_another_is_put_in_its_place(
    visitors: Callable[..., Page], javascript: bool
) -> None:
    story = "/Stories/falkirk-community-benefits" if javascript else "/Stories/preston-anchors"
    gone = "bath-dynamic-food" if javascript else "glos-police-evs"
    page = visitors("admin", java_script_enabled=javascript)
    page.goto(f"/+modify{story}")
    pick(page, "actions-1-cases", f"CaseStudies/{gone}", "Bath" if javascript else "Gloucestershire", javascript)
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#step-2 .c-card")).to_have_count(1)

    page.goto(f"/+delete/CaseStudies/{gone}")
    main(page).locator("form").get_by_role("button").first.click()
    page.goto(story)
    step = page.locator("#step-2")
    expect(step).to_contain_text(f"CaseStudies/{gone}: there is no page of this name")
    if javascript:
        assert violations(page) == []
    step.get_by_role("link", name="Choose another page").click()
    missing = page.locator('[id="actions-1-cases"]').get_by_role("checkbox", name="missing")
    missing.uncheck()
    pick(page, "actions-1-cases", "paper", "HM Revenue", javascript)
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator("#step-2 .c-card")).to_contain_text("HM Revenue & Customs")
    expect(page.locator("#step-2 .c-missing")).to_have_count(0)


def test_escape_closes_the_suggestions_and_enter_never_saves(visitors: Callable[..., Page]) -> None:
    page = visitors("alice")
    page.goto("/+modify/CaseStudies/kent-led")
    box = page.locator("#copied_from-find")
    box.press_sequentially("street lights")
    options = page.locator("#copied_from").get_by_role("option")
    expect(options.first).to_be_visible()
    box.press("Escape")
    expect(options.first).to_be_hidden()
    box.press("Enter")
    expect(options.first).to_be_visible()
    options.first.click()
    expect(page.locator("#copied_from").get_by_role("checkbox")).to_be_checked()
    assert page.url.endswith("/+modify/CaseStudies/kent-led")
