"""How the page of a statement that an organisation signed is shown: read only, since nobody edits one."""

from __future__ import annotations

from typing import Any

from emeraldtree.tree import Element
from flask.typing import ResponseReturnValue
from moin.constants.contenttypes import CONTENTTYPES_HELP_DOCS
from moin.constants.keys import EXTERNALLINKS, ITEMLINKS, ITEMTRANSCLUSIONS, SUMMARY, TAGS
from moin.converters import default_registry
from moin.items import Default, register
from moin.items.content import register as register_content
from moin.themes import render_template
from moin.utils.mime import Type, type_moin_document, type_text_plain
from moin.utils.tree import html, moin_page

from cupboard import pages
from cupboard.bodies.statements import Statement
from cupboard.catalogue import bodies
from cupboard.converters.source import page_name, source_bytes
from cupboard.document import parse
from cupboard.endorsement import signing
from cupboard.endorsement.signing import Kept
from cupboard.endorsement.view import view_of
from cupboard.fragments import fragment
from cupboard.items import StructuredContent
from cupboard.tongue import L_, _

TYPE = Type(bodies.STATEMENT)


@register_content
class EndorsementContent(StructuredContent):
    """A statement that an organisation signed about a page."""

    contenttype = bodies.STATEMENT
    display_name = L_("Endorsement")


@register
class Endorsement(Default):
    """A page that only :mod:`cupboard.endorsement.signing` writes."""

    itemtype = signing.ITEM_TYPE
    display_name = L_("Endorsement")
    description = L_("What an organisation signed about a page")
    shown = False

    def do_modify(self, *, item_may: dict[str, bool] | None = None) -> ResponseReturnValue:
        return render_template(
            "cupboard/refused.html", title=_("Nobody can edit this page"), help="Help/Endorsement",
            messages=[_("The organisation that signed it renews or withdraws it, on the page itself")],
        ), 403  # fmt: skip


class _ToTree:
    """A statement's bytes to Moin's document tree."""

    @classmethod
    def factory(cls, input: Type, output: Type, **kwargs: Any) -> _ToTree | None:
        return None if kwargs else cls()

    def __call__(self, data: Any, contenttype: str | None = None, arguments: Any = None) -> Element:
        name = page_name(data)
        statement = Statement.read(parse(source_bytes(data)).fields)
        view = view_of(Kept(getattr(data, "meta", {}).get("itemid", ""), name, statement)) if statement else None
        shown = fragment("statement.html", view=view, title=_title(view.subject) if view else "")
        body = html.div(attrib={html.class_: "c-case c-prose"}, children=(shown,))
        return moin_page.page(children=(moin_page.body(children=(body,)),))


class _ToText:
    """A statement's words for the index. What it says of a page is found by those who may read the statement."""

    @classmethod
    def factory(cls, input: Type, output: Type, **kwargs: Any) -> _ToText:
        return cls()

    def __call__(self, revision: Any, contenttype: str | None = None, arguments: Any = None) -> str:
        statement = Statement.read(parse(source_bytes(revision)).fields)
        if isinstance(revision.meta, dict):
            revision.meta[TAGS] = []
            revision.meta[SUMMARY] = statement.sentence() if statement else ""
            revision.meta.update({ITEMLINKS: [], ITEMTRANSCLUSIONS: [], EXTERNALLINKS: []})
        return "\n".join([statement.sentence(), statement.role, statement.says]) if statement else ""


def _title(name: str) -> str:
    page = pages.read(name)
    title = page.document.fields.get("title") if page else None
    return title if isinstance(title, str) and title else name


CONTENTTYPES_HELP_DOCS[signing.CONTENT_TYPE] = L_("See Help/Endorsement")
default_registry.register(_ToTree.factory, TYPE, type_moin_document, default_registry.PRIORITY_FIRST)
default_registry.register(_ToText.factory, TYPE, type_text_plain, default_registry.PRIORITY_FIRST)
