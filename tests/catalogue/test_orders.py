"""Sets in order, against a sorted list."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from cupboard.catalogue import orders
from cupboard.catalogue.orders import Order


@pytest.fixture(autouse=True, scope="module")
def small_chunks() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(orders, "_CHUNK", 4)
        yield


PAIRS = st.lists(st.tuples(st.integers(-3, 3), st.integers(0, 200)), unique_by=lambda pair: pair[1], max_size=60)


def in_order(pairs: list[tuple[int, int]]) -> list[int]:
    return [member for _, member in sorted(pairs, key=lambda pair: (pair[0], -pair[1]))]


@settings(max_examples=200)
@given(PAIRS, PAIRS, st.data())
def test_any_page_of_any_subset_is_that_of_the_sorted_list(loaded: list, added: list, data: st.DataObject) -> None:
    order = Order(loaded)
    there = {member for _, member in loaded}
    added = [pair for pair in added if pair[1] not in there]
    for pair in added:
        order.add(*pair)
    pairs = [*loaded, *added]
    gone = data.draw(st.lists(st.sampled_from(pairs), unique=True, max_size=30)) if pairs else []
    for pair in gone:
        order.remove(*pair)
    left = [pair for pair in pairs if pair not in gone]
    subset = BitMap(data.draw(st.sets(st.integers(0, 200))))
    expected = [member for member in in_order(left) if member in subset]
    start, count = data.draw(st.integers(0, 70)), data.draw(st.integers(1, 30))
    assert order.page(subset, start, count) == expected[start : start + count]


def test_text_can_be_a_key() -> None:
    order = Order([("b", 1), ("a", 2), ("b", 3)])
    order.add("ab", 4)
    assert order.page(BitMap([1, 2, 3, 4]), 0, 10) == [2, 4, 3, 1]
