"""Searches that people keep: each an ordinary wiki page, ``users/<name>/searches/<title>``.

The page holds the list itself, as a call of the macro SectionIndex, so it can be opened, edited, watched, renamed and
deleted like any other page, and still says what was searched for when the Cupboard is gone. The macro SavedSearch shows
such a list on another page.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from moin import flaskg
from moin.constants.itemtypes import ITEMTYPE_DEFAULT
from moin.constants.keys import (
    ACL,
    ACTION_SAVE,
    COMMENT,
    CONTENTTYPE,
    CURRENT,
    ITEMID,
    ITEMTYPE,
    LATEST_REVS,
    NAME,
    NAME_EXACT,
    NAMESPACE,
    REV_NUMBER,
)
from moin.constants.namespaces import NAMESPACE_USERS
from moin.storage.middleware.exceptions import AccessDenied
from whoosh.query import And, Prefix, Term

from cupboard.catalogue import FACETS, BadQuery
from cupboard.catalogue import query as addresses
from cupboard.catalogue.access import Rights
from cupboard.lists import asking
from cupboard.tongue import _

_CONTENT_TYPE = "text/x.moin.wiki;charset=utf-8"
_CALL = re.compile(r'<<SectionIndex\((?:[^<>]*,)?\s*search="([^"<>]*)"[^<>]*\)>>')
MAX_NAME = 80
MOST = 200


class NotSaved(ValueError):
    """A search that can't be kept; the message says why and what to do."""


@dataclass(frozen=True)
class SavedSearch:
    """A search that somebody keeps.

    :ivar name: how a macro calls it: ``alice/Food in Scotland``
    :ivar page: name of its wiki page, with namespace
    :ivar search: as in the address of a list
    :ivar itemid: of its page, which renaming does not change
    """

    name: str
    page: str
    search: str
    itemid: str

    @property
    def call(self) -> str:
        """What shows it on a wiki page. A comma would end the name, but for quotation marks."""
        mark = "" if "," not in self.name else "'" if '"' in self.name else '"'
        return f"<<SavedSearch({mark}{self.name}{mark})>>"

    @property
    def title(self) -> str:
        return self.name.partition("/")[2]


def save(title: str, search: str) -> SavedSearch:
    """Keep a search for the person who is signed in; one of the same name is replaced.

    :param search: as in the address of a list
    :raises NotSaved: when it has no usable name, or may not be written
    """
    title = " ".join(title.split())
    if not title:
        raise NotSaved(_("Give the search a name"))
    if len(title) > MAX_NAME:
        raise NotSaved(_("The name must be {most} characters or fewer").format(most=MAX_NAME))
    if not re.fullmatch(r"\w[\w .,&'()-]*", title) or title.strip(".") != title:
        raise NotSaved(_(
            "The name can hold letters, digits, spaces and . , & ' ( ) -, and begins with a letter or digit"
        ))
    try:
        query, __ = addresses.read(parse_qsl(search), FACETS)
    except BadQuery as bad:
        raise NotSaved(str(bad)) from bad
    if not query.is_filtered:
        raise NotSaved(_("Search for something, or choose a filter, before you keep the search"))
    plain = asking.query_string(query.at(1))
    page = _page(flaskg.user.name0, title)
    text = f'= {title} =\n\n<<SectionIndex(search="{plain}")>>\n'
    item = flaskg.storage.get_item(**{NAMESPACE: NAMESPACE_USERS, NAME_EXACT: page})
    old = item.get_revision(CURRENT).meta if item else {}
    meta = {
        # who may read it, as its page says
        **({ACL: old[ACL]} if ACL in old else {}),
        NAME: [page],
        NAMESPACE: NAMESPACE_USERS,
        ITEMTYPE: ITEMTYPE_DEFAULT,
        CONTENTTYPE: _CONTENT_TYPE,
        COMMENT: _("Search kept"),
        REV_NUMBER: old.get(REV_NUMBER, 0) + 1,
    }
    try:
        stored = item.store_revision(meta, io.BytesIO(text.encode()), action=ACTION_SAVE,
                                     contenttype_current=_CONTENT_TYPE, return_rev=True)
    except AccessDenied as denied:
        raise NotSaved(_("You may not write pages of your own in this wiki, so the search can't be kept")) from denied
    return SavedSearch(f"{flaskg.user.name0}/{title}", f"{NAMESPACE_USERS}/{page}", plain, stored.meta[ITEMID])


def find(name: str) -> SavedSearch | None:
    """The search of a name, such as ``alice/Food in Scotland``; None when there is none, or its page may not be read
    by the person who asks."""
    owner, _, title = name.partition("/")
    if not owner or not title:
        return None
    page = _page(owner, title)
    try:
        item = flaskg.storage.get_item(**{NAMESPACE: NAMESPACE_USERS, NAME_EXACT: page})
        if not item:
            return None
        return _read(item.get_revision(CURRENT), page)
    except (AccessDenied, KeyError):
        return None


def of_user(name: str) -> list[SavedSearch]:
    """The searches that somebody keeps and the person who asks may read, by name."""
    begin, rights = _page(name, ""), Rights()
    query = And([Term(NAMESPACE, NAMESPACE_USERS), Prefix(NAME_EXACT, begin)])
    found = [
        _read(revision, page)
        for revision in flaskg.unprotected_storage.search(query, idx_name=LATEST_REVS, limit=MOST, scored=False)
        if rights.may_read(revision)
        for page in revision.meta[NAME]
        if page.startswith(begin)
    ]
    return sorted((one for one in found if one), key=lambda one: one.title)


def _read(revision: Any, page: str) -> SavedSearch | None:
    """The search on a page; None when there is none.

    :raises AccessDenied: when it may not be read
    """
    with revision.data as data:
        search = search_in(data.read(100_000).decode("utf-8", "replace"))
    owner, _middle, title = page.split("/", 2)
    if search is None:
        return None
    return SavedSearch(f"{owner}/{title}", f"{NAMESPACE_USERS}/{page}", search, revision.meta[ITEMID])


def of_revision(revision: Any) -> SavedSearch | None:
    """The search on a page; None when it is no page of a search.

    :param revision: Moin's, one that the person who asks may read
    """
    name = (revision.meta.get(NAME) or [""])[0]
    is_one = revision.meta.get(NAMESPACE) == NAMESPACE_USERS and re.fullmatch(r"[^/]+/searches/.+", name, re.DOTALL)
    return _read(revision, name) if is_one else None


def search_in(text: str) -> str | None:
    """What a page's list searches for; None when the page has no list of that kind."""
    match = _CALL.search(text)
    return match[1] if match else None


def _page(owner: str, title: str) -> str:
    return f"{owner}/searches/{title}"
