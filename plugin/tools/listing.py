"""The tools that there are, and the case studies that used one, for the person who asks.

A case study names its tools in a field of its own, so who used one is worked out from the case studies. There are tens
of tools, not thousands, so a list of them reads their pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moin.utils.interwiki import url_for_item

from cupboard import definitions
from cupboard.catalogue import Entry
from cupboard.definitions import GONE
from cupboard.document import Document
from cupboard.fields import text_of
from cupboard.kinds.tool import TOOL, USED
from cupboard.references.shown import entries_that_name
from cupboard.tools.reading import pages_of_tools, title_of


@dataclass(frozen=True)
class ToolView:
    """A tool as a reader sees it.

    :ivar name: of its page
    :ivar cases: the case studies that used it
    """

    name: str
    document: Document
    cases: tuple[Entry, ...] = ()

    def text(self, field: str) -> str:
        return text_of(self.document.fields, field)

    def words(self, field: str) -> str:
        """A field's choice in words."""
        in_force = definitions.current()
        value = self.text(field)
        return in_force.labels(in_force.template_of(TOOL).field(field), GONE).get(value, value)

    def label(self, field: str) -> str:
        """What the template calls a field."""
        asked = definitions.current().template_of(TOOL).field(field)
        return asked.label if asked else field

    @property
    def title(self) -> str:
        return title_of(self.name, self.document)

    @property
    def url(self) -> str:
        return url_for_item(self.name)

    @property
    def used_by(self) -> list[str]:
        """Who used it: the organisations of its case studies, then those that its page names besides."""
        value = self.document.fields.get("used_by", ())
        named = value.splitlines() if isinstance(value, str) else [one for one in value if isinstance(one, str)]
        there = [str(entry.fields.get("organisation") or "") for entry in self.cases]
        return list(dict.fromkeys(one.strip() for one in (*there, *named) if one.strip()))

    @property
    def sources(self) -> list[Mapping[str, Any]]:
        rows = self.document.fields.get("sources", ())
        return [] if isinstance(rows, str) else [row for row in rows if isinstance(row, Mapping)]


def tools() -> list[ToolView]:
    """All tools that the person who asks may read, by title, with the case studies that used each."""
    found = pages_of_tools()
    cases = entries_that_name(found, USED)
    views = [ToolView(name, document, cases.get(id, ())) for id, (name, document) in found.items()]
    return sorted(views, key=lambda one: one.title.casefold())
