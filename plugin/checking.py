"""Compares what lists, search and access are answered from, the index, with the stored pages.

For each revision in the store: is it in the index, and is the newest one of each page the one that lists show? For
each newest one: does the index hold what its text and metadata give today? And is there anything in the index that is
not in the store? The tables that lists of case studies are made from are compared in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from moin.constants.keys import (
    ACL,
    ALL_REVS,
    BACKENDNAME,
    CONTENT,
    CONTENTTYPE,
    ITEMID,
    ITEMTYPE,
    LATEST_META,
    LATEST_REVS,
    MTIME,
    NAME,
    NAMESPACE,
    REVID,
    SUMMARY,
    TAGS,
    USERID,
)
from moin.storage.middleware.indexing import backend_to_index, convert_to_indexable

from cupboard.catalogue import comparing
from cupboard.commands import Progress
from cupboard.references import dead
from cupboard.tongue import _

#: What is compared of a newest revision: all that lists, search and access rules look at.
COMPARED = (NAME, NAMESPACE, BACKENDNAME, ITEMID, ITEMTYPE, CONTENTTYPE, ACL, MTIME, USERID, TAGS, SUMMARY, CONTENT)


@dataclass(frozen=True)
class _Stored:
    """A revision in the store: where it is, and what decides which one of a page is the newest."""

    backend: str
    revid: str
    itemid: str
    mtime: int
    name: str


def differences(storage: Any, progress: Progress = lambda what, done, total: None) -> tuple[list[str], int]:
    """Compare the index with the store.

    :param storage: Moin's indexing middleware, which checks no rights
    :returns: a line for each difference, and how many pages were compared
    """
    keys = list(storage.backend)
    stored: dict[str, _Stored] = {}
    for done, (backend, revid) in enumerate(keys, start=1):
        stored[revid] = _read(storage, backend, revid)
        progress("Reading", done, len(keys))
    found = [*_missing_and_superfluous(stored, storage)]

    newest = _newest(stored.values())
    latest = {index: {doc[ITEMID]: doc for doc in storage._documents(idx_name=index)} for index in _LATEST}
    for index in _LATEST:
        for itemid, doc in latest[index].items():
            if itemid not in newest:
                found.append(_("{page}: listed, but not in the store").format(page=_called(doc)))
    for done, (itemid, candidates) in enumerate(newest.items(), start=1):
        found += _differences_of_page(candidates, [latest[index].get(itemid) for index in _LATEST], storage)
        progress("Comparing", done, len(newest))
    listed = latest[_LATEST[0]]
    chosen = [_chosen(those, listed.get(itemid)) for itemid, those in newest.items()]
    found += comparing.differences(storage, chosen)
    found += dead.differences(storage, chosen)
    return list(dict.fromkeys(found)), len(newest)


_LATEST = (LATEST_REVS, LATEST_META)


def _read(storage: Any, backend: str, revid: str) -> _Stored:
    meta, data = storage.backend.retrieve(backend, revid)
    data.close()
    return _Stored(backend, revid, meta[ITEMID], meta.get(MTIME, 0), _called(meta))


def _missing_and_superfluous(stored: Mapping[str, _Stored], storage: Any) -> Iterator[str]:
    indexed = {doc[REVID]: doc for doc in storage._documents(idx_name=ALL_REVS)}
    for revid, revision in stored.items():
        if revid not in indexed:
            yield _("{name}: revision {revid} is not in the index").format(name=revision.name, revid=revid)
    for revid, doc in indexed.items():
        if revid not in stored:
            yield _("{page}: revision {revid} is in the index, but not in the store").format(
                page=_called(doc), revid=revid
            )


def _newest(stored: Any) -> dict[str, list[_Stored]]:
    """The newest revision of each page; several, when they were saved in the same second."""
    newest: dict[str, list[_Stored]] = {}
    for revision in stored:
        others = newest.setdefault(revision.itemid, [])
        if others and others[0].mtime < revision.mtime:
            others.clear()
        if not others or others[0].mtime == revision.mtime:
            others.append(revision)
    return newest


def _chosen(candidates: list[_Stored], doc: Mapping[str, Any] | None) -> tuple[str, str]:
    """Of several revisions of the same second, the one that the index takes for the newest."""
    one = next((one for one in candidates if doc and one.revid == doc[REVID]), candidates[-1])
    return one.backend, one.revid


def _differences_of_page(
    candidates: list[_Stored], docs: list[Mapping[str, Any] | None], storage: Any
) -> Iterator[str]:
    name = candidates[0].name
    by_revid = {candidate.revid: candidate for candidate in candidates}
    for doc in docs:
        if doc is None:
            yield _("{name}: not listed").format(name=name)
            return
        if doc[REVID] not in by_revid:
            yield _("{name}: listed as of revision {listed}, the newest is {newest}").format(
                name=name, listed=doc[REVID], newest=candidates[-1].revid
            )
            return
    complete = docs[0]
    assert complete is not None
    expected = _expected(by_revid[complete[REVID]], storage)
    for key in COMPARED:
        if _plain(expected.get(key)) != _plain(complete.get(key)):
            yield _("{name}: {key} is {indexed} in the index, {stored} in the store").format(
                name=name, key=key, indexed=_short(complete.get(key)), stored=_short(expected.get(key))
            )


def _expected(revision: _Stored, storage: Any) -> Mapping[str, Any]:
    """What the index would hold of a revision if it were made now."""
    meta, data = storage.backend.retrieve(revision.backend, revision.revid)
    with data:
        content = convert_to_indexable(meta, data)
    return backend_to_index(meta, content, storage.schemas[LATEST_REVS], revision.backend)


def _called(meta: Mapping[str, Any]) -> str:
    names = meta.get(NAME) or [_("(deleted page)")]
    namespace = meta.get(NAMESPACE)
    return f"{namespace}/{names[0]}" if namespace else names[0]


def _plain(value: Any) -> Any:
    """A value as it compares: the index has no empty values, and may return a list as a tuple."""
    if isinstance(value, (list, tuple, set)):
        return sorted(value) or None
    return value or None


def _short(value: Any) -> str:
    shown = repr(_plain(value))
    return shown if len(shown) <= 60 else f"{shown[:57]}..."
