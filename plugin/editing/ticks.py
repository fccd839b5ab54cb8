"""Tick boxes and options of a form in HTML, kept for the next form: they are the same for everybody.

A form has hundreds of them, nearly all as the definitions have them. A branch of the contents hierarchy in which
nothing is ticked depends on the definitions alone; an option on its words. What is ticked is made anew, by the same
macros.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from flask_babel import get_locale
from markupsafe import Markup
from moin import current_app

from cupboard.editing.boxes import Branch, Option

_KEPT = 2_000
_branches: OrderedDict[tuple[str | int, ...], Markup] = OrderedDict()


def tree_of_boxes(branch: Branch, name: str, depth: int, version: str) -> Markup:
    """The tick boxes of a term and of those below it.

    :param name: of the control
    :param depth: 0: unfolded under a heading, else folded
    :param version: of the definitions that the term is from
    """
    if branch.option.chosen or branch.chosen_below or branch.term.retired:
        return _macros().tree(branch, name, depth)
    key = str(get_locale()), version, branch.term.id, name, depth
    found = _branches.get(key)
    if found is None:
        found = _branches[key] = Markup(_macros().tree(branch, name, depth))
        if len(_branches) > _KEPT:
            _branches.popitem(last=False)
    return found


def options(found: Iterable[Option]) -> Markup:
    """Options of a select."""
    language = str(get_locale())  # a label is the English one to a dictionary, whatever it says
    return Markup("".join(_option(one.value, one.label, one.chosen, language) for one in found))


@lru_cache(_KEPT)
def _option(value: str, label: str, is_chosen: bool, language: str) -> str:
    return str(_macros().option(Option(value, label, is_chosen)))


def _macros() -> Any:
    return current_app.jinja_env.get_template("cupboard/form_controls.html").module
