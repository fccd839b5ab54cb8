"""Proposals as pages of the wiki, and the addresses under which they are made, supported and decided."""

from __future__ import annotations

from typing import Any

from emeraldtree.tree import Element
from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from moin import current_app, flaskg
from moin.constants.keys import EXTERNALLINKS, ITEMLINKS, ITEMTRANSCLUSIONS
from moin.converters import default_registry
from moin.items import register
from moin.items.content import register as register_content
from moin.themes import render_template
from moin.utils.interwiki import url_for_item
from moin.utils.mime import Type, type_moin_document, type_text_plain
from moin.utils.tree import moin_page

from cupboard import definitions, pages
from cupboard.converters.source import page_name, source_bytes
from cupboard.converters.structured import markup, plain_text
from cupboard.document import Document, dump, parse
from cupboard.editing.editor import Edit
from cupboard.fragments import fragment
from cupboard.items import StructuredContent, StructuredItem
from cupboard.nomenclature import jobs, preview, proposals, term_form
from cupboard.template import Problem
from cupboard.terms.changes import Refused
from cupboard.terms.wishes import Wish
from cupboard.tongue import L_, _
from cupboard.views import blueprint

_TYPE = Type("text/x-term-proposal")


# -- the page ----------------------------------------------------------------------------------------------------------


class _ToTree:
    @classmethod
    def factory(cls, input: Type, output: Type, **kwargs: Any) -> _ToTree | None:
        return None if kwargs else cls()

    def __call__(self, data: Any, contenttype: str | None = None, arguments: Any = None) -> Element:
        found = proposals.Proposal(page_name(data), parse(source_bytes(data)))
        if found.error:
            parts = [fragment("unreadable.html", error=found.error, lines=found.document.text.splitlines())]
        else:
            parts = [fragment("proposal.html", proposal=found), *markup(found.document.preamble)]
        return moin_page.page(children=(moin_page.body(children=parts),))


class _ToText:
    @classmethod
    def factory(cls, input: Type, output: Type, **kwargs: Any) -> _ToText:
        return cls()

    def __call__(self, revision: Any, contenttype: str | None = None, arguments: Any = None) -> str:
        if isinstance(revision.meta, dict):
            revision.meta.update({ITEMLINKS: [], ITEMTRANSCLUSIONS: [], EXTERNALLINKS: []})
        return plain_text(parse(source_bytes(revision)))


default_registry.register(_ToTree.factory, _TYPE, type_moin_document, default_registry.PRIORITY_FIRST)
default_registry.register(_ToText.factory, _TYPE, type_text_plain, default_registry.PRIORITY_FIRST)


@register_content
class ProposalContent(StructuredContent):
    """A proposal to change the hierarchy."""

    contenttype = "text/x-term-proposal"
    display_name = L_("Proposal")

    def _render_data(self, preview: Any = None) -> str:
        shown = super()._render_data(preview)
        if preview is None and request.endpoint == "frontend.show_item":
            # Below the page, not in its tree: it depends on who reads, and belongs to no revision.
            found = proposals.read(self.rev.fqname.fullname)
            if found and found.is_open:
                shown += str(_what_can_be_done(found))
        return shown


class _TextEdit(Edit):
    """Editors may correct a proposal as text."""

    has_form = False

    def problems(self, document: Document, before: Document) -> list[Problem]:
        return []

    def store(self, document: Document) -> str | None:
        return pages.store(self.name, dump(document), contenttype=proposals.CONTENT_TYPE, itemtype=proposals.ITEM_TYPE,
                           comment=self.comment)

    def preview(self) -> Any:
        return None

    def context(self) -> dict[str, Any]:
        action = url_for("frontend.modify_item", item_name=self.name, itemtype=proposals.ITEM_TYPE,
                         contenttype=proposals.CONTENT_TYPE)
        return {**super().context(), "action": action}


@register
class ProposalItem(StructuredItem):
    """A proposal to change the hierarchy."""

    itemtype = proposals.ITEM_TYPE
    display_name = L_("Proposal")
    description = L_("A proposal to change the contents hierarchy")
    edit = _TextEdit


def _what_can_be_done(found: proposals.Proposal) -> Markup:
    problem, shown = "", Markup("")
    try:
        change = term_form.changed(definitions.CONTENTS, found.wish)
        shown = preview.preview(definitions.CONTENTS, change.after)
    except Refused as refused:
        problem = str(refused)
    return Markup(
        current_app.jinja_env.get_template("cupboard/proposal_actions.html").render(
            proposal=found,
            problem=problem,
            preview=shown,
            me=flaskg.user.name0 if flaskg.user.valid else "",
            may_support=proposals.may_propose(),
            may_decide=proposals.may_decide(),
        )
    )


# -- the addresses -----------------------------------------------------------------------------------------------------


@blueprint.route("/terms/propose", methods=["GET", "POST"])
def propose() -> ResponseReturnValue:
    """Propose a change of the hierarchy."""
    if not proposals.may_propose():
        return render_template("cupboard/sign_in_to_propose.html", title=_("Sign in to propose a change")), 403
    id = request.values.get("term", "")
    term = term_form.term_of(definitions.CONTENTS, id) if id else None
    if id and term is None:
        abort(404, description=_("There is no such term any more."))
    problem = ""
    if request.method == "POST":
        try:
            name = proposals.propose(_wish(id), request.form.get("why", ""))
            flash(_("Your proposal is on its page. Others can support it there, and editors decide."), "info")
            return redirect(url_for_item(name), 303)
        except Refused as refused:
            problem = str(refused)
    heading = _("Propose a change to “{label}”").format(label=term.label) if term else _("Propose a new section")
    page = render_template(
        "cupboard/propose.html",
        title=_("Error: {title}").format(title=heading) if problem else heading,
        heading=heading,
        term=term,
        kinds=proposals.KINDS if term else {"add": _("A new section")},
        given=request.form,
        problem=problem,
        moves=term_form.choices(definitions.CONTENTS, term, "move"),
        merges=term_form.choices(definitions.CONTENTS, term, "merge"),
    )
    return page, (422 if problem else 200)


#: Of what the form sends, what belongs to each action: (name in the form, name of the value).
_FIELDS = {
    "revise": (("new_label", "label"),),
    "split": (("parts", "parts"),),
    "merge": (("into", "into"),),
    "move": (("above", "above"),),
    "add": (("add_label", "label"), ("add_note", "note")),
    "retire": (),
}


def _wish(id: str) -> Wish:
    action = request.form.get("action", "")
    values = {value: request.form.get(name, "") for name, value in _FIELDS.get(action, ())}
    if action == "add":
        values["above"] = id
    return Wish.read(action, id, values)


@blueprint.route("/terms/proposal", methods=["POST"])
def act_on_proposal() -> ResponseReturnValue:
    """Support a proposal, take that back, accept or decline it."""
    name, do = request.form.get("name", ""), request.form.get("do", "")
    allowed = proposals.may_decide() if do in ("accept", "decline") else proposals.may_propose()
    if not allowed:
        abort(403)
    found = proposals.read(name)
    if found is None:
        abort(404, description=_("There is no such proposal."))
    try:
        if do == "support":
            proposals.support(name, request.form.get("organisation", ""))
        elif do == "withdraw":
            proposals.withdraw_support(name, request.form.get("organisation", ""))
        elif do in ("accept", "decline"):
            proposals.decide(name, do == "accept", request.form.get("reason", ""))
            if do == "accept" and found.wish.action in ("merge", "move") and jobs.successor_ids(found.wish.term):
                return redirect(url_for("frontend.cupboard.new_job", old=found.wish.term), 303)
        else:
            abort(400, description=_("Choose what to do."))
    except Refused as refused:
        flash(str(refused), "error")
    return redirect(url_for_item(name), 303)
