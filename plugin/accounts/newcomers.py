"""Pages of a new account wait for an editor, at their own addresses, and stay there when they are approved.

Who made an account for themselves is a newcomer until an editor approves the account. A page that a newcomer makes, in
whatever way, gets access rules at the gate by which its author and editors read it and nobody else. Being pages with
rules, they stay out of everybody else's lists, counts, searches, feeds and mails by the same rules as any other. What
is attached to them or made below them waits with them.

- That a page waits is decided by its newest revision alone. A save by whoever changes nothing about it, and neither
  does bringing back an older revision, be it one from before the page was approved.
- A newcomer can't change what others wrote: otherwise nothing would wait.
- Approval stores a revision without the mark and with the rules that the page would have had.

The marks are in Moin's metadata: ``approval_keyword`` of an account or a page is ``waiting`` or ``declined``;
``author_id`` of a page is its author's account.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, make_response
from markupsafe import Markup
from moin import current_app, flaskg, user
from moin.constants.keys import (
    ACL,
    COMMENT,
    CURRENT,
    DISABLED,
    EMAIL,
    ITEMID,
    MTIME,
    NAME,
    NAMESPACE,
    PARENTID,
    RECOVERPASS_KEY,
    REV_NUMBER,
    TRASH,
)
from moin.themes import render_template

from cupboard import gate
from cupboard.groups import EDITORS_GROUP, is_editor
from cupboard.mail import mailing
from cupboard.pages import NOT_COPIED
from cupboard.tongue import L_, _

STATE = "approval_keyword"
AUTHOR = "author_id"
REASON = "declined_text"
#: The rules that a page gets when it is approved, where it is to have any.
AFTERWARDS = "approved_acl"
WAITING, DECLINED = "waiting", "declined"
_MARKS = (STATE, AUTHOR, REASON, AFTERWARDS)


@dataclass(frozen=True)
class Waiting:
    """A page that waits.

    :ivar fullname: with its namespace
    :ivar title: its name, or what it calls itself
    :ivar changed: seconds since the epoch
    """

    itemid: str
    fullname: str
    changed: float
    author: str
    author_id: str


def is_newcomer(account: Any = None) -> bool:
    """Whether an account, by default that of the person who asks, still waits for an editor."""
    profile = (account or flaskg.user).profile
    # Moin's profile asks the wiki's defaults for what it has not, and they don't know this key.
    return profile._meta.get(STATE) in (WAITING, DECLINED)


def waits(meta: Mapping[str, Any] | None) -> bool:
    """Whether a page of this metadata waits for an editor, or was declined by one."""
    # Moin's metadata of a stored revision has no length, so it counts as empty
    return meta is not None and meta.get(STATE) in (WAITING, DECLINED)


def rules_for(name: str) -> str:
    """The access rules of a page of a newcomer."""
    return f"{name}:read,write,create {EDITORS_GROUP}:read,write,create,admin All:"


def guard(sent: gate.Sent) -> None:
    """What becomes of a revision's marks and rules at the gate."""
    sent_marks = {key: sent.meta.pop(key, None) for key in _MARKS}
    now = sent.current.meta if sent.current is not None else {}
    if waits(now):
        sent.meta.update({key: now[key] for key in _MARKS if key in now})
        if now[STATE] == DECLINED and not is_editor():
            # its author did something about it: it is looked at again
            sent.meta[STATE] = WAITING
            sent.meta.pop(REASON, None)
        _keep_rules(sent, now)
    elif sent.current is None:
        if is_newcomer():
            stamp(sent.meta, flaskg.user)
            sent.set_acl(sent.meta[ACL])
            sent.asked_acl = None
    else:
        if is_newcomer():
            page = render_template("cupboard/newcomer_may_not.html", title=_("Your account is new here"))
            abort(make_response(page, 403))
        if sent_marks[STATE]:
            # a revision from before the approval comes back
            _keep_rules(sent, now)


def stamp(meta: dict[str, Any], account: Any) -> None:
    """Mark a new page of a newcomer."""
    meta[STATE], meta[AUTHOR], meta[ACL] = WAITING, account.itemid, rules_for(account.name0)


def _keep_rules(sent: gate.Sent, now: Mapping[str, Any]) -> None:
    sent.asked_acl = now.get(ACL)
    sent.set_acl(now.get(ACL))


_ANCHOR = re.compile(r"<a (?![^>]*\brel=)(?=[^>]*\bhref=[\"']?(?:[a-z][a-z0-9+.-]*:|//))", re.IGNORECASE)


def waiting_links(html: Any) -> Markup:
    """The HTML of a page that waits, whose links to other sites must not count for anything."""
    return Markup(_ANCHOR.sub('<a rel="nofollow ugc" ', str(html)))


# -- what editors do ---------------------------------------------------------------------------------------------------


def accounts() -> list[Any]:
    """The accounts that wait, those who came first on top."""
    found = user.search_users(**{STATE: WAITING})
    return [user.User(revision.meta[ITEMID]) for revision in sorted(found, key=lambda one: one.meta.get(MTIME) or 0)]


def pages(author_id: str | None = None) -> list[Waiting]:
    """The pages that wait, oldest first.

    :param author_id: of one account only
    """
    query = {STATE: WAITING} | ({AUTHOR: author_id} if author_id else {})
    found = []
    names: dict[str, str] = {}
    for revision in current_app.storage.documents(**query):
        meta = revision.meta
        if meta.get(NAMESPACE) == "userprofiles" or not meta.get(NAME):
            continue
        owner = meta.get(AUTHOR, "")
        if owner not in names:
            names[owner] = user.User(owner).name0
        fullname = "/".join(filter(None, (meta.get(NAMESPACE), meta[NAME][0])))
        found.append(Waiting(meta[ITEMID], fullname, meta.get(MTIME) or 0, names[owner], owner))
    return sorted(found, key=lambda one: (one.changed, one.fullname))


def approve_page(itemid: str, comment: str = "Approved") -> bool:
    """Let everybody read a page who may by the wiki's rules. False when it does not wait."""
    return _settle(itemid, comment, lambda meta: _approved(meta))


def decline_page(itemid: str, reason: str) -> bool:
    """Leave a page as it is, and tell its author why. False when it does not wait."""

    def declined(meta: dict[str, Any]) -> None:
        meta[STATE], meta[REASON] = DECLINED, reason

    return _settle(itemid, "Not accepted", declined)


def approve_account(itemid: str) -> bool:
    """Take an account for one like any other, with all its pages that wait. False when it does not wait."""
    account = _waiting_account(itemid)
    if account is None:
        return False
    del account.profile[STATE]
    account.save(force=True)
    for page in pages(itemid):
        approve_page(page.itemid)
    _tell(account, L_("Your account is approved"), L_(
        "An editor has approved your account. What you write is now seen by everybody at once, and so is what waited."
    ))
    return True


def decline_account(itemid: str, reason: str) -> bool:
    """Close an account and tell its owner why. Its pages stay hidden. False when it does not wait."""
    account = _waiting_account(itemid)
    if account is None:
        return False
    for page in pages(itemid):
        decline_page(page.itemid, reason)
    account.profile[STATE] = DECLINED
    account.profile[DISABLED] = True
    account.profile[RECOVERPASS_KEY] = None
    account.generate_session_token(False)  # whoever is signed in with it is not any more
    account.save(force=True)
    _tell(
        account, L_("Your account was closed"),
        L_("An editor has closed your account. The reason given is:\n\n{reason}"), reason=reason,
    )
    return True


def _waiting_account(itemid: str) -> Any:
    account = user.User(itemid)
    return account if account.exists and account.profile._meta.get(STATE) == WAITING else None


def _approved(meta: dict[str, Any]) -> None:
    acl = meta.get(AFTERWARDS)
    for key in (*_MARKS, ACL):
        meta.pop(key, None)
    if acl is not None:
        meta[ACL] = acl


def _settle(itemid: str, comment: str, change: Any) -> bool:
    """Store a page's present text with changed marks, past the gate: an editor decides, whatever rights they have."""
    item = current_app.storage.get_item(itemid=itemid)
    if not item:
        return False
    revision = item[CURRENT]
    if revision.meta.get(STATE) != WAITING or revision.meta.get(TRASH):
        return False
    meta = {key: value for key, value in revision.meta.items() if key not in NOT_COPIED}
    meta |= {
        PARENTID: revision.meta["revid"],
        COMMENT: comment,
        REV_NUMBER: revision.meta.get(REV_NUMBER, 0) + 1,
    }
    change(meta)
    with revision.data as data:
        text = data.read()
    item.store_revision(meta, io.BytesIO(text), contenttype_current=revision.meta["contenttype"])
    flaskg.storage._clear_acl_cache()
    return True


def _tell(account: Any, subject: L_, text: L_, **values: str) -> None:
    """Write to the owner of an account, in their language.

    :param values: of the placeholders in ``text``
    """
    address = account.profile._meta.get(EMAIL)
    if address and mailing.is_possible():
        site = current_app.cfg.sitename
        with mailing.in_language_of(account):
            hello = _("Hello {name},").format(name=account.name0)
            mailing.send(address, f"[{site}] {subject}", f"{hello}\n\n{text.format(**values)}\n\n{site}\n")
