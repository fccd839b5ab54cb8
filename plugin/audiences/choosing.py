"""Which audience a reader belongs to, as far as that reader said so. Nobody needs an account for it.

An address says it for one page: ``?for=practitioner``. The buttons of ``/+cupboard/for`` say it for good, by a cookie
that holds one of four words and is set then and never else. A page that is kept for anonymous readers is kept once for
each of these words (:func:`cupboard.web.kept_pages.tell_apart`).
"""

from __future__ import annotations

from flask import has_request_context, request

from cupboard.audiences import AUDIENCES, Audience
from cupboard.web import kept_pages

#: Not a name that the session's is a part of: a request with that one is never served from what is kept.
COOKIE = "reads_as"
NAME = "for"
#: In an address: show the page as it is for everybody, whatever was chosen.
EVERYBODY = "everybody"

kept_pages.tell_apart(COOKIE, AUDIENCES)


def current() -> Audience | None:
    """The audience for which this request's page is made; None: everybody."""
    if not has_request_context():
        return None
    asked = request.args.get(NAME, "")
    if asked == EVERYBODY or asked in AUDIENCES:
        return AUDIENCES.get(asked)
    return remembered()


def remembered() -> Audience | None:
    """The audience that the reader's browser remembers."""
    return AUDIENCES.get(request.cookies.get(COOKIE, "")) if has_request_context() else None


def asked_for() -> list[tuple[str, str]]:
    """What the address says about it, for the addresses of lists that a page leads to."""
    asked = request.args.get(NAME, "") if has_request_context() else ""
    return [(NAME, asked)] if asked == EVERYBODY or asked in AUDIENCES else []
