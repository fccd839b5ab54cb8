"""The kind of page that an organisation has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from cupboard import kinds
from cupboard.bodies import domains
from cupboard.bodies.names import called
from cupboard.document import Document
from cupboard.fields import rows_of, texts_of, trimmed
from cupboard.kinds import Kind, Reference
from cupboard.template import Problem
from cupboard.tongue import L_, _
from cupboard.web_addresses import parts_of

if TYPE_CHECKING:
    from cupboard.definitions import Definitions


COLLECTIONS, CASE = "collections", "case"


def cases_of(row: Mapping[str, str]) -> list[str]:
    """The names of the pages that a row of a collection means, one a line: people also paste addresses."""
    return list(dict.fromkeys(name for line in row.get(CASE, "").splitlines() if (name := _page_name(line.strip()))))


def _page_name(text: str) -> str:
    return (unquote(parts_of(text).path) if "://" in text else text).strip("/")


def _references(document: Document) -> Iterator[Reference]:
    for row in rows_of(document.fields, COLLECTIONS):
        for name in cases_of(row):
            yield Reference(CASE, name)


def _rules(document: Document, in_force: Definitions) -> Iterator[Problem]:
    """What is wrong with an organisation's page whoever writes it."""
    name = trimmed(document.fields, "name")
    if name and not called(name):
        yield Problem("name", _("Enter a name with letters or digits"))
    for domain in texts_of(document.fields, "mail_domains"):
        if domain.strip() and (wrong := domains.problem(domain)):
            yield Problem("mail_domains", wrong)
            return
    rows = document.fields.get(COLLECTIONS, ())
    first = rows[0] if rows and not isinstance(rows, str) else None
    if isinstance(first, dict) and not str(first.get("title", "")).strip():
        yield Problem(COLLECTIONS, _("Row 1 of collections: enter the title of the collection"), 0, "title")


ORGANISATION = kinds.register(
    Kind(
        id="organisation",
        content_type="text/x-organisation",
        noun=L_("organisation"),
        plural=L_("organisations"),
        article="an",
        template="Cupboard/Template/Organisation",
        prefix="Organisations",
        title="name",
        summary="name",
        further_problems=_rules,
        references=_references,
    )
)
