"""Where statements are signed, renewed and withdrawn: ``/+cupboard/endorse/...``, ``confirm``, ``withdraw``."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import flaskg
from moin.constants.keys import ITEMID
from moin.storage.middleware.exceptions import AccessDenied
from moin.themes import render_template
from moin.utils.interwiki import url_for_item

from cupboard import definitions, groups, pages
from cupboard.bodies.statements import CONFIRMATION, ENDORSEMENT, MET
from cupboard.endorsement import signing
from cupboard.endorsement.signing import Changed, NotSigned
from cupboard.endorsement.view import view_of
from cupboard.organisations import directory
from cupboard.tongue import _
from cupboard.views import blueprint


@blueprint.route("/endorse/<path:name>", methods=["GET", "POST"])
def endorse(name: str) -> ResponseReturnValue:
    """Endorse a case study for an organisation that may."""
    return _sign(ENDORSEMENT, name)


@blueprint.route("/confirm/<path:name>", methods=["GET", "POST"])
def confirm(name: str) -> ResponseReturnValue:
    """Confirm a case study for its organisation."""
    return _sign(CONFIRMATION, name)


@blueprint.route("/withdraw/<itemid>", methods=["GET", "POST"])
def withdraw(itemid: str) -> ResponseReturnValue:
    """Take a statement back."""
    kept = signing.of_item(itemid)
    view = view_of(kept) if kept and flaskg.user.may.read(kept.page) else None
    if kept is None or view is None:
        abort(404)
    if not signing.may_withdraw(kept):
        return render_template(
            "cupboard/refused.html", title=_("You can't withdraw this"), help="Help/Endorsement",
            messages=[_("Only the organisation that signed this, and editors, can withdraw it")],
        ), 403  # fmt: skip
    errors: list[tuple[str, str]] = []
    if request.method == "POST":
        try:
            signing.withdraw(kept, request.form.get("reason", ""))
        except NotSigned as refused:
            errors.extend(refused.problems)
        else:
            flash(_("It is withdrawn. It stays on the page with the reason."), "info")
            return redirect(url_for_item(view.subject), 303)
    return render_template(
        "cupboard/withdraw.html", title=_title(_("Withdraw a statement"), errors), view=view, form=_Errors(errors),
        reason=request.form.get("reason", ""),
    ), 422 if errors else 200  # fmt: skip


class _Errors:
    """What the template of the error summary needs."""

    def __init__(self, errors: list[tuple[str, str]]):
        self.errors = errors

    def of(self, control: str) -> list[str]:
        return [message for name, message in self.errors if name == control]


def _sign(kind: str, name: str) -> ResponseReturnValue:
    try:
        page = pages.read(name)
    except AccessDenied:
        abort(403)
    if page is None or not signing.may_be_signed(page):
        abort(404)
    signers = signing.signers(kind, page)
    if not signers:
        return _may_not(kind, page)
    errors: list[tuple[str, str]] = []
    status = 200
    rules = definitions.current().endorsing
    if request.method == "POST":
        given = {one.id: (request.form.get(f"met-{one.id}", ""), request.form.get(f"note-{one.id}", ""))
                 for one in rules.criteria}  # fmt: skip
        organisation = request.form.get("organisation", signers[0].itemid if len(signers) == 1 else "")
        try:
            signing.sign(kind, page.name, request.form.get("revid", ""), organisation,
                         request.form.get("role", ""), request.form.get("says", ""), given)  # fmt: skip
        except NotSigned as refused:
            errors.extend(refused.problems)
            status = 409 if isinstance(refused, Changed) else 422
        else:
            flash(_("Thank you: it is signed."), "info")
            return redirect(url_for_item(page.name), 303)
    signing_for = {org.itemid for org in signers}
    earlier = [
        one
        for one in signing.about(page.meta[ITEMID])
        if one.statement.kind == kind and one.statement.organisation in signing_for
    ]
    changed = request.form.get("revid", page.revid) if status == 409 else page.revid
    known = changed if pages.revision_of_page(page.name, changed) else page.revid
    what = _("Endorse: {page}") if kind == ENDORSEMENT else _("Confirm: {page}")
    heading = what.format(page=page.document.fields.get("title") or page.name)
    return render_template(
        "cupboard/sign.html",
        title=_title(heading, errors),
        heading=heading,
        kind=kind,
        page=page,
        url=url_for_item(page.name),
        diff=url_for("frontend.diff", item_name=page.name, rev1=known, rev2=page.revid) if known != page.revid else "",
        signers=signers,
        rules=rules,
        met=MET,
        earlier=earlier,
        given=_given(request.form if request.method == "POST" else None, earlier[0].statement if earlier else None),
        form=_Errors(errors),
    ), status


def _given(sent: Any, before: Any) -> dict[str, str]:
    """What the form shows to begin with: what was typed, else what was signed before."""
    if sent is not None:
        return {key: value for key, value in sent.items() if key != "revid"}
    if before is None:
        return {"role": ""}
    found = {"role": before.role, "says": before.says, "organisation": before.organisation}
    for one in before.findings:
        found |= {f"met-{one.criterion}": one.met, f"note-{one.criterion}": one.note}
    return found


def _may_not(kind: str, page: pages.Page) -> ResponseReturnValue:
    own = directory.organisation_of(page.document)
    return render_template(
        "cupboard/may_not_sign.html",
        title=_("You can't endorse this") if kind == ENDORSEMENT else _("You can't confirm this"),
        kind=kind,
        url=url_for_item(page.name),
        endorsers=definitions.current().endorsing.endorsers,
        own=own,
        named=str(page.document.fields.get("organisation", "")),
        is_supplier=groups.is_supplier(),
    ), 403


def _title(title: str, errors: list[Any]) -> str:
    return _("Error: {title}").format(title=title) if errors else title
