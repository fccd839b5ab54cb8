"""A profile as Moin's item type: whatever its page, it is changed in one form."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue
from moin.items import register

from cupboard.items import StructuredItem
from cupboard.kinds.person import NAMESPACE, PERSON, owner_of
from cupboard.tongue import L_


class PersonItem(StructuredItem):
    itemtype = PERSON.item_type
    namespace = NAMESPACE
    display_name = L_("Profile")
    description = L_("A person's profile")

    def do_modify(self, *, item_may: dict[str, bool] | None = None, **_: Any) -> ResponseReturnValue:
        return redirect(url_for("frontend.cupboard.profile", account=owner_of(self.fqname.value)))


def install() -> None:
    """Take the place of the item type that every kind of page gets."""
    register(PersonItem)
