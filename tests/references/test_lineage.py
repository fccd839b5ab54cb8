"""Who copied whom: every page once with what came of it, whatever circles people make."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hypothesis import given, strategies

from cupboard.references.lineage import Edge, Node, family, trees

EDGES = strategies.lists(
    strategies.builds(Edge, *[strategies.integers(0, 7)] * 2, strategies.sampled_from(["copied_from", "builds_on"])),
    max_size=15,
)


def walk(nodes: Iterable[Node[int]]) -> Iterator[Node[int]]:
    for node in nodes:
        yield node
        yield from walk(node.children)


def written(nodes: Iterable[Node[int]], depth: int = 0) -> list[str]:
    lines = []
    for node in nodes:
        lines.append("  " * depth + str(node.page) + (" again" if node.again else ""))
        lines += written(node.children, depth + 1)
    return lines


def test_a_chain_is_written_from_its_origin_down() -> None:
    edges = [Edge(1, 2, "copied_from"), Edge(2, 3, "copied_from"), Edge(1, 4, "builds_on")]
    assert written(trees(3, edges)) == ["1", "  2", "    3", "  4"]
    assert [node.how for node in walk(trees(3, edges))] == ["", "copied_from", "copied_from", "builds_on"]


def test_a_page_with_two_origins_stands_below_both_and_is_told_once() -> None:
    edges = [Edge(1, 3, "copied_from"), Edge(2, 3, "builds_on"), Edge(3, 4, "copied_from")]
    assert written(trees(3, edges)) == ["1", "  3", "    4", "2", "  3 again"]


def test_pages_that_copied_each_other_in_a_circle_begin_with_the_one_that_is_read() -> None:
    assert written(trees(2, [Edge(1, 2, "copied_from"), Edge(2, 1, "copied_from")])) == ["2", "  1", "    2 again"]
    assert written(trees(1, [Edge(1, 1, "copied_from")])) == ["1"]


@given(strategies.integers(0, 7), EDGES)
def test_every_page_is_told_exactly_once_and_every_edge_is_there(start: int, edges: list[Edge]) -> None:
    nodes = list(walk(trees(start, edges)))
    told = [node.page for node in nodes if not node.again]
    assert sorted(told) == sorted({start} | {end for edge in edges for end in (edge.earlier, edge.later)})
    below = {(node.page, child.page) for node in nodes for child in node.children}
    assert below == {(edge.earlier, edge.later) for edge in edges if edge.earlier != edge.later}


@given(strategies.integers(0, 7), EDGES, strategies.integers(1, 8))
def test_the_family_is_what_is_connected_and_never_more_than_asked_for(
    start: int, edges: list[Edge], most: int
) -> None:
    def at(pages: Iterable[int]) -> list[Edge]:
        return [edge for edge in edges if {edge.earlier, edge.later} & set(pages)]

    found = family(start, at, most)
    pages = {start} | {end for edge in found for end in (edge.earlier, edge.later)}
    assert len(pages) <= most
    connected = {start}
    for _ in range(8):
        connected |= {end for edge in at(connected) for end in (edge.earlier, edge.later)}
    assert pages <= connected
    if len(connected) <= most:
        assert pages == connected
