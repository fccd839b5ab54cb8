"""The session's cookie is written when it says something new, and lasts as long as before."""

import pytest
from enginewiki import client, request, store

from cupboard.engine import sessions
from cupboard.engine.sessions import QuietSession


@pytest.fixture
def visitor(make_app, adjusted):
    app = make_app()
    with request(app):
        store(app, "Home")
        store(app, "Other")
    visitor = client(app, "buyer1")
    visitor.get("/Home")
    return visitor


def writes_cookie(answer):
    return any(cookie.startswith("session=") for cookie in answer.headers.getlist("Set-Cookie"))


def test_the_same_page_again_writes_no_cookie(visitor):
    assert not writes_cookie(visitor.get("/Home"))


def test_another_page_is_added_to_the_trail(visitor):
    assert writes_cookie(visitor.get("/Other"))
    assert "Other" in visitor.get("/Home").text


def test_an_old_cookie_is_renewed(visitor, monkeypatch):
    monkeypatch.setattr(sessions, "RENEW_AFTER", -1)
    assert writes_cookie(visitor.get("/Home"))


def test_a_broken_cookie_signs_out(visitor):
    visitor.set_cookie("session", "broken")
    answer = visitor.get("/Home")
    assert answer.status_code == 200 and "buyer1" not in answer.text


def test_signing_out_is_written(visitor):
    assert writes_cookie(visitor.get("/+logout"))
    assert "buyer1" not in visitor.get("/Home").text


def test_an_equal_value_is_no_change_unless_it_can_be_altered_in_place():
    session = QuietSession({"name": "buyer1", "yes": True, "pair": ("a", 1), "list": [1]})
    session.fresh = True
    session["name"], session["yes"], session["pair"] = "buyer1", True, ("a", 1)
    assert not session.modified
    session["yes"] = 1  # equal, and yet another value when it is read back
    assert session.modified
    session.modified = False
    session["list"] = session["list"]
    assert session.modified
