"""What a reader and a contributor do, in a real Chromium against ``cupboard serve``, with JavaScript and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

CASE = "/CaseStudies/phw-office-furniture"


def fill_in(page: Page, title: str) -> None:
    """Fill in what a case study needs."""
    page.get_by_label("Title", exact=True).first.fill(title)
    page.get_by_label("Kind", exact=True).first.select_option("case")
    page.get_by_label("Result in one sentence", exact=True).fill("40% less paper bought in a year")
    page.get_by_label("Organisation", exact=True).fill("Anytown Council")
    page.get_by_label("Type of organisation", exact=True).select_option("council")
    page.get_by_label("Region", exact=True).select_option("wales")
    for section in ("Context", "Action", "Impact"):
        page.get_by_label(section, exact=True).fill(f"{section}: what there is to say.")
    page.locator("#provenance").select_option("organisation")


def tick(page: Page, *ids: str) -> None:
    """Open the branches that hold some tick boxes, as a reader does, and tick them."""
    for id in ids:
        box = page.locator(f'input[name=categories][value="{id}"]')
        for _ in range(3):
            if box.is_visible():
                break
            page.locator("details", has=box).locator("> summary").first.click()
        box.check()


def test_a_reader_finds_a_case_under_its_section(visitors: Callable[..., Page], javascript: bool) -> None:
    page = visitors(java_script_enabled=javascript)
    page.goto("/")
    for section in (
        "The change process", "Internal engagement", "External engagement", "Contracts",
        "Impact assessment and tools", "Primary documents",
    ):  # fmt: skip
        expect(page.get_by_role("main").get_by_role("link", name=section, exact=True)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Contracts", exact=True).click()
    page.get_by_role("main").get_by_role("link", name="Food and catering", exact=True).click()
    card = page.locator(".c-card", has_text="Bath & North East Somerset Council")
    expect(card).to_contain_text("2.3 million meals")
    for words in ("England - South West", "2016", "Not stated", "Case study elsewhere"):
        expect(card).to_contain_text(words)
    expect(page.get_by_role("main")).to_contain_text("2 case studies")
    assert page.context.cookies() == []


def test_a_case_is_added_with_a_contract_and_a_file(
    visitors: Callable[..., Page], javascript: bool, tmp_path: Path
) -> None:
    title = f"Less paper, {'script' if javascript else 'plain'}"
    contract = tmp_path / "Paper contract.pdf"
    contract.write_bytes(b"%PDF-1.4\n% a contract\n")
    page = visitors("alice", java_script_enabled=javascript)
    page.goto("/")
    page.get_by_role("link", name="Add a case study").first.click()
    assert page.locator("input[type=checkbox]:checked").count() == 0
    fill_in(page, title)
    tick(page, "contracts/paper-print/paper", "internal-engagement/members")
    row = page.locator("fieldset.c-row", has_text="Who may use it").first
    row.get_by_label("Kind").select_option("contract")
    row.get_by_label("Title").fill("The contract")
    row.locator("input[type=file]").set_input_files(contract)
    page.get_by_role("button", name="Add another row to Primary resources").click()
    row = page.locator("fieldset.c-row", has_text="Who may use it").nth(1)
    row.get_by_label("Kind").select_option("specification")
    row.get_by_label("Title").fill("The specification")
    row.get_by_label("Link").fill("https://www.example.org/specification")
    expect(page.get_by_label("Title", exact=True).first).to_have_value(title)
    expect(page.get_by_text("Paper contract.pdf is attached")).to_be_visible()
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("PDF, 22 bytes")
    with page.expect_download() as download:
        page.get_by_role("main").get_by_role("link", name="The contract").click()
    assert Path(download.value.path()).read_bytes() == contract.read_bytes()
    for path in ("/Contents/contracts/paper-print", "/Contents/internal-engagement", "/CaseStudies"):
        page.goto(path)
        expect(page.get_by_role("main").get_by_role("link", name=title)).to_be_visible()


def test_a_mistake_is_on_top_has_the_focus_and_leads_to_its_field(
    visitors: Callable[..., Page], javascript: bool
) -> None:
    page = visitors("alice", java_script_enabled=javascript)
    page.goto("/+cupboard/new")
    page.get_by_label("Organisation", exact=True).fill("Anytown Council")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page).to_have_title(re.compile("^Error: "))
    summary = page.locator(".c-error-summary")
    expect(summary).to_contain_text("There is a problem")
    expect(summary).to_be_focused()
    summary.get_by_role("link").first.click()
    expect(page.get_by_label("Title", exact=True).first).to_be_focused()
    expect(page.get_by_label("Organisation", exact=True)).to_have_value("Anytown Council")
    assert page.locator("input[type=checkbox]:checked").count() == 0


def test_form_and_text_editor_hand_over_what_was_typed(visitors: Callable[..., Page], javascript: bool) -> None:
    page = visitors("alice", java_script_enabled=javascript)
    page.goto(CASE)
    page.get_by_role("link", name="Edit", exact=True).first.click()
    page.get_by_label("Result in one sentence", exact=True).fill("Typed in the form")
    page.get_by_role("button", name="Edit as text").click()
    text = page.get_by_label("Text of the page")
    expect(text).to_contain_text("result: Typed in the form")
    text.fill(text.input_value().replace("result: Typed in the form", "result: Typed in the text"))
    page.get_by_role("button", name="Edit in the form").click()
    expect(page.get_by_label("Result in one sentence", exact=True)).to_have_value("Typed in the text")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".c-preview")).to_contain_text("Typed in the text")
    page.get_by_role("link", name="Cancel").click()
    expect(page.get_by_role("main")).not_to_contain_text("Typed in the")


def test_two_browsers_that_change_different_parts_both_get_their_way(visitors: Callable[..., Page]) -> None:
    case = "/CaseStudies/cornwall-food-programme"
    hers, his = visitors("alice"), visitors("buyer1", java_script_enabled=False)
    for page in (hers, his):
        page.goto(f"/+modify{case}")
    hers.get_by_label("Context", exact=True).fill("Her context.")
    his.locator("#year").fill("2008")
    for page in (hers, his):
        page.get_by_role("button", name="Save", exact=True).last.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Cornish")
    expect(his.get_by_role("main")).to_contain_text("the page has their changes and yours")
    expect(his.get_by_role("main")).to_contain_text("Her context.")
    expect(his.get_by_role("main")).to_contain_text("2008")


def test_two_browsers_that_change_the_same_part_are_asked(visitors: Callable[..., Page]) -> None:
    case = "/CaseStudies/city-ppa"
    hers, his = visitors("alice"), visitors("buyer1")
    for page in (hers, his):
        page.goto(f"/+modify{case}")
    hers.get_by_label("Context", exact=True).fill("Her context.")
    hers.get_by_role("button", name="Save", exact=True).last.click()
    his.get_by_label("Context", exact=True).fill("His context.")
    his.locator("#year").fill("2021")
    his.get_by_role("button", name="Save", exact=True).last.click()
    expect(his.get_by_role("heading", level=1)).to_contain_text("Somebody else changed the same part")
    for words in ("Her context.", "His context."):
        expect(his.get_by_role("main")).to_contain_text(words)
    his.get_by_label("Your version").check()
    his.get_by_role("button", name="Save with these choices").click()
    main = his.get_by_role("main")
    expect(main).to_contain_text("His context.")
    expect(main).to_contain_text("2021")
    expect(main).not_to_contain_text("Her context.")
    his.goto(f"/+history{case}")
    expect(his.get_by_role("main")).to_contain_text("alice")
