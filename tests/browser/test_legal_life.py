"""The whole life of a legal status, in a real Chromium: asserted, evidenced, challenged, upheld, law changed, re-asserted."""

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
    expect(said).to_contain_text("Cleared by the legal team of Public Health Wales NHS Trust, 3 May 2019; covers the lots")
    expect(said).to_contain_text("Recorded by buyer1 of Public Health Wales NHS Trust")
    expect(said.get_by_role("link", name="Evidence")).to_have_attribute("href", PAPER)
    assert violations(reader) == []

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


def test_what_shows_legal_status_is_accessible(visitors: Callable[..., Page]) -> None:
    page = visitors("editor1")
    for address in ("/Help/LegalStatus", "/+cupboard/legal?term=contracts", "/Cupboard/Regimes", f"/+modify{CASE}"):
        page.goto(address)
        assert violations(page) == [], address
    page.goto("/Help/LegalStatus")
    badge = page.get_by_role("button", name="Under challenge")
    meaning = page.locator(f"#{badge.get_attribute('aria-describedby')}")
    expect(meaning).not_to_be_visible()
    badge.focus()
    expect(meaning).to_be_visible()
