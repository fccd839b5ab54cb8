"""Finding people: lists narrowed by facets and words, people who can help, people like me.

Everything begins with the faces that the person who asks may read, by Moin's own rules, and of each person one face:
the one that says most. So a list, its counts and its facets agree, and nobody is found by what they do not show.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from flask import g
from moin import current_app, flaskg, user
from moin.constants.keys import ALL_REVS, ITEMID, ITEMTYPE, USERID
from pyroaring import BitMap
from whoosh.query import And, Term

from cupboard import catalogue, definitions
from cupboard.catalogue import Results, access, facets
from cupboard.catalogue.facets import Facet, Shelves
from cupboard.catalogue.query import Query
from cupboard.document import Document
from cupboard.following import favourites
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.kinds.person import NAMESPACE, PERSON, owner_of
from cupboard.people import faces, profile, record
from cupboard.people.faces import Crowd
from cupboard.people.view import PersonView
from cupboard.tongue import L_, _

FACETS: Mapping[str, Facet] = {
    facet.id: facet
    for facet in (
        Facet("interest", "categories", L_("Interest"), root=""),
        Facet("region", "region", L_("Region")),
        Facet("audience", "audience", L_("Works as")),
        Facet("organisation", "organisation", L_("Organisation"), many=True),
        Facet("role", "role", L_("Role"), many=True),
    )
}
#: How many of a person's edited case studies are looked at for "people like me".
_MOST_CASES = 100


@dataclass(frozen=True)
class Alike:
    """Somebody who is like the person who asks, and why."""

    view: PersonView
    reasons: tuple[str, ...]


def find(query: Query, scope: Query = Query(), whole: Collection[str] = ()) -> Results:
    """Answer a query about people for the person who asks."""
    crowd, base = _seen()
    in_words = shelves()
    for asked in (scope, query):
        found = crowd.with_words(asked.text) if asked.text else None
        if found is not None:
            base = base & found
    base = facets.within(in_words, crowd, scope, base)
    base = facets.kept_out(in_words, crowd, query, base)
    found = facets.narrowed(in_words, crowd, query, base)
    total = len(found)
    query, pages = query.of_list(total)
    start = (query.page - 1) * query.per_page
    views = sorted((_view(crowd, ordinal) for ordinal in found), key=lambda one: (one.name.casefold(), one.account))
    offers = tuple(in_words.offers(crowd, query, base, scope, None, whole))
    return Results(query, scope, tuple(views[start : start + query.per_page]), total, pages, offers)


def who_can_help(term_id: str, most: int = 5) -> list[PersonView]:
    """People who say that they can help with a term or one below it, of those that the person who asks may see."""
    crowd, seen = _seen()
    found = [_view(crowd, ordinal) for ordinal in seen if _is_under(crowd.fields[ordinal].get("can_help"), term_id)]
    return sorted(found, key=lambda one: (one.name.casefold(), one.account))[:most]


def face_of(account: str) -> PersonView | None:
    """What the person who asks may see of somebody; None when that is nothing."""
    crowd, seen = _seen()
    return next((_view(crowd, ordinal) for ordinal in seen if owner_of(crowd.pages[ordinal]) == account), None)


def like_me(most: int = 10) -> list[Alike] | None:
    """People like the person who asks, most alike first; None when that person did not agree to be suggested too."""
    mine = record.read(flaskg.user.name0) if flaskg.user.valid else None
    if mine is None or not profile.wants_suggestions(mine):
        return None
    crowd, seen = _seen()
    my_terms, my_cases = _followed(flaskg.user), _edited(flaskg.user.itemid)
    my_interests = _ids(mine.fields.get("interests"))
    titles = _titles(my_cases)
    found = []
    for ordinal in seen:
        account = owner_of(crowd.pages[ordinal])
        if account == flaskg.user.name0:
            continue
        theirs = record.read(account)
        if theirs is None or not profile.wants_suggestions(theirs):
            continue
        them = user.User(auth_username=account)
        if not them.valid:
            continue
        shared = (
            # what they show, not what their record says
            (_("Interested in"), _labels(my_interests & _ids(crowd.fields[ordinal].get("interests")))),
            (_("Both follow"), _labels(my_terms & _followed(them))),
            (_("Both edited"), [titles[id] for id in sorted(my_cases & _edited(them.itemid)) if id in titles]),
        )
        reasons = tuple(f"{word}: {', '.join(sorted(what)[:5])}" for word, what in shared if what)
        if reasons:
            weight = sum(len(what) for _word, what in shared)
            found.append((-weight, Alike(_view(crowd, ordinal), reasons)))
    found.sort(key=lambda one: (one[0], one[1].view.name.casefold(), one[1].view.account))
    return [alike for _weight, alike in found[:most]]


def shelves() -> Shelves:
    """The labels of the facets of people, by the definitions in force."""
    found = g.get("cupboard_people_shelves")
    in_force = definitions.current()
    if found is None or found.version != in_force.version:
        found = g.cupboard_people_shelves = Shelves(in_force, FACETS, in_force.template_of(PERSON))
    return found


_kept: WeakKeyDictionary[Any, Crowd] = WeakKeyDictionary()


def _seen() -> tuple[Crowd, BitMap]:
    """All faces, and of each person the one that the person who asks may see."""
    storage = current_app.storage
    crowd = _kept[storage] = faces.read(storage.reading(), _kept.get(storage) or Crowd())
    may_read = access.readable(crowd, crowd.accesses, flaskg.storage, list(flaskg.user.name))
    return crowd, crowd.one_a_person(may_read)


def _view(crowd: Crowd, ordinal: int) -> PersonView:
    return PersonView(f"{NAMESPACE}/{crowd.pages[ordinal]}", Document.new(dict(crowd.fields[ordinal]), {}, ()))


def _ids(value: Any) -> set[str]:
    """Ids of terms that are there, by what they are called now."""
    contents = definitions.current().contents
    return {term.id for id in ([value] if isinstance(value, str) else value or ()) if (term := contents.get(id))}


def _is_under(value: Any, term_id: str) -> bool:
    return any(id == term_id or id.startswith(f"{term_id}/") for id in _ids(value))


def _labels(ids: Collection[str]) -> list[str]:
    contents = definitions.current().contents
    return [term.label for id in ids if (term := contents.get(id))]


def _followed(account: Any) -> set[str]:
    found = favourites.read_all(account.profile._meta.get("subscriptions") or ())
    return _ids([one.value for one in found if one.is_term])


def _edited(itemid: str) -> set[str]:
    """Item ids of case studies that an account has edited."""
    query = And([Term(USERID, itemid), Term(ITEMTYPE, CASE_STUDY.item_type)])
    found: dict[str, None] = {}
    for meta in current_app.storage.search_meta(query, idx_name=ALL_REVS, limit=5 * _MOST_CASES):
        found[meta[ITEMID]] = None
    return set(list(found)[:_MOST_CASES])


def _titles(itemids: Collection[str]) -> dict[str, str]:
    """By item id, the titles of those case studies that the person who asks may read."""
    return {entry.itemid: str(entry.fields.get("title") or entry.name) for entry in catalogue.of_items(itemids)}
