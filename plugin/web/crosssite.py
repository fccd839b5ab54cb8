"""Refuses to change anything for a request that another site made a reader's browser send.

No form of Moin's carries a token, so the browser's own word is what there is to go by:

1. ``Sec-Fetch-Site``, which a page can't forge: ``same-origin``, or ``none`` for what the reader typed or bookmarked.
   Browsers send it over TLS and on localhost.
2. Without it ``Origin``, and without that ``Referer``: scheme, host and port must be those of this wiki.
3. A request with none of the three comes from a program and not from a page; it is let through.

Methods that are safe by definition pass, but for the addresses where Moin changes something on a GET, and for queries
by which Moin signs somebody in or out on whatever page.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from urllib.parse import urlsplit

from flask import Blueprint, Response, request
from markupsafe import Markup, escape

from cupboard import tongue
from cupboard.tongue import _

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

#: Moin's endpoints that change something on a GET.
CHANGING_ENDPOINTS = frozenset({
    "frontend.bookmark",
    "frontend.logout",
    "frontend.quicklink_item",
    "frontend.subscribe_item",
})
#: With one of these in the query, Moin signs in or out on any page (moin.app.setup_user).
CHANGING_QUERIES = ("login_submit", "logout_submit")

_DEFAULT_PORTS = {"http": 80, "https": 443}

_PAGE = """<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<h1>{title}</h1>
<p>{what}</p>
<p>{advice}</p>
<p>{administrators}</p>
"""


def verdict(
    method: str, endpoint: str | None, query: Container[str], headers: Mapping[str, str], origin: str
) -> str | None:
    """Decide whether a request may go on.

    :param method: HTTP method
    :param endpoint: Flask's name for the address asked for; None when there is nothing at it
    :param query: names in the address's query
    :param headers: the request's headers; look-up ignores case
    :param origin: this wiki's own scheme, host and port, such as ``https://wiki.example.org``
    :returns: None when it may, else why not
    """
    if not _changes_something(method, endpoint, query):
        return None
    site = headers.get("Sec-Fetch-Site")
    if site is not None:
        return None if site in ("same-origin", "none") else f"Sec-Fetch-Site is {site}"
    for name in ("Origin", "Referer"):
        value = headers.get(name)
        if value is not None:
            return None if _same_origin(value, origin) else f"{name} is {value}, not {origin}"
    return None


def guard() -> Response | None:
    """Answer 403 to a request that :func:`verdict` refuses; Flask calls it before each request."""
    why = verdict(request.method, request.endpoint, request.args, request.headers, request.host_url)
    if why is None:
        return None
    # Not Moin's error page: nothing of Moin has run yet, and nothing of it should.
    return Response(_page(f"{request.script_root}/"), 403, content_type="text/html; charset=utf-8")


def _page(home: str) -> str:
    link = Markup('<a href="{}">').format(home)
    advice = escape(
        _(
            "If you meant to do it, {link}open the wiki{end}, go to the page and do it there. If you were filling in "
            "a form, "
            "your browser's Back button brings back what you typed."
        )
    ).format(link=link, end=Markup("</a>"))
    return Markup(_PAGE).format(
        language=tongue.language().replace("_", "-"),
        title=_("Nothing was changed"),
        what=_("Your browser says that another site asked for this, so it was refused."),
        advice=advice,
        administrators=_(
            'For administrators: a wiki behind a proxy must know its address (“Behind nginx” in the documentation).'
        ),
    )


def install(blueprint: Blueprint) -> None:
    """Have the application that ``blueprint`` is registered on ask :func:`guard` before anything else.

    ``before_app_request`` would be too late: Moin signs people in and out in the function it registers first.
    """
    blueprint.record_once(lambda state: state.app.before_request_funcs.setdefault(None, []).insert(0, guard))


def _changes_something(method: str, endpoint: str | None, query: Container[str]) -> bool:
    return (
        method not in SAFE_METHODS or endpoint in CHANGING_ENDPOINTS or any(name in query for name in CHANGING_QUERIES)
    )


def _same_origin(address: str, origin: str) -> bool:
    theirs = _origin(address)
    return theirs is not None and theirs == _origin(origin)


def _origin(address: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an address; None when it has none, as ``null`` and what can't be read."""
    try:
        parts = urlsplit(address.strip())
        scheme, host, port = parts.scheme.lower(), parts.hostname, parts.port
    except ValueError:
        return None
    if scheme not in _DEFAULT_PORTS or not host:
        return None
    return scheme, host, port if port is not None else _DEFAULT_PORTS[scheme]
