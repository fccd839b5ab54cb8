"""The whole life of a legal status in Chromium: asserted, evidenced, challenged, upheld, law changed, re-asserted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from playwright.sync_api import Page, expect

from tests.browser.conftest import violations

CASE = "/CaseStudies/phw-office-furniture"
GROUP = "/+modify/Organisations/public-health-wales-nhs-trustGroup"
NEW_PAGE = "?itemtype=default&contenttype=text/x.moin.wiki;charset=utf-8&template="
TODAY = date.today()
UPHELD, CHANGED = TODAY - timedelta(30), TODAY - timedelta(1)
PAPER = "https://www.example.org/committee-report"


def say(page: Page, status: str, replaces: str = "", **cells: str) -> None:
    """Add a row to the legal status, and save."""
    page.goto(CASE)
    page.get_by_role("link", name="Add to the legal status").click()
    row = page.locator("fieldset.c-row", has_text="Who advised or approved").first
    row.get_by_label("Status", exact=True).select_option(status)
    if replaces:
        option = row.locator("#legal_status-0-supersedes option", has_text=replaces)
        row.locator("#legal_status-0-supersedes").select_option(option.get_attribute("value"))
    for column, value in cells.items():
        row.locator(f"[id=legal_status-0-{column}]").fill(value)
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_load_state()


def tag(page: Page) -> str:
    page.goto(CASE)
    return page.locator(".c-facts .c-tag").inner_text()


def test_the_life_of_a_legal_status(visitors: Callable[..., Page]) -> None:
    editor = visitors("editor1")
    editor.goto(GROUP + NEW_PAGE)
    editor.locator("textarea[name=content_form_data_text]").fill("Members of the organisation.")
    editor.locator("[name=usergroup]").fill("buyer1")
    editor.locator("main").get_by_role("button", name="Save", exact=True).first.click()
    buyer1, alice, reader = visitors("buyer1"), visitors("alice"), visitors()
    assert tag(reader) == "Not stated"

    say(alice, "legal_team", date="2019-05-03", evidence=PAPER)
    expect(alice.locator(".c-error-summary")).to_contain_text("can only be said by members of the organisation")

    say(buyer1, "legal_team", date="2019-05-03", scope="the lots", evidence=PAPER)
    said = reader.locator("#legal-status ~ ul.c-legal")
    assert tag(reader).startswith("Legal team advised, 2019")
    expect(said).to_contain_text(
        "Cleared by the legal team of Public Health Wales NHS Trust, 3 May 2019; covers the lots"
    )
    expect(said).to_contain_text("Recorded by buyer1 of Public Health Wales NHS Trust")
    expect(said.get_by_role("link", name="Evidence")).to_have_attribute("href", PAPER)

    say(alice, "under_challenge", note="A supplier made a claim.")
    assert tag(reader).startswith("Under challenge")

    say(editor, "tested_upheld", replaces="Under challenge", date=UPHELD.isoformat(), evidence=PAPER, note="Lawful.")
    assert tag(reader).startswith(f"Upheld, {UPHELD.year}")
    reader.get_by_text("Earlier rows (1)").click()
    expect(reader.locator(".c-legal__earlier")).to_contain_text("A supplier made a claim.")

    editor.goto("/+modify/Cupboard/Regimes")
    box = editor.locator("textarea[name='edit.text']")
    event = f"events:\n- id: new-rule\n  date: '{CHANGED}'\n  title: A new rule for Wales\n  effect: tightens\n" \
            "  jurisdictions: [wales]\n  confidence: unverified\n"  # fmt: skip
    box.fill(box.input_value().replace("events:\n", event, 1))
    editor.get_by_role("button", name="Save", exact=True).last.click()
    assert "Law changed" in tag(reader)
    expect(said.locator("li", has_text="Upheld")).to_contain_text("A new rule for Wales")
    reader.goto("/+cupboard/browse?change=new-rule")
    expect(reader.locator(".c-cards")).to_contain_text("Public Health Wales")

    say(editor, "tested_upheld", replaces="Tested and upheld", date=TODAY.isoformat(), evidence=PAPER, note="Still.")
    say(buyer1, "legal_team", replaces="Cleared by the legal team", date=TODAY.isoformat(), evidence=PAPER)
    assert tag(reader) == f"Upheld, {TODAY.year}"
    expect(reader.locator(".c-legal__earlier summary")).to_contain_text("Earlier rows (3)")
    reader.goto("/+cupboard/browse?change=new-rule")
    expect(reader.locator("main")).not_to_contain_text("Furnishing")


def test_the_meaning_of_a_status_shows_on_focus_and_hover_until_escape(visitors: Callable[..., Page]) -> None:
    page = visitors("editor1")
    page.goto("/Help/LegalStatus")
    badge = page.get_by_role("button", name="Under challenge")
    meaning = page.locator(f"#{badge.get_attribute('aria-describedby')}")
    expect(meaning).not_to_be_visible()
    badge.focus()
    expect(meaning).to_be_visible()
    page.keyboard.press("Escape")
    expect(meaning).not_to_be_visible()
    expect(badge).to_be_focused()
    other = page.get_by_role("button", name="Tested and upheld")
    other.hover()
    shown = page.locator(f"#{other.get_attribute('aria-describedby')}")
    expect(shown).to_be_visible()
    shown.hover()  # the pointer can go there without it going away
    expect(shown).to_be_visible()
    page.keyboard.press("Escape")
    expect(shown).not_to_be_visible()
    page.mouse.move(0, 0)
    other.hover()
    expect(shown).to_be_visible()
    expect(other).to_have_accessible_description(shown.text_content())


def test_editors_work_through_what_a_change_of_law_touches(visitors: Callable[..., Page]) -> None:
    editor = visitors("editor1")
    case = "/CaseStudies/leicestershire-led"
    editor.goto(f"/+modify{case}")
    row = editor.locator("fieldset.c-row", has_text="Who advised or approved").first
    row.get_by_label("Status", exact=True).select_option("under_challenge")
    for column, value in {
        "date": "2019-05-03",
        "note": "A supplier complained.",
        "role": "Head of procurement",
    }.items():
        row.locator(f"[id=legal_status-0-{column}]").fill(value)
    editor.get_by_role("button", name="Save", exact=True).last.click()
    expect(editor.locator("#legal-status ~ ul.c-legal").first).to_contain_text(
        "Recorded by editor1, Head of procurement"
    )
    editor.goto("/+cupboard/law-changes")
    assert violations(editor) == []
    editor.set_viewport_size({"width": 320, "height": 640})
    assert editor.evaluate("document.documentElement.scrollWidth") <= 320
    editor.set_viewport_size({"width": 1280, "height": 900})
    waiting = (
        editor.locator("ul.c-legal > li", has_text="A supplier complained")
        .or_(editor.locator("ul.c-legal > li", has=editor.locator(f"a[href*='{case}']")))
        .first
    )
    editor.get_by_role("button", name="Dismiss for what is ticked").click()
    expect(editor.locator(".c-error-summary")).to_contain_text("Tick what")
    assert violations(editor) == []
    waiting.get_by_role("checkbox").check()
    editor.get_by_label("Why the change does not matter").fill("The contract ended in 2018.")
    editor.get_by_role("button", name="Dismiss for what is ticked").click()
    expect(editor.locator("main, .c-flash, .moin-flash").first).to_be_visible()
    expect(editor.locator("body")).to_contain_text("Dismissed for 1 statement")
    editor.goto(case)
    editor.get_by_text("Changes of law that do not matter here").click()
    expect(editor.locator("main")).to_contain_text("The contract ended in 2018 (editor1")
