"""How the page of an organisation is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from emeraldtree.tree import Element

from cupboard.converters import structured
from cupboard.document import Document
from cupboard.fragments import fragment
from cupboard.kinds.organisation import ORGANISATION
from cupboard.organisation_pages.view import OrganisationView


def shown(document: Document, name: str, pending: Collection[str]) -> Iterator[Element]:
    """An organisation: who it is, then what is its own."""
    view = OrganisationView(name, document)
    yield fragment("organisation_head.html", view=view)
    yield from structured.body(document)
    yield fragment("organisation_foot.html", view=view)


structured.register(ORGANISATION, shown)
