"""Which case studies carry an id, and which ids any of them carries: for those who look after the definitions."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from pyroaring import BitMap

from cupboard.catalogue import Entry, _reader


def carried(field: str) -> frozenset[str]:
    """The ids that case studies have in a field, whoever may read them.

    For checks that must not overlook any. Nothing of it may be shown but an id that was asked about.
    """
    with _reader() as reader:
        return frozenset(reader.memory.keys.get(field, {}))


def counts(field: str) -> Mapping[str, int]:
    """By id, how many case studies have it in a field, of those that the person who asks may read; none with 0."""
    with _reader() as reader:
        sets = reader.memory.keys.get(field, {})
        found = {id: members.intersection_cardinality(reader.readable) for id, members in sets.items()}
    return {id: count for id, count in found.items() if count}


def carriers(field: str, ids: Collection[str], *, everybodys: bool = False, most: int | None = None) -> list[Entry]:
    """The case studies that have one of the ids in a field, the newest first.

    :param everybodys: all of them, for the command line; otherwise those that the person who asks may read
    :param most: how many at the most
    """
    with _reader() as reader:
        sets = [reader.memory.having(field, id) for id in ids]
        found = BitMap.union(*sets) if sets else BitMap()
        found = found & (reader.memory.live if everybodys else reader.readable)
        return list(reader.entries(sorted(found, reverse=True)[:most], {}))


def readable() -> list[Entry]:
    """All case studies that the person who asks may read, the newest first."""
    with _reader() as reader:
        return list(reader.entries(sorted(reader.readable, reverse=True), {}))


def years() -> Mapping[int, int]:
    """By year, how many case studies there are, of those that the person who asks may read."""
    return {int(year): count for year, count in counts("year").items()}
