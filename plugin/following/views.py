"""The addresses of My Cupboard, and of the button that adds and removes favourites."""

from __future__ import annotations

import csv
import io
import time
from datetime import UTC, datetime
from typing import Any

from flask import Response, abort, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import flaskg
from moin.constants.keys import ITEMID
from moin.themes import render_template

from cupboard import definitions
from cupboard.days import shown
from cupboard.following import news, stars
from cupboard.following.favourites import MOST, PAGE, Favourite, of_page
from cupboard.following.mine import NAMED, SORTS, Mine, Row, title_of
from cupboard.following.private import FREQUENCIES, LABELS, private
from cupboard.tongue import _
from cupboard.views import blueprint
from cupboard.web_addresses import own_address

blueprint.app_template_global("cupboard_star")(stars.of_shown)
blueprint.app_template_global("star_of_term")(stars.of_contents_term)


@blueprint.app_template_filter("day_of")
def day_of(seconds: int) -> str:
    """``3 May 2026``; empty for a moment that isn't known."""
    return shown(datetime.fromtimestamp(seconds, UTC).date()) if seconds else ""


@blueprint.route("/favourite", methods=["POST"])
def favourite() -> ResponseReturnValue:
    """Add a favourite, or remove it: what the button on a page posts."""
    if not flaskg.user.valid:
        return _sign_in()
    one = _asked()
    back = _back()
    if request.form.get("wanted") == "no":
        flaskg.user.unsubscribe(one.kind, one.value, None if one.kind == PAGE else one.namespace)
        private().remove(flaskg.user.itemid, one.subscription)
        flash(_("Removed from your favourites."), "info")
        return redirect(back)
    if len(flaskg.user.subscriptions) >= MOST:
        why = _("You have {most:,} favourites, which is the most there can be. Remove some first.")
        abort(400, description=why.format(most=MOST))
    if one.kind == PAGE:
        if not news.is_readable(one.value):
            abort(404)
    elif not one.is_term or definitions.current().contents.get(one.value) is None:
        abort(400, description=_("That can't be a favourite here. Other rules can be written in your settings."))
    flaskg.user.subscribe(one.kind, one.value, None if one.kind == PAGE else one.namespace)
    private().add(flaskg.user.itemid, one.subscription)
    flash(_("Added to your favourites."), "info")
    return redirect(back)


@blueprint.route("/mine")
def mine() -> ResponseReturnValue:
    """My Cupboard."""
    if not flaskg.user.valid:
        return _sign_in()
    sort = request.args.get("sort", "")
    return render_template("cupboard/mine.html", title=_("My Cupboard"), **shown_of_mine(sort))


def shown_of_mine(sort: str = "", rows: int | None = None) -> dict[str, Any]:
    """What the templates of My Cupboard and of the macro need."""
    cupboard = Mine(sort if sort in SORTS else "changed")
    return {
        "mine": cupboard,
        "sorts": SORTS,
        "labels": LABELS,
        "named": NAMED,
        "rows": rows,
        "here": request.full_path.rstrip("?"),
        "now": int(time.time()),
    }


@blueprint.route("/mine/seen", methods=["POST"])
def mine_seen() -> ResponseReturnValue:
    """Mark all that changed as seen, up to the moment at which the page was made."""
    if not flaskg.user.valid:
        return _sign_in()
    now = int(time.time())
    until = request.form.get("until", "")
    private().mark_seen(flaskg.user.itemid, min(now, int(until)) if until.isdecimal() and len(until) < 12 else now)
    flash(_("All marked as seen."), "info")
    return redirect(_back())


@blueprint.route("/mine/favourite", methods=["GET", "POST"])
def mine_favourite() -> ResponseReturnValue:
    """One favourite: a note to oneself, and how often to be written to about it."""
    if not flaskg.user.valid:
        return _sign_in()
    one = _asked()
    if one.subscription not in flaskg.user.subscriptions:
        abort(404, description=_("That is not among your favourites."))
    store = private()
    kept = store.kept(flaskg.user.itemid).get(one.subscription)
    problem, note, frequency = "", kept.note if kept else "", kept.frequency if kept else ""
    if request.method == "POST":
        note = request.form.get("note", "").replace("\r\n", "\n")
        frequency = request.form.get("frequency", "")
        try:
            store.keep(flaskg.user.itemid, one.subscription, note=note.strip(), frequency=frequency)
        except ValueError as error:
            problem = str(error)
        else:
            flash(_("Kept."), "info")
            return redirect(url_for("frontend.cupboard.mine"))
    title = title_of(one) or _("A page that you can't read now")
    return render_template(
        "cupboard/mine_favourite.html",
        title=_("Error: {title}").format(title=title) if problem else title,
        heading=title,
        favourite=one,
        note=note,
        frequency=frequency,
        problem=problem,
        frequencies=FREQUENCIES,
        labels=LABELS,
        general=store.person(flaskg.user.itemid).frequency,
    ), 400 if problem else 200


@blueprint.route("/mine.csv")
def mine_csv() -> ResponseReturnValue:
    """The favourites as a table."""
    if not flaskg.user.valid:
        return _sign_in()
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([
        _("Title"), _("Kind"), _("Address"), _("Legal status"), _("Changed"), _("Added"), _("Note"), _("Emails"),
        _("Subscription"),
    ])
    for one in _exported():
        writer.writerow([_cell(str(value)) for value in one.values()])
    # With a mark of its encoding, without which Excel takes it for another one.
    return _file(Response("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8"), "my-cupboard.csv")


@blueprint.route("/mine.json")
def mine_json() -> ResponseReturnValue:
    """The favourites as JSON."""
    if not flaskg.user.valid:
        return _sign_in()
    return _file(jsonify({"favourites": _exported()}), "my-cupboard.json")


def _exported() -> list[dict[str, str]]:
    cupboard = Mine()
    rows: list[Row] = [*cupboard.cases, *cupboard.sections,
                       *(row for row in cupboard.searches if row.favourite.subscription in cupboard.followed),
                       *cupboard.rules]
    return [
        {
            "title": row.title,
            "kind": row.kind,
            "address": request.host_url.rstrip("/") + row.url if row.url else "",
            "status": row.status,
            "changed": _iso(row.changed),
            "added": _iso(row.kept.added),
            "note": row.kept.note,
            "emails": row.kept.frequency or "as for all",
            "subscription": row.favourite.subscription,
        }
        for row in rows
    ]


def _file(response: Response, name: str) -> Response:
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _cell(text: str) -> str:
    """A spreadsheet takes what begins so for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).date().isoformat() if seconds else ""


def _asked() -> Favourite:
    one = Favourite.read(request.values.get("favourite", ""))
    if one is None:
        abort(400, description=_("There is no such favourite."))
    if one.kind == ITEMID and not one.value.isalnum():
        abort(400, description=_("There is no such favourite."))
    return one


def _back() -> str:
    """The page that the button stood on: an address of this wiki, whatever was sent."""
    return own_address(request.form.get("back", "")) or url_for("frontend.cupboard.mine")


def _sign_in() -> ResponseReturnValue:
    return render_template("cupboard/sign_in_for_mine.html", title=_("Sign in to have favourites")), 403


# Moin's own buttons. Its views add and remove on a GET, which a link in anybody's page can make a browser send.


def confirm_subscription(item_name: str) -> ResponseReturnValue:
    """In place of ``/+subscribe/...``: the same page, with the button that posts."""
    if not flaskg.user.valid:
        return _sign_in()
    from moin.utils.names import split_fqname

    revision = flaskg.storage.document(**split_fqname(item_name).query)
    if revision is None or not revision.meta.get("name"):
        abort(404)
    itemid = revision.meta[ITEMID]
    return render_template(
        "cupboard/confirm_favourite.html",
        title=_("Favourites"),
        name=item_name,
        star=stars.Star(of_page(itemid), of_page(itemid).subscription in flaskg.user.subscriptions, None,
                        url_for("frontend.show_item", item_name=item_name)),
    )


def confirm_quicklink(item_name: str) -> ResponseReturnValue:
    """In place of ``/+quicklink/...``: the same page, with a button that posts."""
    if not flaskg.user.valid:
        return _sign_in()
    return render_template(
        "cupboard/confirm_quicklink.html",
        title=_("Your links"),
        name=item_name,
        kept=flaskg.user.is_quicklinked_to([item_name]),
    )


@blueprint.route("/quicklink", methods=["POST"])
def quicklink() -> ResponseReturnValue:
    """Add a page to the links that Moin keeps for a person, or remove it."""
    if not flaskg.user.valid:
        return _sign_in()
    name = request.form.get("name", "")
    if not name or len(name) > 500:
        abort(400)
    (flaskg.user.quickunlink if request.form.get("wanted") == "no" else flaskg.user.quicklink)(name)
    return redirect(url_for("frontend.show_item", item_name=name))


def close_moins() -> None:
    """Put these in the place of Moin's views, when the application is made."""

    def put(state: Any) -> None:
        state.app.view_functions["frontend.subscribe_item"] = confirm_subscription
        state.app.view_functions["frontend.quicklink_item"] = confirm_quicklink

    blueprint.record(put)


close_moins()
