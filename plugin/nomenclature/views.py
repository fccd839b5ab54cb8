"""The addresses under which definitions are changed, term by term."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin.themes import render_template
from moin.utils.interwiki import url_for_item

from cupboard import definitions
from cupboard.nomenclature import jobs, preview, shown, term_form
from cupboard.terms.changes import Refused
from cupboard.terms.wishes import ACTIONS, Wish
from cupboard.tongue import _
from cupboard.views import blueprint


@blueprint.route("/terms/change", methods=["GET", "POST"])
def change_term() -> ResponseReturnValue:
    """Change a term, or add one: first its consequences are shown, then it is saved."""
    page = request.values.get("page", definitions.CONTENTS)
    if not term_form.is_offered(page):
        abort(404, description=_("There is no vocabulary of this name."))
    if not term_form.may_change(page):
        abort(403)
    id = request.values.get("term", "")
    if id and term_form.term_of(page, id) is None:
        abort(404, description=_("There is no such term any more. Look for it on the page of the vocabulary."))
    if request.method == "GET":
        return _form(page, id, {})
    given = {name: value for name, value in request.form.items() if name not in _OF_THE_FORM}
    try:
        wish = _wish(page, id, given)
        if request.form.get("step") == "save":
            return _saved(page, wish)
        return _previewed(page, wish, given)
    except Refused as problem:
        return _form(page, id, given, request.form.get("action", ""), str(problem)), 422


_OF_THE_FORM = ("page", "term", "action", "step", "comment")


def _wish(page: str, id: str, given: Mapping[str, str]) -> Wish:
    action = request.form.get("action", "")
    if not id and action != "add":
        raise Refused(_("Choose a term"))
    if action == "revise":
        given = term_form.differing(term_form.term_of(page, id), given)
        if not given:
            raise Refused(_("Nothing differs from what it says now"))
    elif action == "add":
        given = {**given, "above": id}
    return Wish.read(action, id, given)


def _form(page: str, id: str, given: Mapping[str, str], action: str = "", problem: str = "") -> str:
    term = term_form.term_of(page, id) if id else None
    heading = _("Change “{label}”").format(label=term.label) if term else _("Add a term")
    values = (term_form.shown(term) if term else {}) | (dict(given) if action == "revise" else {})
    return render_template(
        "cupboard/change_term.html",
        title=_("Error: {title}").format(title=heading) if problem else heading,
        heading=heading,
        page=page,
        term=term,
        values=values,
        given=given if action != "revise" else {},
        action=action,
        problem=problem,
        extra=list(term.extra) if term else [],
        is_tree=page == definitions.CONTENTS,
        choices=lambda of: term_form.choices(page, term, of),
        back=url_for_item(page),
    )


def _previewed(page: str, wish: Wish, given: Mapping[str, str]) -> str:
    change = term_form.changed(page, wish)
    return render_template(
        "cupboard/change_term_preview.html",
        title=_("Before you save"),
        sentence=wish.sentence(definitions.in_force_of(page)),
        preview=preview.preview(page, change.after),
        page=page,
        wish=wish,
        given=given,
        comment=request.form.get("comment", ""),
        back=url_for("frontend.cupboard.change_term", page=page, term=wish.term or None),
    )


def _saved(page: str, wish: Wish) -> ResponseReturnValue:
    revid = term_form.save(page, wish, request.form.get("comment", ""))
    flash(_told(page, wish) if revid else _("Nothing was changed, so nothing was saved."), "info")
    if revid and page == definitions.CONTENTS:
        if wish.action in ("merge", "move") and jobs.successor_ids(wish.term):
            return redirect(url_for("frontend.cupboard.new_job", old=wish.term), 303)
        if wish.action == "split" and jobs.plan({wish.term: ()}):
            return redirect(url_for("frontend.cupboard.split_job", term=wish.term, part=_parts(wish)), 303)
    now = definitions.in_force_of(page).get(wish.term) if wish.term else None
    anchor = f"#{shown.anchor_of(now.id)}" if now else ""
    return redirect(url_for_item(page) + anchor, 303)


def _parts(wish: Wish) -> list[str]:
    """The ids of the terms that a split made."""
    above = wish.term.rpartition("/")[0] if wish.values.get("beside") else wish.term
    return [f"{above}/{local}".lstrip("/") for local, __ in wish.parts]


def _told(page: str, wish: Wish) -> Any:
    return _("Saved: {action}.").format(action=ACTIONS[wish.action].lower())
