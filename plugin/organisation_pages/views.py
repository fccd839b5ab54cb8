"""Addresses of organisations: finding or making a page, members, invitations, joining."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import flaskg
from moin.themes import render_template

from cupboard import catalogue, definitions, groups
from cupboard.bodies.names import called
from cupboard.catalogue import Query
from cupboard.lists import asking, cards
from cupboard.organisation_pages.view import SHOWN, scope_of
from cupboard.organisations import directory, membership
from cupboard.organisations.directory import Organisation
from cupboard.organisations.membership import NotJoined
from cupboard.tongue import _
from cupboard.views import blueprint


@blueprint.route("/organisation")
def organisation() -> ResponseReturnValue:
    """Go to the page of the organisation of a name; where it has none, say what there is and offer to make one."""
    name = " ".join(request.args.get("name", "").split())[:200]
    found = directory.named(name)
    if found and found.is_readable:
        return redirect(found.url)
    scope = scope_of((called(name),)) if called(name) else None
    results = catalogue.find(Query(per_page=SHOWN), scope) if scope else None
    return render_template(
        "cupboard/organisation_unknown.html",
        title=name or _("Organisations"),
        name=name,
        total=results.total if results else 0,
        cards=list(cards.summaries(results.entries, definitions.current(), 3)) if results else [],
        all_url=asking.address("browse", scope) if scope else "",
        may_make=bool(name) and found is None,
    ), 200 if results and results.total else 404


@blueprint.route("/members/<itemid>", methods=["GET", "POST"])
def members(itemid: str) -> ResponseReturnValue:
    """Who belongs to an organisation: for its administrators and for editors."""
    found = _organisation(itemid)
    if not flaskg.user.valid or not membership.may_manage(found):
        return render_template(
            "cupboard/refused.html", title=_("You can't change who belongs to this organisation"),
            messages=[_("Only its own administrators and the editors of this wiki can")], help="Help/Organisations",
        ), 403  # fmt: skip
    if request.method == "GET":
        return _members(found)
    try:
        link = _changed(found, request.form.get("do", ""), " ".join(request.form.get("name", "").split()))
    except NotJoined as refused:
        return _members(found, problem=str(refused)), 422
    if link:
        return _members(found, link=link)
    return redirect(url_for("frontend.cupboard.members", itemid=itemid), 303)


@blueprint.route("/join/<itemid>", methods=["POST"])
def join(itemid: str) -> ResponseReturnValue:
    """Join by a verified mail address."""
    found = _organisation(itemid)
    try:
        membership.join_by_mail(found)
    except NotJoined as refused:
        return render_template("cupboard/refused.html", title=_("You can't join by mail address"),
                               messages=[str(refused)], help="Help/Organisations"), 403  # fmt: skip
    flash(_("You belong to {name} now.").format(name=found.name), "info")
    return redirect(found.url, 303)


@blueprint.route("/invitation/<text>", methods=["GET", "POST"])
def invitation(text: str) -> ResponseReturnValue:
    """Accept an invitation. Its address does nothing by being opened."""
    read = membership.read_invitation(text)
    found = directory.of_item(read[0]) if read else None
    waits = found is not None and any(one.id == read[1] for one in membership.invitations(found))
    problem = "" if waits else _("This invitation was used, taken back, or is over: ask for another")
    if request.method == "POST" and found and waits and flaskg.user.valid:
        try:
            membership.accept(found, read[1], flaskg.user.name0)
        except NotJoined as refused:
            problem = str(refused)
        else:
            flash(_("You belong to {name} now.").format(name=found.name), "info")
            return redirect(found.url if found.is_readable else url_for("frontend.show_root"), 303)
    title = _("Join {name}").format(name=found.name) if found and waits else _("This invitation can't be used")
    return render_template(
        "cupboard/invitation.html", title=title, organisation=found if waits else None, problem=problem
    ), 410 if problem else 200  # fmt: skip


def _organisation(itemid: str) -> Organisation:
    found = directory.of_item(itemid)
    if found is None or not found.is_readable:
        abort(404)
    return found


def _changed(found: Organisation, do: str, name: str) -> str:
    """Carry out what was asked for.

    :returns: address of the invitation that was made; empty for anything else
    """
    who = flaskg.user.name0
    if do == "add":
        membership.add(found, name, f"Put in by {who}")
    elif do == "remove":
        membership.remove(found, name, f"Taken out by {who}")
    elif do == "invite":
        __, text = membership.invite(found, name)
        return url_for("frontend.cupboard.invitation", text=text, _external=True)
    elif do == "take-back":
        membership.take_back(found, name)
    elif do in ("appoint", "dismiss") and groups.is_editor():
        (membership.appoint if do == "appoint" else membership.dismiss)(found, name, f"By {who}")
    else:
        abort(400, description=_("That can't be done here. Go back and try again."))
    return ""


def _members(found: Organisation, problem: str = "", link: str = "") -> Any:
    title = _("Members of {name}").format(name=found.name)
    return render_template(
        "cupboard/members.html",
        title=_("Error: {title}").format(title=title) if problem else title,
        organisation=found,
        members=membership.members(found),
        administrators=membership.administrators(found),
        invitations=membership.invitations(found),
        days=membership.INVITED_FOR,
        is_editor=groups.is_editor(),
        problem=problem,
        link=link,
        given=request.form.get("name", "") if problem else "",
        asked=request.form.get("do", ""),
    )
