"""The Cupboard's kinds of page, as Moin knows them: content types (what the bytes are) and item types (how a page of
that kind is shown and edited).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import moin.themes
from emeraldtree.tree import Element
from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from moin import flaskg
from moin.constants.contenttypes import CONTENTTYPES_HELP_DOCS
from moin.constants.keys import ITEMID
from moin.items import Default, register
from moin.items.content import MarkupItem, NonExistentContent, content_registry
from moin.items.content import register as register_content
from moin.utils.mime import Type, type_moin_document

from cupboard import kinds, pages
from cupboard.case_studies import confirming
from cupboard.editing.editor import Edit
from cupboard.engine import Replacement, put
from cupboard.kinds import Kind
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.lists import cards
from cupboard.references import shown as references
from cupboard.rendering import place
from cupboard.tongue import L_, _

#: (item type, ``view`` in the address) -> another way to show such a page, called with its name and the revision; None
#: when it can't be shown so.
VIEWS: dict[tuple[str, str], Callable[[str, str], ResponseReturnValue | None]] = {}


class StructuredContent(MarkupItem):
    """Content whose tree shows labels that live on other pages, so Moin must not keep the tree by the page's own
    hash.
    """

    group = None  # not in Moin's list of types for a new page: these pages have their own ways in

    def internal_representation(self, attributes: Any = None, preview: Any = None) -> Element:
        from moin.converters import default_registry

        convert = default_registry.get(Type(self.contenttype), type_moin_document)
        source = self.rev if preview is None else preview
        return place(convert(source, self.contenttype, arguments=attributes), self.rev.fqname.fullname)


class ListedContent(StructuredContent):
    """Content of a page that lists show: pages like it are named below it."""

    def _render_data(self, preview: Any = None) -> str:
        shown = super()._render_data(preview)
        # Below the page, not in its tree: it depends on who reads, and belongs to no revision.
        if preview is None and request.endpoint == "frontend.show_item":
            # Moin's HTML is a plain str, which a Markup would escape
            itemid = self.rev.meta[ITEMID]
            if kinds.of_meta(self.rev.meta) is CASE_STUDY:
                shown = str(confirming.mark(itemid, self.rev.fqname.value)) + shown
            shown += str(references.below_case(itemid)) + str(cards.more_like(itemid))
        return shown


class StructuredItem(Default):
    """A page that is edited through :class:`Edit` instead of Moin's editor."""

    shown = False
    namespace = ""

    def edit(self) -> Edit:
        """An edit of the page, which need not be there."""
        raise NotImplementedError

    def do_show(self, revid: str, **more: Any) -> ResponseReturnValue:
        view = VIEWS.get((self.itemtype, request.args.get("view", "")))
        # a revision that is gone or can't be read as such a page is shown as any other
        return (view and view(self.name, revid)) or super().do_show(revid, **more)

    def do_modify(self, *, item_may: dict[str, bool] | None = None) -> ResponseReturnValue:
        if isinstance(self.content, NonExistentContent) and not flaskg.user.may.create(self.fqname):
            abort(403)
        if self.fqname.namespace != self.namespace:
            if self.namespace:
                where = _("Pages of this kind stand in the namespace {namespace}.").format(namespace=self.namespace)
            else:
                where = _("Pages of this kind stand in the wiki's main namespace.")
            abort(404, description=where)
        edit = self.edit()
        if request.method == "POST":
            return edit.post()
        page = pages.read(edit.name)
        if page:
            edit.start_from(page)
        return edit.get()


def install() -> None:
    """Make Moin's content type and item type of every kind of structured page, and have its pages say what they are."""
    put(Replacement(moin.themes, "shorten_ctype", _named))
    for kind in kinds.registered():
        _install(kind)


def _named(original: Callable[[str], str]) -> Callable[[str], str]:
    def shorten_ctype(contenttype: str) -> str:
        """What people call a content type; Moin knows its own types only."""
        known = original(contenttype)
        return known if known != "Unknown" else content_registry.get(contenttype).display_name or _("Unknown")

    return shorten_ctype


def _install(kind: Kind) -> None:
    name = LazyString(lambda: str(kind.noun).capitalize())
    content = ListedContent if kind.listed else StructuredContent
    register_content(type("KindContent", (content,), {"contenttype": kind.content_type, "display_name": name}))

    def edit(self: StructuredItem) -> Edit:
        return Edit(kind.name_in_namespace(self.name), kind)

    register(type("KindItem", (StructuredItem,), {
        "itemtype": kind.item_type,
        "namespace": kind.namespace,
        "display_name": name,
        "description": LazyString(lambda: kind.one[:1].upper() + kind.one[1:]),
        "edit": edit,
    }))  # fmt: skip
    CONTENTTYPES_HELP_DOCS[kind.stored_type] = HELP


# Moin looks this up for whatever it opens in its own editor, as it does with a page of ours that was stored as a
# default item.
HELP = L_("See Help/WritingAGoodCase")
