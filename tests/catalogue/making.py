"""Case studies for tests: text and metadata as Moin's store has them."""

from __future__ import annotations

import io
import itertools
from collections.abc import Mapping
from typing import Any

from cupboard.document import Document, dump, parse

CASE = "text/x-case-study;charset=utf-8"
_times = itertools.count(1_700_000_000)


def text(title: str = "School meals", sections: Mapping[str, str] | None = None, **fields: Any) -> bytes:
    """A case study's bytes; what is not given is as small as it can be."""
    whole = {
        "title": title, "kind": "case", "result": "Meals cost less", "organisation": "Anytown Council",
        "organisation_type": "council", "region": "scotland", "categories": ["contracts/food/school-meals"],
        "provenance": "organisation", **fields,
    }  # fmt: skip
    parts = {"Context": "Why.", "Action": "What.", "Impact": "So what.", **(sections or {})}
    return dump(Document.new({name: value for name, value in whole.items() if value}, parts, ()))


def meta(name: str, itemid: str = "", **more: Any) -> dict[str, Any]:
    """Metadata of a case study in the default namespace, a second younger than the last one."""
    return {
        "itemid": itemid or name, "revid": f"{name}-{next(_times)}", "name": [name], "namespace": "",
        "contenttype": CASE, "itemtype": "case-study", "mtime": next(_times), **more,
    }  # fmt: skip


def opened(data: bytes) -> Any:
    return lambda: io.BytesIO(data)


def document(**fields: Any) -> Document:
    return parse(text(**fields))
