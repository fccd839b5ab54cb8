"""A page for each term, ``Contents/contracts/food``: there as soon as somebody asks for it, stored when somebody writes
on it.

What such a page says is the macros Term and SectionIndex, so one that is stored and then edited keeps following the
hierarchy. The page of an id that was given up leads to the page of the term that it is now.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from flask import abort, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import flaskg
from moin.constants.itemtypes import ITEMTYPE_DEFAULT
from moin.constants.keys import CURRENT, NAME_EXACT
from moin.converters import default_registry
from moin.items import NonExistent
from moin.storage.middleware.exceptions import AccessDenied
from moin.themes import render_template
from moin.utils.interwiki import url_for_item
from moin.utils.mime import Type, type_moin_document

from cupboard import definitions, pages
from cupboard.engine.replacement import Replacement, put
from cupboard.rendering import to_html
from cupboard.tongue import _
from cupboard.views import blueprint
from cupboard.vocabulary import Term

PREFIX = "Contents/"
DISCUSSION = "Discussion"
_CONTENT_TYPE = "text/x.moin.wiki;charset=utf-8"


def install() -> None:
    """Have a page that is not stored yet, but is a term's, shown instead of "not found"."""
    put(Replacement(NonExistent, "do_show", _shown))


def name_of(term: Term) -> str:
    return PREFIX + term.id


def text_of(term: Term) -> str:
    """The wiki text of a term's page before anybody wrote on it."""
    heading = " ".join(term.label.replace("=", " ").split())
    return f"= {heading} =\n\n<<Term({term.id}, view=full)>>\n\n<<SectionIndex({term.id})>>\n"


def _shown(original: Any) -> Any:
    @wraps(original)
    def do_show(self: NonExistent, revid: str, **kw: Any) -> Any:
        name = self.fqname.value
        is_asked = revid == CURRENT and not self.fqname.namespace and self.fqname.field in (None, "", NAME_EXACT)
        if not is_asked or not name.startswith(PREFIX) or kw.get("item_is_deleted"):
            return original(self, revid, **kw)
        term = definitions.current().contents.get(name.removeprefix(PREFIX))
        if term is None:
            return original(self, revid, **kw)
        if not flaskg.user.may.read(self.fqname):
            abort(403)
        if name != name_of(term):
            return redirect(url_for_item(name_of(term)))
        return _page(term)

    return do_show


def _page(term: Term) -> str:
    tree = default_registry.get(Type(_CONTENT_TYPE), type_moin_document)(text_of(term), _CONTENT_TYPE)
    return render_template(
        "cupboard/term_page.html",
        title=term.label,
        item_name=name_of(term),
        term=term,
        shown=to_html(tree, name_of(term), _CONTENT_TYPE),
    )


@blueprint.route("/terms/discuss", methods=["POST"])
def discuss() -> ResponseReturnValue:
    """Go to the discussion of a term; its page is stored first, for Moin has no page below one that is not there."""
    term = definitions.current().contents.get(request.form.get("term", ""))
    if term is None:
        abort(404, description=_("There is no such term."))
    name = name_of(term)
    discussion = f"{name}/{DISCUSSION}"
    if pages.exists(discussion):
        return redirect(url_for_item(discussion), 303)
    if not flaskg.user.valid or not flaskg.user.may.create(discussion):
        abort(403)
    try:
        for one in (*term.path,):
            if not pages.exists(name_of(one)):
                pages.store(name_of(one), text_of(one).encode(), contenttype=_CONTENT_TYPE, itemtype=ITEMTYPE_DEFAULT,
                            comment="Made for its discussion")
    except AccessDenied:
        abort(403)
    return redirect(
        url_for("frontend.modify_item", item_name=discussion, itemtype=ITEMTYPE_DEFAULT, contenttype=_CONTENT_TYPE,
                template=""), 303)
