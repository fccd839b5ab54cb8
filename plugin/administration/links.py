"""Which links to primary resources are broken. Nothing is looked up but when an administrator runs ``cupboard links``.

Polite to those who are asked: one request at a time, a pause between two to the same host, a name and this wiki's
address in every request, HEAD where that does, the first bytes otherwise, no more than so many a run, the longest
unchecked first. Addresses in private networks are not asked: a page's author could otherwise have this machine knock at
its neighbours' doors.
"""

from __future__ import annotations

import http.client
import ipaddress
import json
import os
import socket
import ssl
import tempfile
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urljoin

from cupboard.web_addresses import parts_of

FILE = "links.json"
#: Seconds between two requests to one host, and until one is given up.
PAUSE, TIMEOUT = 2.0, 15.0
MOST_REDIRECTS = 5
#: A link that was found in order is not asked again for so many seconds; a broken one is, sooner.
FRESH, FRESH_BROKEN = 30 * 86400, 86400
#: Answers by which a site says that it does not like to be asked by a program: no word about the document.
_UNWILLING = {401, 403, 405, 406, 429, 451, 501, 503, 999}


@dataclass(frozen=True)
class Checked:
    """What became of one address.

    :ivar when: seconds since the epoch
    :ivar problem: why it is broken; empty when it is not
    :ivar since: when it was first found broken in a row of times; None when it is not
    """

    when: int
    problem: str = ""
    since: int | None = None


def read(folder: Path) -> dict[str, Checked]:
    """By address, what was found last. ``folder`` is the wiki's."""
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
        return {url: Checked(**one) for url, one in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def broken(folder: Path) -> dict[str, Checked]:
    return {url: one for url, one in read(folder).items() if one.problem}


def check(
    urls: Collection[str],
    folder: Path,
    *,
    site: str,
    most: int = 200,
    private: bool = False,
    pause: float = PAUSE,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Mapping[str, Checked]:
    """Ask for addresses, and remember what came of it after each.

    :param urls: all there are; what is remembered of others is forgotten
    :param site: this wiki's address, told to those who are asked
    :param most: how many are asked at the most
    :param private: whether addresses of private networks are asked too
    :returns: those that were asked
    """
    known = {url: one for url, one in read(folder).items() if url in set(urls)}
    now = int(time.time())

    def is_due(url: str) -> bool:
        one = known.get(url)
        return one is None or now - one.when >= (FRESH_BROKEN if one.problem else FRESH)

    due = sorted(filter(is_due, set(urls)), key=lambda url: (known[url].when if url in known else 0, url))[:most]
    asked: dict[str, Checked] = {}
    last: dict[str, float] = {}
    for done, url in enumerate(due, start=1):
        host = parts_of(url).netloc
        time.sleep(max(0.0, last.get(host, 0.0) + pause - time.monotonic()))
        problem = _problem(url, site, private)
        last[host] = time.monotonic()
        before = known.get(url)
        since = (before.since if before and before.since else int(time.time())) if problem else None
        known[url] = asked[url] = Checked(int(time.time()), problem, since)
        _write(folder, known)
        progress(done, len(due))
    return asked


def _problem(url: str, site: str, private: bool) -> str:
    """Why an address is broken; empty when it is not, or when that can't be told."""
    try:
        for _ in range(MOST_REDIRECTS + 1):
            status, target = _ask("HEAD", url, site, private)
            if status in _UNWILLING or status in (400, 404, 500):
                status, target = _ask("GET", url, site, private)
            if 300 <= status < 400 and target:
                url = urljoin(url, target)
                continue
            return f"the site answers {status}" if status >= 400 and status not in _UNWILLING else ""
        return "it is redirected without end"
    except _NotAsked as refused:
        return str(refused)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return f"the site does not answer ({type(error).__name__})"


class _NotAsked(Exception):
    """An address that is not looked up."""


def _ask(method: str, url: str, site: str, private: bool) -> tuple[int, str]:
    parts = parts_of(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise _NotAsked("it is no web address")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    address = _resolved(parts.hostname, port, private)
    # the address that was looked at is the one that is asked: the name could lead elsewhere a moment later
    raw = socket.create_connection((address, port), TIMEOUT)
    try:
        connection = http.client.HTTPConnection(parts.hostname, port, timeout=TIMEOUT)
        if parts.scheme == "https":
            raw = ssl.create_default_context().wrap_socket(raw, server_hostname=parts.hostname)
        connection.sock = raw
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"User-Agent": f"Cupboard link check (+{site})", "Accept": "*/*", "Connection": "close"}
        if method == "GET":
            headers["Range"] = "bytes=0-1023"
        connection.request(method, path.replace(" ", "%20"), headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location") or ""
    finally:
        raw.close()


def _resolved(host: str, port: int, private: bool) -> str:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [info[4][0] for info in found]
    if not private and not all(ipaddress.ip_address(one.partition("%")[0]).is_global for one in addresses):
        raise _NotAsked("it leads into a private network, which is not looked at")
    return addresses[0]


def _write(folder: Path, known: Mapping[str, Checked]) -> None:
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{FILE}-")
    with open(handle, "w", encoding="utf-8") as file:
        json.dump({url: asdict(one) for url, one in known.items()}, file)
    os.replace(temporary, folder / FILE)
