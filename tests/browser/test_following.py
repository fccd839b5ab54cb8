"""What a person does with favourites: star a case study, follow a section, get the weekly mail, end it with one
click.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import CONFIG
from tests.mailserver import MailServer, html_of, text_of

CASE = "/CaseStudies/phw-office-furniture"
SECTION = "/Contents/contracts/food"


@pytest.fixture
def mail() -> Iterator[MailServer]:
    with MailServer() as server:
        yield server


def digest(served: Path, mail: MailServer, site: str, *options: str) -> str:
    """Run ``cupboard digest`` as a timer does."""
    environment = {**os.environ, "CUPBOARD_WIKI": str(served), "CUPBOARD_URL": f"{site}/",
                   "CUPBOARD_MAIL_SERVER": f"127.0.0.1:{mail.port}", "CUPBOARD_MAIL_FROM": "wiki@example.org"}
    command = [sys.executable, "-m", "cupboard.cli", "--config", str(CONFIG), "digest", *options]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=120).stdout


def test_a_star_says_its_state_and_my_cupboard_shows_it(visitors: Callable[..., Page], javascript: bool) -> None:
    page = visitors("buyer1", java_script_enabled=javascript)
    for address, button in ((CASE, "Add to favourites"), (SECTION, "Add section to favourites")):
        page.goto(address)
        page.get_by_role("button", name=button).click()
        expect(page).to_have_url(re.compile(re.escape(address)))
        expect(page.get_by_role("button", name="In your favourites: remove")).to_be_visible()
    page.get_by_role("link", name="My Cupboard").click()
    expect(page.get_by_role("link", name=re.compile("^Furnishing a new headquarters"))).to_be_visible()
    expect(page.get_by_role("link", name="Contracts – Food and catering", exact=True)).to_be_visible()
    page.get_by_role("link", name=re.compile("Note and emails for Contracts")).click()
    page.get_by_label("Note to yourself").fill("Ask the kitchens")
    page.get_by_label("Never").check()
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("Your note: Ask the kitchens")).to_be_visible()
    for name in ("Furnishing", "Contracts"):
        page.get_by_role("button", name=re.compile(f"Remove {name}")).click()
    expect(page.get_by_role("button", name=re.compile("^Remove"))).to_have_count(0)


def test_from_a_star_to_the_weekly_mail_and_out_of_it_with_one_click(
    visitors: Callable[..., Page], served: Path, site: str, mail: MailServer
) -> None:
    alice = visitors("alice")
    for address in (CASE, SECTION):
        alice.goto(address)
        alice.get_by_role("button", name=re.compile("to favourites")).click()
    time.sleep(1.1)  # what happens in the second in which a favourite is added may be told or not
    editor = visitors("editor1")
    editor.goto(f"/+modify{CASE}")
    editor.get_by_label("Result in one sentence").fill("134 tCO2e was saved & counted")
    editor.get_by_role("button", name="Save").first.click()
    expect(editor.get_by_text("134 tCO2e was saved & counted").first).to_be_visible()
    digest(served, mail, site, "--weekly")
    assert digest(served, mail, site, "--weekly").startswith("0 sent")
    (message,) = mail.of("alice@example.org")
    assert "result now 134 tCO2e was saved & counted" in text_of(message)

    reader = visitors()
    reader.set_content(html_of(message))
    expect(reader.get_by_role("heading", name="What is new in your Cupboard")).to_be_visible()
    reader.get_by_role("link", name="What changed").click()
    expect(reader.get_by_text("134 tCO2e was saved & counted").first).to_be_visible()

    # her mail program's own button: one POST, without cookies
    link = message["List-Unsubscribe"].strip("<>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link.startswith(site) and urlsplit(link).path.startswith("/+cupboard/unsubscribe/")
    with urlopen(link) as answer:  # only opened: nothing changes
        assert b"Stop these emails?" in answer.read()
    alice.goto("/+cupboard/emails")
    expect(alice.get_by_label("Once a week")).to_be_checked()
    with urlopen(Request(link, data=b"List-Unsubscribe=One-Click", method="POST")) as answer:
        assert answer.status == 200
    alice.goto("/+cupboard/emails")
    expect(alice.get_by_label("Never")).to_be_checked()
    alice.get_by_label("Once a week").check()
    alice.get_by_role("button", name="Save how often").click()

    # the link in the mail, on a computer where nobody is signed in
    reader.goto(link)
    reader.get_by_role("button", name="Stop these emails").click()
    expect(reader.get_by_role("heading", name="You get no more of these emails")).to_be_visible()
    alice.goto("/+cupboard/emails")
    expect(alice.get_by_label("Never")).to_be_checked()
