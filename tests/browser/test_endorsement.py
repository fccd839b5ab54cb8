"""A member confirms a case study, another body endorses it, it is edited, the endorsement is withdrawn: in a real
Chromium.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import violations

CASE = "/CaseStudies/phw-office-furniture"
BODY = "Public Health Wales NHS Trust"
ENDORSER = "The National Body"


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).last.click()
    page.wait_for_load_state()


def make_organisation(page: Page, kind: str, member: str) -> None:
    """Fill in the form of an organisation's page, save it, and appoint somebody."""
    page.get_by_label("Type of organisation").select_option(kind)
    press(page, "Save")
    page.get_by_role("link", name="Members and invitations").click()
    page.get_by_label("Account", exact=True).fill(member)
    press(page, "Appoint")
    expect(page.locator("dl.c-facts dt", has_text=member)).to_be_visible()


def test_a_case_study_is_confirmed_endorsed_edited_and_no_longer_endorsed(visitors: Callable[..., Page]) -> None:
    editor, reader = visitors("editor1"), visitors()
    editor.goto(CASE)
    editor.get_by_role("link", name=BODY).first.click()
    editor.get_by_role("link", name=f"Make a page for {BODY}").click()
    make_organisation(editor, "nhs", "buyer1")
    editor.goto("/+cupboard/new/organisation")
    editor.get_by_label("Name", exact=True).fill(ENDORSER)
    make_organisation(editor, "agency", "alice")
    editor.goto("/+modify/Cupboard/Endorsement")
    text = editor.locator("textarea").first
    text.fill(text.input_value().replace("endorsers: []", f"endorsers: [{ENDORSER}]"))
    press(editor, "Save")

    reader.goto(CASE)
    expect(reader.locator(".c-notice--source")).to_contain_text("Summarised from public sources")
    buyer1 = visitors("buyer1")
    buyer1.goto(CASE)
    buyer1.get_by_role("link", name="Confirm it for the organisation").click()
    buyer1.get_by_label("Your role in the organisation").fill("Head of procurement")
    press(buyer1, "Confirm for the organisation")
    reader.goto(CASE)
    expect(reader.locator(".c-notice--success")).to_contain_text(f"{BODY}, on revision 1")
    assert reader.get_by_text("Summarised from public sources").count() == 0

    alice = visitors("alice")
    alice.goto(CASE)
    alice.get_by_role("link", name="Endorse this for an organisation that may").click()
    press(alice, "Sign the endorsement")
    expect(alice.locator(".c-error-summary")).to_contain_text("Enter your role")
    for answer in alice.get_by_label("Yes", exact=True).all():
        answer.check()
    alice.get_by_label("In the organisation’s own words").fill("We would do it again.")
    alice.get_by_label("Your role in the organisation").fill("Director")
    press(alice, "Sign the endorsement")
    reader.goto(CASE)
    said = reader.locator("#endorsements ~ ul.c-legal").first
    expect(said).to_contain_text(f"Endorsed by {ENDORSER} on revision 1")
    expect(said).not_to_contain_text("since")
    assert violations(reader) == []

    editor.goto(f"/+modify{CASE}")
    editor.locator("#result").fill("Furniture used again saves money and carbon")
    press(editor, "Save")
    reader.goto(CASE)
    expect(said).to_contain_text("1 edit since")
    expect(reader.locator(".c-notice--success")).to_contain_text("1 edit since")
    said.get_by_role("link", name="1 edit since").click()
    expect(reader.locator("main")).to_contain_text("used again")

    reader.goto("/+cupboard/browse?endorsed=endorsed")
    expect(reader.locator(".c-card")).to_have_count(1)
    expect(reader.locator(".c-card")).to_contain_text(f"Endorsed by {ENDORSER}")
    reader.goto("/Home")
    expect(reader.locator("#main")).to_contain_text(f"Endorsed by {ENDORSER}")
    reader.set_viewport_size({"width": 320, "height": 700})
    for path in (CASE, "/Organisations/the-national-body", f"{CASE}/endorsed-by-the-national-body", "/Organisations"):
        reader.goto(path)
        assert violations(reader) == [], path
        assert reader.evaluate("document.documentElement.scrollWidth") <= 320, path

    alice.goto(CASE)
    alice.locator("#endorsements ~ ul.c-legal").get_by_role("link", name="Endorsed by").click()
    alice.get_by_role("link", name="Withdraw").click()
    alice.get_by_label("Why is it withdrawn?").fill("The figures were corrected")
    press(alice, "Withdraw it")
    reader.goto(CASE)
    expect(reader.locator("#endorsements ~ p").first).to_contain_text("No endorsement is in force")
    reader.goto("/+cupboard/browse?endorsed=endorsed")
    expect(reader.locator(".c-card")).to_have_count(0)
