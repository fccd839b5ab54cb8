"""Lists, facets and search, against stock Moin and by size: ``python -m benchmarks.browse``. README.md says how to
read the table."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from . import browse_report
from .browse_stages import SECONDS, asked, in_turn, questions, saved_and_listed, together
from .browse_wikis import OURS, STOCK, ListWiki
from .measure import note

STOCK_UP_TO = 10_000
OUT = Path(__file__).parent / "out"


def main(argv: list[str] | None = None) -> int:
    """Measure, print the table, write ``out/browse.json``.

    :return: 0, or 1 when a wiki gave wrong answers
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks.browse", description=__doc__)
    parser.add_argument("--sizes", default=os.environ.get("N") or "1000,10000,100000",
                        help="numbers of case studies, with commas; the environment's N counts too")
    parser.add_argument("--sides", default=os.environ.get("SIDES") or "stock,cupboard", help="stock, cupboard")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the wikis there, and use those that are there already")
    parser.add_argument("--fill-only", action="store_true", help="make the wikis in the folder to keep, and end")
    options = parser.parse_args(argv)
    sizes = sorted({int(n) for n in options.sizes.replace("_", "").split(",")})
    if sizes[0] < 100:
        parser.error("the smallest wiki that can be measured has 100 case studies")
    sides = [{"stock": STOCK, "cupboard": OURS}[name] for name in options.sides.split(",")]
    if options.fill_only and not options.keep:
        parser.error("name the folder to fill: --keep FOLDER")
    if options.fill_only:
        for wiki in wikis(sizes, sides, Path(options.keep).resolve()):
            note(f"{wiki.side}, {wiki.size:,} case studies: {wiki.make()}")
        return 0
    if options.keep:
        return run(sizes, sides, Path(options.keep).resolve())
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        return run(sizes, sides, Path(folder))


def run(sizes: list[int], sides: list[str], folder: Path) -> int:
    """Measure each wiki in turn; a wiki that fails is reported and the others go on."""
    results: dict[int, dict[str, dict]] = {}
    notes, failed = [], False
    if STOCK in sides and sizes[-1] > STOCK_UP_TO:
        notes.append(f"{STOCK} is not measured beyond {STOCK_UP_TO:,} pages.")
    for wiki in wikis(sizes, sides, folder):
        try:
            results.setdefault(wiki.size, {})[wiki.side] = measure(wiki)
        except Exception as e:  # one broken wiki must not lose an hour's figures of the others
            notes.append(f"{wiki.side} at {wiki.size:,} case studies FAILED: {e}")
            note(notes[-1])
            failed = True
        _write(results, notes)
    print(browse_report.table(results))
    print(browse_report.verdicts(results))
    print(*sorted(set(notes)), sep="\n")
    return 1 if failed else 0


def wikis(sizes: list[int], sides: list[str], folder: Path) -> Iterator[ListWiki]:
    """The wikis to measure; whether they are there already or not."""
    for size in sizes:
        for side in sides:
            if side == OURS or size <= STOCK_UP_TO:
                yield ListWiki(folder / f"{'stock' if side == STOCK else 'cupboard'}-{size}", size, side)


def measure(wiki: ListWiki) -> dict[str, dict]:
    """Run everything on one wiki.

    :return: stage -> numbers; what a signed-in reader waits for has the suffix ", signed in"
    """
    note(f"{wiki.side}, {wiki.size:,} case studies: making it")
    found = {"import": wiki.make()}
    if wiki.side == OURS:
        inside = json.loads(wiki.run("benchmarks.browse_inside", str(wiki.config)))
        found["inside"] = inside
        note("inside: " + ", ".join(f"{name} {one['median']:.1f} ms" for name, one in inside["stages"].items()))
    seconds = SECONDS[wiki.side]
    with wiki.served() as server:
        for name, (path, marker) in questions(wiki).items():
            found[name] = asked(server, path, marker, False, seconds) if name != "form" else {}
            found[f"{name}, signed in"] = asked(server, path, marker, True, seconds)
            note(f"{wiki.side}: {name} {found[name + ', signed in']['median']:.1f} ms")
        for name in ("section", "two facets", "common word"):
            found[f"{name}, 8 clients"] = together(server, *questions(wiki)[name], seconds)
        if wiki.side == OURS:
            found["in turn"] = in_turn(wiki, server)
            found["save"], found["listed after a save"] = saved_and_listed(wiki, server)
        found["memory"] = server.memory()
    return found


def _write(results: dict, notes: list[str]) -> None:
    OUT.mkdir(exist_ok=True)
    machine = {"cores": len(os.sched_getaffinity(0)), "python": platform.python_version(), "load": os.getloadavg(),
               "when": time.strftime("%Y-%m-%dT%H:%M:%S%z")}
    with open(OUT / "browse.json", "w", encoding="utf-8") as f:
        json.dump({"machine": machine, "results": results, "notes": notes}, f, indent=1)


if __name__ == "__main__":
    sys.exit(main())
