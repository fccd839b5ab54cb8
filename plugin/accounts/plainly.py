"""What Moin's forms say when something is missing, in the words that our own forms use: what to do, not what is
wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cupboard.tongue import L_

#: By field of Moin's forms about accounts.
MISSING: Mapping[str, Any] = {
    "username": L_("Enter your user name"),
    "password": L_("Enter your password"),
    "password1": L_("Enter a password"),
    "password2": L_("Enter the password again"),
    "email": L_("Enter an email address, like name@example.org"),
    "token": L_("Enter what the message says, or follow the link in it"),
}


def say(form: Any) -> None:
    """Put our words in the place of Moin's, in a form that was validated."""
    for child in form.all_children:
        if child.errors and child.name in MISSING and (not child.value or child.name == "email"):
            child.errors[:] = [str(MISSING[child.name])]
