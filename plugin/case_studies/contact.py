"""The contact point of a case study or story: which one is a person, and when a person may stand on the page.

A role's mailbox is shown plainly. A person stands on a page when they agreed, with the day of that, and until a while
after the year in which it holds. How people are asked is the matter of :mod:`cupboard.people.contacts`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from cupboard.days import today
from cupboard.document import Document
from cupboard.fields import trimmed

NAME_FIELD, EMAIL_FIELD, DAY_FIELD = "contact_name", "contact_email", "contact_confirmed"
#: After so many days somebody is asked again, and after so many more without an answer not shown any more.
ASK_AGAIN, GRACE = 365, 60
FIELDS = (NAME_FIELD, EMAIL_FIELD, DAY_FIELD)

#: "jane.doe" is a person's address, "contracts.team" is not.
_OF_A_PERSON = re.compile(r"[a-z]+[._-][a-z]+[0-9]{0,2}", re.IGNORECASE)
_ROLES = frozenset(
    "admin assets business buying catering centre climate commercial commissioning communications contact contracts"
    " corporate council customer department desk economic energy engagement enquiries enquiry environment environmental"
    " estates facilities finance fleet food head help housing info information legal local management manager office "
    "officer"
    " policy press procurement programme project property public purchasing reply research responsible service services"
    " social strategic strategy supplier suppliers supply support sustainability sustainable team transport unit value"
    " waste wellbeing works".split()
)


@dataclass(frozen=True)
class Wish:
    """A person whom somebody named as a contact point, and who did not agree yet."""

    name: str
    email: str


def is_personal(name: str, email: str) -> bool:
    """Whether a contact point is a person: it has a name, or an address made of two words that are no role's."""
    if name.strip():
        return True
    local = email.partition("@")[0].strip()
    return bool(_OF_A_PERSON.fullmatch(local)) and not _ROLES & set(re.split("[._-]", local.casefold()))


def is_shown(fields: Any, day: date) -> bool:
    """Whether readers may see a case study's named contact on a day. One that is no person is always shown."""
    name, email, confirmed = (trimmed(fields, field) for field in FIELDS)
    if not is_personal(name, email):
        return True
    try:
        return day <= date.fromisoformat(confirmed) + timedelta(days=ASK_AGAIN + GRACE)
    except ValueError:
        return False


def settle(document: Document, stored: Document, order: Any, *, own: bool = False) -> tuple[Document, Wish | None]:
    """Take a person out of a page who did not agree to stand there.

    :param document: what is to be stored
    :param stored: what it takes the place of; empty for a new page
    :param order: of the template
    :param own: whether the person who saves is the one who is named
    :returns: the document to store, and who is to be asked
    """
    name, email, day = (trimmed(document.fields, field) for field in FIELDS)
    agreed = tuple(trimmed(stored.fields, field) for field in FIELDS)
    wish = None
    if not is_personal(name, email):
        wanted: dict[str, Any] = {DAY_FIELD: None}
    elif (name, email) == agreed[:2] and agreed[2]:
        wanted = {DAY_FIELD: agreed[2]}
    elif own:
        wanted = {DAY_FIELD: today().isoformat()}
    else:
        wanted, wish = dict.fromkeys(FIELDS), Wish(name, email)
    if wish is None and day == (wanted[DAY_FIELD] or ""):
        return document, None
    return document.edit(fields=wanted, order=order), wish


def without_person(document: Document) -> Document:
    """A page without the person whom it names, agreed or not."""
    if document.error or not is_personal(*(trimmed(document.fields, field) for field in (NAME_FIELD, EMAIL_FIELD))):
        return document
    return document.edit(fields=dict.fromkeys(FIELDS))


def with_person_of(document: Document, stored: Document, order: Any) -> Document:
    """A page that names no contact point, with the person who agreed to be that of the stored one."""
    found = {field: trimmed(stored.fields, field) for field in FIELDS}
    named = any(trimmed(document.fields, field) for field in (NAME_FIELD, EMAIL_FIELD))
    if named or not found[DAY_FIELD] or not is_personal(found[NAME_FIELD], found[EMAIL_FIELD]):
        return document
    return document.edit(fields={field: value or None for field, value in found.items()}, order=order)
