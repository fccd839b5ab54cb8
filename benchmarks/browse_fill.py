"""Fills a wiki with case studies.

Revisions go into Moin's own store one by one, as a save would put them there, and into the index in batches: as many
as one transaction holds. For stock Moin they are plain wiki pages with tags, and its index is built afterwards.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
import time
from io import BytesIO
from pathlib import Path
from typing import Any

from cupboard import instance

from .browse_cases import Case, cases

BATCH = 1000
CASE_TYPE = "text/x-case-study;charset=utf-8"
WIKI_TYPE = "text/x.moin.wiki;charset=utf-8"


def meta_of(
    case: Case, number: int, size: int, ids: random.Random, now: int, author: str, plain: bool
) -> dict[str, Any]:
    """Metadata as a save writes it."""
    meta = {
        "name": [case.name], "namespace": "", "itemid": f"{ids.getrandbits(128):032x}",
        "revid": f"{ids.getrandbits(128):032x}", "dataid": f"{ids.getrandbits(128):032x}",
        "itemtype": "default" if plain else "case-study", "contenttype": WIKI_TYPE if plain else CASE_TYPE,
        "rev_number": 1, "mtime": now - 60 * (size - number), "action": "SAVE", "userid": author,
        "address": "127.0.0.1", "comment": "", "language": "en", "tags": list(case.tags), "summary": "",
        "itemlinks": [], "itemtransclusions": [], "externallinks": [],
    }  # fmt: skip
    return meta


def fill(app: Any, size: int, author: str, plain: bool) -> tuple[float, float]:
    """Store the case studies; index them as well, unless ``plain``.

    :return: seconds and seconds of processor time that it took, without making up the case studies
    """
    storage, router = app.storage, app.router
    ids, now = random.Random("ids"), int(time.time())
    numbered = enumerate(cases(size))
    seconds = cpu = 0.0
    while batch := list(itertools.islice(numbered, BATCH)):
        began, cpu_began = time.perf_counter(), time.process_time()
        stored = []
        for number, case in batch:
            meta = meta_of(case, number, size, ids, now, author, plain)
            router.store(meta, BytesIO(case.wiki_text.encode() if plain else case.data))
            stored.append(meta["revid"])
        if not plain:
            from cupboard.index import building

            with storage.writing() as writer:
                for revid in stored:
                    building.index_stored(storage, writer, "default", revid)
        seconds += time.perf_counter() - began
        cpu += time.process_time() - cpu_began
    return seconds, cpu


def store_page(app: Any, name: str, text: str, author: str) -> None:
    """Put a wiki page into the store, not into the index."""
    ids = random.Random(name)
    case = Case(name, name, (), b"", text)
    meta = meta_of(case, 0, 0, ids, int(time.time()), author, plain=True)
    app.router.store(meta, BytesIO(text.encode()))


def main(config: Path, size: int, plain: bool = False) -> None:
    """Fill the wiki of a configuration, and print what it took as JSON."""
    app = instance.open_app(config)
    with instance.inside(app):
        from moin import flaskg, user

        flaskg.add_lineno_attr = False
        accounts = user.search_users(name_exact="buyer1")
        seconds, cpu = fill(app, size, accounts[0].meta["itemid"] if accounts else "", plain)
    app.deinit_backends()
    json.dump({"seconds": seconds, "per_second": size / seconds, "per_cpu_second": size / cpu}, sys.stdout)
