"""An editor and a contributor look after the hierarchy in a real browser, at two widths; axe finds nothing wrong."""

import os

from playwright.sync_api import expect

from tests.browser.conftest import violations

MEALS = "contracts/food/school-meals"


def looked_at(page, name, widths=(1280, 320)):
    """axe at each width; the page is no wider than the window. With SCREENSHOTS set, a picture of each is kept
    there.
    """
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        assert violations(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width}"
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_life_of_a_proposal(visitors):
    alice = visitors("alice")
    alice.goto(f"/Contents/{MEALS}")
    alice.get_by_text("About this term").click()
    alice.get_by_role("link", name="Propose a change").click()
    alice.get_by_role("radio", name="Merge it into another").check()
    alice.get_by_label("Merge into", exact=True).select_option("contracts/food")
    alice.get_by_role("button", name="Propose it").click()
    expect(alice.locator("main")).to_contain_text("There is a problem")
    alice.get_by_label("Why?").fill("Two names for one thing.")
    alice.get_by_role("button", name="Propose it").click()
    address = alice.url
    alice.get_by_label("Name of your public body").fill("Anytown Council")
    alice.get_by_role("button", name="Support it").click()
    expect(alice.locator("main")).to_contain_text("Anytown Council")

    editor = visitors("editor1")
    editor.goto("/Cupboard/Proposals")
    editor.goto(address)
    editor.get_by_label("Reason").fill("All agree")
    looked_at(editor, "decide")
    editor.get_by_role("button", name="Accept, and carry it out").click()
    expect(editor.locator("main")).to_contain_text("nothing has been written")
    looked_at(editor, "job-new")
    editor.get_by_role("button", name="Make it a job").click()
    looked_at(editor, "job")
    editor.get_by_role("button", name="Start").click()
    editor.get_by_text("The job is finished.").wait_for()
    looked_at(editor, "job-done")
    editor.goto(f"/Contents/{MEALS}")
    assert editor.url.endswith("/Contents/contracts/food")


def test_an_editor_changes_a_term(visitors):
    editor = visitors("editor1")
    editor.goto("/Cupboard/Contents")
    editor.goto("/+cupboard/terms/change?page=Cupboard/Contents&term=contracts/energy")
    editor.get_by_label("Name", exact=True).first.fill("Energy, water and heat")
    editor.get_by_role("button", name="Show what would follow").first.click()
    expect(editor.locator("main")).to_contain_text("is called “Energy, water and heat”")
    editor.get_by_role("button", name="Save").click()
    expect(editor.locator("main")).to_contain_text("Energy, water and heat")
