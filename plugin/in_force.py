"""Which revision of a definition page is in force: the newest that can be used.

A revision that was stored on the web was checked then, with all ids that pages carried at that moment, and says so in
its metadata. One from the command line was not. It is used if it can be read, and keeps every id of the revision before
it: whether an id may go, only the wiki's editor can tell. So what is in force depends on nothing but the page's
revisions, and is the same in every process and after every rebuild.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from moin import current_app, log
from moin.constants.keys import ALL_REVS, ITEMID, MTIME, NAME_EXACT, NAMESPACE, REV_NUMBER, REVID, USERID

from cupboard import tongue
from cupboard.shapes import DefinitionError
from cupboard.terms import consistency

logging = log.getLogger(__name__)

#: In the metadata of a revision: the checksum of the text that was checked when it was stored.
CHECKED = "cupboard_checked"

Read = Callable[[str], Any]


@dataclass(frozen=True)
class Rejected:
    """A revision that is not used.

    :ivar revid: of Moin
    :ivar number: of the revision in the page's history; None where it has none
    :ivar when: seconds since the epoch
    :ivar who: itemid of the account; None where it is not known
    :ivar errors: why
    """

    revid: str
    number: int | None
    when: int
    who: str | None
    errors: tuple[DefinitionError, ...]


@dataclass(frozen=True)
class Standing:
    """What of a definition page counts.

    :ivar revid: of the revision in force; None: none can be used, and the one that ships is in force
    :ivar rejected: newer ones, the newest first
    """

    revid: str | None
    rejected: tuple[Rejected, ...] = ()


def checksum(text: str) -> str:
    """What a revision's metadata says when its text was checked."""
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def standing(page: str, read: Read) -> Standing:
    """What of a definition page counts now.

    :param read: makes of a text what it defines, or raises DefinitionError
    """
    item = current_app.storage.get_item(short=True, **{NAMESPACE: "", NAME_EXACT: page})
    if not item:
        return Standing(None)
    found = _standing(page, item.meta[REVID], item.itemid, read, tongue.language())
    if found.rejected and found.revid and not current_app.storage.document(idx_name=ALL_REVS, revid=found.revid):
        _standing.cache_clear()  # the revision in force was destroyed
        found = _standing(page, item.meta[REVID], item.itemid, read, tongue.language())
    return found


@lru_cache(maxsize=64)
def _standing(page: str, newest: str, itemid: str, read: Read, language: str) -> Standing:
    if (found := _usable(newest, read)) and found.is_checked:
        return Standing(newest)
    revisions = sorted(
        current_app.storage.documents(idx_name=ALL_REVS, **{ITEMID: itemid}),
        key=lambda revision: (revision.meta[MTIME], revision.meta.get(REV_NUMBER, 0), revision.revid == newest),
    )
    in_force, rejected = None, []
    for revision in revisions:
        one = _usable(revision.revid, read)
        errors = one.errors
        if not errors and in_force is not None and not one.is_checked:
            errors = tuple(consistency.problems(in_force.defined, one.defined, one.text))
        if errors:
            meta = revision.meta
            rejected.append(Rejected(revision.revid, meta.get(REV_NUMBER), meta[MTIME], meta.get(USERID), errors))
            continue
        in_force, rejected = one, []
    for one in rejected:
        logging.warning(f"{page}, revision {one.revid}, is not used: {'; '.join(map(str, one.errors))}")
    return Standing(in_force.revid if in_force else None, tuple(reversed(rejected)))


@dataclass(frozen=True)
class _Revision:
    revid: str
    text: str
    defined: Any
    errors: tuple[DefinitionError, ...]
    is_checked: bool


def _usable(revid: str, read: Read) -> _Revision:
    meta, data = current_app.storage.backend.retrieve("default", revid)
    with data:
        text = data.read().decode("utf-8", errors="replace")
    try:
        defined, errors = read(text), ()
    except DefinitionError as error:
        defined, errors = None, (error,)
    return _Revision(revid, text, defined, errors, not errors and meta.get(CHECKED) == checksum(text))
