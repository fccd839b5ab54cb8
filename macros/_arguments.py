"""The arguments of a macro call in wiki text: ``<<SectionIndex(contracts/food, rows=10)>>``."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Collection
from typing import Any

from emeraldtree.tree import Element
from moin.macros._base import MacroBase, fail_message
from moin.utils.tree import html

from cupboard.languages import written
from cupboard.tongue import _

_ARGUMENT = re.compile(
    r"""\s*(?:(?P<key>[A-Za-z_]\w*)\s*=\s*)?(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<plain>[^,]*?))\s*(?:,|$)"""
)


class BadArgument(ValueError):
    """An argument that the macro can't use; the message names it and says what was expected."""


def read_arguments(arguments: Any, positional: str | None, named: Collection[str] = ()) -> dict[str, str]:
    """Read a macro's arguments.

    :param arguments: what Moin hands to the macro: nothing, or a sequence whose first item is the text in parentheses
    :param positional: what to call the one argument without a name; None when the macro takes none
    :param named: the names of the others
    :raises BadArgument: for a name that the macro does not know, or a second argument without a name
    """
    text = str(arguments[0]) if arguments else ""
    found: dict[str, str] = {}
    place = 0
    while place < len(text):
        match = _ARGUMENT.match(text, place)
        if match is None or match.end() == place:
            raise BadArgument(_("can't read {text!r}: write name=value, with commas between").format(text=text[place:]))
        place = match.end()
        key = match["key"]
        value = next((match[kind] for kind in ("double", "single", "plain") if match[kind] is not None), "")
        if key is None and not value:
            continue
        key = key or positional
        if key is None or (key != positional and key not in named):
            known = ", ".join([*(f"{name}=" for name in named)]) or "none"
            raise BadArgument(_("there is no argument {key!r}. Arguments with a name: {known}").format(
                key=key or value, known=known
            ))
        if key in found:
            raise BadArgument(_("{key} is given twice").format(key=key))
        found[key] = value
    return found


def refused(macro: MacroBase, problem: BadArgument, call: str) -> Element:
    """What stands in the place of a macro that was called wrongly: the call, what is wrong, and folded its manual.

    :param call: as it stands in the page
    """
    manual = inspect.getdoc(sys.modules[type(macro).__module__]) or ""
    name = manual.partition(" ")[0]
    shown = fail_message(f"{name}: {problem}", call)
    summary = html.summary(children=(_("How {macro} is written").format(macro=name),))
    language = written.foreign()
    shown.append(html.details(children=(
        summary, html.pre(attrib={html.lang: language} if language else {}, children=(manual,))
    )))
    return shown


def whole_number(value: str, name: str, least: int, most: int) -> int:
    """Read a number.

    :raises BadArgument: when it is none, or out of bounds
    """
    if not value.isdecimal() or len(value) > 9 or not least <= int(value) <= most:
        raise BadArgument(_("{name} must be a whole number from {least} to {most}, not {value!r}").format(
            name=name, least=least, most=most, value=value
        ))
    return int(value)
