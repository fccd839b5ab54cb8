"""The one gate through which every page goes that is written on the web.

Form, text editor, Moin's own editor, upload, revert, rename, delete, conversion and change of access rules all end in
the storage that checks rights. :func:`install` has it ask the guards here before it stores a revision: each may refuse
it, or change its metadata and bytes. The command line writes through the other storage and is trusted.

A guard may set access rules that the person who saves could not set, such as those of a new account's pages. What is
then checked is what that person asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, wraps
from typing import Any

from flask import has_request_context, request
from moin.constants.keys import ACL, CURRENT
from moin.constants.rights import ADMIN, CREATE, DESTROY, WRITE
from moin.storage.middleware.exceptions import AccessDenied
from moin.storage.middleware.protecting import ProtectedItem
from werkzeug.exceptions import HTTPException

from cupboard.engine.replacement import Replacement, put


@dataclass
class Sent:
    """A revision on its way into the storage.

    :ivar meta: its metadata; a guard may change it
    :ivar data: its bytes, as a file; a guard may put another one here
    :ivar current: the revision whose place it takes, without checks of rights; None for a new page
    :ivar name: by which it was addressed
    :ivar action: of Moin: why it is stored
    :ivar asked_acl: the access rules that the person who saves wants it to have; None: none of its own
    :ivar afterwards: called with the page's item id when the revision is stored
    """

    meta: dict[str, Any]
    data: Any
    current: Any
    name: str
    action: str
    asked_acl: str | None
    afterwards: list[Callable[[str], None]] = field(default_factory=list)

    @cached_property
    def stored(self) -> bytes:
        """The bytes of the revision whose place it takes; Moin gives them out once. Empty for a new page."""
        if self.current is None:
            return b""
        with self.current.data as data:
            return data.read()

    def set_acl(self, acl: str | None) -> None:
        """Give it access rules, whoever saves it."""
        if acl is None:
            self.meta.pop(ACL, None)
        else:
            self.meta[ACL] = acl


#: Views of Moin's that hold a lock while they store, and let go of it for no other exception than this one.
_LOCKING = {"frontend.jfu_server"}

Guard = Callable[[Sent], None]
_guards: list[Guard] = []
_followers: list[Guard] = []


def add(guard: Guard) -> None:
    """Have a guard asked from now on, after those that were added before."""
    if guard not in _guards:
        _guards.append(guard)


def follow(follower: Guard) -> None:
    """Have something called from now on after a revision was stored."""
    if follower not in _followers:
        _followers.append(follower)


def install() -> None:
    """Put the gate into Moin's storage that checks rights. Calling it again changes nothing."""
    put(Replacement(ProtectedItem, "store_revision", _guarded))


def _guarded(original: Any) -> Any:
    @wraps(original)
    def store_revision(self: ProtectedItem, meta: Mapping[str, Any], data: Any, *args: Any, **kw: Any) -> Any:
        current = self.item[CURRENT] if self else None
        sent = Sent(dict(meta), data, current, str(self.fqname), str(kw.get("action", "")), meta.get(ACL))
        try:
            for guard in _guards:
                guard(sent)
        except HTTPException as refused:
            if has_request_context() and request.endpoint in _LOCKING:
                raise AccessDenied(refused.description) from refused
            raise
        stored = _stored(original, self, meta, sent, args, kw)
        for follower in _followers:
            follower(sent)
        for call in sent.afterwards:
            call(self.itemid)
        return stored

    return store_revision


def _stored(
    original: Any, item: ProtectedItem, meta: Mapping[str, Any], sent: Sent, args: tuple[Any, ...], kw: dict[str, Any]
) -> Any:
    if sent.meta.get(ACL) == meta.get(ACL):
        return original(item, sent.meta, sent.data, *args, **kw)
    _require(item, sent, bool(args[0] if args else kw.get("overwrite")))
    # Moin would ask whether this person may set the rules that we set. This object lives for one request.
    item.require = lambda *rights: None
    try:
        return original(item, sent.meta, sent.data, *args, **kw)
    finally:
        del item.require


def _require(item: ProtectedItem, sent: Sent, overwrite: bool) -> None:
    """What ``ProtectedItem.store_revision`` requires, for what was asked for."""
    item.require(WRITE)
    if not item:
        item.require(CREATE)
    if overwrite:
        item.require(DESTROY)
    if sent.asked_acl != item.acl:
        item.require(ADMIN)
