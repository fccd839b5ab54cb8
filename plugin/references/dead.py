"""References that lead nowhere, and the table of references against the stored pages: for ``cupboard check``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from moin.constants.keys import ITEMID, LATEST_REVS, NAME
from moin.utils.names import gen_fqnames

from cupboard.references.binding import resolve
from cupboard.references.table import Link, all_links, links_of
from cupboard.tongue import _


def dead(storage: Any) -> Iterator[str]:
    """A line for each reference that leads to no page, whoever may read it.

    :param storage: Moin's storage that checks no rights
    """
    for link in all_links(storage.reading()):
        if resolve(link.name, link.target) is None:
            if link.place:
                said = _("{page}: {field}, row {row}: there is no page {name}")
            else:
                said = _("{page}: {field}: there is no page {name}")
            yield said.format(page=_called(storage, link.source), field=link.field, row=link.place, name=link.name)


def differences(storage: Any, newest: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Where the table does not say what the stored pages give; one line each.

    :param newest: (name of the backend, revision id) of the newest revision of each item
    """
    there: dict[str, list[Link]] = {}
    for link in all_links(storage.reading()):
        there.setdefault(link.source, []).append(link)
    for backend, revid in newest:
        meta, data = storage.backend.retrieve(backend, revid)
        with data:
            expected = list(links_of(meta, lambda: data))
        if expected != there.pop(meta[ITEMID], []):
            yield _("{page}: its references are not those in the table").format(page=_called(storage, meta[ITEMID]))
    yield from (_("references of an item that is not in the store: {itemid}").format(itemid=itemid) for itemid in there)


def _called(storage: Any, itemid: str) -> str:
    meta = storage._document(idx_name=LATEST_REVS, **{ITEMID: itemid})
    return gen_fqnames(meta)[0].fullname if meta and meta.get(NAME) else _("item {itemid}").format(itemid=itemid)
