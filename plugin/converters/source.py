"""What Moin hands to a converter: a stored revision, one about to be stored, or the text of a preview."""

from __future__ import annotations

from typing import Any


def source_bytes(source: Any) -> bytes:
    """The bytes to convert. A revision may have been read before, by a diff or another converter."""
    if isinstance(source, bytes):
        return source
    if isinstance(source, str):
        return source.encode("utf-8", "surrogateescape")
    stream = getattr(source, "data", source)
    stream.seek(0)
    return stream.read()


def page_name(source: Any) -> str:
    """The name of the page that is converted, with its namespace; empty for a preview's text."""
    for owner in (source, getattr(source, "item", None)):
        if fqname := getattr(owner, "fqname", None):
            return f"{fqname.namespace}/{fqname.value}" if fqname.namespace else fqname.value
    return ""
