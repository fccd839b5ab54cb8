"""Editing a definition page, and the page as Moin knows it: its content type and item type."""

from __future__ import annotations

from typing import Any

from flask import url_for
from moin.constants.contenttypes import CONTENTTYPES_HELP_DOCS
from moin.items import register
from moin.items.content import register as register_content

from cupboard import definitions, pages
from cupboard.document import Document, dump
from cupboard.editing.editor import Edit, with_place
from cupboard.items import HELP, StructuredContent, StructuredItem
from cupboard.nomenclature import guard
from cupboard.nomenclature import preview as changes_preview
from cupboard.template import Problem
from cupboard.tongue import L_


class DefinitionEdit(Edit):
    """Editing a definition page: text only, checked before it is stored."""

    has_form = False

    @property
    def has_preview(self) -> bool:
        return bool(self.name) and definitions.is_definition(self.name)

    def problems(self, document: Document, before: Document) -> list[Problem]:
        if definitions.is_definition(self.name):
            return [
                Problem("edit.text", with_place(error)) for error in guard.problems(self.name, document.text)
            ]
        return []

    def store(self, document: Document) -> str | None:
        revid = pages.store(
            self.name,
            dump(document),
            contenttype=definitions.CONTENT_TYPE,
            itemtype=definitions.ITEM_TYPE,
            comment=self.comment,
        )
        definitions.forget()
        return revid

    def preview(self) -> Any:
        """What would follow from it; None when it can't be used, which saving explains."""
        if not definitions.is_definition(self.name) or self._refused(self.problems(self.document, self.started_from)):
            return None
        return changes_preview.preview(self.name, definitions.read(self.name, self.document.text))

    def context(self) -> dict[str, Any]:
        action = url_for(
            "frontend.modify_item",
            item_name=self.name,
            itemtype=definitions.ITEM_TYPE,
            contenttype=definitions.CONTENT_TYPE,
        )
        return {**super().context(), "action": action}


@register_content
class DefinitionContent(StructuredContent):
    """A template or a vocabulary, in YAML."""

    contenttype = definitions.CONTENT_TYPE.partition(";")[0]
    display_name = L_("Cupboard definition")


@register
class Definition(StructuredItem):
    """A page that defines the template or a vocabulary."""

    itemtype = definitions.ITEM_TYPE
    display_name = L_("Definition")
    description = L_("A template or a vocabulary of the Cupboard")

    def edit(self) -> Edit:
        return DefinitionEdit(self.name)


CONTENTTYPES_HELP_DOCS[definitions.CONTENT_TYPE] = HELP
