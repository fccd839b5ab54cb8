"""The Cupboard's kinds of page, as Moin knows them: content types (what the bytes are) and item types (how a page of
that kind is shown and edited).
"""

from __future__ import annotations

from typing import Any

from emeraldtree.tree import Element
from flask import abort, request
from flask.typing import ResponseReturnValue
from moin import flaskg
from moin.constants.contenttypes import CONTENTTYPES_HELP_DOCS
from moin.constants.keys import ITEMID
from moin.items import Default, register
from moin.items.content import MarkupItem, NonExistentContent
from moin.items.content import register as register_content
from moin.utils.mime import Type, type_moin_document

from cupboard import definitions, listing, pages
from cupboard.editing import DefinitionEdit, Edit
from cupboard.rendering import place


class StructuredContent(MarkupItem):
    """Content whose tree shows labels that live on other pages, so Moin must not keep the tree by the page's own hash."""

    group = None  # not in Moin's list of types for a new page: these pages have their own ways in

    def internal_representation(self, attributes: Any = None, preview: Any = None) -> Element:
        from moin.converters import default_registry

        convert = default_registry.get(Type(self.contenttype), type_moin_document)
        source = self.rev if preview is None else preview
        return place(convert(source, self.contenttype, arguments=attributes), self.rev.fqname.fullname)


@register_content
class CaseStudyContent(StructuredContent):
    """A case study: front matter and wiki markup."""

    contenttype = "text/x-case-study"
    display_name = "Case study"

    def _render_data(self, preview: Any = None) -> str:
        shown = super()._render_data(preview)
        # Below the page, not in its tree: it depends on who reads, and belongs to no revision.
        if preview is None and request.endpoint == "frontend.show_item":
            # Moin's HTML is a plain str, which a Markup would escape
            shown += str(listing.more_like(self.rev.meta[ITEMID]))
        return shown


@register_content
class DefinitionContent(StructuredContent):
    """A template or a vocabulary, in YAML."""

    contenttype = "text/x-cupboard-definition"
    display_name = "Cupboard definition"


class StructuredItem(Default):
    """A page that is edited through :class:`Edit` instead of Moin's editor."""

    shown = False
    edit: type[Edit] = Edit

    def do_modify(self, *, item_may: dict[str, bool] | None = None) -> ResponseReturnValue:
        if isinstance(self.content, NonExistentContent) and not flaskg.user.may.create(self.fqname):
            abort(403)
        if self.fqname.namespace:
            abort(404, description="Pages of this kind stand in the wiki's main namespace.")
        if request.method == "POST":
            return self.edit(self.name).post()
        page = pages.read(self.name)
        return (self.edit.of_page(page) if page else self.edit(self.name)).get()


@register
class CaseStudy(StructuredItem):
    """A case study."""

    itemtype = pages.CASE_STUDY_ITEM_TYPE
    display_name = "Case study"
    description = "A case study of sustainable procurement"


@register
class Definition(StructuredItem):
    """A page that defines the template or a vocabulary."""

    itemtype = definitions.ITEM_TYPE
    display_name = "Definition"
    description = "A template or a vocabulary of the Cupboard"
    edit = DefinitionEdit


# Moin looks this up for whatever it opens in its own editor, as it does with a page of ours that was stored as a
# default item.
for _type in (pages.CASE_STUDY_CONTENT_TYPE, definitions.CONTENT_TYPE):
    CONTENTTYPES_HELP_DOCS[_type] = "See Help/WritingAGoodCase"
