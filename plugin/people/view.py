"""A profile as others see it: words in place of ids."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from emeraldtree.tree import Element
from flask import url_for
from moin import flaskg
from moin.constants.keys import CURRENT, NAME_EXACT
from moin.constants.keys import NAMESPACE as IN_NAMESPACE
from moin.storage.middleware.exceptions import AccessDenied
from moin.utils.interwiki import url_for_item

from cupboard import definitions
from cupboard.converters import structured
from cupboard.definitions import GONE
from cupboard.document import Document, parse
from cupboard.fields import text_of, texts_of
from cupboard.fragments import fragment
from cupboard.kinds.person import MEMBERS_PART, NAMESPACE, PERSON, RECORD, owner_of
from cupboard.vocabulary import Term


@dataclass(frozen=True)
class PersonView:
    """A person, as one circle of readers sees them.

    :ivar page: full name of the page that says it
    """

    page: str
    document: Document

    @property
    def account(self) -> str:
        return owner_of(self.page.partition("/")[2])

    @property
    def name(self) -> str:
        """What they call themselves, where that may be seen; else the account."""
        return self._text("name") or self.account

    @property
    def url(self) -> str:
        return url_for_item(self.page)

    @property
    def letter_url(self) -> str:
        return url_for("frontend.cupboard.letter", account=self.account)

    @property
    def is_own(self) -> bool:
        return flaskg.user.valid and flaskg.user.name0 == self.account

    @property
    def line(self) -> str:
        """Role and organisation."""
        return ", ".join(filter(None, (self._text("role"), self._text("organisation"))))

    @property
    def region(self) -> str:
        return self._choice("region")

    @property
    def audience(self) -> str:
        return self._choice("audience")

    @property
    def looking_for(self) -> str:
        return self._text("looking_for")

    @property
    def about(self) -> str:
        return self.document.section("About")

    @property
    def interests(self) -> list[Term]:
        return self._terms("interests")

    @property
    def can_help(self) -> list[Term]:
        return self._terms("can_help")

    def _text(self, field: str) -> str:
        return text_of(self.document.fields, field)

    def _choice(self, field: str) -> str:
        value = self._text(field)
        in_force = definitions.current()
        return in_force.labels(in_force.template_of(PERSON).field(field), GONE).get(value, value)

    def _terms(self, field: str) -> list[Term]:
        contents = definitions.current().contents
        found = (contents.get(id) for id in texts_of(self.document.fields, field))
        return list(dict.fromkeys(term for term in found if term))


def shown(document: Document, name: str, pending: Collection[str]) -> Iterator[Element]:
    """A profile. On a person's own page, a reader who may see more sees it there."""
    page = name if name.startswith(f"{NAMESPACE}/") else f"{NAMESPACE}/{name}"
    last = page.rpartition("/")[2]
    if page.count("/") == 1:
        document = _readable(f"{page.partition('/')[2]}/{MEMBERS_PART}") or document
    yield fragment("person.html", view=PersonView(page, document), is_record=page.count("/") == 2 and last == RECORD)
    if text := document.section("About"):
        yield from structured.markup(text)


def _readable(name: str) -> Document | None:
    """A page of the namespace, when there is one that the person who asks may read."""
    try:
        item: Any = flaskg.storage.get_item(**{IN_NAMESPACE: NAMESPACE, NAME_EXACT: name})
        if not item:
            return None
        revision = item[CURRENT]
        if PERSON.content_type not in str(revision.meta.get("contenttype")):
            return None
        with revision.data as data:
            return parse(data.read())
    except (AccessDenied, KeyError):
        return None


structured.register(PERSON, shown)
