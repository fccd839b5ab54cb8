"""Somebody who is signed in stays signed in, without a new cookie with every page."""

import time

from enginewiki import client, request, store
from flask import session
from itsdangerous import TimestampSigner


def cookies(answer):
    return [value for value in answer.headers.getlist("Set-Cookie") if value.startswith("session=")]


def test_a_page_brings_no_new_cookie_but_one_that_changes_the_session_does(make_app, adjusted):
    app = make_app()
    with request(app):
        store(app, "Home")
    visitor = client(app, "buyer1")
    assert cookies(visitor.get("/+tags")) == []  # a page would be added to the trail of visited pages
    assert "buyer1" in visitor.get("/Home").text
    assert cookies(visitor.get("/+logout?logout_submit=1"))


def test_a_cookie_is_sent_anew_when_it_is_a_day_old_and_refused_after_a_month(make_app, adjusted, monkeypatch):
    app = make_app()
    with request(app):
        store(app, "Home")
    visitor = client(app, "buyer1")
    old = visitor.get_cookie("session").value
    day, now = 24 * 60 * 60, time.time
    for later, is_renewed in ((day - 60, False), (day + 60, True), (32 * day, None)):
        visitor.set_cookie("session", old)
        monkeypatch.setattr(time, "time", lambda later=later: now() + later)
        monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self, later=later: int(now() + later))
        answer = visitor.get("/+tags")
        assert ("buyer1" in answer.text) is (is_renewed is not None)
        if is_renewed is not None:
            assert bool(cookies(answer)) is is_renewed


def test_what_can_be_changed_where_it_stands_counts_as_changed_when_it_is_put_back(make_app, adjusted):
    with request(make_app()):
        session["pages"], session["who"] = ["A"], ("buyer1", None)
        session.modified = False
        session["who"] = ("buyer1", None)
        assert not session.modified
        pages = session["pages"]
        pages.append("B")
        session["pages"] = pages
        assert session.modified
        session.modified = False
        session["who"] = ("buyer1", False)
        assert session.modified
        session.modified = False
        session["one"] = True
        session.modified = False
        session["one"] = 1  # equal, and yet not the same to who reads the cookie
        assert session.modified
