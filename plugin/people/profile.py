"""What a profile says, and what of it is shown to whom. Pure.

The record holds all answers and who may see each; its owner reads it and nobody else. What others read are separate
pages made from it, one for each circle of readers, that hold nothing but what this circle may see. So no way of showing
a page, now or later, can show more: it is not in the bytes.

Nothing is shown that was not ticked, and nothing while ``shown_to`` is ``nobody``.
"""

from __future__ import annotations

from cupboard.document import Document
from cupboard.fields import texts_of

NOBODY, MEMBERS, PUBLIC = "nobody", "members", "public"

#: What can be shown; sections by the id of their field.
FIELDS = ("name", "organisation", "role", "region", "audience", "interests", "can_help", "looking_for")
SECTIONS = {"about": "About"}
_ORDER = (*FIELDS, *SECTIONS.values())


def shown_to(record: Document) -> str:
    """Who may find the profile: :data:`NOBODY`, :data:`MEMBERS` or :data:`PUBLIC`."""
    value = record.fields.get("shown_to")
    return value if value in (MEMBERS, PUBLIC) else NOBODY


def public(record: Document) -> Document | None:
    """What everybody may see; None when nobody may find the profile, or signed-in people only."""
    return _part(record, _ticked(record, "public_sees")) if shown_to(record) == PUBLIC else None


def for_members(record: Document) -> Document | None:
    """All that signed-in people may see; None when nobody may find the profile."""
    if shown_to(record) == NOBODY:
        return None
    seen = _ticked(record, "members_see")
    return _part(record, seen | _ticked(record, "public_sees") if shown_to(record) == PUBLIC else seen)


def wants_suggestions(record: Document) -> bool:
    """Whether its owner is to be suggested to people like them."""
    return shown_to(record) != NOBODY and "yes" in texts_of(record.fields, "suggest")


def wants_no_letters(record: Document) -> bool:
    return "no" in texts_of(record.fields, "letters")


def _part(record: Document, seen: set[str]) -> Document:
    fields = {name: record.fields[name] for name in FIELDS if name in seen and record.fields.get(name)}
    sections = {title: text for id, title in SECTIONS.items() if id in seen and (text := record.section(title))}
    return Document.new(fields, sections, _ORDER)


def _ticked(record: Document, name: str) -> set[str]:
    return {*FIELDS, *SECTIONS}.intersection(texts_of(record.fields, name))
