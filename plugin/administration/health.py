"""Is all as it should be: which definitions count, what is installed, how large it has become, whether mail works."""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from moin import current_app
from moin.constants.keys import LATEST_REVS
from moin.utils.interwiki import url_for_item

from cupboard import definitions
from cupboard.attachments import readable_size
from cupboard.catalogue.carrying import readable
from cupboard.following.private import private
from cupboard.in_force import Standing
from cupboard.mail import mailing
from cupboard.mail.outbox import Outbox
from cupboard.tongue import _


@dataclass(frozen=True)
class Definition:
    """A definition page.

    :ivar is_stored: whether the wiki has the page; otherwise the one that ships is in force
    """

    name: str
    url: str
    standing: Standing
    is_stored: bool


def definition_pages() -> Iterator[Definition]:
    for name in definitions.pages():
        found = definitions.standing(name)
        yield Definition(name, url_for_item(name), found, bool(found.revid or found.rejected))


def versions() -> list[tuple[str, str]]:
    """(what, version)."""
    return [
        ("Cupboard", metadata.version("sustainable-procurement-cupboard")),
        ("MoinMoin", metadata.version("moin")),
        ("Python", platform.python_version()),
        ("SQLite", sqlite3.sqlite_version),
    ]


def sizes() -> list[tuple[str, str]]:
    """(what, how much)."""
    folder = Path(current_app.cfg.instance_dir)
    index = sum(path.stat().st_size for path in (folder / "index").rglob("*") if path.is_file())
    pages = sum(1 for _ in current_app.storage._documents(idx_name=LATEST_REVS))
    return [
        (_("Pages, with files and accounts"), f"{pages:,}"),
        (_("Case studies that you may read"), f"{len(readable()):,}"),
        (_("Index"), readable_size(index)),
    ]


def mail() -> list[tuple[str, str]]:
    """(what, state)."""
    cfg = current_app.cfg
    if not mailing.is_possible():
        return [(_("Mail"), _("switched off: set CUPBOARD_MAIL_SERVER and CUPBOARD_MAIL_FROM"))]
    sent = _("sent through {server}, as {address}").format(server=cfg.mail_smarthost, address=cfg.mail_from)
    return [(_("Mail"), sent), *_digests()]


def _digests() -> Iterator[tuple[str, str]]:
    """The newest runs of each kind of message: when, and how many were sent, wait or were given up."""
    found = Outbox(private()).summary()
    for frequency, period, state, count, changed in found:
        day = datetime.fromtimestamp(changed, UTC).strftime("%Y-%m-%d %H:%M")
        said = _("{count} {state}, last at {day} UTC").format(count=count, state=state, day=day)
        yield f"{frequency}, {period}", said
    if not found:
        yield _("Digest"), _("none was sent yet: cupboard digest sends them")
