"""What a reader waits for: pages opened in Chromium over a slow link, with nothing kept and then once more.

    python -m benchmarks.readers [--repeat 5] [--out FILE.json]

A seeded wiki is made and served on loopback; the browser's own throttling (Network.emulateNetworkConditions of the
DevTools protocol) stands for the link. README.md says how to read the table.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from playwright.sync_api import Browser, Page, sync_playwright

from cupboard import instance
from tests.browser.conftest import CHROMIUM, QUIET, serving, sign_in
from tests.conftest import CONFIG, add_people


class Link(NamedTuple):
    """A link: what it is called, bits a second, and milliseconds there and back."""

    name: str
    speed: int
    latency: int


#: As WebPageTest and Lighthouse define them.
LINKS = (Link("slow 3G", 400_000, 400), Link("1.6 Mbit/s", 1_600_000, 150))
#: Page -> address, and who asks: the form needs an account.
PAGES = {
    "home": ("/Home", None),
    "section": ("/Contents/contracts/food", None),
    "case": ("/CaseStudies/phw-office-furniture", None),
    "form": ("/+cupboard/new", "alice"),
}
PAINTED = """() => new Promise(done => new PerformanceObserver(list => {
    const paint = list.getEntriesByName("first-contentful-paint")[0]; if (paint) done(paint.startTime);
}).observe({type: "paint", buffered: true}))"""


class Seen(NamedTuple):
    """One page view: seconds to the first contentful paint and to the load event, bytes on the wire, requests."""

    painted: float
    loaded: float
    bytes: int
    requests: int


def view(page: Page, link: Link, address: str) -> Seen:
    """Open a page over a link."""
    tools = page.context.new_cdp_session(page)
    received: list[int] = []
    asked: list[str] = []
    tools.on("Network.requestWillBeSent", lambda event: asked.append(event["request"]["url"]))
    tools.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": link.latency, "downloadThroughput": link.speed / 8,
        "uploadThroughput": link.speed / 8,
    })  # fmt: skip
    page.goto(address, wait_until="load", timeout=120_000)
    painted = page.evaluate(PAINTED) / 1000
    loaded = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventStart") / 1000
    tools.detach()
    return Seen(painted, loaded, int(sum(received)), len([url for url in asked if not url.startswith("data:")]))


def measured(browser: Browser, site: str, link: Link, address: str, who: str | None) -> tuple[Seen, Seen]:
    """The first view of a page by a new browser, and the next view by the same one."""
    context = browser.new_context(base_url=site, viewport={"width": 390, "height": 844})
    page = context.new_page()
    if who:
        sign_in(page, who)
        cookies = context.cookies()
        context.close()
        context = browser.new_context(base_url=site, viewport={"width": 390, "height": 844})
        context.add_cookies(cookies)
        page = context.new_page()
    first = view(page, link, address)
    page.goto("about:blank")
    again = view(page, link, address)
    context.close()
    return first, again


def middle(views: list[Seen]) -> Seen:
    return Seen(*(statistics.median(values) for values in zip(*views)))


def run(repeat: int) -> list[dict[str, Any]]:
    """Measure every page over every link ``repeat`` times; medians."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        wiki = Path(folder) / "wiki"
        os.environ["CUPBOARD_WIKI"] = str(wiki)
        instance.make(CONFIG, seeds=True, announce=add_people)
        with serving(wiki) as site, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for name, (address, who) in PAGES.items():
                measured(browser, site, Link("", 100_000_000, 0), address, who)  # so that workers have shown it before
                for link in LINKS:
                    pairs = [measured(browser, site, link, address, who) for _ in range(repeat)]
                    for when, views in (("first", [one for one, _ in pairs]), ("again", [two for _, two in pairs])):
                        rows.append({"page": name, "link": link.name, "view": when, **middle(views)._asdict()})
            browser.close()
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    lines = ["page      link         view    first paint   loaded      bytes   requests"]
    for one in rows:
        lines.append(
            f"{one['page']:9} {one['link']:12} {one['view']:6} {one['painted']:10.2f} s {one['loaded']:7.2f} s "
            f"{one['bytes']:10,.0f} {one['requests']:10.0f}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=5, help="views of each page over each link (5)")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/out/readers.json"), help="all numbers")
    options = parser.parse_args()
    rows = run(options.repeat)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")
    print(table(rows))


if __name__ == "__main__":
    main()
