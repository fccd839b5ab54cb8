"""``cupboard erase`` and ``cupboard contacts``, run as commands beside a wiki that is being served."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from cupboard import checking, instance
from cupboard.accounts import ledger
from cupboard.days import today
from cupboard.following.private import private
from cupboard.mail.outbox import Outbox
from cupboard.people import contacts, erasing
from tests.accounts.test_newcomers import CASE, by_moins_editor, fill_in
from tests.conftest import PASSWORD
from tests.mailserver import link_in, text_of
from tests.people.test_erasing import copy_of
from tests.people.test_letters import LETTER, link
from tests.people.test_profiles import fill_in as fill_in_profile

LOOKED_AT = (f"/{CASE}", f"/+get/{CASE}", f"/+history/{CASE}", "/Zebra", "/+get/Zebra", "/+cupboard/browse",
             "/+cupboard/browse?q=xylophone", "/+cupboard/browse.atom", "/+feed/atom", f"/+feed/atom/{CASE}",
             "/+search?q=xylophone", "/+index/all", "/+cupboard/people", "/+cupboard/organisation?name=Xylophone")
PERSON = {"contact_name": "Jane Xylophone", "contact_email": "jane@example.net", "contact_role": "Food team"}
#: As the index has its words, too.
NAMED = re.compile(rb"xylophon|jane@", re.IGNORECASE)


def command(*arguments: str, status: int = 0) -> str:
    done = subprocess.run([Path(sys.executable).with_name("cupboard"), *arguments], env=os.environ, text=True,
                          capture_output=True, timeout=120)  # fmt: skip
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


def holding(wiki: Path, sought: re.Pattern[bytes] = NAMED) -> list[str]:
    """The files in the wiki's folder (pages, index and its log, small databases, drafts) that have something in
    them.
    """
    files = (path for path in sorted(wiki.rglob("*")) if path.is_file())
    return [str(path.relative_to(wiki)) for path in files if sought.search(path.read_bytes())]


def seen(client: Any) -> list[str]:
    """Addresses at which the person stands."""
    sought = re.compile("Jane Xylophone|jane@example.net", re.IGNORECASE)
    return [one for one in LOOKED_AT if sought.search(client.get(one).get_data(as_text=True))]


def test_what_is_erased_is_nowhere_any_more_and_the_log_does_not_say_what(app, wiki, mailbox):
    alice, visitor = app.test_client().sign_in("alice"), app.test_client()
    fill_in(alice, **PERSON)
    visitor.post(link_in(mailbox.wait_for(to="jane@example.net")[0]), data={"do": "agree"})
    by_moins_editor(alice, content_form_data_text="Ask jane  XYLOPHONE, or [[mailto:jane@example.net]]")
    by_moins_editor(alice, content_form_data_text="Ask somebody")
    query = "contenttype=text/x.moin.wiki;charset=utf-8&itemtype=default&template="
    alice.post(f"/+modify/Zebra?{query}", data={
        "content_form_data_text": "Jane Xylophone says", "comment": "", "meta_form_name": "Zebra", "preview": "1",
        "meta_form_acl": "None"})
    fill_in_profile(alice, "members", ["name"], name="Alice Person", organisation="", role="", looking_for="", about="")
    app.test_client().sign_in("buyer1").post("/+cupboard/write/alice", data=LETTER)
    about = link(mailbox.wait_for(to="alice@example.org")[0], "letter")
    visitor.post(about, data={"do": "report", "reason": "Jane Xylophone was rude"})
    with app.app_context():
        store = private()
        store.keep("someone", "tags::contracts/food", note="Ask Jane Xylophone")
        outbox = Outbox(store)
        outbox.plan(["someone"], "weekly", "2026-W01")
        (notice,) = outbox.due()
        outbox.failed(notice, "550 <jane@example.net> unknown")
        store.address_died("someone", "jane@example.net")
    assert {f"/{CASE}", f"/+get/{CASE}", "/+feed/atom", f"/+feed/atom/{CASE}"} <= set(seen(visitor))
    assert seen(visitor) == seen(visitor), "and now its pages are kept"
    before = holding(wiki)
    assert {"data/people.sqlite3", "following.sqlite3", "index/index.sqlite3"} <= {
        one.removesuffix("-wal") for one in before} and [one for one in before if one.startswith("preview/")]
    said = command("erase", "Jane Xylophone", "--reason", "request of 3 May")
    assert "revisions of 2 pages were written over" in said and "notes, drafts and the like" in said
    assert "Jane" not in said
    command("erase", "jane@example.net", "--reason", "request of 3 May")
    assert holding(wiki) == []
    assert seen(visitor) == seen(alice) == []
    assert [name for name, data in copy_of(alice).items() if NAMED.search(data)] == []
    with app.app_context():
        log = [(kind, reason) for _at, kind, _revisions, reason in erasing.log()]
    assert log == [("text", "request of 3 May")] * 2
    assert visitor.get("/Zebra").status_code == visitor.get("/+history/Zebra").status_code == 200
    with instance.inside(app) as storage:
        assert checking.differences(storage)[0] == []


def test_an_account_is_erased_by_command_with_all_that_is_kept_of_it(app, wiki, mailbox):
    alice = app.test_client().sign_in("alice")
    fill_in_profile(alice, "public", ["name"], ["name"], name="Jane Xylophone")
    alice.post("/+cupboard/favourite", data={"favourite": "tags::contracts/food"})
    said = command("erase", "--account", "alice", "--reason", "request of 4 May")
    assert "revisions were destroyed with the account" in said
    assert holding(wiki) == holding(wiki, re.compile(rb"alice@example\.org")) == []
    assert "Sign out" not in alice.get("/Help").text
    assert alice.post("/+login", data={"login_username": "alice", "login_password": PASSWORD}).status_code == 422
    with app.app_context():
        assert [kind for _at, kind, *_ in erasing.log()] == ["account"]


def test_the_command_for_contact_points_asks_after_a_year_and_once_a_month(app, wiki, mailbox):
    alice, visitor = app.test_client().sign_in("alice"), app.test_client()
    fill_in(alice, **PERSON)
    address = link_in(mailbox.wait_for(to="jane@example.net")[0])
    visitor.post(address, data={"do": "agree"})
    with app.app_context(), ledger.writing() as connection:
        connection.execute("UPDATE contact SET confirmed = confirmed - 366*86400, asked = asked - 366*86400")
    mailbox.taken.clear()
    assert "1 people were asked." in command("contacts")
    assert "a year ago" in text_of(mailbox.wait_for(to="jane@example.net")[0])
    with app.test_request_context("/"):
        app.preprocess_request()
        assert contacts.ask(today()) == 0
    with app.app_context(), ledger.reading() as connection:
        assert connection.execute("SELECT asked_by FROM contact").fetchall() == [("alice",)]
