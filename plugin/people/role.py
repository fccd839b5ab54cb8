"""The role with which somebody signs what they say about legality: the one that their profile shows to everybody."""

from __future__ import annotations

from cupboard.fields import text_of
from cupboard.legal_status import asserting
from cupboard.people import profile, record


def public_role(account: str) -> str:
    """Empty when the profile shows none to everybody."""
    told = record.read(account)
    shown = profile.public(told) if told is not None and not told.error else None
    return text_of(shown.fields, "role") if shown else ""


asserting.take_roles_from(public_role)
