"""Images in pages: asked for when the reader comes near, in a space of their size that is kept free for them.

Without width and height, what is below jumps when an image arrives; without ``loading="lazy"`` a reader's phone fetches
what is never looked at. This replaces

    moin.converters.html_out.Converter.visit_moinpage_object  ->  the same; an <img> also has loading, width and height

The size is read from the beginning of the image's own revision, once: a revision never changes.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

from moin import flaskg
from moin.constants.keys import CURRENT
from moin.converters import html_out
from moin.storage.middleware.protecting import AccessDenied
from moin.utils.tree import html

from cupboard.engine import Replacement, put

#: How much of a file is read: what cameras write before a photograph's size fits.
HEAD = 65_536
#: Of how many images the size is kept.
KEPT = 4096

_sizes: dict[str, tuple[int, int] | None] = {}  # by id of the revision
_OURS = re.compile(r"/\+get/(?:\+([0-9a-f]{32})/)?(.+)")


def install() -> None:
    """Make the replacement. Calling it again changes nothing."""
    put(Replacement(html_out.Converter, "visit_moinpage_object", _with_size))


def _with_size(original: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def visit_moinpage_object(self: Any, element: Any) -> Any:
        made = original(self, element)
        if made is not None and getattr(made, "tag", None) == html.img:
            made.set(html.loading, "lazy")
            if made.get(html.width) is None and made.get(html.height) is None:
                if size := _size_at(str(made.get(html.src, ""))):
                    made.set(html.width, str(size[0]))
                    made.set(html.height, str(size[1]))
        return made

    return visit_moinpage_object


def _size_at(address: str) -> tuple[int, int] | None:
    match = _OURS.search(address.partition("?")[0])
    if not match:
        return None
    try:
        revision = flaskg.storage[unquote(match[2])].get_revision(match[1] or CURRENT)
        return _size_of_revision(revision)
    except (AccessDenied, KeyError):
        return None


def _size_of_revision(revision: Any) -> tuple[int, int] | None:
    if revision.revid not in _sizes:
        if len(_sizes) >= KEPT:
            _sizes.clear()
        with revision.data as data:
            _sizes[revision.revid] = size_of(data.read(HEAD))
    return _sizes[revision.revid]


def size_of(head: bytes) -> tuple[int, int] | None:
    """The width and height in pixels of a PNG, GIF, WebP or JPEG that begins like this; None when it is none of them.

    After the PNG, GIF89a, VP8/VP8L/VP8X and JFIF specifications.
    """
    if head[:8] == b"\x89PNG\r\n\x1a\n" and len(head) >= 24:
        return struct.unpack(">II", head[16:24])
    if head[:6] in (b"GIF87a", b"GIF89a") and len(head) >= 10:
        return struct.unpack("<HH", head[6:10])
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP" and len(head) >= 30:
        return _webp(head)
    if head[:2] == b"\xff\xd8":
        return _jpeg(head)
    return None


def _webp(head: bytes) -> tuple[int, int] | None:
    if head[12:16] == b"VP8X":
        return 1 + int.from_bytes(head[24:27], "little"), 1 + int.from_bytes(head[27:30], "little")
    if head[12:16] == b"VP8 ":
        width, height = struct.unpack("<HH", head[26:30])
        return width & 0x3FFF, height & 0x3FFF
    if head[12:16] == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return None


def _jpeg(head: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(head) and head[at] == 0xFF:
        marker = head[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):  # a start of frame
            height, width = struct.unpack(">HH", head[at + 5 : at + 9])
            return width, height
        at += 2 + int.from_bytes(head[at + 2 : at + 4], "big")
    return None
