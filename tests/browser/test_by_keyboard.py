"""By keyboard alone, at a width that is 400% zoom of 1280 px, in forced colours, with less motion; and how large
targets are.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import violations
from tests.browser.kinds_of_page import CASE, COSTS

#: What is wrong with what has the focus: it must be seen, its ring too, and nothing may lie over it (WCAG 2.4.7,
#: 2.4.11).
FOCUSED = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const box = at.getBoundingClientRect(), name = at.tagName + " " + (at.textContent || at.name).trim().slice(0, 40);
    if (box.width < 2 || box.height < 2) return "is not to be seen: " + name;
    const style = getComputedStyle(at), wrong = [];
    if (!(style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2)) wrong.push("has no ring: " + name);
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    if (!inside) return "is out of the window: " + name;
    const points = [[.5, .5], [.1, .5], [.9, .5], [.5, .1], [.5, .9]].map(([x, y]) =>
        document.elementFromPoint(box.left + box.width * x, box.top + box.height * y));
    if (!points.some(top => top && (at.contains(top) || top.contains(at) || top.closest("label")?.control === at)))
        wrong.push("is covered: " + name);
    return wrong.join("; ") || "";
}"""

#: Targets that are smaller than 24 by 24 px, and whose circle of 24 px meets another target or its circle; links in a
#: sentence and what the browser draws by itself are let off (WCAG 2.5.8, with its exceptions).
TOO_SMALL = """() => {
    const seen = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")]
        .filter(one => one.checkVisibility({visibilityProperty: true}) && !one.closest(".c-visually-hidden"))
        .map(one => ({one, box: (one.matches("input[type=checkbox], input[type=radio]") && one.labels[0] || one)
            .getBoundingClientRect()})).filter(({box}) => box.width > 1 && box.right > 0 && box.bottom > 0);
    const inText = one => getComputedStyle(one).display === "inline" && [...one.parentElement.childNodes].some(
        node => node.nodeType === 3 && node.data.trim().length > 1);
    const small = ({one, box}) => (box.width < 24 || box.height < 24) && !inText(one);
    const middle = ({box}) => [box.left + box.width / 2, box.top + box.height / 2];
    const near = (one, other) => {
        const [x, y] = middle(one), [ox, oy] = middle(other), box = other.box;
        if (small(other)) return Math.hypot(x - ox, y - oy) < 24;
        const dx = Math.max(box.left - x, 0, x - box.right), dy = Math.max(box.top - y, 0, y - box.bottom);
        return Math.hypot(dx, dy) < 12;
    };
    return seen.filter(small).filter(one => seen.some(other => other.one !== one.one && !one.one.contains(other.one)
            && !other.one.contains(one.one) && near(one, other)))
        .map(({one, box}) => Math.round(box.width) + "x" + Math.round(box.height) + " " + one.outerHTML.slice(0, 120));
}"""


class Keys:
    """Somebody who has only a keyboard."""

    def __init__(self, page: Page):
        self.page = page
        self.wrong: list[str] = []

    def tab_to(self, selector: str, most: int = 90) -> None:
        """Press Tab until what the selector means has the focus; look at each place on the way."""
        for _ in range(most):
            if self.page.evaluate("what => document.activeElement?.matches(what) ?? false", selector):
                return
            self.page.keyboard.press("Tab")
            if said := self.page.evaluate(FOCUSED):
                self.wrong.append(f"{self.page.url}: {said}")
        raise AssertionError(f"{selector} is not reached by {most} times Tab on {self.page.url}")

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)


@pytest.mark.parametrize("width", [1280, 320])
def test_everything_is_done_by_keyboard_and_the_focus_is_always_seen(visitors: Callable[..., Page], width: int) -> None:
    page = visitors("alice", reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 640})
    keys = Keys(page)
    page.goto("/Home")
    keys.press("Tab")
    expect(page.locator(".c-skip")).to_be_focused()
    keys.press("Enter")
    keys.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")

    page.goto("/Home")  # find
    keys.tab_to("#c-search-q")
    keys.type("furniture")
    keys.press("Enter")
    expect(page.locator("#list")).to_contain_text("case stud")
    if width == 320:
        keys.tab_to(".c-filters__all > summary")
        keys.press("Enter")
    keys.tab_to("[data-facet=region] > summary")  # filter
    if not page.locator("[data-facet=region]").evaluate("one => one.open"):
        keys.press("Enter")
    keys.tab_to("input[name=region]")
    keys.tab_to("input[name=region][value=wales]", 30)
    keys.press("Space")
    expect(page.locator("input[name=region][value=wales]")).to_be_focused()
    expect(page.locator(".c-chosen")).to_contain_text("Wales")
    title = page.locator(".c-card a").first.inner_text()
    keys.tab_to(".c-card a")  # read
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    keys.tab_to(".c-star button")  # favourite
    was = page.locator(".c-star button").first.inner_text()
    keys.press("Enter")
    expect(page.locator(".c-star button").first).not_to_have_text(was)
    keys.tab_to(".c-tools a[href*='modify']")  # edit
    keys.press("Enter")
    expect(page.locator("#result")).to_be_visible()
    keys.tab_to("#result")
    keys.press("Control+a")
    keys.type(f"Said by keyboard at {width}")
    keys.press("Enter")  # save, as in any form of one line
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    expect(page.locator("main")).to_contain_text(f"Said by keyboard at {width}")
    assert keys.wrong == []


def test_a_form_is_walked_through_to_its_end_and_every_target_is_large_enough(visitors: Callable[..., Page]) -> None:
    page = visitors("alice", reduced_motion="reduce")
    small = {}
    for address in ("/Home", "/Contents/contracts/food", "/+cupboard/browse?region=scotland", CASE, COSTS, "/Markup",
                    "/+cupboard/mine", "/+usersettings", "/+history", f"/+history{CASE}", "/+index/", "/+login"):
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 640})
            page.goto(address) if width == 1280 else None
            if found := page.evaluate(TOO_SMALL):
                small[address, width] = found
    page.goto("/+cupboard/new")
    if found := page.evaluate(TOO_SMALL):
        small["new"] = found
    keys = Keys(page)
    keys.tab_to("button[name='edit.do'][value=save]:not([tabindex])", 250)
    assert (small, keys.wrong) == ({}, [])


def test_forced_colours_keep_borders_and_the_ring_and_less_motion_is_none(visitors: Callable[..., Page]) -> None:
    page = visitors(forced_colors="active", reduced_motion="reduce")
    page.goto("/+cupboard/browse?region=scotland")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    for selector in (".c-search__input", ".c-button", ".c-chosen__list a", ".c-tag", ".c-select"):
        style = page.locator(selector).first.evaluate(
            "one => { const s = getComputedStyle(one); return [s.borderTopStyle, s.borderTopWidth, s.borderTopColor,"
            " getComputedStyle(document.body).backgroundColor]; }"
        )
        assert style[0] != "none" and style[1] != "0px" and style[2] not in (style[3], "rgba(0, 0, 0, 0)"), selector
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
    moving = """() => [...document.querySelectorAll("*")].filter(one => {
        const s = getComputedStyle(one);
        return s.animationName !== "none" || parseFloat(s.transitionDuration) > 0 || s.scrollBehavior === "smooth";
    }).length"""
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) == 1, "the page scrolls smoothly, and nothing else moves"


def test_what_is_printed_from_a_dark_screen_is_dark_on_white(visitors: Callable[..., Page]) -> None:
    page = visitors(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    for address in (CASE, COSTS, f"{CASE}?view=brief", "/+cupboard/browse?region=scotland"):
        page.goto(address)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert violations(page, ["color-contrast"]) == [], address
    head = page.evaluate("""() => {
        const table = document.createElement("table");
        table.innerHTML = "<caption>c</caption><thead><tr><th>h</th></tr></thead><tbody><tr><td>1</td></tr></tbody>";
        document.querySelector("main").append(table);
        return [...table.querySelectorAll("caption, thead")].map(one => getComputedStyle(one).breakAfter);
    }""")
    assert head == ["avoid", "avoid"]
