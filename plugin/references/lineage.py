"""Who copied whom, as a tree to be written down. Pure: pages are any values that can be compared."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar

Page = TypeVar("Page")

#: Pages in one tree: more would be no picture any more.
MOST = 60


class Edge(NamedTuple):
    """That ``later`` copied from ``earlier``, or builds on it.

    :ivar how: ``copied_from`` or ``builds_on``
    """

    earlier: object
    later: object
    how: str


@dataclass
class Node(Generic[Page]):
    """A page with those that came of it.

    :ivar how: how it came of the page above it: ``copied_from``, ``builds_on``; empty at the top
    :ivar again: it stands elsewhere in the tree with what came of it: it has several origins, or is its own
    """

    page: Page
    how: str = ""
    again: bool = False
    children: list[Node[Page]] = field(default_factory=list)


def family(start: Page, edges_of: Callable[[Iterable[Page]], Iterable[Edge]], most: int = MOST) -> list[Edge]:
    """All edges among a page, what it came of and all that came of those.

    :param edges_of: the edges at some pages, in both directions
    :param most: how many pages at most
    """
    seen, fresh, found = {start}, [start], {}
    while fresh:
        new: list[Page] = []
        for edge in edges_of(fresh):
            ends = {edge.earlier, edge.later}
            if len(seen | ends) > most:
                continue
            found.setdefault((edge.earlier, edge.later), edge)
            new.extend(page for page in dict.fromkeys((edge.earlier, edge.later)) if page not in seen)
            seen |= ends
        fresh = list(dict.fromkeys(new))
    return list(found.values())


def trees(start: Page, edges: Iterable[Edge]) -> list[Node[Page]]:
    """The edges as trees from the origins down; each page stands once with what came of it.

    Where pages copied from each other in a circle there is no origin: the tree then begins with ``start``.
    """
    below: dict[Page, list[Edge]] = {}
    pages, later = dict.fromkeys([start]), set()
    for edge in edges:
        pages[edge.earlier] = pages[edge.later] = None
        if edge.earlier != edge.later:
            below.setdefault(edge.earlier, []).append(edge)
            later.add(edge.later)
    written: set[Page] = set()

    def node(page: Page, how: str) -> Node[Page]:
        if page in written:
            return Node(page, how, again=True)
        written.add(page)
        made = Node(page, how)
        made.children = [node(edge.later, edge.how) for edge in below.get(page, ())]
        return made

    found = [node(page, "") for page in pages if page not in later]
    # What is left goes in circles.
    found += [node(page, "") for page in [start, *pages] if page not in written]
    return found
