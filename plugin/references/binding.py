"""Which page a name in a reference means.

When a page is saved, each name in it is bound to the item that has this name then; the bindings are kept with the
revision, in Moin's metadata. A binding stays as long as the name is in the page. What a reference leads to is

1. the bound item, whatever it is called now;
2. if that was deleted, or the name never was bound (the page came from the command line, or was written before the
   page that it names): the page that has this name now;
3. for a name that never was bound: the page that had this name last, whatever it is called now.

If there is none of these, the reference is dead, and is shown as missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from moin import current_app
from moin.constants.keys import (
    ALL_REVS,
    ITEMID,
    LATEST_REVS,
    MTIME,
    NAME,
    NAME_EXACT,
    NAMESPACE,
)
from moin.utils.names import CompositeName, get_fqname

from cupboard.names import full_name

#: Metadata key: name in the page -> id of the item that it means.
BINDINGS = "cupboard_references"


class Target(NamedTuple):
    """What a reference leads to.

    :ivar itemid: of Moin
    :ivar name: full name that the page has now
    :ivar fqname: the same, as Moin takes it
    """

    itemid: str
    name: str
    fqname: CompositeName


def bind(
    names: Iterable[str], before: Mapping[str, str], may_read: Callable[[CompositeName], bool] | None = None
) -> dict[str, str]:
    """The bindings of a page that is about to be stored.

    :param names: those that it refers to
    :param before: the bindings of the revision whose place it takes
    :param may_read: whether the person who saves may read a page: one that may not be read is not bound, since its id
        would tell that it is there; None: everything may be read
    """
    bound = {}
    for name in dict.fromkeys(names):
        kept = before.get(name)
        if kept and (_item(kept) or not _named(name)):
            bound[name] = kept
        elif (target := _named(name)) and (may_read is None or may_read(target.fqname)):
            bound[name] = target.itemid
    return bound


def resolve(name: str, bound: str | None = None) -> Target | None:
    """What a reference leads to, whatever the rights of the person who asks; None: it is dead.

    :param bound: id of the item that the name was bound to
    """
    if bound:
        return _item(bound) or _named(name)
    return _named(name) or _formerly_named(name)


def _item(itemid: str) -> Target | None:
    return _target(current_app.storage._document(idx_name=LATEST_REVS, **{ITEMID: itemid}))


def _named(name: str) -> Target | None:
    fqname = full_name(name)
    found = current_app.storage._document(
        idx_name=LATEST_REVS, **{NAMESPACE: fqname.namespace, NAME_EXACT: fqname.value}
    )
    return _target(found, fqname.value)


def _formerly_named(name: str) -> Target | None:
    fqname = full_name(name)
    past = current_app.storage._documents(
        idx_name=ALL_REVS, **{NAMESPACE: fqname.namespace, NAME_EXACT: fqname.value}
    )
    newest: dict[str, int] = {}
    for revision in past:
        newest[revision[ITEMID]] = max(newest.get(revision[ITEMID], 0), _seconds(revision.get(MTIME)))
    for itemid in sorted(newest, key=lambda itemid: (-newest[itemid], itemid)):
        if target := _item(itemid):
            return target
    return None


def _target(meta: Mapping[str, Any] | None, name: str | None = None) -> Target | None:
    if not meta or not meta.get(NAME):
        return None
    names = meta[NAME]
    chosen = name if name in names else names[0]
    namespace = meta.get(NAMESPACE) or ""
    return Target(
        meta[ITEMID], get_fqname(chosen, NAME_EXACT, namespace), CompositeName(namespace, NAME_EXACT, chosen)
    )


def _seconds(when: Any) -> int:
    return int(when.timestamp()) if hasattr(when, "timestamp") else int(when or 0)
