"""The Cupboard's own addresses, below ``/+cupboard``."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, abort, request, url_for
from flask.typing import ResponseReturnValue
from moin import current_app, flaskg
from moin.storage.middleware.exceptions import AccessDenied
from moin.themes import render_template, themed_error
from moin.utils.interwiki import url_for_item
from werkzeug.exceptions import Forbidden, RequestEntityTooLarge

from cupboard import definitions, kinds
from cupboard.attachments import readable_size
from cupboard.case_studies.view import web_address
from cupboard.editing import ticks
from cupboard.editing.editor import Edit
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.tongue import _

blueprint = Blueprint("cupboard", __name__, template_folder="templates", url_prefix="/+cupboard")


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


@blueprint.app_errorhandler(AccessDenied)
def denied(error: AccessDenied) -> ResponseReturnValue:
    """Some of Moin's views (feeds, differences, reports) don't expect that something may not be read."""
    return themed_error(Forbidden())


@blueprint.app_errorhandler(413)
def too_large(error: RequestEntityTooLarge) -> ResponseReturnValue:
    """Say that a request was too large. Moin has not run yet, so the page stands by itself."""
    most = readable_size(current_app.config["MAX_CONTENT_LENGTH"] or 0)
    return current_app.jinja_env.get_template("cupboard/too_large.html").render(most=most), 413


@blueprint.app_template_filter("term_url")
def term_url(term_id: str) -> str:
    """The page of a term, on which the case studies under it are listed; of an id that is no term's, their list."""
    term = definitions.current().contents.get(term_id)
    return url_for_item(f"Contents/{term.id}") if term else url_for("frontend.cupboard.browse", term=term_id)


def own_address(asked: str) -> str:
    """An address of this wiki, such as the page that a button stood on; empty when what was sent is no such thing."""
    is_ours = asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable()
    return asked if is_ours and len(asked) < 2000 else ""


blueprint.app_template_filter("web_address")(web_address)
blueprint.app_template_filter("readable_size")(readable_size)
blueprint.app_template_global("tree_of_boxes")(ticks.tree_of_boxes)
blueprint.app_template_global("options_of")(ticks.options)


@blueprint.app_template_filter("site_name")
def site_name(address: str) -> str:
    """The host of an address, without ``www.``: what readers call a source."""
    return (urlsplit(address).hostname or address).removeprefix("www.")
