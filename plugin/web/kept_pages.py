"""A page that an anonymous reader got is kept as it is, and given to the next one who asks, until anything is written.

1. A request without a session is looked up by address, language and day before Moin sees it. If the page is kept, that
   is the answer: two system calls, a look into a dictionary.
2. Otherwise Moin makes the page. It is kept when the view is one of those named to :func:`install`, the reader is
   anonymous, it is a whole page (status 200), it sets no cookie, and nothing that was written meanwhile could be on it.
3. When anything is written, by any process, everything that is kept is forgotten.

What it relies on:

- Everything that an anonymous page shows comes from the index database, or is stored before the transaction there that
  makes it visible. Every way of writing a page ends in such a transaction. ``PRAGMA data_version`` tells one connection
  whether any other one has committed since; the file's identity tells whether the whole file was replaced. What is
  newer than the database (configuration, theme, code) needs a restart as before.
- The generation is noted before Moin begins to read. So a page that is kept under it may show later writes, and is
  forgotten at the next request; it can't lack earlier ones.
- Days: what depends on the date of reading (a law that takes effect, a review that is due) changes at midnight.
- Whoever knows of an earlier moment, such as the one at which a page is to be published, says so by
  :func:`cupboard.engine.lasting.only_until`.
- What else a page depends on stands in a cookie that :func:`tell_apart` was told of: the page is kept once for each of
  that cookie's values.
- Pages that come out differently each time say so by :func:`not_this_one`; Moin's macros of that sort are told here.

It knows nothing of case studies, and works with any Moin 2 wiki that has our index. Without it nothing is kept.
"""

from __future__ import annotations

import gzip
import os
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask, Response, g, request
from flask_babel import get_locale
from moin import flaskg
from moin.apps.frontend import frontend
from moin.macros import DateTime, RandomItem, RandomQuote
from werkzeug.http import parse_etags, unquote_etag
from werkzeug.sansio.http import parse_cookie

from cupboard.engine import Replacement, put
from cupboard.engine.lasting import lasts_until
from cupboard.index import connections

#: Views of Moin's whose pages are kept.
VIEWS = frozenset({
    "frontend.show_item", "frontend.content_item", "frontend.history", "frontend.highlight_item",
    "frontend.show_item_meta",
    "frontend.index", "frontend.global_tags", "frontend.tagged_items", "frontend.backrefs", "frontend.sitemap",
})  # fmt: skip
#: Memory for kept pages, in each process, in bytes; ``KEEP_PAGES_BYTES`` in wikiconfig replaces it, 0 keeps none.
MOST_BYTES = 48 * 1024 * 1024
#: One page may take this share of it.
LARGEST = 1 / 16
_OVERHEAD = 1500  # of an entry, in bytes, roughly
_MARK = "cupboard.web.kept_pages.language"
_UNTIL = "cupboard.web.kept_pages.until"

Start = Callable[..., Any]
WSGI = Callable[[dict[str, Any], Start], Iterable[bytes]]

_views: set[str] = set()
_cookies: dict[str, frozenset[str]] = {}


def install(views: Collection[str] = ()) -> None:
    """Keep pages in applications made from now on. Calling it again adds views.

    :param views: endpoints, besides :data:`VIEWS`, whose pages say the same to every anonymous reader until something
        is written
    """
    if not _views:
        frontend.record(_add_to)
        put(Replacement(RandomItem.Macro, "macro", _differs))
        put(Replacement(RandomQuote.Macro, "macro", _differs))
        put(Replacement(DateTime.Macro, "macro", _differs_without_arguments))
    _views.update(VIEWS, views)


def tell_apart(cookie: str, values: Iterable[str]) -> None:
    """Keep pages once for each value of a cookie, in applications made from now on.

    :param values: those that pages depend on; any other value is the same as none
    """
    _cookies[cookie] = frozenset(values)


def not_this_one() -> None:
    """Say that the page being made must not be kept."""
    g.cupboard_not_kept = True


class Generation:
    """Counts the states of an index database, as far as one process has noticed them."""

    def __init__(self) -> None:
        self._connection: sqlite3.Connection | None = None
        self._file: object = None
        self._seen: object = None
        self._count = 0

    def now(self, path: str) -> int | None:
        """The number of the present state; None when the database can't be read."""
        try:
            file = os.getpid(), connections.identity(path)  # a connection must not be used on the other side of a fork
            if self._connection is None or self._file != file:
                self._connection, self._file, self._seen = connections.existing(path, timeout=0.2), file, None
            version = self._connection.execute("PRAGMA data_version").fetchone()[0]
        except (OSError, sqlite3.Error):
            self._connection = None
            return None
        # Versions are those of one connection: the first one that a new connection tells counts as a change.
        seen = version, date.today()
        if self._seen != seen:
            self._seen = seen
            self._count += 1
        return self._count


@dataclass(slots=True)
class Kept:
    """A page as it was sent.

    :ivar headers: without Content-Length
    :ivar until: seconds since the epoch, from which on it is not sent again; None: any number of them
    :ivar compressed: made when first asked for
    """

    headers: list[tuple[str, str]]
    body: bytes
    tag: str
    until: float | None = None
    compressed: bytes | None = None


class KeptPages:
    """The WSGI application before Moin's."""

    def __init__(self, app: Flask, most_bytes: int):
        self._app = app
        self._next: WSGI = app.wsgi_app
        self._most = most_bytes
        self._lock = threading.Lock()
        self._generation = Generation()
        self._noticed = 0
        self._pages: OrderedDict[tuple[str, ...], Kept] = OrderedDict()
        self._bytes = 0
        self._languages: dict[tuple[str, ...], str] = {}  # what decides on it -> the one that a page then was in

    def __call__(self, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        if not self._is_anonymous_get(environ):
            return self._next(environ, start_response)
        with self._lock:
            generation = self._now()
            key = self._key(environ)
            kept = self._pages.get(key) if generation is not None and key else None
            if kept and kept.until is not None and kept.until <= time.time():
                kept = None
            if kept:
                self._pages.move_to_end(key)
        if kept:
            return _send(kept, environ, start_response)
        if generation is None:
            return self._next(environ, start_response)
        return self._make(generation, environ, start_response)

    def _is_anonymous_get(self, environ: dict[str, Any]) -> bool:
        if environ["REQUEST_METHOD"] != "GET" or environ.get("HTTP_AUTHORIZATION") or environ.get("REMOTE_USER"):
            return False
        cookies = environ.get("HTTP_COOKIE", "")
        # not parsed: what one parser finds in an odd header another may miss
        return self._app.config["SESSION_COOKIE_NAME"] not in cookies

    def _now(self) -> int | None:
        storage = getattr(self._app, "storage", None)
        path = getattr(storage, "path", None)
        if path is None or not hasattr(storage, "connections"):
            return None
        generation = self._generation.now(path)
        if generation != self._noticed:
            self._noticed = generation
            self._pages.clear()
            self._bytes = 0
        return generation

    def _key(self, environ: dict[str, Any]) -> tuple[str, ...] | None:
        language = self._languages.get(_wanted(environ))
        return None if language is None else _address(environ, language)

    def _make(self, generation: int, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
        started: list[Any] = []

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            started[:] = status, headers
            return start_response(status, headers, *more)

        environ[_MARK] = None
        answer = self._next(environ, start)
        language = environ[_MARK]
        if language is None or not started or not started[0].startswith("200"):
            return answer
        if any(name.lower() == "set-cookie" for name, _ in started[1]):
            return answer
        try:
            body = b"".join(answer)
        finally:
            getattr(answer, "close", lambda: None)()
        self._keep(generation, language, environ, started[1], body)
        return [body]

    def _keep(
        self, generation: int, language: str, environ: dict[str, Any], headers: list[tuple[str, str]], body: bytes
    ) -> None:
        wanted = _wanted(environ)
        if len(body) > self._most * LARGEST or len(wanted[0]) > 200:
            return
        tags = [value for name, value in headers if name.lower() == "etag"]
        lasting = [pair for pair in headers if pair[0].lower() != "content-length"]
        kept = Kept(lasting, body, tags[0] if tags else "", environ.get(_UNTIL))
        with self._lock:
            if self._now() != generation:
                return
            if len(self._languages) > 1000:  # one for each way in which browsers write it
                self._languages.clear()
            self._languages[wanted] = language
            key = _address(environ, language)
            self._forget(key)
            self._pages[key] = kept
            self._bytes += _size(kept)
            while self._bytes > self._most:
                self._forget(next(iter(self._pages)))

    def _forget(self, key: tuple[str, ...]) -> None:
        kept = self._pages.pop(key, None)
        if kept:
            self._bytes -= _size(kept)


def _wanted(environ: dict[str, Any]) -> tuple[str, ...]:
    """What the browser says about languages: one of the cookies may have been chosen, and counts more."""
    return (environ.get("HTTP_ACCEPT_LANGUAGE", ""), *_told_apart(environ))


def _address(environ: dict[str, Any], language: str) -> tuple[str, ...]:
    names = ("wsgi.url_scheme", "HTTP_HOST", "SERVER_NAME", "SERVER_PORT", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING")
    return (language, *(environ.get(name, "") for name in names), *_told_apart(environ))


def _told_apart(environ: dict[str, Any]) -> tuple[str, ...]:
    """The values of the cookies that pages depend on, read as Flask reads them for whoever makes the page."""
    header = environ.get("HTTP_COOKIE", "")
    if not any(name in header for name in _cookies):
        return ("",) * len(_cookies)
    sent = parse_cookie(header)
    return tuple(value if (value := sent.get(name, "")) in values else "" for name, values in _cookies.items())


def _size(kept: Kept) -> int:
    return len(kept.body) * 5 // 4 + _OVERHEAD  # the compressed one is a quarter at most


def _send(kept: Kept, environ: dict[str, Any], start_response: Start) -> Iterable[bytes]:
    asked = environ.get("HTTP_IF_NONE_MATCH")
    if asked and kept.tag and parse_etags(asked).contains_weak(unquote_etag(kept.tag)[0] or ""):
        unsent = ("content-type", "content-encoding")
        start_response("304 NOT MODIFIED", [pair for pair in kept.headers if pair[0].lower() not in unsent])
        return []
    body, headers = kept.body, kept.headers
    if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", ""):
        if kept.compressed is None:
            kept.compressed = gzip.compress(body, 6, mtime=0)
        body, headers = kept.compressed, [*headers, ("Content-Encoding", "gzip")]
    start_response("200 OK", [*headers, ("Content-Length", str(len(body)))])
    return [body]


def _add_to(state: Any) -> None:
    app = state.app
    most = app.config.get("KEEP_PAGES_BYTES", MOST_BYTES)
    if most:
        app.wsgi_app = KeptPages(app, most)
        app.after_request_funcs.setdefault(None, []).insert(0, _mark)


def _mark(response: Response) -> Response:
    """Say that this page may be kept, and in which language it is; the last thing that Flask calls."""
    user = getattr(flaskg, "user", None)
    if (
        _MARK in request.environ
        and request.endpoint in _views
        and response.status_code == 200
        and user is not None
        and not user.valid
        and not g.get("cupboard_not_kept")
        and not response.is_streamed
        and response.cache_control.private is None
        and not response.cache_control.no_store
    ):
        request.environ[_MARK] = str(get_locale())
        request.environ[_UNTIL] = lasts_until()
        response.vary.add("Accept-Encoding")
    return response


def _differs(original: Callable[..., Any]) -> Callable[..., Any]:
    def macro(self: Any, *arguments: Any, **named: Any) -> Any:
        not_this_one()
        return original(self, *arguments, **named)

    return macro


def _differs_without_arguments(original: Callable[..., Any]) -> Callable[..., Any]:
    def macro(self: Any, content: Any, arguments: Any, *rest: Any) -> Any:
        if not arguments:
            not_this_one()
        return original(self, content, arguments, *rest)

    return macro
