"""Addresses that people or their browsers send: which may stand in a link, what a reader calls a site, and which are
our own.
"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit


def parts_of(text: str) -> SplitResult:
    """An address taken apart; of a text that can't be one (``http://[x``) all parts are empty."""
    try:
        return urlsplit(text)
    except ValueError:
        return SplitResult("", "", "", "", "")


def web_address(text: str) -> str | None:
    """The text when it is an http or https address that may stand in a link; None otherwise."""
    parts = parts_of(text)
    return text if parts.scheme in ("http", "https") and parts.netloc else None


def site_name(address: str) -> str:
    """The host of an address, without ``www.``: what readers call a source."""
    return (parts_of(address).hostname or address).removeprefix("www.")


def own_address(asked: str) -> str:
    """An address of this wiki, such as the page that a button stood on; empty when what was sent is no such thing."""
    is_ours = asked.startswith("/") and not asked.startswith(("//", "/\\")) and asked.isprintable()
    return asked if is_ours and len(asked) < 2000 else ""
