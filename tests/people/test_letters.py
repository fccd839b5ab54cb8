"""Writing to somebody through the wiki."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cupboard.accounts import ledger
from tests.mailserver import text_of
from tests.people.test_profiles import fill_in

LETTER = {"subject": "School meals", "text": "How did you\r\nsplit the lots?"}


@pytest.fixture
def alice(app: Any) -> Any:
    client = app.test_client().sign_in("alice")
    fill_in(client, "members", ["name"])
    return client


def kept(app: Any) -> str:
    with app.app_context(), ledger.reading() as connection:
        return str([connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("letter", "refusal")])


def link(message: Any, part: str) -> str:
    return re.search(rf"https?://[^/\s]+(/\+cupboard/{part}/\S+)", text_of(message))[1]


def test_a_message_arrives_without_showing_either_address(app, alice, mailbox):
    buyer = app.test_client().sign_in("buyer1")
    page = buyer.get("/+cupboard/write/alice").text
    assert "alice@example.org" not in page and "Write to Quagga Nameson" in page
    assert buyer.post("/+cupboard/write/alice", data=LETTER).status_code == 303
    message = mailbox.wait_for(to="alice@example.org")[0]
    assert "split the lots?" in text_of(message) and "School meals" in message["Subject"]
    assert "buyer1@example.org" not in message.as_string() and message["Reply-To"] is None
    assert message["From"] == "wiki@example.org"
    assert "split the lots" not in kept(app) and "School meals" not in kept(app)
    # and the answer, though buyer1 has no profile
    assert alice.post(link(message, "write"), data=LETTER).status_code == 303
    answer = mailbox.wait_for(to="buyer1@example.org")[0]
    assert "alice@example.org" not in answer.as_string() and "answers you" in text_of(answer)


def test_a_sender_can_show_their_address(app, alice, mailbox):
    app.test_client().sign_in("buyer1").post("/+cupboard/write/alice", data={**LETTER, "show_address": "1"})
    assert mailbox.wait_for()[0]["Reply-To"] == "buyer1@example.org"


@pytest.mark.parametrize("change", [{"subject": " "}, {"text": ""}, {"subject": "x" * 121}, {"text": "x" * 5001}])
def test_a_wrong_form_sends_nothing_and_keeps_what_was_typed(app, alice, mailbox, change):
    answer = app.test_client().sign_in("buyer1").post("/+cupboard/write/alice", data={**LETTER, **change})
    assert answer.status_code == 422 and "There is a problem" in answer.text
    assert ("split the lots?" in answer.text) == ("text" not in change)
    assert mailbox.none_after(0.1)


def test_no_header_can_be_smuggled_in(app, alice, mailbox):
    sent = {**LETTER, "subject": "Hello\r\nBcc: victim@example.org"}
    app.test_client().sign_in("buyer1").post("/+cupboard/write/alice", data=sent)
    message = mailbox.wait_for()[0]
    assert message["Bcc"] is None and mailbox.recipients == ["alice@example.org"]


def test_who_cannot_be_found_cannot_be_written_to(app, alice, mailbox, join):
    buyer = app.test_client().sign_in("buyer1")
    assert buyer.post("/+cupboard/write/editor1", data=LETTER).status_code == 404
    assert buyer.post("/+cupboard/write/nobody", data=LETTER).status_code == 404
    assert app.test_client().post("/+cupboard/write/alice", data=LETTER).location.endswith("/+login")
    mailbox.taken.clear()
    assert join().post("/+cupboard/write/alice", data=LETTER).status_code == 403, "a new account"
    assert not [one for one in mailbox.recipients if one == "alice@example.org"]
    fill_in(alice, "nobody")
    assert buyer.post("/+cupboard/write/alice", data=LETTER).status_code == 404


def test_a_made_up_answer_is_no_way_to_write_to_somebody(app, alice, mailbox):
    buyer = app.test_client().sign_in("buyer1")
    buyer.post("/+cupboard/write/alice", data=LETTER)
    address = link(mailbox.wait_for()[0], "write")
    assert app.test_client().sign_in("editor1").post(address, data=LETTER).status_code == 404


def test_a_sender_can_be_refused_by_the_link_in_the_message(app, alice, mailbox):
    buyer, editor = (app.test_client().sign_in(name) for name in ("buyer1", "editor1"))
    buyer.post("/+cupboard/write/alice", data=LETTER)
    about = link(mailbox.wait_for()[0], "letter")
    anybody = app.test_client()
    assert anybody.get(about).status_code == 200
    assert buyer.post("/+cupboard/write/alice", data=LETTER).status_code == 303, "a GET refuses nobody"
    anybody.post(about, data={"do": "refuse"})
    assert buyer.post("/+cupboard/write/alice", data=LETTER).status_code == 403
    assert editor.post("/+cupboard/write/alice", data=LETTER).status_code == 303
    anybody.post(about, data={"do": "refuse-all"})
    assert editor.post("/+cupboard/write/alice", data=LETTER).status_code == 403
    anybody.post(about, data={"do": "accept"})
    assert buyer.post("/+cupboard/write/alice", data=LETTER).status_code == 303
    assert anybody.get(about + "x").status_code == 404


def test_messages_can_be_switched_off_in_the_profile(app, alice, mailbox):
    fill_in(alice, "members", ["name"], letters="no")
    assert app.test_client().sign_in("buyer1").post("/+cupboard/write/alice", data=LETTER).status_code == 403


def test_a_report_reaches_the_editors_without_the_text(app, alice, mailbox):
    app.test_client().sign_in("buyer1").post("/+cupboard/write/alice", data=LETTER)
    app.test_client().post(link(mailbox.wait_for()[0], "letter"), data={"do": "report", "reason": "Rude <b>"})
    editor = app.test_client().sign_in("editor1")
    page = editor.get("/+cupboard/waiting").text
    assert "buyer1" in page and "Rude &lt;b&gt;" in page and "split the lots" not in page
    id = re.search(r'value="settle-letter ([^"]+)"', page)[1]
    editor.post("/+cupboard/waiting", data={"do": f"settle-letter {id}"})
    assert "Rude" not in editor.get("/+cupboard/waiting").text


def test_messages_to_one_person_are_limited(app, alice, mailbox):
    buyer = app.test_client().sign_in("buyer1")
    answers = [buyer.post("/+cupboard/write/alice", data=LETTER) for _ in range(6)]
    assert [one.status_code for one in answers] == [303] * 5 + [429]
    assert "Wait" in answers[-1].text and "split the lots?" in answers[-1].text
