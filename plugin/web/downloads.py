"""Which content types a browser may show by itself; all others are only ever downloads.

Pages of the wiki can have any content type that their author likes, and a browser runs more of them than any list
knows: HTML, SVG, XML with a style sheet, and what the next version learns. So the list is of those that nobody runs.
"""

from __future__ import annotations

from collections.abc import Iterator

#: Shown in the browser when their address is opened.
PASSIVE = frozenset({
    "application/pdf",
    "audio/mpeg",
    "audio/ogg",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/csv",
    "text/plain",
    "video/mp4",
    "video/ogg",
    "video/webm",
})


class _AllBut:
    """All content types but a few, as far as ``in`` goes, which is all that Moin asks ``mimetypes_xss_protect``."""

    def __init__(self, types: frozenset[str]):
        self._types = types

    def __contains__(self, contenttype: str) -> bool:
        return contenttype not in self._types

    def __iter__(self) -> Iterator[str]:
        raise TypeError("there is no end of content types")

    def __repr__(self) -> str:
        return f"all but {', '.join(sorted(self._types))}"


#: For Moin's setting ``mimetypes_xss_protect``.
ONLY_DOWNLOADED = _AllBut(PASSIVE)
