"""My Cupboard: what a person follows, with what is new since they last marked all as seen.

Everything is asked as that person: what they may not read is neither shown nor counted. A favourite that can't be read
(any more) is shown as such, without its name, so that it can be removed.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from flask import url_for
from moin import current_app, flaskg
from moin.constants.keys import ALL_REVS, ITEMID, ITEMTYPE, MTIME, NAME, REV_NUMBER, USERID
from moin.utils.interwiki import url_for_item
from whoosh.query import And, Term

from cupboard import catalogue, definitions, kinds, pages
from cupboard.case_studies.upkeep import Attention, attention
from cupboard.catalogue import FACETS, BadQuery, Entry, Query
from cupboard.catalogue import query as addresses
from cupboard.document import parse
from cupboard.following import drafts, news, signed
from cupboard.following.drafts import Draft
from cupboard.following.favourites import NAME as BY_NAME
from cupboard.following.favourites import PAGE, PATTERN, START, Favourite, read_all
from cupboard.following.news import News
from cupboard.following.private import Kept, Person, private
from cupboard.following.signed import Told
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.labels import joined
from cupboard.legal.view import LegalView
from cupboard.lists import saved_searches
from cupboard.tongue import L_, _
from cupboard.vocabulary import Term as ContentsTerm

SORTS = {"changed": L_("Changed last"), "title": L_("Title"), "added": L_("Added last"), "status": L_("Legal status")}

#: New case studies of one section or search that are looked for, and those that are named.
MOST_NEW = 500
NAMED = 5
#: Pages whose changes are put into words at one look.
_EXPLAINED = 30
#: A person's own versions that are looked through for case studies that they began.
_MOST_OWN = 2000


@dataclass(frozen=True)
class Row:
    """One favourite.

    :ivar title: in words; empty for what can't be read
    :ivar kind: ``page``, ``section``, ``search`` or ``rule``, which is a name or a pattern from Moin's settings
    :ivar url: None for what can't be read, and for patterns
    :ivar status: the legal status of a case study, in words; ``group`` is its colour
    :ivar changed: seconds since the epoch; 0 when it isn't one page
    :ivar news: what is new on a page; None when nothing is
    :ivar fresh: new case studies of a section or search
    :ivar asked: what a section or search lists
    :ivar signed: what organisations signed about a page, or about the case studies of a section or search
    """

    favourite: Favourite
    title: str
    kind: str
    url: str | None
    kept: Kept
    status: str = ""
    group: str = "neutral"
    changed: int = 0
    is_new: bool = False
    news: News | None = None
    fresh: tuple[Entry, ...] = ()
    signed: tuple[News, ...] = ()
    asked: Query | None = None

    @property
    def is_readable(self) -> bool:
        return bool(self.title)


@dataclass(frozen=True)
class Own:
    """A case study that this person began and that wants attention."""

    entry: Entry
    title: str
    url: str
    attention: Sequence[Attention]


@dataclass
class Mine:
    """My Cupboard of the person who is signed in.

    :param sort: one of :data:`SORTS`
    """

    sort: str = "changed"
    person: Person = field(init=False)

    def __post_init__(self) -> None:
        self._private = private()
        self.person = self._private.person(flaskg.user.itemid)

    @property
    def since(self) -> int:
        return self.person.seen

    @cached_property
    def rows(self) -> list[Row]:
        """The favourites, in order."""
        favourites = read_all(flaskg.user.subscriptions)
        kept = self._private.kept(flaskg.user.itemid)
        entries, others = _found([one.value for one in favourites if one.kind == PAGE])
        rows = [self._row(one, kept.get(one.subscription, Kept()), entries, others) for one in favourites]
        rows = _sorted([replace(row, signed=self._signed_of(row)) for row in rows], self.sort)
        explained = [row for row in rows if row.is_new][:_EXPLAINED]
        found = {id(row): self._news(row) for row in explained}
        return [replace(row, news=found[id(row)]) if id(row) in found else row for row in rows]

    @property
    def cases(self) -> list[Row]:
        return [row for row in self.rows if row.kind == "page"]

    @property
    def sections(self) -> list[Row]:
        return [row for row in self.rows if row.kind == "section"]

    @property
    def rules(self) -> list[Row]:
        return [row for row in self.rows if row.kind == "rule"]

    @cached_property
    def searches(self) -> list[Row]:
        """The searches that this person keeps, followed or not, and those of others that they follow."""
        followed = [row for row in self.rows if row.kind == "search"]
        known = {row.url for row in followed}
        own = []
        for one in saved_searches.of_user(flaskg.user.name0):
            if url_for_item(one.page) not in known:
                own.append(self._search_row(Favourite(PAGE, one.itemid), one.title, one.page, one.search, Kept()))
        return [*followed, *(replace(row, signed=self._signed_of(row)) for row in own)]

    @cached_property
    def followed(self) -> frozenset[str]:
        return frozenset(flaskg.user.subscriptions)

    @cached_property
    def drafts(self) -> list[Draft]:
        return drafts.of(flaskg.user.name0)

    @cached_property
    def own(self) -> list[Own]:
        """Case studies that this person began and that want attention."""
        in_force = definitions.current()
        found = []
        for entry in own_cases(flaskg.user.itemid):
            reasons = attention(entry.fields, entry.created, in_force)
            if reasons:
                title = entry.fields.get("title") or entry.name
                found.append(Own(entry, title, url_for_item(entry.name), reasons))
        return found

    @cached_property
    def _signed(self) -> list[Told]:
        """What organisations signed since the earliest moment that counts for any favourite."""
        added = [one.added for one in self._private.kept(flaskg.user.itemid).values()]
        earliest = self.since or min(added, default=0)
        return signed.since(earliest, int(time.time())) if earliest else []

    def _signed_of(self, row: Row) -> tuple[News, ...]:
        since = max(self.since, row.kept.added)
        told = [one for one in self._signed if one.news.when > since] if since else []
        if row.kind == "page":
            return tuple(one.news for one in told if row.favourite.value in one.about)
        if not told or row.asked is None:
            return ()
        matching = catalogue.matching(row.asked, {one.about[0] for one in told})
        return tuple(one.news for one in told if one.about[0] in matching)

    def _row(self, one: Favourite, kept: Kept, entries: Mapping[str, Entry], others: Mapping[str, Any]) -> Row:
        since = self.since or kept.added
        if one.kind == PAGE:
            entry = entries.get(one.value)
            if entry is not None:
                view = LegalView(entry.fields, definitions.current())
                title = entry.fields.get("title") or entry.name
                return Row(one, title, "page", url_for_item(entry.name), kept, view.word, view.group,
                           entry.changed, bool(since) and entry.changed > max(since, kept.added))
            return self._page_row(one, kept, others.get(one.value))
        if one.is_term:
            term = definitions.current().contents.get(one.value)
            if term is None:
                return Row(one, one.value, "section", None, kept)
            return self._term_row(one, term, kept)
        return Row(one, _rule(one), "rule", url_for_item(_fullname(one)) if one.kind == BY_NAME else None, kept)

    def _page_row(self, one: Favourite, kept: Kept, revision: Any) -> Row:
        if revision is None or not revision.meta.get(NAME):
            return Row(one, "", "page", None, kept)
        meta = revision.meta
        name = "/".join(part for part in (meta.get("namespace") or "", meta[NAME][0]) if part)
        search = saved_searches.of_revision(revision)
        if search is not None:
            return self._search_row(one, search.title, name, search.search, kept)
        changed = news.seconds(meta[MTIME])
        since = self.since or kept.added
        return Row(one, _called(revision, name), "page", url_for_item(name), kept, changed=changed,
                   is_new=bool(since) and changed > max(since, kept.added))

    def _term_row(self, one: Favourite, term: ContentsTerm, kept: Kept) -> Row:
        asked = Query(include={"term": (term.id,)})
        label = joined((step.label for step in term.path), " – ")
        return Row(one, label, "section", url_for("frontend.cupboard.browse", term=term.id), kept,
                   fresh=self._fresh(asked, kept), asked=asked)

    def _search_row(self, one: Favourite, title: str, page: str, search: str, kept: Kept) -> Row:
        try:
            query, __ = addresses.read(parse_qsl(search), FACETS)
        except BadQuery:
            return Row(one, title, "search", url_for_item(page), kept)
        return Row(one, title, "search", url_for_item(page), kept, fresh=self._fresh(query, kept), asked=query)

    def _fresh(self, query: Query, kept: Kept) -> tuple[Entry, ...]:
        since = max(self.since, kept.added)
        return tuple(new_cases(query, since)) if since else ()

    def _news(self, row: Row) -> News | None:
        return news.of_page(row.favourite.value, max(self.since, row.kept.added), row.changed)


def new_cases(query: Query, since: int, until: int | None = None) -> Iterator[Entry]:
    """The case studies of a list that were begun after a moment, newest first, as far as they may be read."""
    page, seen = 1, 0
    while seen < MOST_NEW:
        results = catalogue.find(replace(query, sort="newest", page=page, per_page=50))
        for entry in results.entries:
            if entry.created <= since:
                return
            if until is None or entry.created <= until:
                yield entry
            seen += 1
        if page >= results.pages:
            return
        page += 1


def own_cases(userid: str) -> tuple[Entry, ...]:
    """The case studies that somebody began, as far as the person who asks may read them."""
    query = And([Term(USERID, userid), Term(ITEMTYPE, CASE_STUDY.item_type)])
    versions = current_app.storage.search_meta(query, idx_name=ALL_REVS, sortedby=[MTIME], limit=_MOST_OWN)
    return catalogue.of_items({meta[ITEMID] for meta in versions if meta.get(REV_NUMBER) == 1})


def kept_search(itemid: str) -> tuple[str, str, str] | None:
    """(title, address, what is searched for) of a favourite that is a kept search; None when it is none, or may not be
    read."""
    revision = pages.newest([itemid]).get(itemid)
    found = saved_searches.of_revision(revision) if revision else None
    return (found.title, url_for_item(found.page), found.search) if found else None


def title_of(favourite: Favourite) -> str:
    """What a favourite is called; empty when the person who asks may not read it."""
    return Mine()._row(favourite, Kept(), *_found([favourite.value])).title


def _sorted(rows: Collection[Row], sort: str) -> list[Row]:
    if sort == "title":
        return sorted(rows, key=lambda row: (not row.title, row.title.casefold()))
    if sort == "added":
        return sorted(rows, key=lambda row: -row.kept.added)
    if sort == "status":
        order = {"contested": 0, "unreviewed": 1, "supported": 2, "neutral": 3}
        return sorted(rows, key=lambda row: (order.get(row.group, 3), row.status, row.title.casefold()))
    return sorted(rows, key=lambda row: (-row.changed, row.title.casefold()))


def _rule(one: Favourite) -> str:
    said = {
        BY_NAME: _("The page {value}"),
        START: _("Pages whose name begins with {value}"),
        PATTERN: _("Pages whose name fits {value}"),
    }.get(one.kind, _("Pages labelled {value}")).format(value=one.value)
    return _("{pages} in {namespace}").format(pages=said, namespace=one.namespace) if one.namespace else said


def _fullname(one: Favourite) -> str:
    return f"{one.namespace}/{one.value}" if one.namespace else one.value


def _found(itemids: Collection[str]) -> tuple[Mapping[str, Entry], Mapping[str, Any]]:
    """(case studies, Moin's revisions of other pages) by item id, as far as the person who asks may read them."""
    entries = {entry.itemid: entry for entry in catalogue.of_items(itemids)}
    return entries, pages.newest([itemid for itemid in itemids if itemid not in entries])


def _called(revision: Any, name: str) -> str:
    """What a page is called: an organisation or a person by the name that they show, any other page by its own."""
    kind = kinds.of_meta(revision.meta)
    if kind is None:
        return name
    with revision.data as data:
        title = parse(data.read()).fields.get(kind.title)
    return title if isinstance(title, str) and title.strip() else name
