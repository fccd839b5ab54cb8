"""Erasing, taking a copy along, leaving."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from cupboard import instance
from cupboard.people import erasing
from tests.accounts.test_newcomers import CASE, by_moins_editor, fill_in
from tests.conftest import PASSWORD
from tests.mailserver import link_in
from tests.people.test_contacts import PERSON
from tests.people.test_profiles import fill_in as fill_in_profile
from tests.people.test_profiles import what_is_seen


def stored(wiki) -> bytes:
    return b"".join(path.read_bytes() for path in (wiki / "data").rglob("*") if path.is_file() and "people" not in path.name)


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


@pytest.mark.parametrize(("text", "reason"), [("abc", "why"), ("Jane Quagga", " ")])
def test_nothing_is_erased_by_accident(app, text, reason):
    with instance.inside(app) as storage, pytest.raises(erasing.NotErased):
        erasing.erase(storage, text, reason)


def test_a_person_takes_a_copy_of_what_they_wrote(app):
    alice = app.test_client().sign_in("alice")
    by_moins_editor(alice)
    by_moins_editor(app.test_client().sign_in("buyer1"), content_form_data_text="= Zebra =\nby buyer1")
    assert app.test_client().post("/+cupboard/account.zip").status_code == 302
    assert alice.get("/+cupboard/account.zip").status_code in (404, 405)
    archive = zipfile.ZipFile(io.BytesIO(alice.post("/+cupboard/account.zip").data))
    account = json.loads(archive.read("account.json"))
    assert account["email"] == "alice@example.org" and "enc_password" not in account and "session_key" not in account
    pages = json.loads(archive.read("pages.json"))
    texts = [archive.read(one["file"]) for one in pages]
    assert any(b"quagga" in text for text in texts) and not any(b"by buyer1" in text for text in texts)


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
