"""Takes something out of the wiki and its history, because somebody has a right to it. For the command line.

:func:`erase` finds a text (a name, an address) in every revision of every text page and writes these revisions over in
place: in a case study's contact point the fields go, anywhere else ``(erased)`` stands for it. Times and authors of
revisions stay. :func:`erase_account` deletes an account as its owner could, see :mod:`cupboard.accounts.leaving`.

That it was done is logged, when and why and how many revisions, and never what.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from moin import user
from moin.constants.keys import ALL_REVS, COMMENT, CONTENTTYPE, NAME, NAME_OLD, NAMESPACE, SUMMARY
from moin.constants.namespaces import NAMESPACE_USERPROFILES

from cupboard import kinds
from cupboard.accounts import leaving, ledger
from cupboard.document import dump, parse
from cupboard.people.contacts import DAY_FIELD, EMAIL_FIELD, NAME_FIELD

PLACE = "(erased)"
#: A shorter text would be found everywhere.
SHORTEST = 4
_CONTACT = (NAME_FIELD, EMAIL_FIELD)


class NotErased(ValueError):
    """It can't be done; the message says why."""


@dataclass
class Report:
    """What was found.

    :ivar revisions: how many revisions had the text
    :ivar pages: their pages' names
    :ivar left: pages that have it where it can't be taken out: in their name, or in an attached file
    """

    revisions: int = 0
    pages: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def erase(storage: Any, text: str, reason: str, *, dry_run: bool = False,
          progress: Callable[[str, int, int], None] = lambda what, done, total: None) -> Report:
    """Take a text out of all revisions of all pages.

    :param storage: the storage that checks no rights
    :raises NotErased: for a text that is too short, or without a reason
    """
    if len(text.strip()) < SHORTEST:
        raise NotErased(f"The text must have {SHORTEST} characters or more.")
    _require_reason(reason)
    report = Report()
    revisions = list(storage.documents(idx_name=ALL_REVS))
    for done, revision in enumerate(revisions, start=1):
        _erase_in(revision, text, report, dry_run)
        progress("Revisions", done, len(revisions))
    report.pages, report.left = sorted(set(report.pages)), sorted(set(report.left))
    if not dry_run:
        with ledger.writing() as connection:
            connection.execute("DELETE FROM contact WHERE email = ? OR name = ?", (text, text))
        _log("text", report.revisions, reason)
    return report


def erase_account(name: str, reason: str) -> int:
    """Delete an account with its profile and what waits of it.

    :returns: how many revisions were destroyed
    :raises NotErased: when there is no such account
    """
    _require_reason(reason)
    if not user.search_users(name_exact=name):
        raise NotErased(f"There is no account {name}.")
    destroyed = leaving.delete(user.User(auth_username=name))
    _log("account", destroyed, reason)
    return destroyed


def log() -> Iterator[tuple[float, str, int, str]]:
    """(when, kind, number of revisions, reason) of all that was erased, oldest first."""
    with ledger.reading() as connection:
        yield from connection.execute("SELECT at, kind, revisions, reason FROM erasure ORDER BY at").fetchall()


def _erase_in(revision: Any, text: str, report: Report, dry_run: bool) -> None:
    meta = dict(revision.meta)
    if meta.get(NAMESPACE) == NAMESPACE_USERPROFILES:
        return
    names = [*(meta.get(NAME) or ()), *(meta.get(NAME_OLD) or ())]
    page = "/".join(filter(None, (meta.get(NAMESPACE), names[0] if names else "")))
    if any(text in name for name in names):
        report.left.append(page)
    with revision.data as data:
        before = data.read()
    if not str(meta.get(CONTENTTYPE)).startswith("text/"):
        if text.encode() in before:
            report.left.append(page)
        return
    after = _without(before, meta, text)
    changed = {
        key: meta[key].replace(text, PLACE) for key in (COMMENT, SUMMARY) if text in str(meta.get(key) or "")
    }
    if after == before and not changed:
        return
    report.revisions += 1
    report.pages.append(page)
    if not dry_run:
        meta = {key: value for key, value in meta.items() if key not in ("size", "sha1")} | changed
        revision.item.store_revision(meta, io.BytesIO(after), overwrite=True, trusted=True)


def _without(data: bytes, meta: dict[str, Any], text: str) -> bytes:
    sought = text.encode()
    if sought not in data:
        return data
    if kinds.of_meta(meta):
        document = parse(data)
        named = [one for one in _CONTACT if text in str(document.fields.get(one, ""))]
        if named and not document.error:
            data = dump(document.edit(fields=dict.fromkeys((*_CONTACT, DAY_FIELD))))
    return data.replace(sought, PLACE.encode())


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise NotErased("Say why, with --reason: it is kept in the log, so write no name into it.")


def _log(kind: str, revisions: int, reason: str) -> None:
    with ledger.writing() as connection:
        connection.execute("INSERT INTO erasure VALUES (?, ?, ?, ?)", (time.time(), kind, revisions, reason))
