"""The address of the form for a new page, and what the templates of the form use."""

from __future__ import annotations

from flask import abort, request
from flask.typing import ResponseReturnValue
from moin import flaskg
from moin.themes import render_template

from cupboard import kinds
from cupboard.editing import ticks
from cupboard.editing.editor import Edit
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.tongue import _
from cupboard.views import blueprint

blueprint.app_template_global("tree_of_boxes")(ticks.tree_of_boxes)
blueprint.app_template_global("options_of")(ticks.options)


@blueprint.route("/new", methods=["GET", "POST"])
@blueprint.route("/new/<kind>", methods=["GET", "POST"])
def new(kind: str = CASE_STUDY.id) -> ResponseReturnValue:
    """Add a case study, or another kind of page."""
    wanted = kinds.by_id(kind)
    if wanted is None or wanted.prefix is None:
        abort(404)
    if not flaskg.user.may.create(wanted.name_of("new")):
        name = wanted.one
        if flaskg.user.valid:
            return render_template("cupboard/may_not_add.html", title=_("You can't add {name}").format(name=name)), 403
        title = _("Sign in to add {name}").format(name=name)
        return render_template("cupboard/sign_in_to_add.html", title=title, name=name), 403
    if request.method == "POST":
        return Edit(None, wanted).post()
    return Edit.of_new(request.args.get("category"), wanted, request.args.get("title")).get()
