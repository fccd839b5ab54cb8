"""The button by which a page, a section or a term becomes a favourite, and how many people have it among theirs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request
from moin import flaskg
from moin.constants.keys import ITEMID, LATEST_REVS, SUBSCRIPTION_IDS
from whoosh.query import Term

from cupboard import definitions, kinds
from cupboard.following.favourites import Favourite, of_page, of_term

#: Where the pages of the contents hierarchy stand.
CONTENTS = "Contents/"


@dataclass(frozen=True)
class Star:
    """What the button says.

    :ivar favourite: what it adds or removes
    :ivar kept: whether it is a favourite of the person who asks
    :ivar count: how many people have it; None where that is not shown
    :ivar back: address of the page that the button stands on
    """

    favourite: Favourite
    kept: bool
    count: int | None
    back: str

    @property
    def is_term(self) -> bool:
        return self.favourite.is_term


def of_item(name: str, namespace: str, itemid: str, counted: bool = False) -> Star:
    """The star of a page. That of a page of the contents hierarchy stands for the section that the page is about.

    :param counted: whether to say how many people have it
    """
    if not namespace and name.startswith(CONTENTS):
        term = definitions.current().contents.get(name.removeprefix(CONTENTS))
        if term is not None:
            return _star(of_term(term.id))
    return _star(of_page(itemid), counted)


def of_contents_term(id: str) -> Star | None:
    """The star of a term; None when there is no such term."""
    term = definitions.current().contents.get(id)
    return _star(of_term(term.id)) if term else None


def count(favourite: Favourite) -> int:
    """How many people have a favourite: one look into the index."""
    return flaskg.unprotected_storage.search_results_size(
        Term(SUBSCRIPTION_IDS, favourite.subscription), idx_name=LATEST_REVS
    )


def of_shown(fqname: Any, item: Any) -> Star | None:
    """The star of the page that is shown, for its template; None when there is nothing to follow."""
    itemid = item.meta.get(ITEMID) if item is not None else None  # Moin says that metadata are false
    if not itemid:
        return None
    counted = kinds.is_listed(item.meta)
    return of_item(fqname.value if fqname.field in (None, "", "name_exact") else "", fqname.namespace, itemid, counted)


def _star(favourite: Favourite, counted: bool = False) -> Star:
    kept = flaskg.user.valid and favourite.subscription in flaskg.user.subscriptions
    back = request.full_path.rstrip("?")
    return Star(favourite, kept, count(favourite) if counted else None, back)
