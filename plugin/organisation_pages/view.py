"""What a reader sees of an organisation: all of it from what this reader may read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup
from moin import flaskg

from cupboard import catalogue, definitions
from cupboard.bodies.names import called, keys_of, names_of
from cupboard.bodies.statements import ENDORSEMENT
from cupboard.catalogue import Query, Results, Signed
from cupboard.definitions import GONE
from cupboard.document import Document
from cupboard.fields import rows_of
from cupboard.kinds.organisation import CASE, COLLECTIONS, ORGANISATION, cases_of
from cupboard.lists import asking, cards
from cupboard.organisation_pages import guards
from cupboard.organisations import directory, membership
from cupboard.organisations.directory import Organisation
from cupboard.people import finding
from cupboard.people.view import PersonView
from cupboard.references import shown as references
from cupboard.references.shown import Seen
from cupboard.tongue import _
from cupboard.web_addresses import web_address

#: How many case studies, and how many endorsements, its page shows; links lead to the rest.
SHOWN = 6
MOST_ENDORSEMENTS = 10
MOST_IN_COLLECTIONS = 200
MOST_PEOPLE = 200


@dataclass(frozen=True)
class Collected:
    """A page in a collection.

    :ivar card: its summary in HTML; None of a page that no list shows
    :ivar note: why it is here
    :ivar mend: where a missing one is put right
    """

    seen: Seen
    card: Markup | None
    note: str
    mend: str | None


@dataclass(frozen=True)
class Collection:
    """Case studies that an organisation put together, those that the person who asks may read. Who may change the page
    also sees which are missing, or not to be read.

    :ivar shown: those pages, and those that are missing
    """

    title: str
    introduction: str
    shown: tuple[Collected, ...]


class OrganisationView:
    """An organisation as a reader sees it.

    :param name: of its page
    :param document: the page's text, parsed
    """

    def __init__(self, name: str, document: Document):
        self.page = name
        self.document = document
        self._in_force = definitions.current()
        self._template = self._in_force.template_of(ORGANISATION)

    @property
    def name(self) -> str:
        return next(names_of(self.document.fields), "") or self.page

    @property
    def other_names(self) -> list[str]:
        return [one for one in names_of(self.document.fields) if called(one) != called(self.name)]

    @property
    def site(self) -> str | None:
        value = self.document.fields.get("site", "")
        return web_address(value) if isinstance(value, str) else None

    @cached_property
    def facts(self) -> list[tuple[str, str]]:
        """(label, value) of its type and its region, in words."""
        found = []
        for id in ("type", "region"):
            field, value = self._template.field(id), self.document.fields.get(id, "")
            if field and isinstance(value, str) and value:
                found.append((field.label, self._in_force.labels(field, GONE).get(value, value)))
        return found

    @cached_property
    def organisation(self) -> Organisation | None:
        """As it is stored; None while it is not."""
        return directory.of_page(self.page)

    # what is its own

    @cached_property
    def scope(self) -> Query | None:
        """What a list is limited to that holds its case studies; None when there are none."""
        return scope_of(keys_of(self.document.fields))

    @cached_property
    def results(self) -> Results | None:
        return catalogue.find(Query(per_page=SHOWN), self.scope) if self.scope else None

    @property
    def total(self) -> int:
        return self.results.total if self.results else 0

    @cached_property
    def cards(self) -> list[Markup]:
        return list(cards.summaries(self.results.entries, self._in_force, 3)) if self.results else []

    @property
    def all_url(self) -> str:
        return asking.address("browse", self.scope or Query())

    @cached_property
    def endorsements(self) -> list[Signed]:
        """The newest that it gave and that are in force."""
        if self.organisation is None:
            return []
        return catalogue.signed(MOST_ENDORSEMENTS, organisation=self.organisation.itemid, kind=ENDORSEMENT)

    @cached_property
    def collections(self) -> list[Collection]:
        """Those of which this reader is shown anything."""
        rows = rows_of(self.document.fields, COLLECTIONS)[:MOST_IN_COLLECTIONS]
        if not rows:
            return []
        names = dict.fromkeys(name for row in rows for name in cases_of(row))
        seen = {one.written: one for one in references.look_up(names, references.bindings_of(self.page))}
        found: list[tuple[str, str, list[Collected]]] = []
        for number, row in enumerate(rows):
            if row.get("title", "").strip() or not found:
                found.append((row.get("title", "").strip() or _("Collection"), row.get("introduction", "").strip(), []))
            for name in cases_of(row):
                if one := self._collected(seen[name], row.get("note", "").strip(), number):
                    found[-1][2].append(one)
        return [Collection(title, introduction, tuple(shown)) for title, introduction, shown in found if shown]

    def _collected(self, seen: Seen, note: str, number: int) -> Collected | None:
        """A page in the row of a number, from 0; None where there is nothing to show."""
        may_mend = seen.is_missing and self.organisation is not None and guards.may_edit(self.organisation)
        mend = references.mending(self.page, f"{COLLECTIONS}-{number}-{CASE}") if may_mend else None
        if seen.is_missing and mend is None:
            return None
        card = cards.summary(seen.entry, self._in_force, 4) if seen.entry else None
        return Collected(seen, card, note, mend)

    @cached_property
    def people(self) -> list[PersonView]:
        """Its members who let the person who asks see that they belong to it. Who only says so is not among them."""
        if self.organisation is None:
            return []
        members = set(membership.members(self.organisation))
        (offer,) = (
            one for one in finding.find(Query(), whole=("organisation",)).offers if one.facet.id == "organisation"
        )
        keys = keys_of(self.document.fields)
        spelt = tuple(value.id for value in offer.values if called(value.id) in keys)
        if not members or not spelt:
            return []
        scope = Query(include={"organisation": spelt})
        return [one for one in finding.find(Query(per_page=MOST_PEOPLE), scope).entries if one.account in members]

    # what the person who asks may do

    @property
    def can_endorse(self) -> bool:
        return self._in_force.endorsing.may_endorse(tuple(names_of(self.document.fields)))

    @cached_property
    def may_manage(self) -> bool:
        return self.organisation is not None and flaskg.user.valid and membership.may_manage(self.organisation)

    @cached_property
    def is_member(self) -> bool:
        return (
            self.organisation is not None
            and flaskg.user.valid
            and membership.is_member(flaskg.user.name0, self.organisation)
        )

    @cached_property
    def can_join(self) -> bool:
        return self.organisation is not None and membership.can_join_by_mail(self.organisation)


def every() -> list[tuple[Organisation, int]]:
    """The organisations with a page that the person who asks may read, by name, and how many of their case studies
    that person may read."""
    offers = catalogue.find(Query(per_page=1), offered=("organisation",), whole=("organisation",)).offers
    counts: dict[str, int] = {}
    for value in offers[0].values:
        counts[called(value.id)] = counts.get(called(value.id), 0) + value.count
    found = sorted(directory.readable(), key=lambda one: called(one.name))
    return [(one, sum(counts.get(key, 0) for key in one.keys)) for one in found]


def scope_of(keys: tuple[str, ...]) -> Query | None:
    """What a list is limited to that holds the case studies of an organisation; None when there are none.

    :param keys: what it is called
    """
    values = catalogue.spelt(keys)
    return Query(include={"organisation": values}) if values else None
