"""Sessions: no new cookie with every page.

Moin writes who is signed in into the session at every request. Flask takes that for a change, signs the session anew
and sends a cookie with each page. Here a value that is there already is no change. A cookie that is a day old is sent
anew, so that somebody who keeps reading stays signed in, as before.
"""

import time

from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from itsdangerous import BadSignature

from .replacement import Replacement

RENEWED_AFTER = 24 * 60 * 60  # seconds


def _setitem(original):
    def __setitem__(self, key, value):
        if not (key in self and type(self[key]) is type(value) and self[key] == value and _is_fixed(value)):
            original(self, key, value)

    return __setitem__


def _is_fixed(value):
    """Whether it can't have been changed since it was put there."""
    return all(map(_is_fixed, value)) if type(value) is tuple else isinstance(value, (str, bytes, int, type(None)))


def _open_session(original):
    def open_session(self, app, request):
        serializer, cookie = self.get_signing_serializer(app), request.cookies.get(self.get_cookie_name(app))
        if serializer is None or not cookie:
            return original(self, app, request)
        most = int(app.permanent_session_lifetime.total_seconds())
        try:
            values, signed = serializer.loads(cookie, max_age=most, return_timestamp=True)
        except BadSignature:
            return self.session_class()
        session = self.session_class(values)
        session.modified = bool(values) and time.time() - signed.timestamp() > RENEWED_AFTER
        return session

    return open_session


REPLACEMENTS = [
    Replacement(SecureCookieSession, "__setitem__", _setitem),
    Replacement(SecureCookieSessionInterface, "open_session", _open_session),
]
