"""Every kind of page in a real Chromium: the browser's policy refuses nothing, and nobody else is asked for anything."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page

ANONYMOUS = """
    /Home /Contents /Contents/contracts/food /CaseStudies /+cupboard/browse /+cupboard/browse?region=scotland
    /+cupboard/browse?q=zzzz /+cupboard/browse?year_from=x /+cupboard/legal /+cupboard/new /+login /+register /+lostpass
    /+recoverpass /Unwritten /+history/Home /+meta/Home /+highlight/Home /+index/ /+history /+tags /+search?q=food
    /+sitemap/Home /+backrefs/Help /+similar_names/Home /+orphans /+wanteds /+slideshow/Help /+content/Home /+admin/user
    /+admin/superuser /all /+blank /Help /Help/AddACaseStudy /Help/LegalStatus /Cupboard/Contents
    /Cupboard/Template /Cupboard/LegalStatuses /Cupboard/Regimes /Cupboard/DiscountRates /+nothing/here
""".split()

SIGNED_IN = """
    /+cupboard/new /+cupboard/searches /+usersettings /+mychanges /+modify/Help /+modify/Unwritten /+delete/Help
    /+rename/Help /+convert/Help /+destroy/Help /+index/ /+admin/superuser /+admin/wikiconfig
    /+admin/wikiconfighelp /+admin/highlighterhelp /+admin/interwikihelp /+admin/itemsize /+admin/trash
    /+admin/groupbrowser /+admin/item_acl_report /+admin/register_new_user /+admin/user
    /+modify/New?itemtype=default&contenttype=text/x.moin.wiki;charset=utf-8&template=
    /+modify/New?itemtype=default&contenttype=text/x-markdown;charset=utf-8&template=
    /+modify/New?itemtype=default&contenttype=text/html;charset=utf-8&template=
    /+modify/New?itemtype=default&contenttype=image/png&template=
""".split()


def refused(page: Page, addresses: list[str]) -> list[str]:
    """What the policy refused, what was asked of others and what a script stumbled over, on each of the pages."""
    found: list[str] = []
    home = urlsplit(page.url or "").netloc
    at = ""

    def said(text: str) -> None:
        # the answer's own status is no failure of the page: 403, 404 and 400 are among them
        if not text.startswith("Failed to load resource: the server responded with a status of 40"):
            found.append(f"{at}: {text}")

    page.on("console", lambda message: said(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: said(str(error)))
    page.on("request", lambda request: urlsplit(request.url).netloc == home or said(f"asks {request.url}"))
    for at in addresses:
        page.goto(at)
    return found


def test_pages_for_everybody_keep_to_the_policy_and_ask_nobody_else(visitors: Callable[..., Page]) -> None:
    page = visitors()
    page.goto("/CaseStudies")
    case = page.locator(".c-card a").first.get_attribute("href")
    page.goto(f"/+history{case}")
    older = re.findall(r'href="(/\+(?:show|diff|meta|highlight)/[^"]*)"', page.content())
    assert refused(page, [*ANONYMOUS, case, f"/+history{case}", *older[:3]]) == []


def test_pages_for_people_and_administrators_keep_to_it_too(visitors: Callable[..., Page]) -> None:
    page = visitors("admin")
    page.goto("/CaseStudies")
    case = page.locator(".c-card a").first.get_attribute("href")
    assert refused(page, [*SIGNED_IN, f"/+modify{case}", f"/+modify{case}?editor=text"]) == []


def test_style_and_script_of_an_author_are_refused(visitors: Callable[..., Page]) -> None:
    """The proof that the browser enforces it: a script put into a page that was loaded does not run."""
    page = visitors()
    page.goto("/Home")
    page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.ran = true";
        document.body.append(script);
        document.body.setAttribute("style", "color: red");
    }""")
    assert page.evaluate("window.ran") is None
    assert page.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"


def test_colours_in_wiki_markup_are_dropped_without_a_word(visitors: Callable[..., Page]) -> None:
    page = visitors("alice")
    page.goto("/+modify/Coloured?itemtype=default&contenttype=text/x.moin.wiki;charset=utf-8&template=")
    page.locator("textarea").first.fill("||<#FF8080> red ||<width=50%> wide ||<style=\"color: red\"> text ||<)> 12 ||\n")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/Coloured")
    assert refused(page, ["/Coloured"]) == []
    assert "red" in page.locator("table").inner_text()
    cell = page.get_by_role("cell", name="12")
    assert cell.evaluate("cell => getComputedStyle(cell).textAlign") == "right"
