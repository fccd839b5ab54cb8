"""The kind of page that an organisation has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cupboard import kinds
from cupboard.document import Document
from cupboard.kinds import Kind
from cupboard.organisations import domains
from cupboard.organisations.names import called
from cupboard.template import Problem

if TYPE_CHECKING:
    from cupboard.definitions import Definitions


def _rules(document: Document, in_force: Definitions) -> Iterator[Problem]:
    """What is wrong with an organisation's page whoever writes it."""
    name = document.fields.get("name", "")
    if isinstance(name, str) and name.strip() and not called(name):
        yield Problem("name", "Enter a name with letters or digits")
    listed = document.fields.get("mail_domains", ())
    for domain in (listed,) if isinstance(listed, str) else listed:
        if isinstance(domain, str) and domain.strip() and (wrong := domains.problem(domain)):
            yield Problem("mail_domains", wrong)
            return
    rows = document.fields.get("collections", ())
    first = rows[0] if rows and not isinstance(rows, str) else None
    if isinstance(first, dict) and not str(first.get("title", "")).strip():
        yield Problem("collections", "Row 1 of collections: enter the title of the collection", 0, "title")


ORGANISATION = kinds.register(
    Kind(
        id="organisation",
        content_type="text/x-organisation",
        noun="organisation",
        plural="organisations",
        article="an",
        template="Cupboard/Template/Organisation",
        prefix="Organisations",
        title="name",
        summary="name",
        further_problems=_rules,
    )
)
