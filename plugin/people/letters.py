"""Writing to somebody through the wiki, without either knowing the other's address until one of them shows it.

The message goes out by mail in the wiki's name, with a link to answer in the same way. The ledger remembers who wrote
to whom and when, so that a message can be answered, refused and reported; the text is kept nowhere.

Nobody can be written to who can't be found by the person who writes, or answered whom that person has not written to.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask import render_template as plain_template
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer
from moin import current_app, flaskg, user
from moin.constants.keys import EMAIL
from moin.themes import render_template

from cupboard.accounts import ledger, newcomers, throttle
from cupboard.mail import mailing
from cupboard.people import finding, profile, record
from cupboard.tongue import _

LONGEST_SUBJECT, LONGEST_TEXT, LONGEST_REASON = 120, 5000, 500
#: In the ledger, in place of a sender: anybody.
ANYBODY = ""


@dataclass(frozen=True)
class Letter:
    id: str
    sender: str
    recipient: str
    at: float
    reported: float | None
    reason: str


def write(account: str) -> ResponseReturnValue:
    """The form by which the person who asks writes to somebody, or answers them."""
    if not flaskg.user.valid:
        return redirect(url_for("frontend.login"))
    if newcomers.is_newcomer():
        return render_template("cupboard/letter_not_yet.html", title=_("Your account is new here")), 403
    sender = flaskg.user.name0
    answered = _letter(request.values.get("re", ""))
    is_answer = answered is not None and (answered.sender, answered.recipient) == (account, sender)
    face = finding.face_of(account)
    if account == sender or (face is None and not is_answer):
        abort(404)
    address = _address(account)
    if not mailing.is_possible() or not address or (not is_answer and _refuses(account)) or (
        _has_refused(account, sender)
    ):
        return render_template("cupboard/letter_refused.html", title=_("No messages"), account=account), 403
    typed = {name: request.form.get(name, "") for name in ("subject", "text", "show_address")}
    problems: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        problems, status = _problems(typed), 422
        if not problems:
            try:
                throttle.hit("letters", sender)
                throttle.hit("write", f"{sender} to {account}")
                _send(sender, account, address, typed, is_answer)
                flash(_("Your message is on its way."), "info")
                return redirect(face.url if face else url_for("frontend.cupboard.people"), 303)
            except throttle.TooMany as too_many:
                problems, status = {"": too_many.message}, 429
    name = face.name if face else account
    title = (_("Error: Write to {name}") if problems else _("Write to {name}")).format(name=name)
    page = render_template("cupboard/letter.html", title=title, name=name, account=account, typed=typed,
                           problems=problems, re=answered.id if is_answer else "")
    return page, status


def about(token: str) -> ResponseReturnValue:
    """Behind the link in a message: report it, or take no more. The link's signature stands for its reader."""
    try:
        id = _serializer().loads(token)
    except BadSignature:
        abort(404)
    letter = _letter(id)
    if letter is None:
        abort(404)
    done = None
    if request.method == "POST":
        done = request.form.get("do", "")
        reason = " ".join(request.form.get("reason", "").split())[:LONGEST_REASON]
        if done == "report":
            with ledger.writing() as connection:
                connection.execute("UPDATE letter SET reported = ?, reason = ? WHERE id = ?", (time.time(), reason, id))
        elif done in ("refuse", "refuse-all"):
            refuse(letter.recipient, letter.sender if done == "refuse" else ANYBODY)
        elif done == "accept":
            with ledger.writing() as connection:
                connection.execute("DELETE FROM refusal WHERE person = ? AND sender IN (?, ?)",
                                   (letter.recipient, letter.sender, ANYBODY))
        else:
            abort(400)
    title = _("About a message")
    return render_template("cupboard/about_letter.html", title=title, letter=letter, done=done, token=token)


def refuse(person: str, sender: str) -> None:
    """Keep messages from somebody, or from anybody, away from a person."""
    with ledger.writing() as connection:
        connection.execute("INSERT OR REPLACE INTO refusal VALUES (?, ?, ?)", (person, sender, time.time()))


def reported() -> list[Letter]:
    """Messages that somebody reported, newest first."""
    with ledger.reading() as connection:
        found = connection.execute(
            "SELECT id, sender, recipient, at, reported, reason FROM letter WHERE reported IS NOT NULL"
            " ORDER BY reported DESC LIMIT 100"
        ).fetchall()
    return [Letter(*one) for one in found]


def settle(id: str) -> None:
    """Take a report off the list."""
    with ledger.writing() as connection:
        connection.execute("UPDATE letter SET reported = NULL, reason = '' WHERE id = ?", (id,))


def _problems(typed: dict[str, str]) -> dict[str, str]:
    found = {}
    typed["subject"] = " ".join(typed["subject"].split())
    if not typed["subject"]:
        found["subject"] = _("Enter what it is about")
    elif len(typed["subject"]) > LONGEST_SUBJECT:
        found["subject"] = _("What it is about must be {most} characters or fewer").format(most=LONGEST_SUBJECT)
    if not typed["text"].strip():
        found["text"] = _("Enter a message")
    elif len(typed["text"]) > LONGEST_TEXT:
        found["text"] = _("The message must be {most:,} characters or fewer").format(most=LONGEST_TEXT)
    return found


def _send(sender: str, recipient: str, address: str, typed: dict[str, str], is_answer: bool) -> None:
    id = secrets.token_urlsafe(16)
    with ledger.writing() as connection:
        connection.execute("INSERT INTO letter (id, sender, recipient, at) VALUES (?, ?, ?, ?)",
                           (id, sender, recipient, time.time()))
    own = flaskg.user.profile._meta.get(EMAIL, "") if typed["show_address"] else ""
    site = current_app.cfg.sitename
    with mailing.in_language_of(user.User(auth_username=recipient)):
        text = plain_template(
            "cupboard/mail/letter.txt",
            site=site,
            sender=sender,
            text=typed["text"].strip().replace("\r\n", "\n"),
            is_answer=is_answer,
            address=own,
            answer=url_for("frontend.cupboard.letter", account=sender, re=id, _external=True),
            about=url_for("frontend.cupboard.about_letter", token=_serializer().dumps(id), _external=True),
        )
    mailing.send(address, f"[{site}] {typed['subject']}", text, reply_to=own)


def _letter(id: str) -> Letter | None:
    if not isinstance(id, str) or not id:
        return None
    with ledger.reading() as connection:
        found = connection.execute(
            "SELECT id, sender, recipient, at, reported, reason FROM letter WHERE id = ?", (id,)
        ).fetchone()
    return Letter(*found) if found else None


def _address(account: str) -> str:
    found = user.User(auth_username=account)
    return found.profile._meta.get(EMAIL, "") if found.valid else ""


def _refuses(person: str) -> bool:
    """Whether somebody wants no messages from a person who was not written to."""
    theirs = record.read(person)
    return theirs is not None and profile.wants_no_letters(theirs)


def _has_refused(person: str, sender: str) -> bool:
    with ledger.reading() as connection:
        return connection.execute(
            "SELECT 1 FROM refusal WHERE person = ? AND sender IN (?, ?)", (person, sender, ANYBODY)
        ).fetchone() is not None


def _serializer() -> Any:
    return URLSafeSerializer(str(current_app.secret_key), salt="cupboard-letter")
