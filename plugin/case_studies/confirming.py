"""Saying that a case study is still true: one click, after a page that asks."""

from __future__ import annotations

from flask import abort, flash, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from moin import current_app, flaskg
from moin.themes import render_template
from moin.utils.interwiki import url_for_item

from cupboard import catalogue, definitions, pages
from cupboard.case_studies.upkeep import CONFIRMED, confirmed_on, is_marked
from cupboard.days import shown, today
from cupboard.document import dump
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.tongue import _
from cupboard.views import blueprint


@blueprint.route("/still-true/<path:name>", methods=["GET", "POST"])
def still_true(name: str) -> ResponseReturnValue:
    """Ask whether a case study is still true; POST writes today's date into it, and nothing else."""
    page = _page(name)
    if flaskg.user.may.write(name) is not True:
        return render_template("cupboard/may_not_confirm.html", title=_("You can't confirm this case study")), 403
    fields = page.document.fields
    title = fields.get("title") or name
    if fields.get(CONFIRMED) == today().isoformat():
        flash(_("It is already confirmed today."), "info")
        return redirect(url_for_item(name))
    if request.method == "POST":
        with pages.one_writer():
            page = _page(name)
            edited = page.document.edit(
                fields={CONFIRMED: today().isoformat()}, order=definitions.current().template_of(CASE_STUDY).order
            )
            # not checked against the template: a field that was made required since is no reason to refuse a date
            pages.store(name, dump(edited), contenttype=CASE_STUDY.stored_type, itemtype=CASE_STUDY.item_type,
                        comment="Still true")
        flash(_("Thank you. It says now that it was confirmed today."), "info")
        return redirect(url_for_item(name))
    return render_template("cupboard/still_true.html", title=_("Is it still true?"), name=name, about=title,
                           page_url=url_for_item(name))


def mark(itemid: str, name: str) -> Markup:
    """What the page of a case study says above its text when nobody has confirmed it in time; else nothing."""
    for entry in catalogue.of_items([itemid]):
        confirmed = confirmed_on(entry.fields, entry.created)
        if is_marked(confirmed, today()):
            return Markup(current_app.jinja_env.get_template("cupboard/unconfirmed.html").render(
                name=name, since=shown(confirmed), may_write=flaskg.user.valid and flaskg.user.may.write(name) is True
            ))
    return Markup()


def _page(name: str) -> pages.Page:
    """The case study; one that may not be read is answered like one that is not there."""
    page = pages.readable(name, CASE_STUDY)
    if page is None or page.document.error:
        abort(404)
    return page
