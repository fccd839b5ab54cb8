"""One id for another in a page's lists of terms; every other line stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cupboard.document import Document
from cupboard.fields import texts_of


def replaced(carried: Sequence[str], ids: Mapping[str, Sequence[str]]) -> list[str]:
    """Ids with some of them replaced, each in its place; one that stays keeps its own, and none is there twice.

    :param ids: by old id, what takes its place, in order
    """
    stays = {id for id in carried if id in ids.get(id, (id,))}
    found: dict[str, None] = {}
    for one in carried:
        found.update((id, None) for id in ids.get(one, (one,)) if id == one or id not in stays)
    return list(found)


def retagged(document: Document, field: str, ids: Mapping[str, Sequence[str]]) -> Document:
    """The page with ids of a field written anew.

    :param ids: as for :func:`replaced`
    :returns: the same page when it has none of the old ids
    :raises DocumentError: when the page can't be read
    """
    carried = texts_of(document.fields, field)
    if not document.error and not any(one in ids for one in carried):
        return document
    return document.edit(fields={field: replaced(carried, ids) or None})
