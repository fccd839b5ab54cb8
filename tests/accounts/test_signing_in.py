"""Signing in, forgotten passwords and settings: the same answer and the same work whoever is asked about."""

from __future__ import annotations

import re
from typing import Any

import pytest

from cupboard import instance
from tests.accounts.conftest import few
from tests.conftest import CONFIG, PASSWORD
from tests.mailserver import link_in, text_of


def sign_in(client: Any, name: str, password: str = PASSWORD, **more: str) -> Any:
    form = {"login_submit": "1", "login_username": name, "login_password": password, **more}
    return client.post("/+login", data=form)


@pytest.fixture
def hashed(app: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    hasher = type(app.cfg.cache.pwd_hasher)
    for name in ("verify_and_update", "hash"):
        def counted(self, *args, original=getattr(hasher, name), name=name):
            found.append(name)
            return original(self, *args)

        monkeypatch.setattr(hasher, name, counted)
    return found


def in_words(html: str) -> str:
    main = html[html.index("<main"):html.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer_and_the_same_work(app, client, hashed):
    sign_in(client, "x")  # the password that nobody has is hashed once
    hashed.clear()
    known = sign_in(client, "alice", "wrong-password")
    work, hashed[:] = list(hashed), []
    unknown = sign_in(client, "nobody", "wrong-password")
    assert work == hashed == ["verify_and_update"]
    assert known.status_code == unknown.status_code == 422
    assert in_words(known.text) == in_words(unknown.text)
    assert known.headers.getlist("Set-Cookie") == unknown.headers.getlist("Set-Cookie") == []
    assert "The user name or the password is wrong" in in_words(known.text)


def test_an_account_that_was_closed_answers_like_one_that_is_not_there(app, client):
    with instance.inside(app):
        from moin import user

        account = user.User(auth_username="alice")
        account.disable()
        account.save()
    assert in_words(sign_in(client, "alice").text) == in_words(sign_in(client, "nobody").text)


def test_the_right_password_ends_the_counting(app, client, monkeypatch):
    few(monkeypatch, sign_in=("99 per hour", "2 per hour"))
    sign_in(client, "alice", "wrong-password")
    assert sign_in(client, "alice").status_code == 302
    visitor = app.test_client()
    for _ in range(2):
        assert sign_in(visitor, "alice", "wrong-password").status_code == 422


def test_other_processes_count_the_same_attempts(app, client, monkeypatch):
    few(monkeypatch, sign_in=("99 per hour", "2 per hour"))
    sign_in(client, "alice", "wrong-password")
    other = instance.open_app(CONFIG)
    visitor = other.test_client()
    sign_in(visitor, "alice", "wrong-password")
    assert sign_in(client, "alice").status_code == sign_in(visitor, "alice").status_code == 429


def test_behind_a_proxy_the_visitors_address_is_counted_and_cannot_be_made_up(app, wiki, monkeypatch):
    from cupboard import serving
    from cupboard.accounts import throttle

    monkeypatch.setenv("CUPBOARD_TRUSTED_PROXIES", "1")
    proxied = serving.application(CONFIG)
    seen = []
    monkeypatch.setattr(throttle, "_hit", lambda item, rule, kind, key: seen.append((kind, key)))
    for forwarded in ("192.0.2.7", "198.51.100.1, 192.0.2.7", "192.0.2.8"):
        proxied.test_client().post(
            "/+login", data={"login_submit": "1", "login_username": "x", "login_password": "y"},
            headers={"X-Forwarded-For": forwarded},
        )
    addresses = [key for kind, key in seen if kind == "address"]
    assert addresses[0] == addresses[1] != addresses[2]


def test_no_password_is_taken_from_an_address(client):
    client.get("/Home", query_string={"login_submit": "1", "login_username": "alice", "login_password": PASSWORD})
    assert "Sign out" not in client.get("/Help").text


@pytest.mark.parametrize(
    "to",
    ["https://elsewhere.example/x", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "http://[x"],
)
def test_signing_in_never_leads_to_another_site(client, to):
    assert sign_in(client, "alice", login_nexturl=to).location == "/"


def test_signing_in_leads_back_to_the_page(client):
    assert sign_in(client, "alice", login_nexturl="http://localhost/Help").location == "http://localhost/Help"


def test_a_forgotten_password_is_answered_alike_for_everybody(client, mailbox):
    answers = [client.post("/+lostpass", data=form) for form in (
        {"lostpass_username": "alice"}, {"lostpass_username": "nobody"}, {"lostpass_email": "nobody@example.org"},
        {"lostpass_email": "buyer1@example.org"},
    )]
    assert {(one.status_code, one.location) for one in answers} == {(303, "/+cupboard/password-asked")}
    mailbox.wait_for(2)
    assert sorted(mailbox.recipients) == ["alice@example.org", "buyer1@example.org"]


def test_the_link_sets_a_password_once(client, mailbox):
    client.post("/+lostpass", data={"lostpass_username": "alice"})
    client.post("/+lostpass", data={"lostpass_username": "alice"})
    first, second = (link_in(one) for one in mailbox.wait_for(2))
    form = dict(re.findall(r'name="(recoverpass_(?:username|token))"[^>]*value="([^"]*)"', client.get(first).text))
    form |= {"recoverpass_password1": "new-horse-88", "recoverpass_password2": "new-horse-88"}
    assert client.post("/+recoverpass", data=form).status_code == 303
    assert sign_in(client, "alice").status_code == 422
    assert sign_in(client, "alice", "new-horse-88").status_code == 302
    assert client.post("/+recoverpass", data=form).status_code == 422
    older = dict(re.findall(r'name="(recoverpass_(?:username|token))"[^>]*value="([^"]*)"', client.get(second).text))
    assert client.post("/+recoverpass", data=form | older).status_code == 422, "another link for the old password"


def test_a_link_for_one_account_is_none_for_another(client, mailbox):
    client.post("/+lostpass", data={"lostpass_username": "alice"})
    link = link_in(mailbox.wait_for()[0])
    token = re.search("token=([^&]+)", link)[1]
    form = {"recoverpass_username": "buyer1", "recoverpass_token": token,
            "recoverpass_password1": "new-horse-88", "recoverpass_password2": "new-horse-88"}
    assert client.post("/+recoverpass", data=form).status_code == 422
    assert sign_in(client, "buyer1").status_code == 302


def test_the_link_that_administrators_send_works(app, client):
    with instance.inside(app):
        from moin import user

        token = user.User(auth_username="alice").generate_recovery_token()
    form = {"recoverpass_username": "alice", "recoverpass_token": token,
            "recoverpass_password1": "new-horse-88", "recoverpass_password2": "new-horse-88"}
    assert client.post("/+recoverpass", data=form).status_code == 303
    assert sign_in(client, "alice", "new-horse-88").status_code == 302


def test_asking_for_passwords_is_limited_alike_for_everybody(client):
    for name in ("alice", "nobody"):
        answers = [client.post("/+lostpass", data={"lostpass_username": name}).status_code for _ in range(4)]
        assert answers == [303, 303, 303, 429]


def test_a_new_address_counts_when_its_link_was_confirmed(app, client, mailbox):
    client.sign_in("alice")
    client.post("/+usersettings", data={"part": "notification", "email": "alice2@example.org"})
    link = link_in(mailbox.wait_for(to="alice2@example.org")[0])

    def address():
        with instance.inside(app):
            from moin import user

            return user.User(auth_username="alice").email

    page = client.get(link).text
    assert address() == "alice@example.org"
    form = dict(re.findall(r'name="(username|token)" value="([^"]*)"', page))
    assert client.post("/+verifyemail", data=form).status_code == 200
    assert address() == "alice2@example.org"


def test_the_settings_do_not_tell_who_has_an_address(app, client, mailbox):
    client.sign_in("alice")
    known = client.post(
        "/+usersettings", data={"part": "notification", "email": "buyer1@example.org"}, follow_redirects=True
    )
    unknown = client.post(
        "/+usersettings", data={"part": "notification", "email": "new@example.org"}, follow_redirects=True
    )
    assert "A message is on its way to the new address" in known.text
    assert "A message is on its way to the new address" in unknown.text
    assert "nothing was changed" in text_of(mailbox.wait_for(to="buyer1@example.org")[0])


def test_a_user_name_stays_what_it_is(app, client):
    client.sign_in("alice")
    client.post(
        "/+usersettings", data={"part": "personal", "name": "admin2", "timezone": "Europe/London", "locale": "auto"}
    )
    with instance.inside(app):
        from moin import user

        assert user.search_users(name_exact="alice") and not user.search_users(name_exact="admin2")
    saved = client.post("/+usersettings", data={"part": "personal", "name": "alice", "display_name": "Alice",
                                                "timezone": "Europe/London", "locale": "auto"})
    assert "Your changes have been saved." in saved.text
