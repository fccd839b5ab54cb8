"""Style that an author wrote into a page's markup: alignment is kept as a class, all else is left out.

The browser's policy allows no style attributes (see headers.py), and Moin writes them all the same: colours and widths
of table cells, and an empty attribute where its own setting ``allow_style_attributes`` is off. This replaces

    moin.converters.html_out.Attributes.convert  ->  the same, and then the style attribute is taken away
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from moin.converters import html_out
from moin.utils.tree import html

from cupboard.engine import Replacement, put

#: What a style may say, without blanks -> the class that says it.
KEPT = {"text-align:right": "c-right", "text-align:center": "c-centre"}


def install() -> None:
    """Make the replacement. Calling it again changes nothing."""
    put(Replacement(html_out.Attributes, "convert", _convert))


def _convert(original: Callable[[Any], dict[Any, Any]]) -> Callable[[Any], dict[Any, Any]]:
    def convert(self: Any) -> dict[Any, Any]:
        attributes = original(self)
        style = attributes.pop(html.style, "")
        said = "".join(str(style).lower().split()).split(";") if style else ()
        classes = [KEPT[one] for one in said if one in KEPT]
        if classes:
            attributes[html.class_] = " ".join(filter(None, [attributes.get(html.class_, ""), *classes]))
        return attributes

    return convert
