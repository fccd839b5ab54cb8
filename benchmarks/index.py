"""Stock Moin and the Cupboard side by side: ``python -m benchmarks.index``. README.md says how to read the table."""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from pathlib import Path

from .measure import BUILD_SECONDS, measure, note
from .report import INDEX, OURS, STOCK, table, verdicts
from .wikis import Wiki

PARTS = {STOCK: (), INDEX: ("cupboard.index",), OURS: ("cupboard.index", "cupboard.engine")}
SIDES = {"stock": STOCK, "index": INDEX, "cupboard": OURS}
STOCK_UP_TO = 10_000
OUT = Path(__file__).parent / "out"


def main(argv=None):
    """Measure, print the table, write ``out/index.json``.

    :return: 0, or 1 when a wiki gave wrong answers
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.index", description=__doc__)
    parser.add_argument("--sizes", default=os.environ.get("N") or "100,1000,10000,100000",
                        help="numbers of pages, with commas; the environment's N counts too (default: %(default)s)")
    parser.add_argument("--sides", default=os.environ.get("SIDES") or "stock,index,cupboard",
                        help="which wikis: stock, index (the index without the engine adjustments), cupboard")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the wikis there, and use those that are there already")
    parser.add_argument("--prepare", action="store_true",
                        help="only write the pages and build stock Moin's indexes, for a run with the same --keep")
    options = parser.parse_args(argv)
    sizes = sorted({int(n) for n in options.sizes.replace("_", "").split(",")})
    if sizes[0] < 100:
        parser.error("the smallest wiki that can be measured has 100 pages")
    sides = [SIDES[name] for name in options.sides.split(",")]
    if options.prepare:
        if not options.keep:
            parser.error("--prepare needs --keep FOLDER")
        return prepare(sizes, sides, Path(options.keep).resolve())
    if options.keep:
        return run(sizes, sides, Path(options.keep).resolve())
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        return run(sizes, sides, Path(folder))


def wiki_of(folder, size, side):
    """:return: Wiki of this column and size"""
    name = next(short for short, long in SIDES.items() if long == side)
    return Wiki(folder / f"{name}-{size}", size, PARTS[side])


def prepare(sizes, sides, folder):
    """Do beforehand what takes longest: stock Moin needs a quarter of an hour to index 10,000 pages."""
    for size in sizes:
        for side in sides:
            if side == OURS or size <= STOCK_UP_TO:
                note(f"{side}, {size} pages: preparing")
                wiki = wiki_of(folder, size, side)
                wiki.make()
                if side == STOCK:
                    wiki.build_index(BUILD_SECONDS)
    return 0


def run(sizes, sides, folder):
    """Measure each wiki in turn; a wiki that fails is reported and the others go on."""
    results, notes, failed = {}, [], False
    for size in sizes:
        for side in sides:
            if side != OURS and size > STOCK_UP_TO:
                notes.append(f"{side} is not measured beyond {STOCK_UP_TO:,} pages.")
                continue
            try:
                found = measure(wiki_of(folder, size, side), side)
            except Exception as e:  # one broken wiki must not lose an hour's figures of the others
                note(f"{side} at {size} pages failed: {e}")
                notes.append(f"{side} at {size:,} pages FAILED: {e}")
                failed = True
                continue
            notes += found.pop("cuts")
            results.setdefault(size, {})[side] = found
    print(table(results, sides))
    if OURS in sides:
        print(verdicts(results))
    print(*sorted(set(notes)), sep="\n")
    OUT.mkdir(exist_ok=True)
    machine = {"cores": len(os.sched_getaffinity(0)), "python": platform.python_version(),
               "when": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    with open(OUT / "index.json", "w", encoding="utf-8") as f:
        json.dump({"machine": machine, "results": results, "notes": notes}, f, indent=1)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
