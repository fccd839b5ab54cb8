"""What there is to tell one person, asked as that person, at the moment of telling.

    pages      favourites that changed, in words; of a deleted one that it was deleted; questions on their discussions;
               that they were endorsed or confirmed, or are no longer; of an organisation's page, what it signed and
               what was signed about its case studies
    sections   case studies that are new, changed, endorsed or confirmed under a term
    searches   the same among the matches of a kept search
    law        changes of law that touch what is followed
    own        what the case studies want that this person began or is the contact point of: upkeep, questions; that
               they were endorsed
    drafts     text that waits in the editor
    waiting    to editors: new accounts that wait for one

A page is told once, under what names it most narrowly. What the person wrote alone is no news to them.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from flask import g, url_for
from moin import current_app, flaskg
from moin.constants.keys import ITEMID, LATEST_REVS, MTIME, NAME, NAME_EXACT, NAMESPACE
from moin.constants.namespaces import NAMESPACE_USERPROFILES
from whoosh.query import And, DateRange, Not, Term

from cupboard import catalogue, definitions
from cupboard.accounts import newcomers
from cupboard.administration import links
from cupboard.case_studies import upkeep
from cupboard.catalogue import FACETS, BadQuery, Query
from cupboard.catalogue import query as addresses
from cupboard.days import today
from cupboard.endorsement import signing
from cupboard.following import drafts, news, signed
from cupboard.following.favourites import PAGE, Favourite, covering, read_all
from cupboard.following.mine import kept_search, own_cases
from cupboard.following.news import News
from cupboard.following.private import DAILY, NOW, WEEKLY, Kept, Person, private
from cupboard.groups import is_editor
from cupboard.labels import joined
from cupboard.legal.regimes import LawChange, Regimes
from cupboard.legal.view import LegalView

#: What :attr:`Digest.until` calls the things that are told of a person's own case studies.
OWN = "own"
#: How far back a message looks at most, and for a favourite of which nothing is known.
_FARTHEST = 90 * 86400
FIRST = {NOW: 3600, DAILY: 86400, WEEKLY: 7 * 86400}
#: A version may be in the index some seconds after the moment that it says. What was told is not told again.
OVERLAP = 60
#: A draft waits when it is so many seconds old.
_DRAFT_WAITS = 86400
#: How much one message says; of the rest it says how much there is.
MOST_PAGES, MOST_IN_SECTION = 50, 20
_MOST_CHANGES = 20_000


@dataclass
class Section:
    """What is new under a section, or among the matches of a search.

    :ivar more: how many further pages there are
    """

    title: str
    url: str
    favourite: Favourite
    news: list[News] = field(default_factory=list)
    law: list[tuple[LawChange, int]] = field(default_factory=list)
    more: int = 0

    def add(self, what: News) -> None:
        if len(self.news) < MOST_IN_SECTION:
            self.news.append(what)
        else:
            self.more += 1


@dataclass
class Case:
    """Something about one case study.

    :ivar reasons: sentences
    :ivar questions: what is new on its discussion
    :ivar asked: whether to ask if it is still true
    """

    title: str
    name: str
    url: str
    reasons: list[str] = field(default_factory=list)
    questions: list[News] = field(default_factory=list)
    asked: bool = False


@dataclass
class Digest:
    """What there is to tell one person.

    :ivar waiting: names of accounts, each with how many of its pages wait
    :ivar told: what need not be told again
    :ivar until: by subscription, the second until when all is told
    :ivar now: the last second that it tells of
    :ivar more: how many changed pages are left out because there are too many
    """

    pages: list[tuple[Favourite, News]] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    searches: list[Section] = field(default_factory=list)
    law: list[Case] = field(default_factory=list)
    own: list[Case] = field(default_factory=list)
    questions: list[Case] = field(default_factory=list)
    drafts: list[tuple[str, str]] = field(default_factory=list)
    waiting: list[tuple[str, int]] = field(default_factory=list)
    told: set[str] = field(default_factory=set)
    until: dict[str, int] = field(default_factory=dict)
    more: int = 0
    now: int = 0

    def __bool__(self) -> bool:
        return self.size > 0

    @property
    def size(self) -> int:
        """How many things it tells."""
        grouped = sum(len(one.news) + len(one.law) for one in (*self.sections, *self.searches))
        single = (self.pages, self.law, self.own, self.questions, self.drafts, self.waiting)
        return grouped + sum(len(one) for one in single)


def compose(
    frequency: str, person: Person, kept: Mapping[str, Kept], told: frozenset[str], told_until: Mapping[str, int],
    until: int = 0, only: frozenset[str] = frozenset(), of_contact: Collection[str] = (),
) -> Digest:
    """What there is to tell the person who asks, of the favourites that are told with a frequency.

    :param person, kept: what the person chose, for all and for each favourite
    :param told, told_until: what the person was told already
    :param until: the last second that it tells of; 0: now
    :param only: what it may tell; empty: whatever there is
    :param of_contact: item ids of the case studies whose contact point has the person's address
    """
    return _Composing(frequency, person, kept, _Told(told, only), told_until,
                      until or int(time.time()), of_contact).digest()


def frequencies(subscriptions: list[str], person: Person, kept: Mapping[str, Kept]) -> set[str]:
    """With which frequencies a person is written to: that of upkeep, and those of the favourites."""
    return {person.frequency, *(kept[one].frequency for one in subscriptions if one in kept and kept[one].frequency)}


class _Told:
    """What is not to be told: what was told already, and when a message is made again, what was not in it then."""

    def __init__(self, told: frozenset[str], only: frozenset[str]):
        self.told, self.only = told, only

    def __contains__(self, what: object) -> bool:
        return what in self.told or bool(self.only) and what not in self.only


class _Composing:
    def __init__(self, frequency: str, person: Person, kept: Mapping[str, Kept], told: _Told,
                 told_until: Mapping[str, int], until: int, of_contact: Collection[str]):
        self.frequency = frequency
        self.all_here = person.frequency == frequency
        self.kept = kept
        self.told = told
        self.told_until = told_until
        self.now = until
        self.of_contact = of_contact
        self.userid = flaskg.user.itemid
        chosen = [
            one for one in read_all(flaskg.user.subscriptions)
            if (kept.get(one.subscription, Kept()).frequency or person.frequency) == frequency
        ]
        self.searches = {one: found for one in chosen if one.kind == PAGE and (found := kept_search(one.value))}
        self.favourites = [one for one in chosen if one not in self.searches]
        self.sections: dict[Favourite, Section] = {}
        self.ended: list[signing.Kept] = []
        self.result = Digest(now=until, until={one.subscription: self.now for one in chosen})

    def digest(self) -> Digest:
        changed = list(_changed_since(self._earliest()))
        self.ended = signed.ended(self._earliest(), self.now)
        self._pages(changed)
        for one, search in self.searches.items():
            self._search(one, search, [meta for meta in changed if news.is_statement(meta)])
        self._law()
        if self.all_here:
            self._own(changed)
            self._drafts()
            if is_editor():
                self._waiting()
        return self.result

    def since(self, subscription: str) -> int:
        """The second after which something about a favourite is news: what was told, or when it was added."""
        found = max(self.told_until.get(subscription, 0), self.kept.get(subscription, Kept()).added)
        return max(found, self.now - _FARTHEST) if found else self.now - FIRST[self.frequency]

    def _earliest(self) -> int:
        every = [one.subscription for one in (*self.favourites, *self.searches)]
        return min([self.since(one) for one in (*every, OWN)]) - OVERLAP

    def _of_page(self, itemid: str, since: int) -> News | None:
        # the overlap never reaches back before a favourite was added: that second is in it
        found = news.of_page(itemid, since, self.now, but_by=self.userid, told=self.told)
        if found:
            self.result.told.update(found.versions)
        return found

    def _window(self, favourite: Favourite) -> int:
        added = self.kept.get(favourite.subscription, Kept()).added
        return max(self.since(favourite.subscription) - OVERLAP, added - 1)

    # favourites

    def _of_end(self, kept: signing.Kept, since: int) -> News | None:
        """That the term of a statement is over."""
        found = signed.ending(kept)
        if found is None or found.when <= since or found.revid in self.told:
            return None
        self.result.told.add(found.revid)
        return found

    def _pages(self, changed: list[Mapping]) -> None:
        for meta in changed:
            found = covering(self.favourites, meta) or self._discussed(meta)
            if not found and news.is_statement(meta):
                found = self._concerned(meta[ITEMID])
            if found:
                self._tell(found[0], self._of_page(meta[ITEMID], self._window(found[0])))
        for kept in self.ended:
            found = self._concerned(kept.itemid)
            if found:
                self._tell(found[0], self._of_end(kept, self.since(found[0].subscription)))
        self.result.sections.extend(self.sections.values())

    def _tell(self, favourite: Favourite, what: News | None) -> None:
        if what is None:
            return
        if favourite.is_term:
            self.sections.setdefault(favourite, self._section(favourite)).add(what)
        elif len(self.result.pages) < MOST_PAGES:
            self.result.pages.append((favourite, what))
        else:
            self.result.more += 1

    def _discussed(self, meta: Mapping) -> list[Favourite]:
        """The favourite whose discussion a page is."""
        itemid = _discussed_page(meta)
        return [one for one in self.favourites if one.kind == PAGE and one.value == itemid] if itemid else []

    def _concerned(self, statement: str) -> list[Favourite]:
        """The favourites that mean the page that a statement is about, or the page of one of its organisations."""
        for itemid in signed.concerned(statement):
            revision = current_app.storage.document(**{ITEMID: itemid})
            found = covering(self.favourites, revision.meta) if revision is not None else []
            if found:
                return found
        return []

    def _section(self, favourite: Favourite) -> Section:
        term = definitions.current().contents.get(favourite.value)
        title = joined((step.label for step in term.path), " – ") if term else favourite.value
        return Section(title, url_for("frontend.cupboard.browse", term=favourite.value), favourite)

    def _search(self, favourite: Favourite, search: tuple[str, str, str], statements: list[Mapping]) -> None:
        title, url, asked = search
        try:
            query, _ = addresses.read(parse_qsl(asked), FACETS)
        except BadQuery:
            return
        section = Section(title, url, favourite)
        since = self._window(favourite)
        for itemid in _matches(query, since):
            what = self._of_page(itemid, since)
            if what and what.revid not in {one.revid for _, one in self.result.pages}:
                section.add(what)
        about = {meta[ITEMID]: subject for meta in statements if (subject := _signed_page(meta))}
        about |= {kept.itemid: kept.statement.case for kept in self.ended}
        matching = catalogue.matching(query, set(about.values())) if about else set()
        found = [self._of_page(one, since) for one in dict.fromkeys(meta[ITEMID] for meta in statements)
                 if about.get(one) in matching]
        found += [self._of_end(kept, self.since(favourite.subscription)) for kept in self.ended
                  if kept.statement.case in matching]
        for what in found:
            if what and what.revid not in {one.revid for _, one in self.result.pages}:
                section.add(what)
        if section.news:
            self.result.searches.append(section)

    # law

    def _law(self) -> None:
        followed = {one.value: one for one in self.favourites if one.kind == PAGE}
        in_force = definitions.current()
        by_section = self.sections
        for one in self.favourites:
            if not one.is_term:
                continue
            fresh = self._fresh_law(self.since(one.subscription), in_force.regimes)
            counts = catalogue.law_changes(Query(include={"term": (one.value,)})) if fresh else {}
            for event in fresh:
                key = f"law:{one.value}:{event.id}"
                if counts.get(event.id) and key not in self.told:
                    section = by_section.get(one)
                    if section is None:
                        section = by_section[one] = self._section(one)
                        self.result.sections.append(section)
                    section.law.append((event, counts[event.id]))
                    self.result.told.add(key)
        for entry in catalogue.of_items(list(followed)):
            favourite = followed[entry.itemid]
            fresh = {event.id for event in self._fresh_law(self.since(favourite.subscription), in_force.regimes)}
            if not fresh:
                continue
            reasons = []
            for flag in LegalView(entry.fields, in_force).law_changes:
                key = f"law:{entry.itemid}:{flag.event.id}"
                if flag.event.id in fresh and key not in self.told:
                    reasons.append(flag.text)
                    self.result.told.add(key)
            if reasons:
                self.result.law.append(_case(entry, list(dict.fromkeys(reasons))))

    def _fresh_law(self, since: int, regimes: Regimes) -> list[LawChange]:
        """The changes of law that were recorded since a moment, or took effect since."""
        known = _events_at(since)
        day = datetime.fromtimestamp(since, UTC).date()
        return [one for one in regimes.events if one.when.first <= today()
                and (one.id not in known or one.when.first > day)]

    # a person's own

    def _own(self, changed: list[Mapping]) -> None:
        self.result.until[OWN] = self.now
        entries = {entry.itemid: entry for entry in own_cases(self.userid)}
        entries.update((entry.itemid, entry) for entry in catalogue.of_items(self.of_contact))
        found = {}
        broken = links.broken(private().path.parent)
        for entry in entries.values():
            case = _case(entry)
            for one in upkeep.attention(entry.fields, entry.created, definitions.current(), broken=broken):
                key = f"upkeep:{entry.itemid}:{one.kind}:{one.since or ''}:{one.text if one.since is None else ''}"
                if one.kind != upkeep.CONTACT and key not in self.told:
                    case.reasons.append(one.text)
                    case.asked = case.asked or one.kind == upkeep.UNCONFIRMED
                    self.result.told.add(key)
            found[entry.itemid] = case
        already = {one.itemid for _, one in self.result.pages}
        for meta in changed:
            case = found.get(_discussed_page(meta) or "")
            if case and meta[ITEMID] not in already:
                asked = self._of_page(meta[ITEMID], self.since(OWN) - OVERLAP)
                if asked:
                    case.questions.append(asked)
            case = found.get(_signed_page(meta) or "")
            if case and meta["revid"] not in self.result.told:
                what = self._of_page(meta[ITEMID], self.since(OWN) - OVERLAP)
                case.reasons.extend(what.changes if what else ())
        for kept in self.ended:
            case = found.get(kept.statement.case)
            if case and f"ended:{kept.itemid}:{kept.statement.until}" not in self.result.told:
                what = self._of_end(kept, self.since(OWN))
                case.reasons.extend(what.changes if what else ())
        self.result.own.extend(case for case in found.values() if case.reasons)
        self.result.questions.extend(case for case in found.values() if case.questions)

    def _drafts(self) -> None:
        for draft in drafts.of(flaskg.user.name0):
            key = f"draft:{draft.name}:{draft.saved}"
            if draft.saved < self.now - _DRAFT_WAITS and key not in self.told:
                self.result.drafts.append((draft.name, draft.url))
                self.result.told.add(key)

    def _waiting(self) -> None:
        for account in newcomers.accounts():
            key = f"waiting:{account.itemid}"
            if key not in self.told:
                self.result.waiting.append((account.name0, len(newcomers.pages(account.itemid))))
                self.result.told.add(key)


def _case(entry: catalogue.Entry, reasons: list[str] | None = None) -> Case:
    title = entry.fields.get("title") or entry.name
    return Case(title, entry.name, url_for("frontend.show_item", item_name=entry.name), reasons or [])


def _changed_since(since: int) -> Iterator[Mapping]:
    """The newest version of whatever was stored since a moment, newest first; whoever may read it."""
    query = And([DateRange(MTIME, datetime.fromtimestamp(max(since, 0), UTC).replace(tzinfo=None), None),
                 Not(Term(NAMESPACE, NAMESPACE_USERPROFILES))])
    return current_app.storage.search_meta(
        query, idx_name=LATEST_REVS, sortedby=[MTIME], reverse=True, limit=_MOST_CHANGES
    )


def _matches(query: Query, since: int) -> Iterator[str]:
    """Item ids of the case studies of a list that changed since a moment, the newest first."""
    page = 1
    while True:
        results = catalogue.find(replace(query, sort="changed", page=page, per_page=50))
        for entry in results.entries:
            if entry.changed <= since:
                return
            yield entry.itemid
        if page >= results.pages or page >= 10:
            return
        page += 1


def _discussed_page(meta: Mapping) -> str | None:
    """The item id of the page that another one is the discussion of."""
    for name in meta.get(NAME) or ():
        parent, _, last = name.rpartition("/")
        if parent and last in current_app.cfg.supplementation_item_names:
            revision = current_app.storage.document(
                **{NAMESPACE: meta.get(NAMESPACE) or "", NAME_EXACT: parent}
            )
            return revision.meta[ITEMID] if revision is not None else None
    return None


def _signed_page(meta: Mapping) -> str | None:
    """The item id of the page that a statement is about."""
    kept = signing.of_item(meta[ITEMID]) if news.is_statement(meta) else None
    return kept.statement.case if kept else None


def _events_at(when: int) -> frozenset[str]:
    """Ids of the changes of law that were on record at a moment."""
    kept = g.setdefault("cupboard_events_at", {})
    if when not in kept:
        kept[when] = _read_events(when)
    return kept[when]


def _read_events(when: int) -> frozenset[str]:
    revision = current_app.storage.document(**{NAMESPACE: "", NAME_EXACT: definitions.REGIMES})
    if revision is None:
        return frozenset(one.id for one in definitions.current().regimes.events)
    for text in news.texts_before(revision.meta[ITEMID], when):
        try:
            return frozenset(one.id for one in definitions.read(definitions.REGIMES, text).events)
        except ValueError:
            continue  # a version that was never in force
    return frozenset(one.id for one in definitions.current().regimes.events)
