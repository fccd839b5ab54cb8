"""Narrowing a list in a real Chromium: in place with JavaScript, page by page without."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect


def heading(page: Page) -> str:
    return page.locator("#list").inner_text()


def choose(page: Page, facet: str, value: str, javascript: bool) -> None:
    """Tick a box of a facet; without JavaScript, press the button as well."""
    folded = page.locator(f'[data-facet="{facet}"]')
    if folded.get_attribute("open") is None:
        folded.locator("> summary").click()
    before = page.url
    page.locator(f'input[name="{facet}"][value="{value}"]').check()
    if not javascript:
        page.get_by_role("button", name="Show results").click()
    page.wait_for_url(lambda url: url != before)
    expect(page.locator(".c-chosen")).to_be_visible()


def test_a_list_is_narrowed_and_widened_again(visitors: Callable[..., Page], javascript: bool) -> None:
    page = visitors(java_script_enabled=javascript)
    page.goto("/+cupboard/browse")
    assert heading(page) == "33 case studies and 5 change stories"
    choose(page, "region", "scotland", javascript)
    assert page.url.endswith("/+cupboard/browse?region=scotland")
    scottish = heading(page)
    assert scottish != "33 case studies and 5 change stories"
    choose(page, "region", "wales", javascript)
    assert "region=scotland" in page.url and "region=wales" in page.url
    assert int(heading(page).split()[0]) > int(scottish.split()[0])
    page.get_by_role("link", name="Take away Region: Wales").click()
    page.wait_for_url(lambda url: "wales" not in url)
    expect(page.locator("#list")).to_have_text(scottish)
    page.get_by_role("link", name="Clear all").first.click()
    expect(page.locator("#list")).to_have_text("33 case studies and 5 change stories")
    page.go_back()
    expect(page.locator("#list")).to_have_text(scottish)
    page.reload()
    expect(page.locator("#list")).to_have_text(scottish)


def test_words_are_searched_for_and_the_order_is_chosen(visitors: Callable[..., Page], javascript: bool) -> None:
    page = visitors(java_script_enabled=javascript)
    page.goto("/CaseStudies")
    page.get_by_label("Search these case studies").fill("furniture")
    page.get_by_label("Search these case studies").press("Enter")
    page.wait_for_url("**/CaseStudies?q=furniture*")
    assert "furni" in page.locator(".c-card mark").first.inner_text().lower()
    page.get_by_label("Sort by").select_option("year")
    if not javascript:
        page.get_by_role("button", name="Sort").click()
    page.wait_for_url("**sort=year**")
    years = page.locator(".c-card__facts div:has(dt:text-is('Year')) dd").all_inner_texts()
    assert years == sorted(years, reverse=True)


def test_a_value_is_left_out(visitors: Callable[..., Page], javascript: bool) -> None:
    page = visitors(java_script_enabled=javascript)
    page.goto("/+cupboard/browse")
    page.locator('[data-facet="region"] > summary').click()
    page.locator("#out-region").select_option("scotland")
    if not javascript:
        page.get_by_role("button", name="Show results").click()
    page.wait_for_url("**-region=scotland**")
    expect(page.get_by_role("link", name="Take away Not Region: Scotland")).to_be_visible()


def test_organisations_are_found_by_a_part_of_their_names(visitors: Callable[..., Page], javascript: bool) -> None:
    page = visitors(java_script_enabled=javascript)
    page.goto("/+cupboard/browse")
    page.locator('[data-facet="organisation"] > summary').click()
    page.locator("#find-organisation").fill("nhs")
    page.locator("#find-organisation").press("Enter")
    page.wait_for_url("**find-organisation=nhs**")
    expect(page.locator('[data-facet="organisation"] .c-box').first).to_be_visible()
    assert all("nhs" in one.lower() for one in page.locator('[data-facet="organisation"] .c-box').all_inner_texts())


def test_focus_stays_and_the_new_count_is_announced(visitors: Callable[..., Page]) -> None:
    page = visitors()
    page.goto("/+cupboard/browse")
    page.evaluate("window.kept = true")
    page.locator('[data-facet="region"] > summary').click()
    box = page.locator('input[name=region][value=scotland]')
    box.focus()
    page.keyboard.press("Space")
    expect(page.locator(".c-chosen")).to_be_visible()
    assert heading(page) != "33 case studies and 5 change stories"
    expect(page.locator("[data-listing-status]")).to_have_text(heading(page))
    expect(page.locator('input[name=region][value=scotland]')).to_be_focused()
    expect(page.locator('input[name=region][value=scotland]')).to_be_checked()
    assert page.evaluate("window.kept") is True
    page.get_by_role("link", name="Take away Region: Scotland").click()
    expect(page.locator("#list")).to_have_text("33 case studies and 5 change stories")
    expect(page.locator("#list")).to_be_focused()
    page.get_by_role("link", name="Next page").click()
    expect(page.locator(".c-count")).to_have_text("26 to 38 of 38")
    expect(page.locator("#list")).to_be_focused()
    page.go_back()
    expect(page.locator(".c-count")).to_have_text("1 to 25 of 38")
    assert page.evaluate("window.kept") is True


def test_focus_is_never_lost_and_all_that_changed_is_announced(visitors: Callable[..., Page]) -> None:
    page = visitors()
    page.goto("/+cupboard/browse")
    skip = page.get_by_role("link", name="Skip to the list")
    expect(skip).not_to_be_in_viewport()
    page.get_by_role("link", name="Help").first.focus()
    page.keyboard.press("Tab")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#list")).to_be_focused()
    said = page.locator("[data-listing-status]")
    organisation = page.locator('[data-facet="organisation"]')
    organisation.locator("> summary").click()
    organisation.get_by_role("link", name="Show all").press("Enter")
    expect(organisation.get_by_role("link", name="Show all")).to_have_count(0)
    expect(organisation.locator("> summary")).to_be_focused()
    page.locator("#find-organisation").fill("nhs")
    page.locator("#find-organisation").press("Enter")
    page.wait_for_url("**find-organisation=nhs**")
    expect(organisation.locator(".c-box")).not_to_have_count(35)
    expect(page.locator("#find-organisation")).to_be_focused()
    expect(said).to_have_text("33 case studies and 5 change stories · 1 to 25 of 38")
    # back, from a link of a list that is there no more
    page.locator(".c-card__title a").first.focus()
    page.go_back()
    expect(page.locator("#find-organisation")).to_have_value("")
    expect(page.locator("#list")).to_be_focused()
    page.get_by_label("Search these case studies").fill("furnitrue")
    page.get_by_role("button", name="Search").press("Enter")
    expect(page.get_by_role("button", name="Search")).to_be_focused()
    expect(said).to_have_text("No case studies · Did you mean furniture?")
    page.get_by_role("link", name="furniture", exact=True).press("Enter")
    expect(page.locator("#list")).to_be_focused()
    page.locator('[data-facet="year"] > summary').click()
    page.get_by_label("From").fill("20x6")
    page.get_by_label("From").press("Enter")
    expect(said).to_contain_text('"20x6" is not a year')
    expect(page.get_by_label("From")).to_be_focused()


def test_a_search_is_kept_and_shown_on_its_own_page(visitors: Callable[..., Page], javascript: bool) -> None:
    page = visitors("alice", java_script_enabled=javascript)
    page.goto("/+cupboard/browse?region=scotland")
    count = heading(page)
    page.get_by_text("Keep this search").click()
    page.get_by_label("Name", exact=True).fill(f"Scotland {javascript}")
    page.get_by_role("button", name="Keep it").click()
    page.get_by_role("link", name=f"Open, rename or delete Scotland {javascript}").click()
    expect(page.locator("#list")).to_have_text(count)


def test_a_list_fits_320_pixels(visitors: Callable[..., Page], javascript: bool) -> None:
    page = visitors(java_script_enabled=javascript)
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/+cupboard/browse?region=scotland")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320 if javascript else True
    expect(page.get_by_role("link", name="Skip to the list")).to_be_visible()
    if javascript:
        expect(page.get_by_role("button", name="Show results")).to_be_hidden()
        page.locator(".c-filters__all > summary").click()
    expect(page.get_by_role("button", name="Show results")).to_be_visible()
