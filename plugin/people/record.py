"""Profiles in Moin's storage: the record, and the pages that are made from it for others.

    users/alice/profile  the record: all answers; read by alice and administrators
    users/alice          what everybody may see, when everybody may find the profile
    users/alice/members  what signed-in people may see besides, when they may find it

Their access rules are set here and follow the record. None of them keeps a history: a page is written over in place,
and destroyed when it is empty. So what somebody takes back is gone from everything that Moin can show, at once.
"""

from __future__ import annotations

import io
from typing import Any

from moin import current_app, flaskg, user
from moin.constants.keys import (
    ACL,
    ACTION_SAVE,
    COMMENT,
    CONTENTTYPE,
    CURRENT,
    DATAID,
    ITEMID,
    ITEMTYPE,
    NAME,
    NAME_EXACT,
    REV_NUMBER,
    REVID,
)
from moin.constants.keys import NAMESPACE as IN_NAMESPACE

from cupboard.accounts import names, newcomers
from cupboard.document import Document, dump, parse
from cupboard.kinds.person import MEMBERS_PART, NAMESPACE, PERSON, RECORD
from cupboard.people import profile
from cupboard.tongue import _


class NameTaken(ValueError):
    """There is another page where a profile would stand; the message says which."""


def read(account: str) -> Document | None:
    """Somebody's record, whoever asks: for the program, never to be shown. None when there is none."""
    item = _item(f"{account}/{RECORD}")
    if not item:
        return None
    with item[CURRENT].data as data:
        return parse(data.read())


def save(account: str, record: Document) -> None:
    """Store somebody's record, and make the pages that others see anew. Whether that may be done was checked.

    :raises NameTaken: when another kind of page has one of their names
    :raises ValueError: for an account that rules can't name
    """
    if not names.can_be_in_rules(account):
        raise ValueError(f"{account} can't have a profile: rules of pages can't name it")
    owner = _account(account)
    parts = ((account, profile.public(record), "All:read"), (f"{account}/{MEMBERS_PART}", profile.for_members(record),
                                                              "Known:read All:"))
    for name in (f"{account}/{RECORD}", *(name for name, *_rest in parts)):
        item = _item(name)
        if item and PERSON.content_type not in str(item[CURRENT].meta.get(CONTENTTYPE)):
            raise NameTaken(_(
                "{namespace}/{name} is another page of yours: rename or delete it, then save your profile"
            ).format(namespace=NAMESPACE, name=name))
    mine = f"{account}:read,write,create"
    _put(f"{account}/{RECORD}", record, f"{mine} All:", None)
    for name, part, readers in reversed(parts):
        if part is None:
            _destroy(name)
        else:
            _put(name, part, f"{mine} {readers}", owner)
    flaskg.storage._clear_acl_cache()


def remove(account: str) -> int:
    """Take a profile away, with whatever there is of it.

    :returns: how many revisions were destroyed
    """
    destroyed = sum(_destroy(name) for name in (account, f"{account}/{MEMBERS_PART}", f"{account}/{RECORD}"))
    flaskg.storage._clear_acl_cache()
    return destroyed


def _put(name: str, document: Document, acl: str, owner: Any) -> None:
    """Write a page over.

    :param owner: whose page it is, when it waits for an editor as long as they are new here
    """
    item = _item(name)
    meta: dict[str, Any] = {
        NAME: [name],
        IN_NAMESPACE: NAMESPACE,
        CONTENTTYPE: PERSON.stored_type,
        ITEMTYPE: PERSON.item_type,
        COMMENT: "",
        REV_NUMBER: 1,
        ACL: acl,
    }
    if owner is not None and newcomers.is_newcomer(owner):
        newcomers.stamp(meta, owner)
        meta[newcomers.AFTERWARDS] = acl
    older = []
    if item:
        now = item[CURRENT].meta
        # the same place for the bytes, so that those before are nowhere any more
        meta |= {ITEMID: now[ITEMID], REVID: now[REVID], DATAID: now[DATAID]}
        older = [revision.revid for revision in item.iter_revs() if revision.revid != now[REVID]]
    item.store_revision(
        meta, io.BytesIO(dump(document)), overwrite=bool(item), action=ACTION_SAVE,
        contenttype_current=PERSON.stored_type,
    )  # fmt: skip
    # an editor's approval, or a command, may have made another one
    for revid in older:
        item.destroy_revision(revid)


def _destroy(name: str) -> int:
    item = _item(name)
    if not item or PERSON.content_type not in str(item[CURRENT].meta.get(CONTENTTYPE)):
        return 0
    revids = [revision.revid for revision in item.iter_revs()]
    for revid in revids:
        item.destroy_revision(revid)
    return len(revids)


def _item(name: str) -> Any:
    return current_app.storage.get_item(**{IN_NAMESPACE: NAMESPACE, NAME_EXACT: name})


def _account(name: str) -> Any:
    return user.User(auth_username=name)
