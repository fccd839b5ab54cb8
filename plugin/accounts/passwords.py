"""Forgotten passwords. The form always answers the same, after the same work; a message goes to who has an account.

The link holds a signature over the account and its present password, so nothing is stored when one is asked for, a link
works once, and an older one stops working with it. Links that administrators send when they make an account are Moin's
own and work too.
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask import render_template as plain_template
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeTimedSerializer
from moin import current_app, user
from moin.apps.frontend.views import PasswordLostForm, PasswordRecoveryForm
from moin.constants.keys import EMAIL, ENC_PASSWORD, ITEMID, RECOVERPASS_KEY
from moin.themes import render_template

from cupboard.accounts import ledger, plainly, throttle
from cupboard.mail import mailing
from cupboard.tongue import _

#: Seconds that a link is good for.
LIFE = 2 * 3600


def lost() -> ResponseReturnValue:
    """``/+lostpass``."""
    if request.method != "POST":
        return _lost_page(PasswordLostForm.from_defaults())
    form = PasswordLostForm.from_flat(request.form)
    if not form.validate():
        plainly.say(form)
        return _lost_page(form, 422)
    name, email = form["username"].value or "", form["email"].value or ""
    try:
        throttle.hit("password", email or name)
    except throttle.TooMany as too_many:
        form.add_error(too_many.message)
        return (*_lost_page(form, 429), {"Retry-After": str(too_many.seconds)})
    if mailing.is_possible():
        _write(_account(name, email))
    return redirect(url_for("frontend.cupboard.password_asked"), 303)


def asked() -> ResponseReturnValue:
    """What the form answers, whoever asked."""
    return render_template("cupboard/password_asked.html", title=_("Check your email"))


def recover() -> ResponseReturnValue:
    """``/+recoverpass``: a new password, with a link that was mailed."""
    if request.method != "POST":
        form = PasswordRecoveryForm.from_defaults()
        for field in ("username", "token"):
            form[field].set(request.args.get(field, ""))
        return _recover_page(form)
    # Moin's form hashes what was sent, and can't hash what was not
    sent = {"recoverpass_password1": "", "recoverpass_password2": "", **request.form.to_dict()}
    form = PasswordRecoveryForm.from_flat(sent)
    if not form.validate():
        plainly.say(form)
        return _recover_page(form, 422)
    name, token, password = (form[field].value for field in ("username", "token", "password1"))
    try:
        throttle.hit("new-password", name)
    except throttle.TooMany as too_many:
        form.add_error(too_many.message)
        return (*_recover_page(form, 429), {"Retry-After": str(too_many.seconds)})
    check = current_app.cfg.password_checker
    if check and (problem := check(name, password)):
        form["password1"].add_error(problem)
        return _recover_page(form, 422)
    if not _set(user.User(auth_username=name), token, password):
        form.add_error(_("The link is too old, or was used before: ask for another one"))
        return _recover_page(form, 422)
    throttle.forget("sign-in", name)
    flash(_("Your password is changed. Sign in with the new one."), "info")
    return redirect(url_for("frontend.login"), 303)


def _account(name: str, email: str) -> Any:
    """The account that is meant; None when there is none that a message can be sent to."""
    found = user.search_users(email=email) if email else user.search_users(name_exact=name)
    account = user.User(found[0].meta[ITEMID]) if found else None
    return account if account and account.valid and account.profile._meta.get(EMAIL) else None


def _write(account: Any) -> None:
    signed = _serializer().dumps([account.itemid, _fingerprint(account)] if account else ["", ""])
    name = account.name0 if account else ""
    with mailing.in_language_of(account):
        text = plain_template(
            "cupboard/mail/password.txt",
            site=current_app.cfg.sitename,
            name=name,
            link=url_for("frontend.recoverpass", username=name, token=signed, _external=True),
        )
        subject = f"[{current_app.cfg.sitename}] {_('A new password')}"
    if account:
        mailing.send(account.profile[EMAIL], subject, text)


def _set(account: Any, token: str, password: str) -> bool:
    if not account.valid or not token:
        return False
    try:
        itemid, fingerprint = _serializer().loads(token, max_age=LIFE)
    except (BadSignature, ValueError, TypeError):
        key = account.profile._meta.get(RECOVERPASS_KEY)
        return bool(key) and account.apply_recovery_token(token, password)
    if itemid != account.itemid or fingerprint != _fingerprint(account):
        return False
    account.profile[RECOVERPASS_KEY] = None
    account.set_password(password)
    account.save()
    return True


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="cupboard-password")


def _fingerprint(account: Any) -> str:
    return ledger.digest(f"{account.itemid} {account.profile._meta.get(ENC_PASSWORD, '')}")[:32]


def _lost_page(form: Any, status: int = 200) -> tuple[str, int]:
    return render_template("lostpass.html", title_name=_("Forgotten password"), form=form), status


def _recover_page(form: Any, status: int = 200) -> tuple[str, int]:
    return render_template("recoverpass.html", title_name=_("Set a new password"), form=form), status
