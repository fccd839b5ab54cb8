"""The sign-in. It tells nobody who has an account here: not by its words, and not by the time it takes.

:class:`SignIn` stands in the configuration in place of Moin's ``MoinAuth``. Moin signs people in before it looks at the
address of a request, on any page; so that is where attempts are counted. :func:`sign_in` is the page ``/+login``.
"""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import current_app, flaskg, user
from moin.apps.frontend.views import LoginForm
from moin.auth import CancelLogin, ContinueLogin, LoginReturn, MoinAuth
from moin.constants.keys import ENC_PASSWORD, ITEMID, NAME_EXACT
from moin.themes import render_template

from cupboard.accounts import plainly, throttle
from cupboard.tongue import L_, _
from cupboard.web_addresses import parts_of

WRONG = L_("The user name or the password is wrong")


class SignIn(MoinAuth):
    """Moin's sign-in by name and password, with attempts counted and the same work for every name."""

    def login(self, user_obj: Any, **kw: Any) -> LoginReturn:
        name, password = kw.get("username") or "", kw.get("password") or ""
        # A password in an address would be in logs and histories.
        if request.method != "POST" or (user_obj and user_obj.valid) or not (name and password):
            return ContinueLogin(user_obj)
        try:
            throttle.hit("sign-in", name)
        except throttle.TooMany as too_many:
            flaskg.cupboard_too_many = too_many
            return CancelLogin(too_many.message)
        # Moin's User, given an unknown name, would put a token into the visitor's session: a cookie that tells.
        found = user.search_users(**{NAME_EXACT: name})
        if not found or not found[0].meta.get(ENC_PASSWORD):
            _compare_with_nobodys(password)
            return ContinueLogin(user_obj, WRONG)
        account = user.User(found[0].meta[ITEMID], password=password, auth_method=self.name, trusted=self.trusted)
        if not account.valid:
            return ContinueLogin(user_obj, WRONG)
        throttle.forget("sign-in", name)
        return ContinueLogin(account)

    def login_hint(self) -> None:
        """The page says what Moin would say here."""


def sign_in() -> ResponseReturnValue:
    """``/+login``."""
    if request.method != "POST":
        form = LoginForm.from_defaults()
        form["nexturl"].set(_local(request.referrer))
        return _page(form)
    form = LoginForm.from_flat(request.form)
    if form.validate() and flaskg.user.valid:
        flash(_("You are signed in."), "info")
        return redirect(_local(form["nexturl"].value))
    plainly.say(form)
    too_many = flaskg.get("cupboard_too_many")
    if form["username"].value and form["password"].value:
        form.add_error(too_many.message if too_many else WRONG)
    answer = _page(form, 429 if too_many else 422)
    return (*answer, {"Retry-After": str(too_many.seconds)}) if too_many else answer


def _page(form: Any, status: int = 200) -> tuple[str, int]:
    inputs = current_app.cfg.auth_login_inputs
    return render_template("login.html", title_name=_("Sign in"), login_inputs=inputs, form=form), status


def _local(address: str | None) -> str:
    """A page of this wiki to go on with; the first one, when the address is another site's or of a page like this."""
    home = url_for("frontend.show_root")
    if not address:
        return home
    asked, here = parts_of(address), parts_of(request.host_url)
    if (asked.scheme, asked.netloc) not in (("", ""), (here.scheme, here.netloc)) or not asked.path:
        return home
    is_odd = not address.isprintable() or "\\" in address or address.startswith("//")
    return home if is_odd or "/+" in address else address


def _compare_with_nobodys(password: str) -> None:
    """Spend the time that comparing a password takes."""
    hasher = current_app.cfg.cache.pwd_hasher
    kept = current_app.extensions.setdefault("cupboard-nobodys-password", {})
    if "hash" not in kept:
        kept["hash"] = hasher.hash(secrets.token_urlsafe())
    hasher.verify_and_update(password, kept["hash"])
