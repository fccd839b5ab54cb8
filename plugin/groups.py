"""The groups of editors and suppliers, and who is in them. Who may speak for one organisation says
:mod:`cupboard.organisations.membership`.
"""

from __future__ import annotations

from flask import abort
from moin import flaskg

EDITORS_GROUP = "CupboardEditorsGroup"
EDITORS = (EDITORS_GROUP, "CupboardAdministratorsGroup")
SUPPLIERS = "CupboardSuppliersGroup"

#: Access rules of pages that give rights or decide what a form asks: only editors change them.
EDITORS_ONLY = f"{EDITORS_GROUP}:read,write,create,admin All:read"


def is_in(group: str, name: str) -> bool:
    """Whether an account is in a group of Moin's."""
    groups = flaskg.groups
    return bool(group and name) and group in groups and name in groups[group]


def is_editor(name: str | None = None) -> bool:
    """Whether an account, by default the one of the person who asks, is an editor's or an administrator's."""
    name = asking() if name is None else name
    return any(is_in(group, name) for group in EDITORS)


def is_supplier(name: str | None = None) -> bool:
    """Whether an account, by default the one of the person who asks, is a supplier's."""
    return is_in(SUPPLIERS, asking() if name is None else name)


def require_editor() -> None:
    """Answer whoever is no editor with 403."""
    if not is_editor():
        abort(403)


def asking() -> str:
    """The account of the person who asks; empty for somebody who is not signed in."""
    return flaskg.user.name0 if flaskg.user.valid else ""
