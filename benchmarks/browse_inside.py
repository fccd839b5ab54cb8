"""The catalogue alone, inside one process: ``python -m benchmarks.browse_inside CONFIG``; prints JSON.

Times are of :func:`cupboard.catalogue.find` for somebody who is not signed in: rights, list, count, facets. ``cpu`` is
processor time of the same calls, which another program on the machine does not change. Counts that the catalogue keeps
for the next reader of the same case studies are forgotten before each call.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from cupboard import instance

from .browse_cases import AREA, COMMON_TITLE, COMMON_WORD, RARE_WORD, REGION
from .stages import percentile

ROUNDS = 60


def measured(call: Callable[[], object], forget: Callable[[], None] = lambda: None) -> dict[str, float]:
    """
    :param forget: called before each call, outside the time
    :return: ms: the first call, then median and p95 of the others, and the median of their processor time
    """
    began = time.perf_counter()
    call()
    first = time.perf_counter() - began
    wall, cpu = [], []
    for _ in range(ROUNDS):
        forget()
        began, cpu_began = time.perf_counter(), time.process_time()
        call()
        wall.append(time.perf_counter() - began)
        cpu.append(time.process_time() - cpu_began)
    return {"first": 1000 * first, "median": 1000 * statistics.median(wall), "p95": 1000 * percentile(wall, 0.95),
            "cpu": 1000 * statistics.median(cpu), "count": ROUNDS}


def main(config: Path) -> None:
    app = instance.open_app(config)
    with app.test_request_context("/"):
        from moin.app import before_wiki

        before_wiki()
        from cupboard import catalogue
        from cupboard.catalogue import Query

        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        began = time.perf_counter()
        total = catalogue.find(Query()).total
        load = time.perf_counter() - began
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        section = Query(include={"term": (AREA,)})
        queries = {
            "all": (Query(), Query()),
            "section": (Query(), section),
            "section, page 40": (Query(page=40), section),
            "two facets": (Query(include={"region": (REGION,), "theme": ("climate",)}), Query()),
            "text and facet": (Query(COMMON_WORD, include={"region": (REGION,)}), Query()),
            "rare word": (Query(RARE_WORD), Query()),
            "common word": (Query(COMMON_WORD), Query()),
            "common word in titles": (Query(COMMON_TITLE), Query()),
            "misspelt word": (Query(COMMON_WORD.replace("inab", "inba")), Query()),
            "by organisation, page 40": (Query(sort="organisation", page=40), Query()),
        }
        found = {name: measured(lambda query=query, scope=scope: catalogue.find(query, scope, None),
                                catalogue.shelves().forget_counts)
                 for name, (query, scope) in queries.items()}
        itemids = [entry.itemid for entry in catalogue.find(Query(per_page=ROUNDS)).entries]
        turn = iter(itemids * 3)
        found["more like this"] = measured(lambda: catalogue.more_like(next(turn)))
    app.deinit_backends()
    json.dump({"total": total, "load_seconds": load, "memory_bytes": 1024 * memory, "stages": found}, sys.stdout)


if __name__ == "__main__":
    instance.quiet_logs()
    main(Path(sys.argv[1]))
