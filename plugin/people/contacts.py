"""Contact points of case studies: a role's mailbox is shown plainly, a named person only after they agreed.

A page's raw text can be read by everybody who may read the page, and stays in its history. So what nobody may see yet
must not be in it: a name, or an address that looks like a person's, is taken out at the gate, whatever way the page is
written. It waits in the ledger while the person is asked by mail. When they agree, the wiki writes it into the page with
the day of that (``contact_confirmed``, which nobody can type); a person whose own account has the address agrees by
saving. After a year they are asked again by ``cupboard contacts``; without an answer the name is not shown any more.

By the link that they were sent they can take their name off the page at any time, with one press. It is then gone from
the page, lists, feeds and searches; ``cupboard erase`` takes it out of history.
"""

from __future__ import annotations

import io
import re
import time
from datetime import date, datetime, timedelta
from typing import Any

from flask import abort, flash, request, url_for
from flask import render_template as plain_template
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer
from moin import current_app, flaskg
from moin.constants.keys import (
    ACTION_REVERT,
    ACTION_SAVE,
    COMMENT,
    CURRENT,
    EMAIL,
    NAME,
    PARENTID,
    REV_NUMBER,
    TRASH,
)
from moin.themes import render_template

from cupboard import definitions, gate, kinds
from cupboard.accounts import ledger
from cupboard.case_studies.kind import CASE_STUDY
from cupboard.document import Document, dump, parse
from cupboard.legal_status.view import today
from cupboard.notices import mailing
from cupboard.pages import NOT_COPIED

NAME_FIELD, EMAIL_FIELD, DAY_FIELD = "contact_name", "contact_email", "contact_confirmed"
#: After so many days somebody is asked again, and after so many more without an answer not shown any more.
ASK_AGAIN, GRACE = 365, 60
_FIELDS = (NAME_FIELD, EMAIL_FIELD, DAY_FIELD)

#: "jane.doe" is a person's address, "contracts.team" is not.
_OF_A_PERSON = re.compile(r"[a-z]+[._-][a-z]+[0-9]{0,2}", re.IGNORECASE)
_ROLES = frozenset(
    "admin assets business buying catering centre climate commercial commissioning communications contact contracts"
    " corporate council customer department desk economic energy engagement enquiries enquiry environment environmental"
    " estates facilities finance fleet food head help housing info information legal local management manager office officer"
    " policy press procurement programme project property public purchasing reply research responsible service services"
    " social strategic strategy supplier suppliers supply support sustainability sustainable team transport unit value"
    " waste wellbeing works".split()
)


def is_personal(name: str, email: str) -> bool:
    """Whether a contact point is a person: it has a name, or an address made of two words that are no role's."""
    if name.strip():
        return True
    local = email.partition("@")[0].strip()
    return bool(_OF_A_PERSON.fullmatch(local)) and not _ROLES & set(re.split("[._-]", local.casefold()))


def is_shown(fields: Any, day: date) -> bool:
    """Whether readers may see a case study's named contact on a day. One that is no person is always shown."""
    name, email, confirmed = (_text(fields, field) for field in _FIELDS)
    if not is_personal(name, email):
        return True
    try:
        return day <= date.fromisoformat(confirmed) + timedelta(days=ASK_AGAIN + GRACE)
    except ValueError:
        return False


def guard(sent: gate.Sent) -> None:
    """Take out of a case study, before it is stored, a person who did not agree; ask them."""
    if kinds.of_meta(sent.meta) is not CASE_STUDY or sent.meta.get(TRASH):
        return
    data = sent.data.read()
    sent.data = io.BytesIO(data)
    document = parse(data)
    if document.error:
        return
    now = parse(sent.stored)
    name, email, day = (_text(document.fields, field) for field in _FIELDS)
    agreed = tuple(_text(now.fields, field) for field in _FIELDS)
    if is_personal(name, email) and (name, email) == agreed[:2] and agreed[2]:
        wanted: dict[str, Any] = {DAY_FIELD: agreed[2]}
    elif not is_personal(name, email):
        wanted = {DAY_FIELD: None}
    elif sent.action != ACTION_REVERT and _is_own(email):
        wanted = {DAY_FIELD: today().isoformat()}
    else:
        wanted = dict.fromkeys(_FIELDS)
        if sent.action != ACTION_REVERT:
            page = (sent.meta.get(NAME) or [""])[0]
            sent.afterwards.append(lambda itemid: _wait(itemid, page, name, email))
    if day != (wanted.get(DAY_FIELD) or "") or len(wanted) > 1:
        order = definitions.current().template.order
        sent.data = io.BytesIO(dump(document.edit(fields=wanted, order=order)))


def answer(token: str) -> ResponseReturnValue:
    """Behind the link that somebody was sent: may their name stand on the page?"""
    itemid, email = _read(token)
    item = current_app.storage.get_item(itemid=itemid)
    if not item or not item[CURRENT].meta.get(NAME):
        abort(404)
    title = item[CURRENT].meta[NAME][0]
    with ledger.reading() as connection:
        row = connection.execute("SELECT name FROM contact WHERE page = ? AND email = ?", (itemid, email)).fetchone()
    on_page = _stands_on(item, email)
    done = None
    if request.method == "POST":
        done = request.form.get("do")
        if done == "agree" and row is not None:
            _write(item, {NAME_FIELD: row[0] or None, EMAIL_FIELD: email, DAY_FIELD: today().isoformat()},
                   "The contact point agreed")
            _note(itemid, email, time.time())
        elif done == "remove":
            if on_page:
                _write(item, dict.fromkeys(_FIELDS), "The contact point was taken off")
            with ledger.writing() as connection:
                # the address stays as a digest, so that this person is not asked for this page again
                connection.execute("DELETE FROM contact WHERE page = ? AND email = ?", (itemid, email))
                connection.execute("INSERT OR REPLACE INTO contact VALUES (?, ?, '', ?, NULL, 'refused')",
                                   (itemid, ledger.digest(email.casefold()), time.time()))
        else:
            abort(404)
    return render_template("cupboard/contact_answer.html", title="Your name on a case study", token=token, done=done,
                           page=title, name=row[0] if row else "", email=email, on_page=on_page, known=row is not None)


def ask_again(day: date, *, wait: bool = False) -> int:
    """Ask everybody who agreed more than a year ago. Once a month at most; for a timer.

    :param wait: return when all messages were handed over
    :returns: how many were asked
    """
    since = time.time() - 30 * 86400
    asked = 0
    with ledger.reading() as connection:
        due = connection.execute(
            "SELECT page, email, name FROM contact WHERE confirmed < ? AND asked < ?",
            ((datetime.combine(day, datetime.min.time()) - timedelta(days=ASK_AGAIN - 1)).timestamp(), since),
        ).fetchall()
    for itemid, email, name in due:
        item = current_app.storage.get_item(itemid=itemid)
        if not item or not _stands_on(item, email):
            continue
        with ledger.writing() as connection:
            connection.execute("UPDATE contact SET asked = ? WHERE page = ? AND email = ?", (time.time(), itemid, email))
        _ask(itemid, item[CURRENT].meta[NAME][0], name, email, again=True, wait=wait)
        asked += 1
    return asked


def removal_link(itemid: str, email: str) -> str:
    """The address at which a person takes their name off a page, or lets it stand."""
    return url_for("frontend.cupboard.contact", token=_serializer().dumps([itemid, email]), _external=True)


def _is_own(email: str) -> bool:
    """Whether the address is that of the person who asks, verified by the account."""
    return bool(email) and flaskg.user.valid and email.casefold() == flaskg.user.profile._meta.get(EMAIL, "").casefold()


def _wait(itemid: str, page: str, name: str, email: str) -> None:
    """Note who is to be asked, and ask."""
    if not email:
        flash("A person's name needs an address at which they can be asked, so it was left out.", "error")
        return
    with ledger.reading() as connection:
        refused = connection.execute("SELECT 1 FROM contact WHERE page = ? AND email = ?",
                                     (itemid, ledger.digest(email.casefold()))).fetchone()
        asked = connection.execute("SELECT 1 FROM contact WHERE page = ? AND email = ? AND asked > ?",
                                   (itemid, email, time.time() - 86400)).fetchone()
    if refused:
        flash("The person you named does not want to be the contact point, so the name was left out.", "error")
        return
    who = flaskg.user.name0 if flaskg.user.valid else ""
    with ledger.writing() as connection:
        connection.execute("INSERT OR REPLACE INTO contact (page, email, name, asked, confirmed, asked_by)"
                           " VALUES (?, ?, ?, ?, NULL, ?)", (itemid, email, name, time.time(), who))
    flash("The person you named is asked first. Their name and address appear when they agree.", "info")
    if not asked and mailing.is_possible():
        _ask(itemid, page, name, email)


def _ask(itemid: str, page: str, name: str, email: str, *, again: bool = False, wait: bool = False) -> None:
    site = current_app.cfg.sitename
    text = plain_template("cupboard/mail/contact.txt", site=site, name=name, page=page, again=again,
                          link=removal_link(itemid, email))
    try:
        mailing.send(email, f"[{site}] May your name stand on a case study?", text, wait=wait)
    except ValueError:
        flash("The address of the contact point can't be written to, so nobody was asked.", "error")


def _note(itemid: str, email: str, when: float) -> None:
    with ledger.writing() as connection:
        connection.execute("UPDATE contact SET confirmed = ? WHERE page = ? AND email = ?", (when, itemid, email))


def _write(item: Any, fields: dict[str, Any], comment: str) -> None:
    """Change a page in the wiki's own name."""
    revision = item[CURRENT]
    document = _document(revision).edit(fields=fields, order=definitions.current().template.order)
    meta = {key: value for key, value in revision.meta.items() if key not in NOT_COPIED}
    meta |= {PARENTID: revision.meta["revid"], REV_NUMBER: revision.meta.get(REV_NUMBER, 0) + 1, COMMENT: comment}
    item.store_revision(meta, io.BytesIO(dump(document)), action=ACTION_SAVE,
                        contenttype_current=revision.meta["contenttype"])


def _stands_on(item: Any, email: str) -> bool:
    return _text(_document(item[CURRENT]).fields, EMAIL_FIELD).casefold() == email.casefold()


def _document(revision: Any) -> Document:
    if revision is None:
        return parse(b"")
    with revision.data as data:
        return parse(data.read())


def _text(fields: Any, name: str) -> str:
    value = fields.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _read(token: str) -> tuple[str, str]:
    try:
        itemid, email = _serializer().loads(token)
    except (BadSignature, ValueError, TypeError):
        abort(404)
    return itemid, email


def _serializer() -> Any:
    return URLSafeSerializer(str(current_app.secret_key), salt="cupboard-contact")
