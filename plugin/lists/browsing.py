"""Lists of case studies under addresses of their own: all of them, feeds, and searches that people keep."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import current_app, flaskg
from moin.themes import render_template
from moin.utils.interwiki import url_for_item

from cupboard import catalogue, definitions
from cupboard.catalogue import Query
from cupboard.lists import answering, asking, cards, listing, saved_searches
from cupboard.tongue import _
from cupboard.views import blueprint


@blueprint.route("/browse")
def browse() -> ResponseReturnValue:
    """All case studies and what is listed with them, narrowed by whatever the address says."""
    if leading_on := answering.without_empty():
        return leading_on
    query, notices = asking.read_request()
    how = asking.shown_arguments()
    results = catalogue.find(query, offered=None, whole=asking.whole_facets(how))
    return render_template(
        "cupboard/browse.html",
        title=listing.subject(query),
        listing=listing.Listing(results, asking.here(), notices=notices, arguments=how),
        new=url_for("frontend.cupboard.new", category=_only_term(query)),
        term=_only_term(query),
        about=definitions.current().contents.matching(query.text) if query.text else [],
    )


@blueprint.route("/browse.atom")
def feed() -> ResponseReturnValue:
    """What changed last in a list, as an Atom feed (RFC 4287) of 25 entries."""
    query, _ = asking.read_request()
    results = catalogue.find(Query(query.text, query.include, query.exclude, query.since, query.until, "changed"))
    in_force = definitions.current()
    narrowed_to = listing.Listing(results, asking.here()).narrowed_to
    entries = [
        (entry.itemid, cards.CardView(entry, in_force), _rfc3339(entry.changed)) for entry in results.entries
    ]
    text = current_app.jinja_env.get_template("cupboard/feed.xml").render(
        site=current_app.cfg.sitename,
        subject=": ".join(filter(None, (listing.subject(query), narrowed_to))),
        entries=entries,
        updated=entries[0][-1] if entries else _rfc3339(0),
        address=asking.address("browse", query, _external=True),
        own_address=asking.address("feed", query, _external=True),
        absolute=lambda name: request.host_url.rstrip("/") + url_for_item(name),
    )
    response = Response(text, mimetype="application/atom+xml")
    # it holds what one person may read
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.route("/searches", methods=["GET", "POST"])
def searches() -> ResponseReturnValue:
    """The searches that the person who asks has kept; POST keeps another."""
    if not flaskg.user.valid:
        return render_template("cupboard/sign_in_to_save.html", title=_("Sign in to keep a search")), 403
    if request.method == "POST":
        try:
            saved = saved_searches.save(request.form.get("name", ""), request.form.get("search", ""))
        except saved_searches.NotSaved as problem:
            return _searches(str(problem), request.form), 400
        flash(_("The search is kept as “{title}”.").format(title=saved.title), "info")
        return redirect(url_for("frontend.cupboard.searches"))
    return _searches()


def _searches(problem: str = "", given: object = None) -> str:
    return render_template(
        "cupboard/searches.html",
        title=_("Error: Searches you keep") if problem else _("Searches you keep"),
        searches=saved_searches.of_user(flaskg.user.name0),
        problem=problem,
        given=given or {},
        browse=lambda search: url_for("frontend.cupboard.browse") + ("?" + search if search else ""),
    )


def _only_term(query: Query) -> str | None:
    terms = query.include.get("area", ()) or query.include.get("term", ())
    return terms[0] if len(terms) == 1 else None


def _rfc3339(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
