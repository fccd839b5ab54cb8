"""Contact points of case studies and stories: a role's mailbox is shown plainly, a named person only after they agreed.

A page's raw text can be read by everybody who may read the page, and stays in its history. So what nobody may see yet
must not be in it: a name, or an address that looks like a person's, is taken out before the page is stored, at the gate
and by ``cupboard import``. It waits in the ledger while the person is asked by mail. When they agree, the wiki writes
it into the page with the day of that (``contact_confirmed``, which nobody can type); a person whose own account has the
address agrees by saving. :func:`ask`, which is ``cupboard contacts``, asks who was not asked yet, and after a year
again; without an answer the name is taken out. So is what ``moin`` commands, which store what they are given, put on a
page.

By the link that they were sent they can take their name off the page at any time, with one press. It is then gone from
the page, lists, feeds and searches; ``cupboard erase`` takes it out of history.
"""

from __future__ import annotations

import io
import time
from datetime import date, datetime, timedelta
from typing import Any

from flask import abort, flash, has_request_context, request, url_for
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

from cupboard import catalogue, definitions, gate, importing, kinds
from cupboard.accounts import ledger
from cupboard.case_studies.contact import (
    ASK_AGAIN,
    DAY_FIELD,
    EMAIL_FIELD,
    FIELDS,
    NAME_FIELD,
    Wish,
    is_personal,
    is_shown,
    settle,
    without_person,
)
from cupboard.days import today
from cupboard.document import Document, dump, parse
from cupboard.fields import trimmed
from cupboard.mail import mailing
from cupboard.pages import NOT_COPIED
from cupboard.tongue import _


def guard(sent: gate.Sent) -> None:
    """Take out of a page, before it is stored, a person who did not agree; ask them."""
    kind = _kind(sent.meta)
    if kind is None or sent.meta.get(TRASH):
        return
    data = sent.data.read()
    sent.data = io.BytesIO(data)
    document = parse(data)
    if document.error:
        return
    is_typed = sent.action != ACTION_REVERT
    own = is_typed and _is_own(trimmed(document.fields, EMAIL_FIELD))
    settled, wish = settle(document, parse(sent.stored), definitions.current().template_of(kind).order, own=own)
    if own and settled is not document and wish is None:
        named = Wish(*(trimmed(document.fields, field) for field in (NAME_FIELD, EMAIL_FIELD)))
        sent.afterwards.append(lambda itemid: _agreed(itemid, named))
    if wish and is_typed:
        page = (sent.meta.get(NAME) or [""])[0]
        sent.afterwards.append(lambda itemid: _wait(itemid, page, wish))
    if settled is not document:
        sent.data = io.BytesIO(dump(settled))


def keep_aside(itemid: str, wish: Wish, *, asked: float = 0.0, by: str = "") -> bool:
    """Note who is to be asked whether they want to stand on a page.

    :param asked: when they were asked, seconds since the epoch; 0: :func:`ask` will
    :returns: whether they are to be asked: not when they refused before
    """
    with ledger.writing() as connection:
        if connection.execute("SELECT 1 FROM contact WHERE page = ? AND email = ?",
                              (itemid, ledger.digest(wish.email.casefold()))).fetchone():
            return False
        connection.execute(
            "INSERT INTO contact (page, email, name, asked, confirmed, asked_by) VALUES (?, ?, ?, ?, NULL, ?)"
            " ON CONFLICT DO UPDATE SET name = excluded.name, asked = max(asked, excluded.asked), confirmed = NULL,"
            " asked_by = excluded.asked_by",
            (itemid, wish.email, wish.name, asked, by),
        )
    return True


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
                _write(item, dict.fromkeys(FIELDS), "The contact point was taken off")
            with ledger.writing() as connection:
                # the address stays as a digest, so that this person is not asked for this page again
                connection.execute("DELETE FROM contact WHERE page = ? AND email = ?", (itemid, email))
                connection.execute("INSERT OR REPLACE INTO contact VALUES (?, ?, '', ?, NULL, 'refused')",
                                   (itemid, ledger.digest(email.casefold()), time.time()))
        else:
            abort(404)
    return render_template("cupboard/contact_answer.html", title=_("Your name on a page"), token=token, done=done,
                           page=title, name=row[0] if row else "", email=email, on_page=on_page, known=row is not None)


def ask(day: date, *, wait: bool = False) -> int:
    """Ask everybody who was not asked yet, and who agreed more than a year ago. Once a month at most; for a timer.

    :param wait: return when all messages were handed over
    :returns: how many were asked
    """
    asked = 0
    with ledger.reading() as connection:
        due = connection.execute(
            "SELECT page, email, name, confirmed FROM contact WHERE asked < ? AND (confirmed < ?"
            " OR confirmed IS NULL AND asked = 0 AND asked_by != 'refused')",
            (time.time() - 30 * 86400,
             (datetime.combine(day, datetime.min.time()) - timedelta(days=ASK_AGAIN - 1)).timestamp()),
        ).fetchall()
    for itemid, email, name, confirmed in due:
        item = current_app.storage.get_item(itemid=itemid)
        if not item or not item[CURRENT].meta.get(NAME) or (confirmed and not _stands_on(item, email)):
            continue
        with ledger.writing() as connection:
            connection.execute(
                "UPDATE contact SET asked = ? WHERE page = ? AND email = ?", (time.time(), itemid, email)
            )
        _ask(itemid, item[CURRENT].meta[NAME][0], name, email, again=bool(confirmed), wait=wait)
        asked += 1
    return asked


def put_aside(day: date) -> list[str]:
    """Take out of pages whom they name without an agreement that counts on a day, and keep it to ask.

    An agreement that is over leaves the present version. What nobody ever agreed to, which only a command can have
    written, leaves all versions: they are written over in place.

    :returns: names of the pages
    """
    found = []
    for itemid, name, email in catalogue.contact_points():
        item = current_app.storage.get_item(itemid=itemid) if is_personal(name, email) else None
        if not item or is_shown(_document(item[CURRENT]).fields, day):
            continue
        lapsed = bool(trimmed(_document(item[CURRENT]).fields, DAY_FIELD))
        if lapsed:
            _write(item, dict.fromkeys(FIELDS), "The contact point was taken off: they did not answer for a year")
        else:
            if email:
                keep_aside(itemid, Wish(name, email))
            _write_over(item, (name, email))
        found.append(item[CURRENT].meta[NAME][0])
    return sorted(found)


def of_address(email: str) -> list[dict[str, Any]]:
    """What is kept of a person as a contact point, for their copy of it."""
    with ledger.reading() as connection:
        rows = connection.execute(
            "SELECT page, name, email, asked, confirmed FROM contact WHERE lower(email) = ?", (email.casefold(),)
        ).fetchall()
    return [dict(zip(("page", "name", "email", "asked", "agreed"), row)) for row in rows]


def own_points() -> list[tuple[str, str, str]]:
    """(name, address, address to take it back at) of the pages that name the person who asks, who agreed to it."""
    email = flaskg.user.email if flaskg.user.valid else ""
    found = []
    for row in of_address(email) if email else ():
        item = current_app.storage.get_item(itemid=row["page"]) if row["agreed"] else None
        if item and item[CURRENT].meta.get(NAME) and flaskg.user.may.read(item[CURRENT].meta[NAME][0]):
            page = item[CURRENT].meta[NAME][0]
            found.append((page, url_for("frontend.show_item", item_name=page), removal_link(row["page"], row["email"])))
    return found


def take_off(email: str) -> None:
    """Take a person off every page that names them by this address."""
    for itemid in catalogue.contacts().get(email.casefold(), ()):
        item = current_app.storage.get_item(itemid=itemid)
        if item and is_personal(*(trimmed(_document(item[CURRENT]).fields, one) for one in (NAME_FIELD, EMAIL_FIELD))):
            _write(item, dict.fromkeys(FIELDS), "The contact point was taken off")
    with ledger.writing() as connection:
        connection.execute("DELETE FROM contact WHERE lower(email) = ?", (email.casefold(),))


def removal_link(itemid: str, email: str) -> str:
    """The address at which a person takes their name off a page, or lets it stand."""
    return url_for("frontend.cupboard.contact", token=_serializer().dumps([itemid, email]), _external=True)


def _is_own(email: str) -> bool:
    """Whether the address is that of the person who asks, verified by the account."""
    return bool(email) and flaskg.user.valid and email.casefold() == flaskg.user.profile._meta.get(EMAIL, "").casefold()


def _wait(itemid: str, page: str, wish: Wish) -> None:
    """Note who is to be asked, and ask."""
    if not wish.email:
        flash(_("A person's name needs an address at which they can be asked, so it was left out."), "error")
        return
    with ledger.reading() as connection:
        asked = connection.execute("SELECT 1 FROM contact WHERE page = ? AND email = ? AND asked > ?",
                                   (itemid, wish.email, time.time() - 86400)).fetchone()
    who = flaskg.user.name0 if flaskg.user.valid else ""
    if not keep_aside(itemid, wish, asked=time.time() if mailing.is_possible() else 0, by=who):
        flash(_("The person you named does not want to be the contact point, so the name was left out."), "error")
        return
    flash(_("The person you named is asked first. Their name and address appear when they agree."), "info")
    if not asked and mailing.is_possible():
        _ask(itemid, page, wish.name, wish.email)


def _ask(itemid: str, page: str, name: str, email: str, *, again: bool = False, wait: bool = False) -> None:
    site = current_app.cfg.sitename
    text = plain_template("cupboard/mail/contact.txt", site=site, name=name, page=page, again=again,
                          link=removal_link(itemid, email))
    try:
        mailing.send(email, f"[{site}] " + _("May your name stand on a page?"), text, wait=wait)
    except ValueError:
        if has_request_context() and request.endpoint:
            flash(_("The address of the contact point can't be written to, so nobody was asked."), "error")


def _agreed(itemid: str, wish: Wish) -> None:
    """Note that somebody agreed by naming themselves, so that they are asked again and can take it back."""
    with ledger.writing() as connection:  # whatever they said before
        connection.execute(
            "DELETE FROM contact WHERE page = ? AND email = ?", (itemid, ledger.digest(wish.email.casefold()))
        )
    if keep_aside(itemid, wish, asked=time.time(), by=flaskg.user.name0):
        _note(itemid, wish.email, time.time())


def _note(itemid: str, email: str, when: float) -> None:
    with ledger.writing() as connection:
        connection.execute("UPDATE contact SET confirmed = ? WHERE page = ? AND email = ?", (when, itemid, email))


def _write(item: Any, fields: dict[str, Any], comment: str) -> None:
    """Change a page in the wiki's own name."""
    revision = item[CURRENT]
    kind = _kind(revision.meta)
    order = definitions.current().template_of(kind).order if kind else ()
    document = _document(revision).edit(fields=fields, order=order)
    meta = {key: value for key, value in revision.meta.items() if key not in NOT_COPIED}
    meta |= {PARENTID: revision.meta["revid"], REV_NUMBER: revision.meta.get(REV_NUMBER, 0) + 1, COMMENT: comment}
    item.store_revision(meta, io.BytesIO(dump(document)), action=ACTION_SAVE,
                        contenttype_current=revision.meta["contenttype"])


def _write_over(item: Any, named: tuple[str, str]) -> None:
    """Take somebody who never agreed out of all versions, in place."""
    for revision in list(item.iter_revs()):
        document = _document(revision)
        name, email, day = (trimmed(document.fields, field) for field in FIELDS)
        if (name, email) != named or day or document.error:
            continue
        meta = {key: value for key, value in revision.meta.items() if key not in ("size", "sha1")}
        item.store_revision(meta, io.BytesIO(dump(without_person(document))), overwrite=True, trusted=True)


def _kind(meta: Any) -> kinds.Kind | None:
    """The kind of a page, when it has a contact point."""
    kind = kinds.of_meta(meta)
    has_contact = kind is not None and definitions.current().template_of(kind).field(NAME_FIELD) is not None
    return kind if has_contact else None


def _stands_on(item: Any, email: str) -> bool:
    return trimmed(_document(item[CURRENT]).fields, EMAIL_FIELD).casefold() == email.casefold()


def _document(revision: Any) -> Document:
    if revision is None:
        return parse(b"")
    with revision.data as data:
        return parse(data.read())


def _read(token: str) -> tuple[str, str]:
    try:
        itemid, email = _serializer().loads(token)
    except (BadSignature, ValueError, TypeError):
        abort(404)
    return itemid, email


def _serializer() -> Any:
    return URLSafeSerializer(str(current_app.secret_key), salt="cupboard-contact")


importing.wishes_go_to(keep_aside)
