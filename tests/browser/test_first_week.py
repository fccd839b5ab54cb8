"""A new member's first week in a real browser: account, profile, a case study that waits, favourites, messages, the
weekly mail and out of it, an endorsement."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import serving, sign_in, violations
from tests.browser.test_case_study import fill_in, tick
from tests.browser.test_endorsement import ENDORSER, make_organisation, press
from tests.conftest import CONFIG, PASSWORD
from tests.mailserver import MailServer, link_in, text_of

STARRED = "/CaseStudies/phw-office-furniture"
SECTION = "/Contents/contracts/food"


class Site:
    """A wiki that is served, and its mail server.

    :ivar address: without a slash at its end
    """

    def __init__(self, address: str, mailbox: MailServer, environment: dict[str, str]):
        self.address, self.mailbox, self._environment = address, mailbox, environment

    def digest(self, *options: str) -> str:
        """Run ``cupboard digest`` as a timer does."""
        command = [sys.executable, "-m", "cupboard.cli", "--config", str(CONFIG), "digest", *options]
        return subprocess.run(
            command, env=self._environment, check=True, capture_output=True, text=True, timeout=120
        ).stdout


@pytest.fixture(scope="module")
def mailing_site(
    made_once: Callable[[bool], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """A wiki where anybody may make an account, served by two processes, and its mail server."""
    folder = tmp_path_factory.mktemp("week") / "wiki"
    shutil.copytree(made_once(True), folder)
    with MailServer() as mailbox:
        settings = {"CUPBOARD_SELF_REGISTRATION": "1", "CUPBOARD_MAIL_SERVER": mailbox.address,
                    "CUPBOARD_MAIL_FROM": "wiki@example.org", "CUPBOARD_URL": "{address}/"}
        with serving(folder, settings) as address:
            settings = {name: value.format(address=address) for name, value in settings.items()}
            yield Site(address, mailbox, {**os.environ, "CUPBOARD_WIKI": str(folder), **settings})


def test_the_first_week_of_a_new_member(chromium: Browser, mailing_site: Site) -> None:
    address, mailbox = mailing_site.address, mailing_site.mailbox
    contexts = []

    def visit(name: str | None = None) -> Page:
        context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        if name:
            sign_in(page, name)
        return page

    # the account
    carol = visit()
    carol.goto("/+register")
    for label, value in (
        ("User name", "carol"),
        ("Repeat the password", PASSWORD),
        ("Email address", "carol@example.org"),
    ):
        carol.get_by_label(label, exact=False).first.fill(value)
    carol.locator("#f_register_password1").fill(PASSWORD)
    carol.get_by_role("button", name="Create an account").click()
    expect(carol.get_by_role("heading", level=1)).to_have_text("Check your email")
    carol.goto(link_in(mailbox.wait_for(to="carol@example.org")[0]))
    assert violations(carol) == []
    carol.get_by_role("button", name="Finish").click()
    expect(carol.get_by_role("heading", level=1)).to_have_text("Your account is ready")
    sign_in(carol, "carol")

    # the profile, and a case study, which nobody sees yet
    show_profile(carol, "Carol Newcomer")
    carol.goto("/+cupboard/new")
    fill_in(carol, "Meals from the next village")
    tick(carol, "contracts/food/school-meals")
    carol.get_by_role("button", name="Save", exact=True).last.click()
    expect(carol.get_by_text("This page is seen by you and editors")).to_be_visible()
    own = carol.url.removeprefix(address)
    buyer = visit("buyer1")
    buyer.goto("/+cupboard/people")
    expect(buyer.get_by_text("Carol Newcomer")).to_have_count(0)
    assert buyer.goto(own).status == 403

    # an editor
    editor = visit("editor1")
    editor.goto("/+cupboard/waiting")
    assert violations(editor) == []
    editor.get_by_role("button", name="Approve account").click()
    expect(editor.get_by_text("The account is approved")).to_be_visible()
    assert buyer.goto(own).status == 200

    # favourites: a section, a case study, her own
    for page in (SECTION, STARRED, own):
        carol.goto(page)
        button = "Add section to favourites" if page == SECTION else "Add to favourites"
        carol.get_by_role("button", name=button).click()
        expect(carol.get_by_role("button", name="In your favourites: remove")).to_be_visible()

    # found and written to, and she writes back, with no address on either side
    buyer.goto("/+cupboard/people")
    buyer.get_by_role("link", name="Carol Newcomer").click()
    buyer.get_by_role("link", name="Write to Carol Newcomer").click()
    buyer.get_by_role("button", name="Send").click()
    expect(buyer.get_by_role("alert")).to_contain_text("Enter a message")
    write(buyer, "School meals", "How did you split the lots?")
    message = next(one for one in mailbox.wait_for(3, to="carol@example.org") if "School meals" in one["Subject"])
    assert "buyer1@example.org" not in message.as_string()
    carol.goto(link_in(message))
    write(carol, "Re: School meals", "One lot a village.")
    assert "One lot a village." in text_of(mailbox.wait_for(to="buyer1@example.org")[0])

    # and she writes to somebody whom she finds
    show_profile(buyer, "Bo Buyer")
    carol.goto("/+cupboard/people")
    carol.get_by_role("link", name="Bo Buyer").click()
    carol.get_by_role("link", name="Write to Bo Buyer").click()
    write(carol, "Vans", "Who mends yours?")
    message = mailbox.wait_for(2, to="buyer1@example.org")[1]
    assert "Who mends yours?" in text_of(message) and "carol@example.org" not in message.as_string()

    # the weekly mail: what others changed in what she follows
    editor.goto(f"/+modify{STARRED}")
    editor.get_by_label("Result in one sentence").fill("134 tCO2e was saved & counted")
    press(editor, "Save")
    alice = visit("alice")
    alice.goto("/+cupboard/new")
    fill_in(alice, "Soup for all")
    tick(alice, "contracts/food/school-meals")
    alice.get_by_role("button", name="Save", exact=True).last.click()
    expect(alice.get_by_role("heading", name="Soup for all", level=1)).to_be_visible()
    before = len(mailbox.wait_for(to="carol@example.org"))
    mailing_site.digest("--weekly")
    assert mailing_site.digest("--weekly").startswith("0 sent")
    (message,) = mailbox.wait_for(before + 1, to="carol@example.org")[before:]
    text = text_of(message)
    assert "result now 134 tCO2e was saved & counted" in text and "New: Soup for all" in text
    assert "Meals from the next village" not in text, "what she wrote herself is no news to her"

    # out of it with one click: her mail program's own button, without cookies (RFC 8058)
    link = message["List-Unsubscribe"].strip("<>")
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click" and link.startswith(address)
    with urlopen(link) as answer:  # only opened: nothing changes
        assert b"Stop these emails?" in answer.read()
    choice_is(carol, "Once a week")
    with urlopen(Request(link, data=b"List-Unsubscribe=One-Click", method="POST")) as answer:
        assert answer.status == 200
    choice_is(carol, "Never")
    choose(carol, "Once a week")
    # and the link in the mail, where nobody is signed in
    reader = visit()
    reader.goto(link)
    assert violations(reader) == []
    reader.get_by_role("button", name="Stop these emails").click()
    expect(reader.get_by_role("heading", name="You get no more of these emails")).to_be_visible()
    choice_is(carol, "Never")
    choose(carol, "Once a day")

    # her case study is endorsed, and she hears of it
    editor.goto("/+cupboard/new/organisation")
    editor.get_by_label("Name", exact=True).fill(ENDORSER)
    make_organisation(editor, "agency", "alice")
    editor.goto("/+modify/Cupboard/Endorsement")
    source = editor.locator("textarea").first
    source.fill(source.input_value().replace("endorsers: []", f"endorsers: [{ENDORSER}]"))
    press(editor, "Save")
    alice.goto(own)
    alice.get_by_role("link", name="Endorse this for an organisation that may").click()
    for yes in alice.get_by_label("Yes", exact=True).all():
        yes.check()
    alice.get_by_label("Your role in the organisation").fill("Director")
    press(alice, "Sign the endorsement")
    carol.goto(own)
    said = carol.locator("#endorsements ~ ul.c-legal").first
    expect(said).to_contain_text(f"Endorsed by {ENDORSER} on revision")
    assert violations(carol) == []
    before = len(mailbox.wait_for(to="carol@example.org"))
    mailing_site.digest("--daily")
    (message,) = mailbox.wait_for(before + 1, to="carol@example.org")[before:]
    assert f"Endorsed by {ENDORSER} on revision" in text_of(message)
    for context in contexts:
        context.close()


def show_profile(page: Page, name: str) -> None:
    """Have signed-in people find somebody by name."""
    page.goto("/+cupboard/profile")
    page.locator("#name").fill(name)
    page.locator("#shown_to").select_option("members")
    page.locator("#members_see-name").check()
    page.locator(".c-actions button[value=save]").click()
    page.wait_for_load_state()


def write(page: Page, about: str, text: str) -> None:
    page.get_by_label("What it is about").fill(about)
    page.get_by_label("Message").fill(text)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Your message is on its way")).to_be_visible()


def choice_is(page: Page, often: str) -> None:
    page.goto("/+cupboard/emails")
    expect(page.get_by_label(often)).to_be_checked()


def choose(page: Page, often: str) -> None:
    page.get_by_label(often).check()
    page.get_by_role("button", name="Save how often").click()
    page.wait_for_load_state()
