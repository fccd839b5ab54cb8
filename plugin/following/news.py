"""What is new on a page since a moment, for the person who asks: in words, and only what they may read now."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from flask import url_for
from moin import current_app, flaskg
from moin.constants.keys import ACTION_TRASH, ALL_REVS, ITEMID, MTIME
from moin.storage.middleware.exceptions import AccessDenied
from moin.utils.interwiki import url_for_item
from whoosh.query import Term

from cupboard import catalogue, definitions, kinds
from cupboard.bodies.statements import Statement
from cupboard.catalogue import bodies
from cupboard.changes import changes, cut, plain_changes, without_addresses
from cupboard.days import shown as day_shown
from cupboard.definitions import Definitions
from cupboard.document import Document, parse
from cupboard.legal.view import ROWS, LegalView
from cupboard.tongue import _

NEW, CHANGED, DELETED = "new", "changed", "deleted"

#: Versions of a page that are looked at, and bytes of a plain page.
_MOST_VERSIONS = 200
_MOST_TEXT = 200_000


@dataclass(frozen=True)
class News:
    """What is new on one page.

    :ivar name: of the page, with its namespace
    :ivar title: what a reader calls it
    :ivar what: :data:`NEW`, :data:`CHANGED` or :data:`DELETED`
    :ivar changes: phrases; empty when there is nothing to say but that it changed
    :ivar when: of the newest version, seconds since the epoch
    :ivar revid: the newest version
    :ivar before: the version that it is compared with; None of a new page
    :ivar versions: all that are news
    """

    itemid: str
    name: str
    title: str
    what: str
    changes: tuple[str, ...]
    when: int
    revid: str
    before: str | None
    versions: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        return url_for_item(self.name)

    @property
    def diff_url(self) -> str | None:
        """Where the two versions are compared; None when there is nothing to compare."""
        if self.what != CHANGED or self.before is None:
            return None
        return url_for("frontend.diff", item_name=self.name, rev1=self.before, rev2=self.revid)


def seconds(mtime: datetime | int) -> int:
    """A time as Moin's index has it, in seconds since the epoch."""
    return int(mtime.replace(tzinfo=UTC).timestamp()) if isinstance(mtime, datetime) else int(mtime)


def of_page(itemid: str, since: int, until: int, but_by: str = "", told: Container[str] = ()) -> News | None:
    """What is new on a page.

    :param since: seconds since the epoch; versions after it are news
    :param until: the last second that counts
    :param but_by: item id of an account whose own versions are no news; where others wrote too, all is told
    :param told: ids of versions that are no news any more
    :returns: None when nothing is, or the person who asks may not read the page
    """
    versions = _versions(itemid)
    fresh = [meta for meta in versions if since < seconds(meta[MTIME]) <= until and meta["revid"] not in told]
    if not fresh or all(but_by and meta.get("userid") == but_by for meta in fresh):
        return None
    latest = fresh[0]
    place = versions.index(fresh[-1]) + 1
    earlier = versions[place] if place < len(versions) else None
    if earlier is None and len(versions) == _MOST_VERSIONS:
        earlier = fresh[-1]  # there are older ones than were looked at
    item = flaskg.storage.get_item(**{ITEMID: itemid})
    try:
        now = _read(item, latest["revid"])
        before = _read(item, earlier["revid"]) if earlier else None
    except (AccessDenied, KeyError):
        return None
    if now is None:
        return None
    deleted = latest.get("action") == ACTION_TRASH or not latest.get("name")
    if deleted:
        # told apart by the name it had; whether it may be read is asked of the page as it is
        name = (latest.get("name_old") or (earlier or {}).get("name") or [""])[0]
    else:
        name = latest["name"][0]
    if not name:
        return None
    namespace = latest.get("namespace") or ""
    name = f"{namespace}/{name}" if namespace else name
    if is_statement(latest) and not deleted:
        return _signed(now, before, name, fresh)
    shown = now if not deleted or before is None else before
    what = DELETED if deleted else NEW if before is None else CHANGED
    said = _said(before, now, earlier, latest) if what == CHANGED else [] if deleted else _introduced(now, latest)
    if what == CHANGED and not said and before is not None and before == now:
        said = _renamed(earlier, latest)
        if not said:
            return None  # neither its words nor its name changed
    return News(
        itemid,
        name,
        _title(shown, name, latest),
        what,
        tuple(map(without_addresses, said)),
        seconds(latest[MTIME]),
        latest["revid"],
        earlier["revid"] if earlier else None,
        tuple(meta["revid"] for meta in fresh),
    )


def is_statement(meta: Mapping[str, Any]) -> bool:
    """Whether a page is a statement that an organisation signed about another one."""
    return str(meta.get("contenttype") or "").partition(";")[0] == bodies.STATEMENT


def texts_before(itemid: str, when: int) -> Iterator[str]:
    """A definition page as it was at a moment, and before that, newest first; whoever may read it."""
    for meta in _versions(itemid):
        if seconds(meta[MTIME]) <= when:
            with current_app.storage.get_item(**{ITEMID: itemid}).get_revision(meta["revid"]).data as data:
                yield data.read().decode("utf-8", "replace")


def is_readable(itemid: str) -> bool:
    """Whether the person who asks may read a page as it is now."""
    try:
        item = flaskg.storage.get_item(**{ITEMID: itemid})
        if not item:
            return False
        item["current"].data.close()
    except (AccessDenied, KeyError):
        return False
    return True


def legal_word(in_force: Definitions) -> Mapping[str, Any]:
    """For :func:`cupboard.changes.changes`: the legal status in the words of lists."""
    return {ROWS: lambda fields: LegalView(fields, in_force).word}


def _versions(itemid: str) -> list[Mapping[str, Any]]:
    """The versions of a page, newest first."""
    found = current_app.storage.search_meta(
        Term(ITEMID, itemid), idx_name=ALL_REVS, sortedby=[MTIME], reverse=True, limit=_MOST_VERSIONS
    )
    return sorted(found, key=lambda meta: (seconds(meta[MTIME]), meta.get("rev_number") or 0), reverse=True)


def _read(item: Any, revid: str) -> Document | str | None:
    """A version: a structured page's document, another text's text, or "" for what is no text."""
    if not item:
        return None
    revision = item.get_revision(revid)
    with revision.data as data:
        if kinds.of_meta(revision.meta):
            return parse(data.read())
        if not str(revision.meta.get("contenttype") or "").startswith("text/"):
            return ""
        return data.read(_MOST_TEXT).decode("utf-8", "replace")


def _signed(
    now: Document | str, before: Document | str | None, name: str, fresh: list[Mapping[str, Any]]
) -> News | None:
    """A statement that was signed, renewed or withdrawn, as news of the page that it is about.

    None to those who may not read that page, whatever the rights of the statement's own.
    """
    if now == before:
        return None  # another name, or other rights
    statement = Statement.read(parse(str(now).encode()).fields)
    about = next(iter(catalogue.of_items([statement.case])), None) if statement else None
    if statement is None or about is None:
        return None
    said = statement.sentence()
    if statement.withdrawn_on:
        said = _("{statement}; withdrawn on {day}: “{reason}”").format(
            statement=said, day=day_shown(statement.withdrawn_on), reason=cut(statement.withdrawn_reason)
        )
    elif before is not None:
        said = _("{statement}, renewed").format(statement=said)
    latest = fresh[0]
    return News(latest[ITEMID], name, about.fields.get("title") or about.name, CHANGED, (said,), seconds(latest[MTIME]),
                latest["revid"], None, tuple(meta["revid"] for meta in fresh))


def _said(before: Document | str | None, now: Document | str, earlier: Any, latest: Any) -> list[str]:
    said = []
    kind = kinds.of_meta(latest)
    if not _is_quoted(kind):
        return _renamed(earlier, latest)
    if isinstance(now, Document) and isinstance(before, Document) and kind:
        in_force = definitions.current()
        said = changes(before, now, in_force.template_of(kind), in_force.vocabularies, legal_word(in_force))
    elif isinstance(now, str) and isinstance(before, str):
        said = plain_changes(before, now)
    return [*said, *_renamed(earlier, latest)]


def _renamed(earlier: Any, latest: Any) -> list[str]:
    if not earlier or not latest.get("name") or earlier.get("name") == latest.get("name"):
        return []
    return [_("now called {name}").format(name=latest["name"][0])]


def _introduced(now: Document | str, meta: Mapping[str, Any]) -> list[str]:
    kind = kinds.of_meta(meta)
    if not _is_quoted(kind):
        return []
    summary = _field(now, kind.summary) if kind else str(meta.get("summary") or "")
    if not summary and isinstance(now, str):
        return plain_changes("", now)
    return [cut(summary)] if summary else []


def _title(shown: Document | str, name: str, meta: Mapping[str, Any]) -> str:
    kind = kinds.of_meta(meta)
    return (_field(shown, kind.title) if kind and _is_quoted(kind) else "") or name


def _is_quoted(kind: kinds.Kind | None) -> bool:
    """Whether what a page says is repeated. Of people's own pages each field has readers of its own, so it is not."""
    return kind is None or kind.listed


def _field(shown: Document | str, field: str) -> str:
    value = shown.fields.get(field, "") if isinstance(shown, Document) else ""
    return " ".join(value.split()) if isinstance(value, str) else ""
