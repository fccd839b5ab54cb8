"""The kind of page that a profile is."""

from __future__ import annotations

from cupboard import kinds
from cupboard.kinds import Kind
from cupboard.tongue import L_

NAMESPACE = "users"
#: Below a person's own page: what signed-in people see, and the record that only its owner sees.
MEMBERS_PART, RECORD = "members", "profile"

PERSON = kinds.register(
    Kind(
        id="person",
        content_type="text/x-person",
        noun=L_("profile"),
        plural=L_("profiles"),
        template="Cupboard/Template/Person",
        namespace=NAMESPACE,
        title="name",
        summary="role",
    )
)


def record_name(account: str) -> str:
    """The full name of somebody's record."""
    return f"{NAMESPACE}/{account}/{RECORD}"


def owner_of(name: str) -> str:
    """Whose page a page of the namespace is; its name without the namespace."""
    return name.partition("/")[0]
