"""What Moin's settings may change, and what not.

- A new mail address: the form does not tell whether somebody else has it; the message to that address does.
- A name stays what it is: rules of pages name accounts, and another person could take the old name and what it may do.

All else goes on to Moin.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import flash, redirect, request, url_for
from flask import render_template as plain_template
from flask.typing import ResponseReturnValue
from moin import current_app, flaskg, user
from moin.apps.frontend.views import UserSettingsNotificationForm
from moin.constants.keys import EMAIL, EMAIL_UNVALIDATED

from cupboard.accounts import throttle
from cupboard.mail import mailing
from cupboard.tongue import _


def guarded(original: Callable[[], ResponseReturnValue]) -> Callable[[], ResponseReturnValue]:
    """Moin's view of the settings with these rules before it."""

    def usersettings() -> ResponseReturnValue:
        part = request.form.get("part") if request.method == "POST" and flaskg.user.valid else None
        if part == "personal" and _other_name():
            return _back(
                _("A user name can't be changed, because pages name their authors. Nothing was saved."), "error"
            )
        if part == "options" and request.form.get("disabled"):
            return redirect(url_for("frontend.cupboard.leave"), 303)
        if part == "notification":
            return _change_address() or original()
        return original()

    return usersettings


def _other_name() -> bool:
    """Whether the form holds other names than the account has; Moin puts commas between several."""
    sent = re.split(r"\s*,\s*", request.form.get("name", "").strip())
    return sent != list(flaskg.user.name)


def _change_address() -> ResponseReturnValue | None:
    """Answer a change of address; None when Moin's form has something to say about what was typed."""
    form = UserSettingsNotificationForm.from_flat(request.form)
    if not form.validate():
        return None
    address = form["email"].value
    if address == flaskg.user.profile._meta.get(EMAIL):
        return _back(_("Your changes have been saved."), "info")
    if not mailing.is_possible():
        return _back(_("The wiki can't send mail at the moment, so an address can't be changed."), "error")
    try:
        throttle.hit("change-address", flaskg.user.itemid)
    except throttle.TooMany as too_many:
        return _back(f"{too_many.message}.", "error")
    taken = any(one.meta["itemid"] != flaskg.user.itemid for one in user.search_users(email=address))
    flaskg.user.profile[EMAIL_UNVALIDATED] = address
    token = flaskg.user.generate_recovery_token()
    text = plain_template(
        "cupboard/mail/change_address.txt",
        site=current_app.cfg.sitename,
        name=flaskg.user.name0,
        taken=taken,
        link=url_for("frontend.verifyemail", username=flaskg.user.name0, token=token, _external=True),
    )
    mailing.send(address, f"[{current_app.cfg.sitename}] {_('Your address')}", text)
    return _back(
        _("A message is on its way to the new address. It counts when you have followed the link in it."), "info"
    )


def _back(message: str, category: str) -> ResponseReturnValue:
    flash(message, category)
    return redirect(url_for("frontend.usersettings"), 303)
