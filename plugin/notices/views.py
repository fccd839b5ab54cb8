"""How often a person is written to, and the link in each mail that ends these mails."""

from __future__ import annotations

from flask import Response, abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import current_app, flaskg, user
from moin.themes import render_template

from cupboard.following.private import FREQUENCIES, LABELS, NONE, private
from cupboard.notices.message import ALL, read_token
from cupboard.tongue import L_, _
from cupboard.views import blueprint

_HINTS = {
    "now": L_("Soon after something changed."),
    "daily": "",
    "weekly": L_("On Mondays, if there is something to say."),
    "none": L_("My Cupboard still shows what is new."),
}


@blueprint.app_template_global("cupboard_emails")
def of_settings() -> dict[str, object]:
    """What the form of how often needs, for the person who is signed in."""
    person = private().person(flaskg.user.itemid)
    address = flaskg.user.email or ""
    return {
        "frequency": person.frequency,
        "frequencies": FREQUENCIES,
        "labels": LABELS,
        "hints": _HINTS,
        "address": address,
        "dead": bool(address) and person.dead == address,
        "dead_since": person.dead_since,
    }


@blueprint.route("/emails", methods=["GET", "POST"])
def emails() -> ResponseReturnValue:
    """Choose how often to be written to."""
    if not flaskg.user.valid:
        return render_template("cupboard/sign_in_for_mine.html", title=_("Sign in to choose your emails")), 403
    problem = ""
    if request.method == "POST":
        store = private()
        if request.form.get("try") == "again":
            store.address_lives(flaskg.user.itemid)
            flash(_("Mail is sent to your address again."), "info")
            return redirect(url_for("frontend.cupboard.emails"))
        chosen = request.form.get("frequency", "")
        if chosen in FREQUENCIES:
            store.choose(flaskg.user.itemid, chosen)
            flash(_("Emails about what you follow: {frequency}.").format(frequency=LABELS[chosen].lower()), "info")
            return redirect(url_for("frontend.cupboard.emails"))
        problem = _("Select how often to write to you")
    return render_template(
        "cupboard/emails.html",
        title=_("Error: Emails about what you follow") if problem else _("Emails about what you follow"),
        problem=problem,
    ), 400 if problem else 200


@blueprint.route("/unsubscribe/<token>", methods=["GET", "POST"])
def unsubscribe(token: str) -> ResponseReturnValue:
    """End these mails, without signing in. A GET only asks: mail programs and scanners open links by themselves.

    RFC 8058: a mail program posts ``List-Unsubscribe=One-Click`` here when its reader presses its own button.
    """
    end = read_token(token)
    if end is None:
        abort(404, description=_("This link is not whole. Copy all of it from the email."))
    account = user.User(uid=end.itemid)
    of_one = end.subscription != ALL
    if request.method == "POST":
        if account.profile.stored:
            if of_one:
                private().keep(end.itemid, end.subscription, frequency=NONE)
            else:
                private().choose(end.itemid, NONE)
                for subscription, kept in private().kept(end.itemid).items():
                    if kept.frequency not in ("", NONE):
                        private().keep(end.itemid, subscription, frequency="")
        if request.form.get("List-Unsubscribe") == "One-Click":
            return Response(_("You get no more of these emails.") + "\n", content_type="text/plain; charset=utf-8")
        return _no_referrer(render_template("cupboard/unsubscribed.html", title=_("You get no more of these emails"),
                                            of_one=of_one))
    return _no_referrer(render_template("cupboard/unsubscribe.html", title=_("Stop these emails?"), of_one=of_one,
                                        site=current_app.cfg.sitename))


def _no_referrer(page: str) -> Response:
    """The address is a key: no other site, cache or search engine is to have it."""
    response = Response(page)
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
