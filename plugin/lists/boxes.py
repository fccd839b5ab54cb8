"""The boxes of a facet: which of its values are shown, and their HTML."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any

from markupsafe import Markup, escape
from moin import current_app

from cupboard import definitions, tongue
from cupboard.catalogue.facets import MOST_FREQUENT, Offer, Value
from cupboard.tongue import L_

#: A facet with more values than this shows so many, a box to find others, and a link to all.
SHOWN_VALUES = MOST_FREQUENT
#: Of a facet whose values were asked for by a part of their names, or all of them.
MOST_VALUES = 500

#: Facets that are open from the start, by id or by what they look at.
_OPEN = {"term", "area", "theme", "document_kind"}


@dataclass(frozen=True)
class Box:
    """A value of a facet that can be ticked."""

    value: Value
    depth: int


class Boxes:
    """A facet's boxes: those that are shown of its values.

    :param find: a part of the names of the values to show
    :param all_shown: whether to show all of them
    """

    def __init__(self, offer: Offer, find: str, all_shown: bool):
        self.offer = offer
        self.id = offer.facet.id
        self.label = offer.label
        self.find = find
        self.total = offer.total
        if find:
            boxes = [
                Box(value, 0)
                for top in offer.values
                for value in top.walk()
                if any(find.casefold() in word for word in _words(offer, value)) or value.state
            ]
        elif all_shown:
            boxes = [Box(value, depth) for top in offer.values for value, depth in _walk(top, 0)]
        else:
            boxes = list(_folded(offer.values, 0))
            if len(boxes) > SHOWN_VALUES:
                boxes = [box for place, box in enumerate(boxes) if place < SHOWN_VALUES or box.value.state]
        self.boxes = boxes[:MOST_VALUES]

    def html(self, showing_all: Callable[[str], str]) -> Markup:
        """
        :param showing_all: id of a facet -> address of the list with all its values
        """
        ticks, left_out, language = [], [], tongue.language()
        for box in self.boxes:
            value = box.value
            before, between, after, option = _box(self.id, value.id, value.label, box.depth, language)
            ticks += before, " checked" if value.state == "in" else "", between, str(value.count), after
            if not value.state:
                left_out.append(option)
        varying = {
            "ticks": Markup("".join(ticks)),
            "left_out": Markup("".join(left_out)),
            "all": showing_all(self.id) if self.hidden else "",
        }
        if self.find or self.chosen:
            how = self.id, self.label, True, self.chosen, self.total, len(self.boxes), self.is_long, self.find
            return Markup(_template().facet(*how, **varying))
        frame = _frame(self.id, self.label, self.is_open, self.total, len(self.boxes), self.is_long, language)
        return Markup("".join([escape(varying[part]) if part in varying else part for part in frame]))

    @property
    def is_long(self) -> bool:
        return self.total > SHOWN_VALUES

    @property
    def hidden(self) -> int:
        """How many values are not shown."""
        return self.total - len(self.boxes)

    @property
    def is_open(self) -> bool:
        return not _OPEN.isdisjoint((self.id, self.offer.facet.field)) or bool(self.find or self.chosen)

    @property
    def chosen(self) -> int:
        return sum(bool(box.value.state) for box in self.boxes)


#: Stands in a template's output where something is put later; no text of a page has it.
_HERE = "\0"


@lru_cache(10_000)
def _box(facet: str, id: str, label: str | L_, depth: int, language: str) -> tuple[str, str, str, str]:
    """The HTML of a value's box before and after what each list says anew, whether it is ticked and how many there are;
    and that of the option to leave it out.

    There are some hundred boxes on a page.
    """
    before, between, after = str(_template().box(facet, id, label, depth, _HERE, _HERE)).split(_HERE)
    return before, between, after, str(_template().option(id, label))


@lru_cache(1_000)
def _frame(
    id: str, label: str | L_, is_open: bool, total: int, shown: int, is_long: bool, language: str
) -> tuple[str, ...]:
    """The HTML of a facet in which nothing is chosen, in parts: between them stand the names of what each list says
    anew."""
    places = {name: Markup(f"{_HERE}{name}{_HERE}") for name in ("ticks", "left_out", "all")}
    return tuple(str(_template().facet(id, label, is_open, 0, total, shown, is_long, "", **places)).split(_HERE))


def _template() -> Any:
    return current_app.jinja_env.get_template("cupboard/facet.html").module


def _words(offer: Offer, value: Value) -> Iterator[str]:
    """What a value can be found by among the others: its label, and of a term also its other names and codes."""
    yield value.label.casefold()
    term = definitions.current().contents.get(value.id) if offer.facet.is_tree else None
    if term:
        yield from (word.casefold() for word in (term.label, *term.aliases, *chain(*term.codes.values())))


def _walk(value: Value, depth: int) -> Iterator[tuple[Value, int]]:
    yield value, depth
    for child in value.children:
        yield from _walk(child, depth + 1)


def _folded(values: list[Value], depth: int) -> Iterator[Box]:
    """Values with what is below those that were chosen, or that have a chosen one below them."""
    for value in values:
        yield Box(value, depth)
        if value.children and (value.state or any(below.state for child in value.children for below in child.walk())):
            yield from _folded(value.children, depth + 1)
