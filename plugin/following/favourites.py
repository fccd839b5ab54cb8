"""A favourite is one of Moin's subscriptions, a line of the profile:

    itemid:7a1c...              one page, whatever it is called
    tags::contracts/food        a term of the contents hierarchy: case studies carry their terms' ids, and those above
    name::Home                  the page of that name
    nameprefix::Help/           pages whose name begins so
    namere::^Help/.*Rights$     pages whose name fits a pattern

What a person subscribes to in Moin's settings is therefore a favourite here, and the other way round. A kept search is
a page, and a favourite of it is one of its page.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

PAGE, TERM, NAME, START, PATTERN = KINDS = ("itemid", "tags", "name", "nameprefix", "namere")

#: More than anybody reads; a profile stays small.
MOST = 1000
MAX_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Favourite:
    """One favourite.

    :ivar kind: one of :data:`KINDS`
    :ivar value: the page's item id, the term's id, a name or a pattern
    :ivar namespace: Moin's namespace; empty for :data:`PAGE`
    """

    kind: str
    value: str
    namespace: str = ""

    @classmethod
    def read(cls, text: str) -> Favourite | None:
        """Read a subscription; None when it isn't one."""
        if not isinstance(text, str) or len(text) > MAX_LENGTH:
            return None
        kind, colon, rest = text.partition(":")
        if not colon or not rest or kind not in KINDS:
            return None
        if kind == PAGE:
            return cls(kind, rest)
        namespace, colon, value = rest.partition(":")
        return cls(kind, value, namespace) if colon and value else None

    @property
    def subscription(self) -> str:
        """As Moin writes it."""
        return f"{self.kind}:{self.value}" if self.kind == PAGE else f"{self.kind}:{self.namespace}:{self.value}"

    @property
    def is_term(self) -> bool:
        """Whether it is a term of the contents hierarchy, which only pages of the main namespace carry."""
        return self.kind == TERM and not self.namespace

    def covers(self, meta: Mapping[str, Any]) -> bool:
        """Whether a page is meant, by the metadata of one of its revisions."""
        if self.kind == PAGE:
            return meta.get("itemid") == self.value
        if (meta.get("namespace") or "") != self.namespace:
            return False
        if self.kind == TERM:
            return self.value in (meta.get("tags") or ())
        # a page that was deleted keeps the name it had
        names = meta.get("name") or meta.get("name_old") or ()
        names = [names] if isinstance(names, str) else names
        if self.kind == NAME:
            return self.value in names
        if self.kind == START:
            return any(name.startswith(self.value) for name in names)
        pattern = _pattern(self.value)
        return pattern is not None and any(pattern.search(name) for name in names)


def of_page(itemid: str) -> Favourite:
    return Favourite(PAGE, itemid)


def of_term(id: str) -> Favourite:
    return Favourite(TERM, id)


def read_all(subscriptions: Iterable[str]) -> tuple[Favourite, ...]:
    """The favourites among subscriptions, each once, in their order."""
    found = (Favourite.read(text) for text in subscriptions)
    return tuple(dict.fromkeys(one for one in found if one))


def covering(favourites: Collection[Favourite], meta: Mapping[str, Any]) -> list[Favourite]:
    """The favourites that mean a page: those that name it before those that name many."""
    return sorted((one for one in favourites if one.covers(meta)), key=lambda one: _NARROWEST.index(one.kind))


_NARROWEST = (PAGE, NAME, TERM, START, PATTERN)


@lru_cache(maxsize=10_000)
def _pattern(text: str) -> re.Pattern[str] | None:
    try:
        return re.compile(text)
    except re.error:
        return None
