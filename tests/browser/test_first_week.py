"""A new member's first days in a real browser: account, profile, a page that waits, a message."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import sign_in, violations
from tests.browser.conftest import _wait_for as wait_for
from tests.conftest import CONFIG, PASSWORD
from tests.mailserver import Mailbox, link_in, mail_server, text_of


@pytest.fixture(scope="module")
def mailing_site(
    made_once: Callable[[bool], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Mailbox]]:
    """A wiki where anybody may make an account, served by two processes, and its mail server."""
    folder = tmp_path_factory.mktemp("week") / "wiki"
    shutil.copytree(made_once(True), folder)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    with mail_server() as (mailbox, server):
        settings = {"CUPBOARD_WIKI": str(folder), "CUPBOARD_SELF_REGISTRATION": "1", "CUPBOARD_MAIL_SERVER": server,
                    "CUPBOARD_MAIL_FROM": "wiki@example.org", "CUPBOARD_URL": f"{address}/"}
        process = subprocess.Popen(
            [sys.executable, "-m", "cupboard.cli", "--config", str(CONFIG), "serve", "--port", str(port), "--workers", "2"],
            env={**os.environ, **settings}, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        try:
            wait_for(address, process)
            yield address, mailbox
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def test_a_new_member_registers_is_approved_is_found_and_writes(
    chromium: Browser, mailing_site: tuple[str, Mailbox]
) -> None:
    address, mailbox = mailing_site
    contexts = []

    def visit(name: str | None = None) -> Page:
        context = chromium.new_context(base_url=address, viewport={"width": 1280, "height": 900})
        contexts.append(context)
        page = context.new_page()
        if name:
            sign_in(page, name)
        return page

    # the account
    carol = visit()
    carol.goto("/+register")
    assert violations(carol) == []
    for label, value in (("User name", "carol"), ("Repeat the password", PASSWORD), ("E-Mail", "carol@example.org")):
        carol.get_by_label(label, exact=False).first.fill(value)
    carol.locator("#f_register_password1").fill(PASSWORD)
    carol.get_by_role("button", name="Create an account").click()
    expect(carol.get_by_role("heading", level=1)).to_have_text("Check your email")
    carol.goto(link_in(mailbox.wait_for(to="carol@example.org")[0]))
    assert violations(carol) == []
    carol.get_by_role("button", name="Finish").click()
    expect(carol.get_by_role("heading", level=1)).to_have_text("Your account is ready")
    sign_in(carol, "carol")

    # the profile, which nobody sees yet
    carol.goto("/+cupboard/profile")
    assert violations(carol) == []
    carol.locator("#name").fill("Carol Newcomer")
    carol.locator("#shown_to").select_option("members")
    carol.locator("#members_see-name").check()
    carol.locator(".c-actions button[value=save]").click()
    buyer = visit("buyer1")
    buyer.goto("/+cupboard/people")
    expect(buyer.get_by_text("Carol Newcomer")).to_have_count(0)

    # an editor
    editor = visit("editor1")
    editor.goto("/+cupboard/waiting")
    assert violations(editor) == []
    editor.get_by_role("button", name="Approve account").click()
    expect(editor.get_by_text("The account is approved")).to_be_visible()

    # found and written to, and the answer, with no address on either side
    buyer.goto("/+cupboard/people")
    assert violations(buyer) == []
    buyer.get_by_role("link", name="Carol Newcomer").click()
    buyer.get_by_role("link", name="Write to Carol Newcomer").click()
    assert violations(buyer) == []
    buyer.get_by_role("button", name="Send").click()
    expect(buyer.get_by_role("alert")).to_contain_text("Enter a message")
    buyer.get_by_label("What it is about").fill("School meals")
    buyer.get_by_label("Message").fill("How did you split the lots?")
    buyer.get_by_role("button", name="Send").click()
    expect(buyer.get_by_text("Your message is on its way")).to_be_visible()
    message = next(one for one in mailbox.wait_for(3, to="carol@example.org") if "School meals" in one["Subject"])
    assert "buyer1@example.org" not in message.as_string()
    carol.goto(link_in(message))
    carol.get_by_label("What it is about").fill("Re: School meals")
    carol.get_by_label("Message").fill("One lot a village.")
    carol.get_by_role("button", name="Send").click()
    assert "One lot a village." in text_of(mailbox.wait_for(to="buyer1@example.org")[0])
    for context in contexts:
        context.close()
