"""Takes something out of the wiki and its history, because somebody has a right to it. For the command line.

:func:`erase` finds a text (a name, an address) in every revision of every text page and writes these revisions over in
place: in a case study's contact point the fields go, anywhere else ``(erased)`` stands for it. Times and authors of
revisions stay. The text is sought as words, in any capitals, however many blanks are between them.

Then what was made from the pages is made anew: the index, and in it the catalogue, the words that searches know, the
read models. Lists, searches, feeds, exports and the pages that a running server keeps all come from there. Waiting mail
holds no text of pages: a digest is made when it is sent. What is on no page is looked through too: see :data:`_TEXTS`.

:func:`erase_account` deletes an account as its owner could, see :mod:`cupboard.people.leaving`.

That it was done is logged, when and why and how many revisions, and never what.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from moin import current_app, user
from moin.constants.keys import ALL_REVS, CONTENTTYPE, NAME, NAME_OLD, NAMESPACE
from moin.constants.namespaces import NAMESPACE_USERPROFILES
from moin.storage.middleware.indexing import convert_to_indexable

from cupboard import kinds
from cupboard.accounts import ledger
from cupboard.case_studies.contact import DAY_FIELD, EMAIL_FIELD, NAME_FIELD
from cupboard.catalogue import extract
from cupboard.document import dump, parse
from cupboard.following.private import private
from cupboard.mail.outbox import Outbox
from cupboard.people import leaving

PLACE = "(erased)"
#: A shorter text would be found everywhere.
SHORTEST = 4
_CONTACT = (NAME_FIELD, EMAIL_FIELD)
#: Metadata that is no text: names, which are told and left, and what other pages and rules go by.
_LEFT = frozenset(
    {
        NAME,
        NAME_OLD,
        NAMESPACE,
        CONTENTTYPE,
        "itemid",
        "itemtype",
        "revid",
        "parentid",
        "dataid",
        "userid",
        "acl",
        "usergroup",
        "action",
        "address",
        "hostname",
        "size",
        "sha1",
    }
)
#: In the small databases, columns with what people or mail servers wrote.
_TEXTS = {
    "people": (("letter", "reason"), ("erasure", "reason")),
    "following": (
        ("favourite", "note"),
        ("person", "dead"),
        ("notice", "why"),
        ("notice", "telling"),
        ("told", "what"),
    ),
}
#: Files and folders of the wiki's folder with text: drafts, what is attached and not saved, reports of imports, jobs.
_FILES = ("preview", "staged", "imports.jsonl", "jobs")


class NotErased(ValueError):
    """It can't be done; the message says why."""


class Sought:
    """A text that is to go."""

    def __init__(self, text: str):
        words = r"\s+".join(map(re.escape, text.split()))
        self._pattern = re.compile(rf"(?<!\w){words}(?!\w)", re.IGNORECASE)

    def is_in(self, text: str) -> bool:
        return self._pattern.search(text) is not None

    def out_of(self, text: str) -> str:
        return self._pattern.sub(PLACE, text)


@dataclass
class Report:
    """What was found.

    :ivar revisions: how many revisions had the text
    :ivar pages: their pages' names
    :ivar left: pages that have it where it can't be taken out: in their name, or in an attached file
    :ivar elsewhere: how many notes, drafts and the like had it
    """

    revisions: int = 0
    pages: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    elsewhere: int = 0


def erase(storage: Any, text: str, reason: str, *, dry_run: bool = False,
          progress: Callable[[str, int, int], None] = lambda what, done, total: None) -> Report:
    """Take a text out of all revisions of all pages, and out of all that is kept beside them.

    :param storage: the storage that checks no rights
    :raises NotErased: for a text that is too short, or without a reason
    """
    if len("".join(text.split())) < SHORTEST:
        raise NotErased(f"The text must have {SHORTEST} characters or more.")
    _require_reason(reason)
    sought = Sought(text)
    if sought.is_in(reason):
        raise NotErased("The reason is kept in the log: don't write into it what is to be erased.")
    report = Report()
    revisions = list(storage.documents(idx_name=ALL_REVS))
    for done, revision in enumerate(revisions, start=1):
        _erase_in(revision, sought, report, dry_run)
        progress("Revisions", done, len(revisions))
    report.pages, report.left = sorted(set(report.pages)), sorted(set(report.left))
    report.elsewhere = _erase_beside(sought, dry_run)
    if not dry_run:
        progress("Index", 0, 1)
        storage.rebuild()
        progress("Index", 1, 1)
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
    ledger.database().write_anew()
    private().database.write_anew()
    current_app.storage.rebuild()
    _log("account", destroyed, reason)
    return destroyed


def log() -> Iterator[tuple[float, str, int, str]]:
    """(when, kind, number of revisions, reason) of all that was erased, oldest first."""
    with ledger.reading() as connection:
        yield from connection.execute("SELECT at, kind, revisions, reason FROM erasure ORDER BY at").fetchall()


def _erase_in(revision: Any, sought: Sought, report: Report, dry_run: bool) -> None:
    meta = dict(revision.meta)
    if meta.get(NAMESPACE) == NAMESPACE_USERPROFILES:
        return
    names = [*(meta.get(NAME) or ()), *(meta.get(NAME_OLD) or ())]
    page = "/".join(filter(None, (meta.get(NAMESPACE), names[0] if names else "")))
    if any(sought.is_in(name) for name in names):
        report.left.append(page)
    with revision.data as data:
        before = data.read()
    content_type = str(meta.get(CONTENTTYPE))
    if content_type.startswith("text/"):
        after = _without(before, meta, sought)
    else:
        after = before
        indexed = convert_to_indexable(meta, io.BytesIO(before), item_name=page)
        words = extract.text_of(content_type, page, indexed, lambda: io.BytesIO(before))
        if sought.is_in(words) or sought.is_in(before.decode("latin-1")):
            report.left.append(page)
    changed = {key: _value_without(value, sought) for key, value in meta.items() if key not in _LEFT}
    changed = {key: value for key, value in changed.items() if value != meta[key]}
    if after == before and not changed:
        return
    report.revisions += 1
    report.pages.append(page)
    if not dry_run:
        meta = {key: value for key, value in meta.items() if key not in ("size", "sha1")} | changed
        revision.item.store_revision(meta, io.BytesIO(after), overwrite=True, trusted=True)


def _without(data: bytes, meta: dict[str, Any], sought: Sought) -> bytes:
    text = data.decode("utf-8", "surrogateescape")
    if not sought.is_in(text):
        return data
    if kinds.of_meta(meta):
        document = parse(data)
        named = [one for one in _CONTACT if sought.is_in(str(document.fields.get(one, "")))]
        if named and not document.error:
            data = dump(document.edit(fields=dict.fromkeys((*_CONTACT, DAY_FIELD))))
            text = data.decode("utf-8", "surrogateescape")
    return sought.out_of(text).encode("utf-8", "surrogateescape")


def _value_without(value: Any, sought: Sought) -> Any:
    if isinstance(value, str):
        return sought.out_of(value)
    if isinstance(value, list):
        return [_value_without(one, sought) for one in value]
    return value


def _erase_beside(sought: Sought, dry_run: bool) -> int:
    """Take a text out of the small databases and the files of the wiki's folder; returns in how many places it was."""
    found = 0
    with ledger.writing() as connection:
        connection.create_function("is_sought", 1, lambda text: isinstance(text, str) and sought.is_in(text))
        for table in ("contact", "registration"):
            rows = "is_sought(email) OR is_sought(name)"
            found += connection.execute(f"SELECT count(*) FROM {table} WHERE {rows}").fetchone()[0]
            if not dry_run:
                connection.execute(f"DELETE FROM {table} WHERE {rows}")
    with ledger.database().writing() as connection:
        found += _erase_columns(connection, "people", sought, dry_run)
    with Outbox(private()).writing() as connection:
        found += _erase_columns(connection, "following", sought, dry_run)
    if not dry_run:
        ledger.database().write_anew()
        private().database.write_anew()
    folder = Path(current_app.cfg.instance_dir)
    for place in (folder / one for one in _FILES):
        for path in [place] if place.is_file() else place.rglob("*"):
            text = path.read_bytes().decode("utf-8", "surrogateescape") if path.is_file() else ""
            if sought.is_in(text):
                found += 1
                if not dry_run:
                    path.write_bytes(sought.out_of(text).encode("utf-8", "surrogateescape"))
    return found


def _erase_columns(connection: Any, database: str, sought: Sought, dry_run: bool) -> int:
    connection.create_function("is_sought", 1, lambda text: isinstance(text, str) and sought.is_in(text))
    connection.create_function("without", 1, lambda text: sought.out_of(text) if isinstance(text, str) else text)
    found = 0
    for table, column in _TEXTS[database]:
        found += connection.execute(f"SELECT count(*) FROM {table} WHERE is_sought({column})").fetchone()[0]
        if not dry_run:
            connection.execute(f"UPDATE OR REPLACE {table} SET {column} = without({column}) WHERE is_sought({column})")
    return found


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise NotErased("Say why, with --reason: it is kept in the log, so write no name into it.")


def _log(kind: str, revisions: int, reason: str) -> None:
    with ledger.writing() as connection:
        connection.execute("INSERT INTO erasure VALUES (?, ?, ?, ?)", (time.time(), kind, revisions, reason))
