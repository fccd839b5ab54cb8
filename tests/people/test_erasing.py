"""Erasing, taking a copy along, leaving."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from cupboard import instance
from cupboard.accounts import ledger
from cupboard.following.private import private
from cupboard.mail.outbox import Outbox
from cupboard.people import erasing
from tests.accounts.test_newcomers import CASE, by_moins_editor, fill_in
from tests.conftest import PASSWORD
from tests.mailserver import link_in, text_of
from tests.people.test_contacts import PERSON
from tests.people.test_profiles import fill_in as fill_in_profile
from tests.people.test_profiles import what_is_seen


def stored(wiki) -> bytes:
    return b"".join(
        path.read_bytes() for path in (wiki / "data").rglob("*") if path.is_file() and "people" not in path.name
    )


def test_an_erased_contact_is_in_no_revision_and_the_log_does_not_say_who(app, wiki, mailbox):
    alice = app.test_client().sign_in("alice")
    fill_in(alice, **PERSON)
    address = link_in(mailbox.wait_for(to="jane@example.net")[0])
    app.test_client().post(address, data={"do": "agree"})
    by_moins_editor(alice, content_form_data_text="Ask Jane Quagga")
    assert b"Jane Quagga" in stored(wiki)
    with instance.inside(app) as storage:
        report = erasing.erase(storage, "Jane Quagga", "asked for it", dry_run=True)
        assert (report.revisions, report.pages) == (2, [CASE, "Zebra"]) and b"Jane Quagga" in stored(wiki)
        erasing.erase(storage, "Jane Quagga", "asked for it")
        erasing.erase(storage, "jane@example.net", "asked for it")
        assert storage[CASE]["current"].meta["rev_number"] == 2, "history keeps its length"
        assert "Jane" not in str(list(erasing.log())) and len(list(erasing.log())) == 2
    assert b"Jane Quagga" not in stored(wiki) and b"jane@example.net" not in stored(wiki)
    assert "Ask (erased)" in app.test_client().get("/Zebra").text
    assert app.test_client().get(f"/{CASE}").status_code == 200
    assert "Quagga" not in app.test_client().get("/+search?q=jane").text
    with instance.inside(app) as storage:
        from cupboard import checking

        assert checking.differences(storage)[0] == []


@pytest.mark.parametrize(
    ("text", "reason"), [("abc", "why"), ("Jane Quagga", " "), ("Jane Quagga", "jane quagga asked")]
)
def test_nothing_is_erased_by_accident(app, text, reason):
    with instance.inside(app) as storage, pytest.raises(erasing.NotErased):
        erasing.erase(storage, text, reason)
    with instance.inside(app), pytest.raises(erasing.NotErased):
        erasing.erase_account("nobody", "why")


def itemid_of(app, name) -> str:
    from moin import user

    with instance.inside(app):
        return user.User(auth_username=name).itemid


def copy_of(client) -> dict[str, bytes]:
    """What somebody takes along, by name of the file."""
    archive = zipfile.ZipFile(io.BytesIO(client.post("/+cupboard/account.zip").data))
    return {name: archive.read(name) for name in archive.namelist()}


def test_a_person_takes_a_copy_of_all_that_is_kept_of_them(app, mailbox):
    alice, buyer = (app.test_client().sign_in(name) for name in ("alice", "buyer1"))
    by_moins_editor(alice)
    by_moins_editor(buyer, content_form_data_text="= Zebra =\nby buyer1")
    fill_in_profile(alice, "members", ["name"], looking_for="Oat lookers")
    alice.post("/+cupboard/searches", data={"name": "Oats", "search": "q=oats"})
    alice.post("/+cupboard/favourite", data={"favourite": "tags::contracts/food"})
    alice.post("/+cupboard/mine/favourite", data={"favourite": "tags::contracts/food", "note": "Oat note",
                                                  "frequency": "daily"})
    fill_in(alice, contact_name="Alice Own", contact_email="alice@example.org")
    buyer.post("/+cupboard/write/alice", data={"subject": "Oats", "text": "Oats?"})
    about = re.search(
        r"https?://[^/\s]+(/\+cupboard/letter/\S+)", text_of(mailbox.wait_for(to="alice@example.org")[0])
    )[1]
    alice.post(about, data={"do": "report", "reason": "Oat reason"})
    alice.post(about, data={"do": "refuse"})
    with app.app_context():
        outbox = Outbox(private())
        outbox.plan([itemid_of(app, "alice")], "weekly", "2026-W01")
    alice.post("/+modify/Zebra?contenttype=text/x.moin.wiki;charset=utf-8&itemtype=default&template=", data={
        "content_form_data_text": "Oat draft", "comment": "", "meta_form_name": "Zebra", "preview": "1",
        "meta_form_acl": "None"})
    assert app.test_client().post("/+cupboard/account.zip").status_code == 302
    assert alice.get("/+cupboard/account.zip").status_code in (404, 405)
    files = copy_of(alice)
    account = json.loads(files["account.json"])
    assert account["email"] == "alice@example.org" and "enc_password" not in account and "session_key" not in account
    assert "tags::contracts/food" in account["subscriptions"]
    written = b"".join(data for name, data in files.items() if name.startswith("pages/"))
    for one in (b"quagga", b"Oat lookers", b"q=oats", b"Alice Own"):
        assert one in written, one
    assert b"by buyer1" not in written and b"Oat draft" in files["draft.txt"]
    assert "Oat note" in str(json.loads(files["following.json"])) and b'"daily"' in files["following.json"]
    letters = json.loads(files["letters.json"])
    assert letters["messages"][0]["from"] == "buyer1" and letters["messages"][0]["reason"] == "Oat reason"
    assert letters["refused"][0]["from"] == "buyer1" and b"Oats?" not in files["letters.json"]
    assert json.loads(files["mail.json"])["messages"][0]["period"] == "2026-W01"
    assert json.loads(files["contact.json"])[0]["name"] == "Alice Own"
    others = copy_of(buyer)
    assert b"Oat reason" not in b"".join(others.values()), "who reports is not told to who was reported"
    assert "take my name off" in alice.get("/+cupboard/mine").text

    # and all of it is gone with the account, but for what is on pages of everybody
    alice.post("/+cupboard/leave", data={"password": PASSWORD})
    with app.app_context(), ledger.reading() as connection:
        assert not [row for table in ("letter", "refusal", "contact", "registration")
                    for row in connection.execute(f"SELECT * FROM {table}").fetchall()]
        assert not private().people()
    left = b"".join(
        path.read_bytes() for path in (app.cfg.instance_dir and Path(app.cfg.instance_dir) / "preview").rglob("*")
    )
    assert b"Oat draft" not in left
    page = app.test_client().get(f"/+get/{CASE}").text
    assert "Alice Own" not in page and "alice@example.org" not in page


def test_a_person_deletes_their_account(app, wiki, join):
    carol = join()
    by_moins_editor(carol)
    fill_in_profile(carol, "public", [], ["name"])
    wrong = carol.post("/+cupboard/leave", data={"password": "wrong"})
    assert wrong.status_code == 422 and "The password is wrong" in wrong.text
    assert carol.post("/+cupboard/leave", data={"password": PASSWORD}).status_code == 303
    assert "Sign out" not in carol.get("/Help").text
    assert what_is_seen(app.test_client().sign_in("admin")) == set()
    assert app.test_client().sign_in("admin").get("/Zebra").status_code == 404, "what waited is gone"
    with instance.inside(app):
        from moin import user

        from cupboard.accounts import names

        assert not user.search_users(name_exact="carol") and names.is_taken("carol")
    assert b"carol@example.org" not in stored(wiki)


def test_what_was_published_stays_when_its_author_leaves(app):
    alice = app.test_client().sign_in("alice")
    by_moins_editor(alice)
    alice.post("/+cupboard/leave", data={"password": PASSWORD})
    page = app.test_client().get("/Zebra")
    assert page.status_code == 200 and "alice" not in page.text.partition("<footer")[2]
    assert app.test_client().get("/+history/Zebra").status_code == 200
