"""Making an account: the person fills in a form, follows a link that is mailed to them, and has one.

Whether the name is taken, and whether the address has an account already, the form does not tell: it always answers
that a message is on its way, does the same work, and the message, which only the owner of the address sees, says the
rest. Until the link is followed there is no account, so nobody can keep a name from others with somebody else's
address.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, request, url_for
from flask import render_template as plain_template
from flask.typing import ResponseReturnValue
from moin import current_app, flaskg, user
from moin.apps.frontend.views import RegistrationForm
from moin.constants.keys import EMAIL, EMAIL_UNVALIDATED, RECOVERPASS_KEY
from moin.themes import render_template

from cupboard.accounts import ledger, names, newcomers, plainly, throttle
from cupboard.mail import mailing
from cupboard.tongue import _

#: Seconds that a link to finish is good for.
LIFE = 24 * 3600


@dataclass(frozen=True)
class Registration:
    """Somebody who asked for an account; ``password`` is a hash."""

    name: str
    email: str
    password: str


def register() -> ResponseReturnValue:
    """``/+register``."""
    if flaskg.user.valid and flaskg.user.may.superuser():
        return redirect(url_for("admin.register_new_user"))
    if current_app.cfg.registration_only_by_superuser:
        abort(404)
    if not mailing.is_possible():
        return render_template("cupboard/no_registration.html", title=_("Accounts can't be made at the moment")), 503
    if request.method != "POST":
        return _form(RegistrationForm.from_defaults())
    form = RegistrationForm.from_flat(request.form)
    if not _is_right(form):
        return _form(form, 422)
    email = form["email"].value
    try:
        throttle.hit("register", email)
    except throttle.TooMany as too_many:
        form.add_error(too_many.message)
        return _form(form, 429, too_many.seconds)
    _ask(form["username"].value, email, form["password1"].value)
    return redirect(url_for("frontend.cupboard.registered"), 303)


def registered() -> ResponseReturnValue:
    """What the form answers, whoever asked."""
    return render_template("cupboard/registered.html", title=_("Check your email"))


def verify() -> ResponseReturnValue:
    """``/+verifyemail``: asks, since programs that look into mail follow links; the answer is posted to it."""
    if request.values.get("key"):
        return _finish(request.values["key"])
    return _confirm_address(request.values.get("username", ""), request.values.get("token", ""))


def _finish(token: str) -> ResponseReturnValue:
    """The second step of making an account."""
    found = _registration(token)
    if found is None:
        return render_template("cupboard/link_is_over.html", title=_("This link does not work any more")), 404
    name, problem = found.name, None
    if names.is_taken(name):
        problem = _("Somebody else has the user name {name}: choose another one").format(name=name)
    if request.method == "POST":
        name = " ".join(request.form.get("name", name).split())
        problem = names.problem(name)
        if problem is None and names.is_taken(name):
            problem = _("Somebody else has the user name {name}: choose another one").format(name=name)
        if problem is None and user.search_users(email=found.email):
            return render_template("cupboard/link_is_over.html", title=_("This link does not work any more")), 404
        if problem is None and _take(token):
            _make(name, found)
            return redirect(url_for("frontend.cupboard.joined"), 303)
    title = _("Error: Finish your account") if problem and request.method == "POST" else _("Finish your account")
    status = 422 if problem and request.method == "POST" else 200
    page = render_template("cupboard/finish_account.html", title=title, key=token, name=name, problem=problem)
    return page, status


def joined() -> ResponseReturnValue:
    return render_template("cupboard/joined.html", title=_("Your account is ready"))


def _is_right(form: Any) -> bool:
    """Check what was typed, but for what only others could tell: whether the name and the address are free."""
    valid = form.validate()
    plainly.say(form)
    name, password = (form[field].value or "" for field in ("username", "password1"))
    if name and (problem := names.problem(name)):
        form["username"].add_error(problem)
        valid = False
    check = current_app.cfg.password_checker
    if valid and check and (problem := check(name, password)):
        form["password1"].add_error(problem)
        valid = False
    if len(password) > 500 or len(form["email"].value or "") > 250:
        form.add_error(_("Password must be 500 characters or fewer, and the address 250"))
        valid = False
    return valid


def _ask(name: str, email: str, password: str) -> None:
    """Keep what was asked for and write to the address. The same work is done for everybody."""
    token = secrets.token_urlsafe(32)
    hashed = current_app.cfg.cache.pwd_hasher.hash(password)
    theirs = user.search_users(email=email)
    row = (ledger.digest(token if not theirs else secrets.token_urlsafe(32)), name, email, hashed, time.time())
    with ledger.writing() as connection:
        connection.execute("DELETE FROM registration WHERE at < ?", (time.time() - LIFE,))
        connection.execute("INSERT INTO registration VALUES (?, ?, ?, ?, ?)", row)
    text = plain_template(
        "cupboard/mail/register.txt",
        site=current_app.cfg.sitename,
        link=url_for("frontend.verifyemail", key=token, _external=True),
        has_account=theirs[0].meta["name"][0] if theirs else "",
        sign_in=url_for("frontend.login", _external=True),
        lost=url_for("frontend.lostpass", _external=True),
    )
    mailing.send(email, f"[{current_app.cfg.sitename}] {_('Your account')}", text)


def _registration(token: str) -> Registration | None:
    with ledger.reading() as connection:
        found = connection.execute(
            "SELECT name, email, password FROM registration WHERE token = ? AND at > ?",
            (ledger.digest(token), time.time() - LIFE),
        ).fetchone()
    return Registration(*found) if found else None


def _take(token: str) -> bool:
    """Use up a link; False when it was used before."""
    with ledger.writing() as connection:
        return connection.execute("DELETE FROM registration WHERE token = ?", (ledger.digest(token),)).rowcount == 1


def _make(name: str, found: Registration) -> None:
    refused = user.create_user(
        name, found.password, found.email, validate=False, is_encrypted=True, **{newcomers.STATE: newcomers.WAITING}
    )
    if refused:
        abort(500, description=str(refused))


def _confirm_address(name: str, token: str) -> ResponseReturnValue:
    """Moin's way of changing an account's address, from its settings."""
    account = user.User(auth_username=name) if name and token else None
    address = account.profile._meta.get(EMAIL_UNVALIDATED) if account and account.valid else None
    key = account.profile._meta.get(RECOVERPASS_KEY) if address else None
    if not address or not key or not account.validate_recovery_token(token):
        return render_template("cupboard/link_is_over.html", title=_("This link does not work any more")), 404
    if request.method != "POST":
        return render_template(
            "cupboard/confirm_address.html", title=_("Confirm your new address"), username=name, token=token
        )
    if any(one.meta["itemid"] != account.itemid for one in user.search_users(email=address)):
        return render_template("cupboard/link_is_over.html", title=_("This link does not work any more")), 404
    account.profile[EMAIL] = address
    del account.profile[EMAIL_UNVALIDATED]
    del account.profile[RECOVERPASS_KEY]
    account.save()
    return render_template("cupboard/address_confirmed.html", title=_("Your new address counts from now on"))


def _form(form: Any, status: int = 200, retry: int = 0) -> ResponseReturnValue:
    page = render_template("register.html", title_name=_("Create an account"), form=form)
    return (page, status, {"Retry-After": str(retry)}) if retry else (page, status)
