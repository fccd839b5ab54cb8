"""Rows as a process holds them: for each value of each field, the set of those that have it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from pyroaring import BitMap

#: By field and value.
Keys = dict[str, dict[str, BitMap]]

NOTHING = BitMap()


class Held:
    """Some rows.

    :ivar version: is another one after any change
    """

    version: Hashable = None

    def __init__(self, keys: Keys):
        self.keys = keys

    def having(self, field: str, value: str) -> BitMap:
        """Those that have a value in a field; not to be changed."""
        return self.keys.get(field, {}).get(value, NOTHING)

    def since(self, version: Hashable) -> tuple[BitMap, Held] | None:
        """(what went, what came) since a version; None when that is not known, and all has to be looked at."""
        return None


def add(keys: Keys, row: int, listed: list[str]) -> None:
    """Add a row under its keys, each ``field=value``."""
    for key in listed:
        field, _, value = key.partition("=")
        keys.setdefault(field, {}).setdefault(value, BitMap()).add(row)


def remove(keys: Keys, row: int, listed: list[str]) -> None:
    """Take a row out again."""
    for key in listed:
        field, _, value = key.partition("=")
        discard(keys[field], value, row)


def discard(sets: dict[Any, BitMap], name: Any, row: int) -> None:
    """Take a row out of a set, and the set out of the others when nothing is left of it."""
    members = sets.get(name)
    if members is not None:
        members.discard(row)
        if not members:
            del sets[name]
