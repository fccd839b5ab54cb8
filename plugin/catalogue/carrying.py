"""Which case studies carry an id, and which ids any of them carries: for those who look after the definitions."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from moin import current_app
from pyroaring import BitMap

from cupboard.catalogue.reader import reading
from cupboard.catalogue.results import Entry

_IN_FIELD = "SELECT DISTINCT json_extract(card, ?) FROM catalogue_card"
_IN_ROWS = (  # a value that is no row, from the command line, is not taken for one
    "SELECT DISTINCT CASE row.type WHEN 'object' THEN json_extract(row.value, ?) END"
    " FROM catalogue_card, json_each(card, ?) row"
)
_OF_BODIES = "SELECT DISTINCT json_extract(fields, '$.type') FROM catalogue_body"


def carried(field: str) -> frozenset[str]:
    """The ids that case studies have in a field, whoever may read them.

    For checks that must not overlook any. Nothing of it may be shown but an id that was asked about.
    """
    with reading() as reader:
        return frozenset(reader.memory.keys.get(field, {}))


def written(field: str, column: str = "") -> frozenset[str]:
    """The ids that summaries have in a field, or in a column of its rows, whoever may read them: also those of rows
    that do not count any more, and of fields that nobody filters by.

    For the same checks as :func:`carried`. All summaries are read, so it is not for what a reader waits for.
    """
    path = f"$.fields.{field}"
    asked = (_IN_ROWS, (f"$.{column}", path)) if column else (_IN_FIELD, (path,))
    return _texts(asked)


def types_of_organisations() -> frozenset[str]:
    """The types that pages of organisations have, whoever may read them."""
    return _texts((_OF_BODIES, ()))


def _texts(asked: tuple[str, tuple[str, ...]]) -> frozenset[str]:
    found = current_app.storage.reading().execute(*asked)
    return frozenset(one.strip() for (one,) in found if isinstance(one, str) and one.strip())


def counts(field: str) -> Mapping[str, int]:
    """By id, how many case studies have it in a field, of those that the person who asks may read; none with 0."""
    with reading() as reader:
        sets = reader.memory.keys.get(field, {})
        found = {id: members.intersection_cardinality(reader.readable) for id, members in sets.items()}
    return {id: count for id, count in found.items() if count}


def carriers(field: str, ids: Collection[str], *, everybodys: bool = False, most: int | None = None) -> list[Entry]:
    """The case studies that have one of the ids in a field, the newest first.

    :param everybodys: all of them, for the command line; otherwise those that the person who asks may read
    :param most: how many at the most
    """
    with reading() as reader:
        sets = [reader.memory.having(field, id) for id in ids]
        found = BitMap.union(*sets) if sets else BitMap()
        found = found & (reader.memory.live if everybodys else reader.readable)
        return list(reader.entries(sorted(found, reverse=True)[:most], {}))


def readable() -> list[Entry]:
    """All case studies that the person who asks may read, the newest first."""
    with reading() as reader:
        return list(reader.entries(sorted(reader.readable, reverse=True), {}))


def years() -> Mapping[int, int]:
    """By year, how many case studies there are, of those that the person who asks may read."""
    return {int(year): count for year, count in counts("year").items()}
