"""Jinja templates inside Moin's document tree.

Moin builds a page as a tree of elements and writes it out at the end. A list of case studies or a form is easier to
read, and several times quicker to make, as a template. :func:`fragment` renders one and wraps the result in an element
whose only child is text that the tree's writer leaves as it is. Escaping is Jinja's; nothing but a template's output
gets in here.
"""

from __future__ import annotations

from typing import Any

from emeraldtree.tree import Element
from moin import current_app
from moin.utils.tree import html

from cupboard import tongue
from cupboard.languages import written


class _Rendered(str):
    """HTML that the tree's writer must not escape a second time.

    The writer calls ``str()`` on a text node and looks for ``&``, ``<`` and ``>`` in it; this text says it has none.
    """

    def __str__(self) -> str:
        return self

    def __contains__(self, _: object) -> bool:
        return False


def fragment(template: str, /, **context: Any) -> Element:
    """Render a template of ``templates/cupboard`` and return it as an element of Moin's document tree.

    :param template: file name, for example ``"card.html"``
    :param context: what the template uses; the request's own variables are not there
    """
    return html.div(attrib=_in_its_language(), children=(_rendered(template, context),))


def inline_fragment(template: str, /, **context: Any) -> Element:
    """Like :func:`fragment`, for a template that belongs inside a line of text."""
    return html.span(attrib=_in_its_language(), children=(_rendered(template, context),))


def _in_its_language() -> dict[Any, str]:
    """A template's words are the reader's, though they stand among people's in another language."""
    return {html.lang: tongue.language().partition("_")[0]} if written.foreign() else {}


def _rendered(template: str, context: dict[str, Any]) -> _Rendered:
    return _Rendered(current_app.jinja_env.get_template(f"cupboard/{template}").render(context))
