"""Named people on case studies: not in any byte of the page before they agreed, and gone when they say so."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from cupboard import importing, instance
from cupboard.days import today
from cupboard.importing.report import Status
from cupboard.people import contacts
from tests.accounts.test_newcomers import CASE, fill_in
from tests.mailserver import link_in
from tests.test_stories import GOOD, NEW

PERSON = {"contact_name": "Jane Quagga", "contact_email": "jane@example.net", "contact_role": "Food team"}


def seen(app: Any) -> bool:
    """Whether anybody gets to see the name or the address, on any way."""
    found = False
    for who in (None, "buyer1", "admin"):
        client = app.test_client()
        if who:
            client.sign_in(who)
        for address in (
            f"/{CASE}",
            f"/+get/{CASE}",
            f"/+highlight/{CASE}",
            "/+cupboard/browse",
            "/+cupboard/browse.atom",
            "/+search?q=jane",
            f"/+meta/{CASE}",
        ):
            text = client.get(address).get_data(as_text=True)
            found |= "Jane Quagga" in text or "jane@example.net" in text
    return found


def test_a_role_mailbox_is_shown_plainly(app):
    fill_in(app.test_client().sign_in("alice"), contact_email="food@example.net", contact_role="Food team")
    assert "food@example.net" in app.test_client().get(f"/{CASE}").text


@pytest.mark.parametrize(("email", "personal"), [
    ("jane.doe@example.org", True), ("jane_doe2@example.org", True), ("procurement@example.org", False),
    ("contracts.team@example.org", False), ("sustainable-procurement@example.org", False), ("", False),
])  # fmt: skip
def test_an_address_of_two_words_that_are_no_roles_is_a_persons(email, personal):
    assert contacts.is_personal("", email) == personal
    assert contacts.is_personal("Jane", email)


def test_a_named_person_is_shown_when_they_agreed_by_mail(app, mailbox):
    alice = app.test_client().sign_in("alice")
    fill_in(alice, **PERSON)
    assert "asked first" in alice.get(f"/{CASE}").text and not seen(app)
    address = link_in(mailbox.wait_for(to="jane@example.net")[0])
    anybody = app.test_client()
    assert "Jane Quagga" in anybody.get(address).text and not seen(app), "a GET agrees to nothing"
    anybody.post(address, data={"do": "agree"})
    assert "Jane Quagga" in app.test_client().get(f"/{CASE}").text
    # one press takes it off
    anybody.post(address, data={"do": "remove"})
    assert not seen(app)
    mailbox.taken.clear()
    with instance.inside(app) as storage:
        text = storage[CASE]["current"].data.read()
    assert b"Food team" in text and b"jane" not in text


def test_who_does_not_want_to_be_named_is_not_asked_again(app, mailbox):
    alice = app.test_client().sign_in("alice")
    fill_in(alice, **PERSON)
    app.test_client().post(link_in(mailbox.wait_for(to="jane@example.net")[0]), data={"do": "remove"})
    mailbox.taken.clear()
    name_again(alice)
    assert mailbox.none_after() and not seen(app)
    with app.app_context():
        from cupboard.accounts import ledger

        with ledger.reading() as connection:
            assert "jane" not in str(connection.execute("SELECT * FROM contact").fetchall())


def name_again(client: Any) -> None:
    text = client.get(f"/+get/{CASE}").text
    page = client.get(f"/+modify/{CASE}?editor=text&itemtype=case-study").text
    base = page.partition('name="edit.base" value="')[2].partition('"')[0]
    changed = text.replace("contact_role: Food team", "contact_role: Food team\ncontact_email: jane@example.net\n"
                           "contact_name: Jane Quagga\ncontact_confirmed: '2026-01-01'")
    form = {"edit.editor": "text", "edit.text": changed, "edit.base": base, "edit.do": "save"}
    query = {"itemtype": "case-study", "contenttype": "text/x-case-study;charset=utf-8"}
    answer = client.post(f"/+modify/{CASE}", query_string=query, data=form)
    assert answer.status_code == 303, (answer.location, answer.text)


def test_nobody_can_type_that_somebody_agreed(app, mailbox):
    alice = app.test_client().sign_in("alice")
    fill_in(alice, contact_role="Food team")
    name_again(alice)
    assert not seen(app)


def test_a_persons_own_account_is_their_agreement(app):
    fill_in(app.test_client().sign_in("alice"), contact_name="Alice Own", contact_email="alice@example.org")
    assert "Alice Own" in app.test_client().get(f"/{CASE}").text


def test_an_agreement_ends_after_a_year_unless_it_is_given_again(app, mailbox):
    fields = {"contact_name": "Jane", "contact_email": "jane@example.net"}
    for days, shown in ((0, True), (365, True), (425, True), (426, False)):
        fields["contact_confirmed"] = (today() - timedelta(days=days)).isoformat()
        assert contacts.is_shown(fields, today()) == shown
    fields["contact_confirmed"] = "soon"
    assert not contacts.is_shown(fields, today())


def test_people_are_asked_again_after_a_year(app, mailbox):
    fill_in(app.test_client().sign_in("alice"), **PERSON)
    app.test_client().post(link_in(mailbox.wait_for(to="jane@example.net")[0]), data={"do": "agree"})
    from cupboard.accounts import ledger

    with app.test_request_context("/"):
        app.preprocess_request()
        assert contacts.ask(today()) == 0
        with ledger.writing() as connection:
            connection.execute("UPDATE contact SET confirmed = confirmed - 366*86400, asked = asked - 366*86400")
        assert contacts.ask(today()) == 1
        assert contacts.ask(today()) == 0, "once a month at most"
    assert "a year ago" in str(mailbox.wait_for(2, to="jane@example.net")[1].get_content())


def test_a_revert_does_not_bring_a_person_back(app, mailbox):
    alice = app.test_client().sign_in("alice")
    fill_in(alice, **PERSON)
    address = link_in(mailbox.wait_for(to="jane@example.net")[0])
    app.test_client().post(address, data={"do": "agree"})
    with instance.inside(app) as storage:
        with_name = storage[CASE]["current"].revid
    app.test_client().post(address, data={"do": "remove"})
    alice.post(f"/+revert/+{with_name}/{CASE}", data={"comment": ""})
    assert not seen(app)


RECORD = """\
- id: zebra-crossing
  title: Zebra crossing
  result: It is crossed
  organisation: Anytown Council
  organisation_type: council
  region: Scotland
  contract_area: food
  context: Why.
  action: How.
  impact: What.
  contact_role: Food team
  contact_name: Jane Quagga
  contact_email: jane@example.net
"""


ADDRESSES = (
    "/CaseStudies/zebra-crossing",
    "/+cupboard/browse",
    "/+cupboard/browse?view=table",
    "/+cupboard/browse.atom",
    "/CaseStudies/zebra-crossing?view=brief",
    "/+cupboard/brief",
)


def stored(wiki: Any, sought: bytes) -> bool:
    """Whether something is in the bytes of the pages; in the small database beside them names wait."""
    return any(sought in path.read_bytes() for path in (wiki / "data").rglob("*")
               if path.is_file() and "people.sqlite3" not in path.name)


@contextmanager
def as_command(app: Any) -> Iterator[Any]:
    with app.test_request_context("/"):
        app.preprocess_request()
        yield app.storage


def test_an_import_does_not_write_down_who_did_not_agree_and_loses_nothing(app, wiki, mailbox):
    visitor = app.test_client()
    with as_command(app) as storage:
        assert [*importing.load(RECORD, storage=storage).lines()][-1].startswith("1 name a person")
        assert not stored(wiki, b"Quagga") and not stored(wiki, b"jane@") and stored(wiki, b"Food team")
        assert importing.load(RECORD, storage=storage).count(Status.UNCHANGED) == 1
        assert (contacts.put_aside(today()), contacts.ask(today()), contacts.ask(today())) == ([], 1, 0)
    visitor.post(link_in(mailbox.wait_for(to="jane@example.net")[0]), data={"do": "agree"})
    assert "Jane Quagga" in visitor.get("/CaseStudies/zebra-crossing").text
    without = "".join(line for line in RECORD.splitlines(True) if "_name" not in line and "_email" not in line)
    with as_command(app) as storage:
        assert importing.load(RECORD, storage=storage).count(Status.UNCHANGED) == 1
        changed = without.replace("It is crossed", "It was crossed")
        assert importing.load(changed, storage=storage).count(Status.UPDATED) == 1
    page = visitor.get("/CaseStudies/zebra-crossing").text
    assert "It was crossed" in page and "Jane Quagga" in page, "who agreed stays"
    with as_command(app) as storage:
        refused = importing.load(RECORD.replace("  contact_email: jane@example.net\n", ""), storage=storage)
        assert "line 12: contact_name: A person's name needs contact_email" in str([*refused.lines()])


def test_a_name_that_a_command_stored_is_taken_out_of_all_versions_and_asked(app, wiki, mailbox):
    with as_command(app) as storage:
        importing.load(RECORD, storage=storage)
        item = storage["CaseStudies/zebra-crossing"]
        with item["current"].data as data:
            text = data.read()
        for named in (b"contact_name: Jane Quagga\ncontact_email: jane@example.net\n",
                      b"contact_name: Zeno Okapi\ncontact_email: zeno@example.net\n"
                      b"contact_confirmed: '" + (today() - timedelta(days=426)).isoformat().encode() + b"'\n"):
            changed = text.replace(b"contact_role: Food team\n", b"contact_role: Food team\n" + named)
            meta = {**item["current"].meta, "rev_number": item["current"].meta["rev_number"] + 1}
            meta = {key: value for key, value in meta.items() if key not in ("revid", "dataid", "size", "sha1")}
            item.store_revision(meta, io.BytesIO(changed), trusted=True)
            for address in ADDRESSES:  # before the command ran, too: pages, lists, the sheet
                shown = app.test_client().get(address).text
                assert "Quagga" not in shown and "Okapi" not in shown and "Zebra crossing" in shown, address
            assert contacts.put_aside(today()) == ["CaseStudies/zebra-crossing"]
            assert contacts.put_aside(today()) == []
    assert not stored(wiki, b"Quagga") and not stored(wiki, b"jane@")
    assert "Okapi" not in app.test_client().get("/+get/CaseStudies/zebra-crossing").text
    assert stored(wiki, b"Okapi"), "what was agreed for a time stays in history, until it is erased"
    with as_command(app):
        assert contacts.ask(today()) == 1
    assert link_in(mailbox.wait_for(to="jane@example.net")[0])


def test_a_story_names_nobody_who_did_not_agree_either(app, wiki, mailbox):
    told = {key: value for key, value in GOOD.items() if not key.endswith("-cases")}
    answer = app.test_client().sign_in("alice").post(NEW, data={**told, **PERSON})
    assert answer.status_code == 303 and not stored(wiki, b"Quagga")
    visitor = app.test_client()
    visitor.post(link_in(mailbox.wait_for(to="jane@example.net")[0]), data={"do": "agree"})
    assert "Jane Quagga" in visitor.get(answer.location).text
