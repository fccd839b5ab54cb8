"""Structured pages in Moin's storage: how one is read, and the one function by which one is written.

The form, the text editor, the import and the command line all end in :func:`store`.
"""

from __future__ import annotations

import fcntl
import io
import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moin import current_app, flaskg
from moin.constants.keys import (
    ACTION_RENAME,
    ACTION_SAVE,
    ALL_REVS,
    COMMENT,
    CONTENTTYPE,
    CURRENT,
    ITEMID,
    ITEMTYPE,
    LANGUAGE,
    LATEST_REVS,
    NAME,
    NAME_EXACT,
    NAMESPACE,
    PARENTID,
    REV_NUMBER,
    REVID,
)
from moin.signalling import item_modified
from moin.storage.middleware.exceptions import AccessDenied
from moin.utils.names import get_fqname
from whoosh.query import Or, Term

from cupboard import definitions, kinds
from cupboard.catalogue.access import Rights
from cupboard.document import Document, dump, parse
from cupboard.kinds import Kind
from cupboard.names import full_name
from cupboard.references.binding import BINDINGS, bind
from cupboard.template import Problem

#: What Moin writes anew with every revision, or what belongs to the old revision only.
NOT_COPIED = {
    REVID, "dataid", "sha1", "size", COMMENT, "mtime", "action", "address", "hostname", "userid", "name_old", "trash",
}  # fmt: skip


class Invalid(ValueError):
    """A document that the definitions in force do not accept.

    :ivar problems: what is wrong, in the template's order
    """

    def __init__(self, problems: Sequence[Problem]):
        super().__init__("; ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Page:
    """One revision of a structured page.

    :ivar name: full name, with its namespace
    :ivar revid: revision id
    :ivar document: its text, parsed
    :ivar meta: Moin's metadata
    """

    name: str
    revid: str
    document: Document
    meta: Mapping[str, Any]


def read(name: str, revid: str = CURRENT, storage: Any = None) -> Page | None:
    """Read a page; None when there is no such page or revision.

    :param storage: one of Moin's storages; by default the one that checks the rights of the person who asks
    :raises AccessDenied: when that person may not read it
    """
    item = _item(name, storage)
    if not item:
        return None
    try:
        revision = item.get_revision(revid)
        with revision.data as data:
            document = parse(data.read())
        return Page(name, revision.revid, document, revision.meta)
    except KeyError:
        return None


def newest(itemids: Collection[str]) -> dict[str, Any]:
    """Moin's revisions of several pages as they are now, with one question to the index.

    :returns: by item id, of those that there are, and that the person who asks may read
    """
    if not itemids:
        return {}
    rights = Rights()
    found = current_app.storage.search(
        Or([Term(ITEMID, itemid) for itemid in itemids]), idx_name=LATEST_REVS, limit=None, scored=False
    )
    return {revision.meta[ITEMID]: revision for revision in found if rights.may_read(revision)}


def read_each(itemids: Collection[str]) -> dict[str, Page]:
    """Read several pages: see :func:`newest`."""
    return {itemid: _page(revision) for itemid, revision in newest(itemids).items() if revision.meta[NAME]}


def _page(revision: Any) -> Page:
    with revision.data as data:
        return Page(revision.meta[NAME][0], revision.revid, parse(data.read()), revision.meta)


def readable(name: str, kind: Kind | None = None) -> Page | None:
    """A page as it is now; None when there is none of this name, or of this kind, and when the person who asks may not
    read it: that there is one is nobody's business then.
    """
    try:
        page = read(name)
    except AccessDenied:
        return None
    return page if page and kind in (None, kinds.of_meta(page.meta)) else None


def revision_of_page(name: str, revid: str) -> Page | None:
    """Read the revision ``revid`` when it is one that a page of this name has, or had before it was deleted or renamed.

    :raises AccessDenied: when the person who asks may not read it
    """
    revision = flaskg.storage.document(idx_name=ALL_REVS, revid=revid)
    fqname = full_name(name)
    if revision is None or fqname.value not in revision.meta[NAME] or fqname.namespace != revision.meta[NAMESPACE]:
        return None
    with revision.data as data:
        return Page(name, revid, parse(data.read()), revision.meta)


def name_now(page: Page) -> str | None:
    """The name that a page which was renamed has now; None when it was deleted."""
    item = flaskg.storage.get_item(itemid=page.meta[ITEMID])
    if not item:
        return None
    meta = item.get_revision(CURRENT).meta
    return get_fqname(meta[NAME][0], NAME_EXACT, meta[NAMESPACE]) if meta[NAME] else None


def exists(name: str, storage: Any = None) -> bool:
    return bool(_item(name, storage))


@contextmanager
def one_writer() -> Iterator[None]:
    """Let one process at a time compare a page with what it was made from and store it.

    Without this, two people who save in the same moment could both find that nobody else had.
    """
    folder = Path(current_app.cfg.index_storage[1][0])
    with open(folder / "cupboard-writer.lock", "ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def save(
    kind: Kind,
    name: str,
    document: Document,
    *,
    comment: str = "",
    storage: Any = None,
    meta: Mapping[str, Any] | None = None,
    is_checked: bool = False,
) -> str | None:
    """Check a structured page against the definitions in force and store it.

    :param name: full name of the page: ``CaseStudies/...``
    :param meta: metadata to add to Moin's own
    :param is_checked: whether it has just been checked
    :returns: the new revision's id, or None when the page already reads like that
    :raises Invalid: when they do not accept it
    :raises AccessDenied: when this person may not write it
    """
    if not is_checked and (problems := definitions.current().problems(kind, document)):
        raise Invalid(problems)
    return store(
        name,
        dump(document),
        contenttype=kind.stored_type,
        itemtype=kind.item_type,
        comment=comment,
        storage=storage,
        meta=meta,
    )


def store(
    name: str,
    data: bytes,
    *,
    contenttype: str,
    itemtype: str,
    comment: str = "",
    storage: Any = None,
    meta: Mapping[str, Any] | None = None,
) -> str | None:
    """Store a page's new revision, unless its bytes are those of the present one.

    Saves by a person on the web are announced as Moin announces its own, so subscribers hear of them.

    :returns: the new revision's id, or None when nothing was to be done
    :raises AccessDenied: when this person may not write it
    :raises ValueError: when Moin refuses the metadata
    """
    item = _item(name, storage)
    fqname = full_name(name)
    before = None
    new_meta: dict[str, Any] = {}
    if item:
        before = item.get_revision(CURRENT)
        with before.data as old:
            old_data = old.read()
        if old_data == data and before.meta.get(ITEMTYPE) == itemtype:
            return None
        new_meta = {key: value for key, value in before.meta.items() if key not in NOT_COPIED}
        new_meta[PARENTID] = before.revid
    new_meta.update(meta or {})
    new_meta.update({
        NAME: new_meta.get(NAME) or [fqname.value],
        NAMESPACE: fqname.namespace,
        CONTENTTYPE: contenttype,
        ITEMTYPE: itemtype,
        REV_NUMBER: (before.meta.get(REV_NUMBER, 0) if before else 0) + 1,
        # not the writer's: most who have the Cupboard in another language mend a page in the wiki's
        LANGUAGE: new_meta.get(LANGUAGE) or current_app.cfg.language_default,
        COMMENT: comment,
    })
    kind = kinds.of_content_type(contenttype)
    if kind and kind.references:
        names = [one.name for one in kind.references(parse(data))]
        may_read = flaskg.user.may.read if storage is None else None
        new_meta[BINDINGS] = bind(names, new_meta.get(BINDINGS) or {}, may_read)
    revision = item.store_revision(
        new_meta, io.BytesIO(data), action=ACTION_SAVE, contenttype_current=contenttype, return_rev=True
    )
    if storage is None:
        with item.get_revision(CURRENT).data as stored:  # what was sent, signed
            data = stored.read()
        old_side = {"data": io.BytesIO(old_data), "meta": before.meta} if before else {}
        item_modified.send(
            current_app._get_current_object(),
            fqname=revision.fqname,
            action=ACTION_SAVE,
            new_data=io.BytesIO(data),
            new_meta=revision.meta,
            **old_side,
        )
    return revision.revid


def rename(old: str, new: str, *, comment: str, storage: Any) -> None:
    """Give a page another name; what stands below it keeps its own.

    :param storage: the storage that checks no rights; on the web, Moin renames
    """
    item, fqname = _item(old, storage), full_name(new)
    before = item.get_revision(CURRENT)
    with before.data as data:
        content = data.read()
    meta = {key: value for key, value in before.meta.items() if key not in NOT_COPIED}
    meta |= {
        NAME: [fqname.value],
        NAMESPACE: fqname.namespace,
        PARENTID: before.revid,
        REV_NUMBER: before.meta.get(REV_NUMBER, 0) + 1,
        COMMENT: comment,
    }
    item.store_revision(meta, io.BytesIO(content), action=ACTION_RENAME, contenttype_current=before.meta[CONTENTTYPE])


def slug(title: str, otherwise: str = "case-study") -> str:
    """Make the last part of a page name from a title: lower-case ASCII letters and digits with hyphens between.

    :param otherwise: what a title without any gives
    """
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", plain.replace("'", "").lower())
    made = ""
    for word in words:
        if made and len(made) + 1 + len(word) > 80:
            break
        made = f"{made}-{word}" if made else word[:80]
    return made or otherwise


def free_name(kind: Kind, title: str) -> str:
    """The name that a new page of this title gets: numbered when the plain one is taken."""
    plain = kind.name_of(slug(title, kind.id))
    name, number = plain, 1
    while exists(name, current_app.storage):
        number += 1
        name = f"{plain}-{number}"
    return name


def _item(name: str, storage: Any) -> Any:
    chosen = flaskg.storage if storage is None else storage
    fqname = full_name(name)
    return chosen.get_item(**{NAMESPACE: fqname.namespace, NAME_EXACT: fqname.value})
