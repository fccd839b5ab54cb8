"""What the person who asks may read: by Moin's own rules, asked once for each access class.

A class is all that Moin's rules depend on (:class:`rows.Access`), so what may be read of a class's one page may be read
of all of them. Membership of groups, whether somebody is known, and the rules of parent pages are looked up when a
request asks: a change of any of them needs no row written anew.

A wiki with a ``SecurityPolicy`` of its own that decides by a page's name would need a class for each page; none is
supported.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from moin import flaskg
from moin.constants.keys import ITEMID, LATEST_META, NAME_EXACT
from moin.constants.rights import PUBREAD, READ
from moin.security import AccessControlList
from moin.utils.names import CompositeName
from pyroaring import BitMap

from cupboard.catalogue.memory import Memory, Papers
from cupboard.catalogue.rows import Access, access_of
from cupboard.engine.lasting import only_until


def readable(held: Memory | Papers, accesses: Mapping[int, Access], storage: Any, names: list[str]) -> BitMap:
    """All that a person may read.

    :param held: case studies, or attached documents with readers of their own
    :param accesses: what the classes are
    :param storage: Moin's storage that checks the rights of this request
    :param names: the person's names, as Moin has them
    """
    always, published = [], []
    for class_id, members in held.classes.items():
        full = _full_rules(storage, accesses[class_id])
        if _may(storage, full, names, READ):
            always.append(members)
        elif _may(storage, full, names, PUBREAD):
            published.append(members)
    found = BitMap.union(*always) if always else BitMap()
    if published:
        now = time.time()
        may_be_read = BitMap.union(*published)
        early = {ordinal: when for ordinal, when in held.embargoed.items() if when > now and ordinal in may_be_read}
        if early:
            only_until(min(early.values()))
        found |= may_be_read - BitMap(early)
    return found


def may_read(access: Access, storage: Any, names: list[str]) -> bool:
    """Whether a person may read the pages of a class, apart from those that are published later."""
    full = _full_rules(storage, access)
    return _may(storage, full, names, READ) or _may(storage, full, names, PUBREAD)


class Rights:
    """What the person who asks may read of what was found: asked once for each class. Moin looks up each page anew."""

    def __init__(self) -> None:
        self._storage, self._names = flaskg.storage, list(flaskg.user.name)
        self._asked: dict[Access, tuple[bool, bool]] = {}

    def may_read(self, revision: Any) -> bool:
        """Whether a page may be read.

        :param revision: its latest one, of Moin's storage that checks no rights
        """
        access = access_of(revision.meta)
        if access not in self._asked:
            full = _full_rules(self._storage, access)
            self._asked[access] = tuple(_may(self._storage, full, self._names, right) for right in (READ, PUBREAD))
        always, published = self._asked[access]
        return always or published and (revision.ptime or 0) <= time.time()


def is_hierarchic(storage: Any) -> bool:
    """Whether a page without rules of its own has those of the pages above it."""
    return bool(storage._get_configured_acls(CompositeName("", NAME_EXACT, ""))["hierarchic"])


def _full_rules(storage: Any, access: Access) -> list[tuple[str, str]]:
    """(rules, default rules): each alternative that may grant a right, with what the configuration puts around it."""
    configured = storage._get_configured_acls(CompositeName(access.namespace, NAME_EXACT, ""))
    default = configured["default"]
    return [
        (" ".join([configured["before"], default if acl is None else acl, configured["after"]]), default)
        for acl in _alternatives(storage, configured, access)
    ]


def _alternatives(storage: Any, configured: Any, access: Access) -> list[str | None]:
    """What ``ProtectingMiddleware.get_acls`` says of a page of this class."""
    if access.acl is not None:
        return [access.acl]
    if configured["hierarchic"]:
        # as indexing.Item.parentids does
        found = (storage.indexer._document(idx_name=LATEST_META, **{NAME_EXACT: name}) for name in access.parents)
        parents = {document[ITEMID] for document in found if document}
        if parents:
            return [acl for parent in parents for acl in storage.get_acls(parent, None)]
    return [None]


def _may(storage: Any, full: list[tuple[str, str]], names: list[str], right: str) -> bool:
    valid = tuple(storage.valid_rights)
    return any(_parsed(rules, default, valid).may(name, right) is True for name in names for rules, default in full)


@lru_cache(maxsize=20_000)
def _parsed(rules: str, default: str, valid: tuple[str, ...]) -> AccessControlList:
    """Moin parses each anew for each request; what it says depends on these three only."""
    return AccessControlList([rules], default=default, valid=valid)
