"""The Cupboard's own addresses, below ``/+cupboard``."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import flaskg
from moin.themes import render_template
from moin.utils.interwiki import url_for_item

from cupboard import catalogue, definitions, pages
from cupboard.case_view import web_address
from cupboard.editing import Edit

blueprint = Blueprint("cupboard", __name__, template_folder="templates", url_prefix="/+cupboard")


@blueprint.route("/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Add a case study."""
    if not flaskg.user.may.create(f"{pages.CASE_STUDIES}/new"):
        if flaskg.user.valid:
            return render_template("cupboard/may_not_add.html", title="You can't add a case study"), 403
        return render_template("cupboard/sign_in_to_add.html", title="Sign in to add a case study"), 403
    if request.method == "POST":
        return Edit(None).post()
    return Edit.of_new(request.args.get("category")).get()


@blueprint.route("/browse")
def browse() -> ResponseReturnValue:
    """Case studies under any of the ticked terms."""
    contents = definitions.current().contents
    asked = dict.fromkeys(request.args.getlist("category"))
    terms = [term for id in asked if (term := contents.get(id))]
    if len(terms) == 1 and has_page(terms[0].id):
        return redirect(term_url(terms[0].id))
    unknown = [id for id in asked if contents.get(id) is None]
    query = catalogue.Query(tuple(term.id for term in terms), page_number())
    results = catalogue.find(query) if terms or not unknown else None
    title = ", ".join(term.label for term in terms) or "All case studies"
    return render_template(
        "cupboard/browse.html", title=title, terms=terms, unknown=unknown, results=results, page_url=page_url
    )


@blueprint.after_app_request
def no_guessing(response: Response) -> Response:
    """Browsers take files for what we say they are, whatever their bytes look like."""
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    return response


def page_number() -> int:
    """The page of a list that the request asks for, from 1; what is no number is 1."""
    asked = request.args.get("page", "1")
    return int(asked) if asked.isdecimal() and len(asked) < 7 else 1


def page_url(number: int) -> str:
    """This request's address with another page of its list."""
    arguments = request.args.to_dict(flat=False)
    arguments["page"] = [str(number)]
    return url_for(request.endpoint, **{**request.view_args, **arguments})


def has_page(term_id: str) -> bool:
    """Whether a term has a wiki page of its own: the sections and whatever has terms below it."""
    term = definitions.current().contents.get(term_id)
    return term is not None and (term.parent is None or bool(term.children))


@blueprint.app_template_filter("term_url")
def term_url(term_id: str) -> str:
    """Where the case studies under a term are listed."""
    if has_page(term_id):
        return url_for_item(f"Contents/{term_id}")
    return url_for("frontend.cupboard.browse", category=term_id)


blueprint.app_template_filter("web_address")(web_address)


@blueprint.app_template_filter("site_name")
def site_name(address: str) -> str:
    """The host of an address, without ``www.``: what readers call a source."""
    return (urlsplit(address).hostname or address).removeprefix("www.")
