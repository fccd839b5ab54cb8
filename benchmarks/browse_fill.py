"""Fills a wiki with case studies.

The first ones come from a file, as ``cupboard import`` reads it. The revisions of all others go into Moin's own store
one by one, as a save would put them there, and into the index in batches: as many as one transaction holds. For stock
Moin they are plain wiki pages with tags, and its index is built afterwards.
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

from cupboard import frontmatter, instance
from cupboard.document import parse

from .browse_cases import Case, cases

BATCH = 1000
#: How many come from a file.
IN_FILE = 500
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


def import_file(app: Any, count: int) -> dict[str, float]:
    """Make the first case studies as ``cupboard import`` does: read a file, check all, then write each.

    :return: case studies a second, and a second of processor time
    """
    from cupboard import importing
    from cupboard.engine import garbage

    garbage.spare_what_is_loaded()  # as the command does
    records = []
    for number, case in enumerate(itertools.islice(cases(count), count)):
        document = parse(case.data)
        sections = {section.title.lower(): section.text for section in document.sections}
        records.append({"id": f"case-{number}", **document.fields, **sections})
    text = "\n".join(frontmatter.entry_lines("records", records)[1:]) + "\n"
    began, cpu_began = time.perf_counter(), time.process_time()
    report = importing.load(text, storage=app.storage)
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu_began
    if report.written != count:
        raise RuntimeError(list(report.lines())[0])
    return {"per_second": count / seconds, "per_cpu_second": count / cpu}


def fill(app: Any, size: int, author: str, plain: bool, first: int = 0) -> tuple[float, float]:
    """Store the case studies; index them as well, unless ``plain``.

    :param first: number of the first one that is not there yet
    :return: seconds and seconds of processor time that it took, without making up the case studies
    """
    storage, router = app.storage, app.router
    ids, now = random.Random("ids"), int(time.time())
    numbered = itertools.islice(enumerate(cases(size)), first, None)
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


def main(config: Path, size: int) -> None:
    """Fill the wiki of a configuration, and print what it took as JSON."""
    app = instance.open_app(config)
    with instance.inside(app):
        from moin import flaskg, user

        flaskg.add_lineno_attr = False
        accounts = user.search_users(name_exact="buyer1")
        first = min(IN_FILE, size // 2)
        of_file = import_file(app, first)
        seconds, cpu = fill(app, size, accounts[0].meta["itemid"] if accounts else "", False, first)
    app.deinit_backends()
    stored = size - first
    json.dump({"seconds": seconds, "per_second": stored / seconds, "per_cpu_second": stored / cpu, "file": of_file},
              sys.stdout)
