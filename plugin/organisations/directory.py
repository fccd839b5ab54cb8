"""The organisations that have a page, and which of them a text means.

Nothing here asks what a person may read: that a case study's organisation is one whose members may speak for it does
not depend on who looks. Whoever shows an organisation to somebody asks :meth:`Organisation.is_readable` first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from moin import current_app, flaskg
from moin.utils.interwiki import url_for_item

from cupboard import pages
from cupboard.bodies.names import called, keys_of, names_of
from cupboard.catalogue import access, bodies
from cupboard.document import Document
from cupboard.fields import texts_of

PREFIX = "Organisations"


@dataclass(frozen=True)
class Organisation:
    """An organisation that has a page.

    :ivar itemid: of its page, which renaming does not change
    :ivar page: name of its page
    :ivar fields: what the page says
    """

    itemid: str
    page: str
    fields: Mapping[str, Any]

    @property
    def name(self) -> str:
        return next(names_of(self.fields), "") or self.page

    @property
    def names(self) -> tuple[str, ...]:
        """Its name and its other names."""
        return tuple(names_of(self.fields))

    @cached_property
    def keys(self) -> tuple[str, ...]:
        return keys_of(self.fields)

    @property
    def domains(self) -> tuple[str, ...]:
        """Mail domains whose addresses tell who works for it."""
        return tuple(texts_of(self.fields, "mail_domains"))

    @property
    def group(self) -> str:
        """Name of the group of its members. A page that was renamed says which one it had."""
        said = self.fields.get("group", "")
        return said if isinstance(said, str) and said.startswith(f"{PREFIX}/") else f"{self.page}Group"

    @property
    def administrators(self) -> str:
        """Name of the group of those who say who is a member."""
        return self.group.removesuffix("Group") + "AdministratorsGroup"

    @property
    def url(self) -> str:
        return url_for_item(self.page)

    @property
    def is_readable(self) -> bool:
        """Whether the person who asks may read its page."""
        return flaskg.user.may.read(self.page)


def named(text: str) -> Organisation | None:
    """The organisation that a text means; None when none of that name has a page."""
    key = called(text)
    found = bodies.bodies(current_app.storage.reading(), (key,)) if key else ()
    return _made(found[0]) if found else None


def organisation_of(document: Document) -> Organisation | None:
    """The organisation that a case study or a story names; None when it names none that has a page."""
    text = document.fields.get("organisation", "")
    return named(text) if isinstance(text, str) else None


def of_item(itemid: str) -> Organisation | None:
    """The organisation with a page of this item id; None when there is none, or it was deleted."""
    found = bodies.body(current_app.storage.reading(), itemid)
    return _made(found) if found else None


def readable() -> list[Organisation]:
    """Those whose pages the person who asks may read. Moin's rules are asked once for each access class."""
    names, classes, found = list(flaskg.user.name), {}, []
    for *row, one in bodies.every_body(current_app.storage.reading()):
        if one not in classes:
            classes[one] = access.may_read(one, flaskg.storage, names)
        if classes[one]:
            found.append(_made(row))
    return found


def of_page(name: str) -> Organisation | None:
    """The organisation whose page has this name."""
    item = current_app.storage.get_item(short=True, namespace="", name_exact=name)
    return of_item(item.itemid) if item else None


def taken(document: Document, itemid: str | None) -> list[tuple[str, Organisation]]:
    """The names of an organisation's page that another one has.

    :param itemid: of the page itself; None for a new one
    """
    connection = current_app.storage.reading()
    return [
        (name, _made(other))
        for name in names_of(document.fields)
        for other in bodies.bodies(connection, (called(name),))
        if other[0] != itemid
    ]


def page_name(text: str) -> str:
    """The name that the page of an organisation gets."""
    return f"{PREFIX}/{pages.slug(text)}"


def _made(row: Sequence[str]) -> Organisation:
    itemid, page, fields = row
    return Organisation(itemid, page, json.loads(fields))
