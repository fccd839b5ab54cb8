"""The browser enforces our policy: what it refuses is not run; on every kind of page it has nothing to refuse
(test_every_page.py).
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from playwright.sync_api import Page


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
    page.locator("textarea").first.fill('||<#FF8080> red ||<width=50%> wide ||<style="color: red"> text ||<)> 12 ||\n')
    page.get_by_role("button", name="Save").click()
    page.wait_for_url("**/Coloured")
    assert refused(page, ["/Coloured"]) == []
    assert "red" in page.locator("table").inner_text()
    cell = page.get_by_role("cell", name="12")
    assert cell.evaluate("cell => getComputedStyle(cell).textAlign") == "right"
