"""Addresses of the web that people write into pages: which may stand in a link, and what a reader calls the site."""

from __future__ import annotations

from urllib.parse import urlsplit


def web_address(text: str) -> str | None:
    """The text when it is an http or https address that may stand in a link; None otherwise."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if parts.scheme in ("http", "https") and parts.netloc else None


def site_name(address: str) -> str:
    """The host of an address, without ``www.``: what readers call a source."""
    return (urlsplit(address).hostname or address).removeprefix("www.")
