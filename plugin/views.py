"""The Cupboard's own addresses, below ``/+cupboard``: the blueprint on which each package registers its own, and what
all templates use.
"""

from __future__ import annotations

from flask import Blueprint, url_for
from flask.typing import ResponseReturnValue
from moin import current_app
from moin.storage.middleware.exceptions import AccessDenied
from moin.themes import themed_error
from moin.utils.interwiki import url_for_item
from werkzeug.exceptions import Forbidden, RequestEntityTooLarge

from cupboard import definitions
from cupboard.attachments import readable_size
from cupboard.web_addresses import site_name, web_address

blueprint = Blueprint("cupboard", __name__, template_folder="templates", url_prefix="/+cupboard")


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


blueprint.app_template_filter("readable_size")(readable_size)
blueprint.app_template_filter("site_name")(site_name)
blueprint.app_template_filter("web_address")(web_address)
