"""Make the pictures of the documentation: ``make screenshots``.

A new wiki with the pages and case studies that come with the Cupboard is made in a temporary folder and served on a
free port; Chromium opens the pages below, as the people who would, and what it shows is written to ``docs/images``. A
picture is so never older than the program that it is made with. Where Pillow is installed the pictures have few
colours, which makes them three times smaller; without it they are as Chromium writes them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from cupboard import instance
from tests.browser.conftest import CHROMIUM, QUIET, serving, sign_in
from tests.conftest import CONFIG, add_people

IMAGES = Path(__file__).resolve().parent / "images"
#: A picture of the documentation is no larger than this, in bytes.
MOST_BYTES = 100_000


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at which address, what is done there first, and what of the page is shown."""

    name: str
    path: str
    person: str | None = None
    prepare: Callable[[Page], None] = lambda page: None
    #: A selector: the picture begins at the top of it. Without one it begins at the top of the page.
    top: str | None = None
    width: int = 1280
    height: int = 900


def _follow(page: Page) -> None:
    """Have something to show in My Cupboard."""
    for path in ("/CaseStudies/phw-office-furniture", "/Contents/contracts/food"):
        page.goto(path)
        page.get_by_role("button", name="Add").first.click()
        page.wait_for_load_state()
    page.goto("/+cupboard/mine")
    expect(page.get_by_role("link", name="Food").first).to_be_visible()


PICTURES = (
    Picture("home", "/Home", height=1000),
    Picture("section", "/Contents/contracts/food", height=1000),
    Picture("case-study", "/CaseStudies/phw-office-furniture", height=1100),
    Picture("form", "/+cupboard/new", person="alice", height=1000),
    Picture("legal-status", "/CaseStudies/city-ppa", top="#legal-status", height=700),
    Picture("story", "/Stories/manchester-social-value", top=".c-timeline", height=1000),
    Picture("cost-benefit", "/CaseStudies/kent-led", top=".c-costs", height=900),
    Picture("brief", "/CaseStudies/kent-led?view=brief", width=700, height=1120),
    Picture("my-cupboard", "/+cupboard/mine", person="alice", prepare=_follow, height=900),
    Picture("admin", "/+cupboard/admin/coverage", person="editor1", height=900),
)


def main(names: list[str]) -> None:
    """Make all pictures, or those that are named."""
    assert CHROMIUM, "no Chromium: install the package chromium, or set CHROMIUM"
    chosen = [picture for picture in PICTURES if not names or picture.name in names]
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        wiki = Path(folder) / "wiki"
        patch.setenv("CUPBOARD_WIKI", str(wiki))
        instance.make(CONFIG, announce=add_people)
        with serving(wiki) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
            for picture in chosen:
                size = take(picture, browser, address)
                print(f"docs/images/{picture.name}.png  {size / 1000:.0f} kB")
            browser.close()


def take(picture: Picture, browser: Browser, address: str) -> int:
    """Make one picture.

    :return: its size in bytes
    """
    context = browser.new_context(
        base_url=address, viewport={"width": picture.width, "height": picture.height}, reduced_motion="reduce"
    )
    page = context.new_page()
    if picture.person:
        sign_in(page, picture.person)
    picture.prepare(page)
    page.goto(picture.path)
    top = 0.0
    if picture.top:
        box = page.locator(picture.top).first.bounding_box()
        assert box, f"{picture.path} shows no {picture.top}"
        top = box["y"]
    path = IMAGES / f"{picture.name}.png"
    clip = {"x": 0, "y": top, "width": picture.width, "height": picture.height}
    page.screenshot(path=path, full_page=True, clip=clip)
    context.close()
    make_small(path)
    size = path.stat().st_size
    if size > MOST_BYTES:
        print(f"{path.name} is larger than {MOST_BYTES / 1000:.0f} kB: show less of the page", file=sys.stderr)
    return size


def make_small(path: Path) -> None:
    """Write a picture with 128 colours, if Pillow is installed."""
    try:
        from PIL import Image
    except ImportError:
        return
    with Image.open(path) as image:
        few = image.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    few.save(path, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
