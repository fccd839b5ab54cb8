"""How a case study is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from emeraldtree.tree import Element

from cupboard import definitions
from cupboard.case_studies import describing
from cupboard.case_studies.view import CaseView
from cupboard.converters import structured
from cupboard.document import Document
from cupboard.fragments import fragment
from cupboard.kinds.case_study import CASE_STUDY


def shown(document: Document, name: str, pending: Collection[str]) -> Iterator[Element]:
    """A case study: its head with the key facts, its sections, its foot with figures and resources."""
    view = CaseView(name, document, definitions.current(), pending)
    describing.note(view)
    yield fragment("case_head.html", view=view)
    yield from structured.body(document)
    yield fragment("case_foot.html", view=view)


structured.register(CASE_STUDY, shown)
