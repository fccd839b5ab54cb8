"""What the macros that show people have in common."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cupboard import definitions
from cupboard.catalogue import Query
from cupboard.fragments import fragment
from cupboard.people import finding


def people_who_can_help(scope: Query, level: int = 2) -> Iterator[Any]:
    """Below the list of one term: who can help with it, of those whom the reader may see. Nothing when nobody can."""
    ids = scope.include.get("term", ())
    term = definitions.current().contents.get(ids[0]) if len(ids) == 1 else None
    people = finding.who_can_help(term.id) if term else []
    if people:
        yield fragment("helpers.html", people=people, term=term, level=level)
