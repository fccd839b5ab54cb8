"""The command: both runs side by side, then the comparison. See the package's docstring."""

import argparse
import signal
import sys
import tempfile
import time
from pathlib import Path

from .compare import compare, summary
from .exceptions import EXCEPTIONS
from .side import Side


def main(argv=None):
    """Run Moin's tests twice and compare.

    :return: 0 when every test that passes on stock Moin passes on ours too, or is a listed exception; else 1
    """
    parser = argparse.ArgumentParser(prog="python -m tests.moin_suite", description=__doc__)
    parser.add_argument("--install", action="append", metavar="MODULE", help="module whose install() makes it ours; "
                        "may be repeated; default: cupboard.index and cupboard.engine")
    parser.add_argument("--in-turn", action="store_true", help="one run after the other, for a machine of one core")
    parser.add_argument("--show", action="store_true", help="print all that pytest printed for ours")
    parser.add_argument("pytest", nargs="*", help="arguments for pytest in both runs, after --")
    options = parser.parse_args(argv)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that both runs are ended too
    parts = tuple(options.install or ("cupboard.index", "cupboard.engine"))

    with tempfile.TemporaryDirectory(prefix="moin-suite-") as folder:
        sides = [Side("stock Moin", Path(folder) / "stock"), Side("with " + ", ".join(parts), Path(folder) / "ours",
                                                                  parts)]
        outcomes, lines = [], []
        try:
            began = time.monotonic()
            for side in sides:
                side.folder.mkdir()
                side.prepare()
                if options.in_turn:
                    began = time.monotonic()
                side.start(options.pytest)
                if options.in_turn:
                    side.process.wait()
            for side in sides:
                outcomes.append(side.outcomes())
                lines.append(summary(side.name, outcomes[-1], time.monotonic() - began))
        finally:
            for side in sides:
                if side.process and side.process.poll() is None:
                    side.process.terminate()
                    side.process.wait()
        stock, ours = outcomes
        result = compare(stock, ours, EXCEPTIONS)
        if options.show or result.broken or not stock or not ours:
            for side in sides if options.show or not stock else sides[1:]:
                print(side.output())

    for test, outcome in result.broken.items():
        print(f"{outcome.upper()} {test}  (passes on stock Moin)")
    for test in result.excused:
        print(f"EXCEPTION {test}: {EXCEPTIONS[test]}")
    for test in result.stale:
        print(f"NO EXCEPTION NEEDED {test}: take it out of exceptions.py")
    print(*lines, sep="\n")
    whole = bool(stock) and bool(ours)
    if whole and result.ok:
        print("Every test that passes on stock Moin passes, or is a listed exception.")
    return 0 if whole and result.ok else 1


if __name__ == "__main__":
    sys.exit(main())
