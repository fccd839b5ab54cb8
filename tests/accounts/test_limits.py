"""What may be tried how often, by one network address and for one account; and that being stopped tells nothing
either.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts.conftest import few, registration
from tests.accounts.test_signing_in import in_words
from tests.people.test_letters import LETTER
from tests.people.test_profiles import fill_in

HERE, ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "192.0.2.8"}

#: Rule -> the form's address, and what is sent for an account; "alice" has one, "nobody1" has none.
FORMS: dict[str, tuple[str, Any]] = {
    "sign-in": ("/+login",
    lambda name: {"login_submit": "1", "login_username": name, "login_password": "wrong-pass-1"}),
    "register": ("/+register", lambda name: registration(f"new-{name}", email=f"{name}@example.org")),
    "password": ("/+lostpass", lambda name: {"lostpass_username": name}),
    "new-password": ("/+recoverpass", lambda name: {
        "recoverpass_username": name, "recoverpass_token": "x", "recoverpass_password1": "new-horse-88",
        "recoverpass_password2": "new-horse-88"}),
}  # fmt: skip


@pytest.mark.parametrize("rule", FORMS)
def test_an_account_is_tried_only_so_often_and_the_answer_is_the_same_without_one(client, rule, monkeypatch):
    few(monkeypatch, **{rule.replace("-", "_"): ("99 per hour", "2 per hour")})
    address, form = FORMS[rule]
    said = {}
    for name in ("alice", "nobody1"):
        answers = [client.post(address, data=form(name), environ_overrides=HERE) for _ in range(3)]
        assert [one.status_code == 429 for one in answers] == [False, False, True], name
        assert int(answers[2].headers["Retry-After"]) > 0
        assert client.post(address, data=form(name), environ_overrides=ELSEWHERE).status_code == 429, "from anywhere"
        said[name] = [
            (one.status_code, one.location, in_words(one.text).replace(name, "X") if "<main" in one.text else "")
            for one in answers
        ]
    assert said["alice"] == said["nobody1"]
    assert "That was tried too often" in said["alice"][2][2] and "Wait" in said["alice"][2][2]


@pytest.mark.parametrize("rule", FORMS)
def test_one_network_address_tries_only_so_many_accounts_and_another_is_not_stopped(client, rule, monkeypatch):
    few(monkeypatch, **{rule.replace("-", "_"): ("3 per hour", "99 per hour")})
    address, form = FORMS[rule]
    answers = [client.post(address, data=form(name), environ_overrides=HERE)
               for name in ("alice", "nobody1", "nobody2", "buyer1", "nobody3")]
    assert [one.status_code == 429 for one in answers] == [False] * 3 + [True] * 2
    known, unknown = (in_words(one.text).replace(name, "X") for one, name in zip(answers[3:], ("buyer1", "nobody3")))
    assert known == unknown
    assert client.post(address, data=form("alice"), environ_overrides=ELSEWHERE).status_code != 429


def test_messages_are_limited_for_the_sender_and_the_network_address(app, mailbox, monkeypatch):
    for name in ("alice", "editor1"):
        fill_in(app.test_client().sign_in(name), "members", ["name"])
    few(monkeypatch, letters=("99 per hour", "2 per hour"))
    buyer = app.test_client().sign_in("buyer1")
    sent = [buyer.post(f"/+cupboard/write/{name}", data=LETTER).status_code for name in ("alice", "editor1", "alice")]
    assert sent == [303, 303, 429], "to whomever"
    few(monkeypatch, letters=("1 per hour", "99 per hour"), write=("99 per hour", "99 per hour"))
    admin = app.test_client().sign_in("admin")
    sent = [admin.post("/+cupboard/write/alice", data=LETTER, environ_overrides=where).status_code
            for where in (HERE, HERE, ELSEWHERE)]
    assert sent == [303, 429, 303]
