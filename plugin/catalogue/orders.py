"""A set kept in order, from which the members of any subset are read a page at a time.

Members stand in chunks of a thousand or so. How many of a subset a chunk holds is one intersection of bitmaps, so page
4,000 of a list is found by counting chunks, not by sorting the list.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from typing import Any

from pyroaring import BitMap

_CHUNK = 1024


class _Chunk:
    __slots__ = ("keys", "members", "set")

    def __init__(self, keys: list[Any], members: array[int]):
        self.keys = keys
        self.members = members
        self.set = BitMap(members)


class Order:
    """Members by ascending key; of the same key, the greatest member first.

    :param pairs: (key, member); keys that compare with each other, members non-negative
    """

    def __init__(self, pairs: Iterable[tuple[Any, int]] = ()):
        ordered = sorted(pairs, key=lambda pair: (pair[0], -pair[1]))
        self._chunks = [
            _Chunk([key for key, _ in part], array("I", [member for _, member in part]))
            for part in (ordered[start : start + _CHUNK] for start in range(0, len(ordered), _CHUNK))
        ]

    def add(self, key: Any, member: int) -> None:
        if not self._chunks:
            self._chunks.append(_Chunk([key], array("I", [member])))
            return
        number = self._chunk_of(key, member)
        chunk = self._chunks[number]
        place = _place(chunk, key, member)
        chunk.keys.insert(place, key)
        chunk.members.insert(place, member)
        chunk.set.add(member)
        if len(chunk.members) > 2 * _CHUNK:
            half = len(chunk.members) // 2
            self._chunks[number : number + 1] = [
                _Chunk(chunk.keys[:half], chunk.members[:half]),
                _Chunk(chunk.keys[half:], chunk.members[half:]),
            ]

    def remove(self, key: Any, member: int) -> None:
        """Take a member out; it must be there under this key."""
        number = self._chunk_of(key, member)
        chunk = self._chunks[number]
        place = _place(chunk, key, member)
        del chunk.keys[place]
        del chunk.members[place]
        chunk.set.discard(member)
        if not chunk.members:
            del self._chunks[number]

    def page(self, subset: BitMap, start: int, count: int) -> list[int]:
        """The members of ``subset`` from number ``start`` (from 0) on, at most ``count`` of them."""
        found: list[int] = []
        for chunk in self._chunks:
            there = chunk.set.intersection_cardinality(subset)
            if start >= there:
                start -= there
                continue
            wanted = [member for member in chunk.members if member in subset]
            found.extend(wanted[start : start + count - len(found)])
            start = 0
            if len(found) == count:
                break
        return found

    def _chunk_of(self, key: Any, member: int) -> int:
        """Number of the first chunk whose last member does not stand before this one."""
        low, high = 0, len(self._chunks) - 1
        while low < high:
            middle = (low + high) // 2
            chunk = self._chunks[middle]
            if (chunk.keys[-1], -chunk.members[-1]) < (key, -member):
                low = middle + 1
            else:
                high = middle
        return low


def _place(chunk: _Chunk, key: Any, member: int) -> int:
    low = bisect_left(chunk.keys, key)
    high = bisect_right(chunk.keys, key, low)
    return bisect_left(chunk.members, -member, low, high, key=lambda one: -one)
