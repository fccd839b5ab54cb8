"""What a field of a page says, whatever stands there: pages are written by people, and not only through the form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def text_of(fields: Mapping[str, Any], name: str) -> str:
    """A field as text; empty when it is none."""
    value = fields.get(name, "")
    return value if isinstance(value, str) else ""


def trimmed(fields: Mapping[str, Any], name: str) -> str:
    """The same, without the blanks around it."""
    return text_of(fields, name).strip()


def texts_of(fields: Mapping[str, Any], name: str) -> list[str]:
    """A field as a list of texts: one text is a list of one, and what is no text is left out."""
    value = fields.get(name, ())
    return [value] if isinstance(value, str) else [one for one in value if isinstance(one, str)]


def rows_of(fields: Mapping[str, Any], name: str) -> list[dict[str, str]]:
    """The rows of a field, in order, each with those of its columns that are texts; what is no row is left out."""
    rows = fields.get(name, ())
    if isinstance(rows, str):
        return []
    return [
        {column: value for column, value in row.items() if isinstance(value, str)}
        for row in rows
        if isinstance(row, Mapping)
    ]
