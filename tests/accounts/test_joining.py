"""Making an account: the form, the message, the link, and what none of them tells."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cupboard import instance
from cupboard.accounts import ledger, names
from tests.accounts.conftest import registration
from tests.conftest import CONFIG, PASSWORD
from tests.mailserver import link_in, text_of


def exists(app: Any, name: str) -> bool:
    with instance.inside(app):
        from moin import user

        return bool(user.search_users(name_exact=name))


def test_an_account_is_there_when_the_mailed_link_was_followed_and_confirmed(app, client, mailbox):
    answer = client.post("/+register", data=registration())
    assert answer.status_code == 303 and not exists(app, "carol")
    assert "Check your email" in client.get(answer.location).text
    link = link_in(mailbox.wait_for(to="carol@example.org")[0])
    page = client.get(link).text
    assert "Finish your account" in page and not exists(app, "carol"), "a GET changes nothing"
    key = link.partition("key=")[2]
    assert client.post("/+verifyemail", data={"key": key, "name": "carol"}).status_code == 303
    assert exists(app, "carol")
    signed_in = client.post(
        "/+login", data={"login_submit": "1", "login_username": "carol", "login_password": PASSWORD}
    )
    assert signed_in.status_code == 302
    assert client.post("/+verifyemail", data={"key": key, "name": "dan"}).status_code == 404, "a link works once"


@pytest.mark.parametrize(
    "form",
    [registration(), registration("alice", email="new@example.org"), registration("dan", email="alice@example.org")],
)
def test_the_form_does_not_tell_whether_name_or_address_are_known(app, client, mailbox, form, monkeypatch):
    hashed = []
    hasher = app.cfg.cache.pwd_hasher
    monkeypatch.setattr(
        type(hasher), "hash", lambda self, password, hash=type(hasher).hash: hashed.append(1) or hash(self, password)
    )
    answer = client.post("/+register", data=form)
    assert (answer.status_code, answer.location) == (303, "/+cupboard/registered")
    assert len(hashed) == 1 and len(mailbox.wait_for()) == 1
    with app.app_context(), ledger.reading() as connection:
        assert connection.execute("SELECT count(*) FROM registration").fetchone() == (1,)


def test_who_has_an_account_learns_it_from_the_message_and_gets_no_second_one(app, client, mailbox):
    client.post("/+register", data=registration("dan", email="alice@example.org"))
    text = text_of(mailbox.wait_for(to="alice@example.org")[0])
    assert "It has one already: alice" in text and "key=" not in text
    assert not exists(app, "dan")


def test_a_name_that_is_taken_is_asked_for_again_behind_the_link(app, client, mailbox):
    client.post("/+register", data=registration("alice", email="new@example.org"))
    key = link_in(mailbox.wait_for(to="new@example.org")[0]).partition("key=")[2]
    page = client.get("/+verifyemail", query_string={"key": key}).text
    assert "Somebody else has the user name alice" in page
    again = client.post("/+verifyemail", data={"key": key, "name": "ALICE"})
    assert again.status_code == 422 and "Somebody else has the user name ALICE" in again.text
    assert client.post("/+verifyemail", data={"key": key, "name": "alice2"}).status_code == 303
    assert exists(app, "alice2")


@pytest.mark.parametrize("name", ["All", "known", "FriendsGroup", "-bob", "a:b", "a,b", "a/b", "x" * 61, "ａlice", " "])
def test_names_that_mean_something_in_rules_are_refused(client, mailbox, name):
    answer = client.post("/+register", data=registration(name, email="new@example.org"))
    assert answer.status_code == 422 and "There is a problem" in answer.text
    assert mailbox.none_after(0.05)


def test_a_wrong_form_keeps_what_was_typed_and_says_what_is_wrong(client):
    answer = client.post("/+register", data=registration(password2="another-one-9"))
    assert answer.status_code == 422 and 'value="carol"' in answer.text
    assert "The passwords do not match" in answer.text
    short = client.post("/+register", data=registration(password1="short", password2="short"))
    assert "minimum length" in short.text and 'href="#f_register_password1"' in short.text


def test_what_is_missing_is_asked_for_in_plain_words(client):
    """In the forms of registration, sign-in, forgotten and new password; once each, on top and at the field."""
    blank = {f"register_{name}": "" for name in ("username", "password1", "password2", "email")}
    for address, sent, asked in (
        ("/+register", blank, ["Enter your user name", "Enter a password", "Enter the password again",
                               "Enter an email address, like name@example.org"]),
        ("/+register", registration(email="carol at example"), ["Enter an email address, like name@example.org"]),
        ("/+login", {"login_submit": "1"}, ["Enter your user name", "Enter your password"]),
        ("/+recoverpass", {"recoverpass_token": "x", "recoverpass_username": "alice"},
         ["Enter a password", "Enter the password again"]),
    ):  # fmt: skip
        answer = client.post(address, data=sent)
        shown = re.findall(r'<li><a href="#f_[^"]+">([^<]+)</a>', answer.text)
        assert answer.status_code == 422 and shown == asked and "may not be blank" not in answer.text, address
    assert "is needed" in client.post("/+lostpass", data={}).text


def test_without_the_setting_there_is_no_such_page(client, app, monkeypatch):
    monkeypatch.setattr(app.cfg, "registration_only_by_superuser", True)
    assert client.get("/+register").status_code == 404
    assert client.post("/+register", data=registration()).status_code == 404


def test_without_mail_nobody_can_register(wiki, monkeypatch):
    monkeypatch.setenv("CUPBOARD_SELF_REGISTRATION", "1")
    monkeypatch.delenv("CUPBOARD_MAIL_SERVER", raising=False)
    app = instance.open_app(CONFIG)
    answer = app.test_client().post("/+register", data=registration())
    assert answer.status_code == 503 and not exists(app, "carol")


def test_registering_is_limited_for_a_mailbox_and_the_answer_says_how_long_to_wait(client, mailbox):
    for _ in range(3):
        assert client.post("/+register", data=registration()).status_code == 303
    answer = client.post("/+register", data=registration())
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 60
    assert re.search("Wait [0-9]+ minutes", answer.text)
    assert client.post("/+register", data=registration("dan")).status_code == 303


def test_the_name_of_a_deleted_account_is_not_given_again(app):
    with instance.inside(app):
        assert not names.is_taken("carol")
        names.retire("carol")
        assert names.is_taken("Carol")


def test_nobody_finds_a_password_or_a_link_in_the_ledger(app, client, mailbox):
    client.post("/+register", data=registration())
    key = link_in(mailbox.wait_for(to="carol@example.org")[0]).partition("key=")[2]
    with app.app_context():
        with ledger.reading() as connection:
            kept = str(connection.execute("SELECT * FROM registration").fetchall())
    assert key not in kept and PASSWORD not in kept
