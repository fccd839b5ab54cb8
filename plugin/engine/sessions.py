"""Sessions: the cookie is written when it says something new, not with every answer.

Moin puts the same five values about a signed-in user into the session at every request, and Flask takes each such
assignment for a change: it signs and sends the cookie again. Here an assignment of an equal value changes nothing.
Only values that can't be altered in place count as equal, and a cookie that was signed more than an hour ago is
renewed as before, so that a session lasts as long after the last visit as it always did, an hour at most taken off.
"""

import time

from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature
from moin.app import MoinApp

from .replacement import Replacement

RENEW_AFTER = 3600  # seconds


class QuietSession(SecureCookieSession):
    """A session that doesn't count the assignment of what it holds already as a change."""

    fresh = False  # True when the cookie was signed less than RENEW_AFTER seconds ago

    def __setitem__(self, key, value):
        if self.fresh and key in self and _unalterable(value):
            held = self[key]
            if type(held) is type(value) and held == value:
                return
        super().__setitem__(key, value)


def _unalterable(value):
    if isinstance(value, tuple):
        return all(map(_unalterable, value))
    return value is None or isinstance(value, (str, bytes, int, float))  # bool is an int


class QuietSessions(SecureCookieSessionInterface):
    """Flask's session interface; the session knows whether its cookie is still fresh."""

    session_class = QuietSession

    def open_session(self, app, request):
        serializer = self.get_signing_serializer(app)
        if serializer is None:
            return None
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        max_age = int(app.permanent_session_lifetime.total_seconds())
        try:
            data, signed = serializer.loads(cookie, max_age=max_age, return_timestamp=True)
        except BadSignature:
            return self.session_class()
        session = self.session_class(data)
        session.fresh = time.time() - signed.timestamp() < RENEW_AFTER
        return session


def _quiet(original):
    # an application that brings its own kind of session keeps it
    return QuietSessions() if type(original) is SecureCookieSessionInterface else original


REPLACEMENTS = [Replacement(MoinApp, "session_interface", _quiet)]
