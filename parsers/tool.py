"""How a tool is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from emeraldtree.tree import Element

from cupboard.converters import structured
from cupboard.document import Document
from cupboard.fragments import fragment
from cupboard.kinds.tool import TOOL, USED
from cupboard.references.shown import entries_that_name_page
from cupboard.tools.listing import ToolView


def shown(document: Document, name: str, pending: Collection[str]) -> Iterator[Element]:
    """A tool: what it is for, what it takes, who used it; its text; the case studies that used it, its sources."""
    view = ToolView(name, document, entries_that_name_page(name, USED))
    yield fragment("tool_head.html", view=view)
    yield from structured.body(document)
    yield fragment("tool_foot.html", view=view)


structured.register(TOOL, shown)
