"""The same page for anonymous readers, as stock Moin serves it and as the Cupboard does: ``python -m benchmarks.kept``.

Eight readers ask for one case study of a wiki of N, each over one connection as browsers do; stock Moin's server
closes it after each answer. Two workers on either side, one run, the same machine. README.md says how to read it.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from .browse_wikis import OURS, STOCK, ListWiki
from .measure import note
from .stages import CLIENTS, percentile

OUT = Path(__file__).parent / "out"
SECONDS = 8.0
WANTED = 100


class Reader:
    """An anonymous reader of one page, who keeps the connection while the server does.

    :param marker: text that each answer must hold
    """

    def __init__(self, port: int, path: str, marker: str):
        self._address = ("127.0.0.1", port)
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\nAccept-Language: en\r\n\r\n"
        self._message = head.encode()
        self._marker = marker.encode()
        self._connection: socket.socket | None = None

    def read(self) -> float:
        """Ask once.

        :return: seconds it took
        :raise ValueError: when the answer is not the page
        """
        began = time.perf_counter()
        if self._connection is None:
            self._connection = socket.create_connection(self._address, timeout=120)
        self._connection.sendall(self._message)
        head, body = self._answer()
        if not head.startswith(b"HTTP/1.1 200") or self._marker not in body:
            raise ValueError(f"not the page: {head[:60]!r}, {len(body)} bytes")
        if b"connection: close" in head.lower():
            self._connection.close()
            self._connection = None
        return time.perf_counter() - began

    def _answer(self) -> tuple[bytes, bytes]:
        held = b""
        while b"\r\n\r\n" not in held:
            held += self._received()
        head, _, body = held.partition(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        while len(body) < length:
            body += self._received()
        return head, body

    def _received(self) -> bytes:
        chunk = self._connection.recv(1 << 18)
        if not chunk:
            raise ConnectionError("the server hung up")
        return chunk


def measure(port: int, path: str, marker: str, seconds: float = SECONDS) -> dict[str, float]:
    """Let eight readers ask for a page for some seconds, after each has had it a few times.

    :return: per_second, median and p95 in milliseconds, count
    """
    taken: list[float] = []
    problems: list[str] = []
    start = threading.Barrier(CLIENTS + 1)

    def run() -> None:
        own = []
        reader = Reader(port, path, marker)
        try:
            for _ in range(4):
                reader.read()
            start.wait()
            until = time.monotonic() + seconds
            while time.monotonic() < until:
                own.append(reader.read())
        except (OSError, ValueError) as error:
            problems.append(str(error))
            start.abort()
        taken.extend(own)

    threads = [threading.Thread(target=run) for _ in range(CLIENTS)]
    for thread in threads:
        thread.start()
    try:
        start.wait()
    except threading.BrokenBarrierError:
        pass
    began = time.monotonic()
    for thread in threads:
        thread.join()
    if problems:
        raise ValueError(problems[0])
    return {
        "per_second": len(taken) / (time.monotonic() - began),
        "median": 1000 * statistics.median(taken),
        "p95": 1000 * percentile(taken, 0.95),
        "count": len(taken),
    }


def main(argv: list[str] | None = None) -> int:
    """Measure both, print the table, write ``out/kept.json``."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.kept", description=__doc__)
    parser.add_argument("--sizes", default=os.environ.get("N") or "10000", help="numbers of case studies, with commas")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="of each measurement (default: %(default)s)")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the wikis there, and use those that are there already")
    options = parser.parse_args(argv)
    found: dict[int, dict[str, dict[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for size in sorted(int(n) for n in options.sizes.replace("_", "").split(",")):
            for side in (STOCK, OURS):
                name = f"{'stock' if side == STOCK else 'cupboard'}-{size}"
                wiki = ListWiki(Path(options.keep or folder).resolve() / name, size, side)
                note(f"{side}, {size:,} case studies")
                wiki.make()
                case = f"case-{size // 3}"
                with wiki.served() as server:
                    found.setdefault(size, {})[side] = measure(
                        server.port, f"/CaseStudies/{case}", case, options.seconds
                    )
    OUT.mkdir(exist_ok=True)
    (OUT / "kept.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    print(table(found))
    return 0


def table(found: dict[int, dict[str, dict[str, float]]]) -> str:
    """The figures in words, and whether they reach what is wanted of them."""
    lines = [f"{'case studies':>12}  {'':12} {'pages/s':>9} {'median ms':>10} {'p95 ms':>8}"]
    for size, sides in found.items():
        for side, one in sides.items():
            lines.append(f"{size:>12,}  {side:12} {one['per_second']:9.1f} {one['median']:10.2f} {one['p95']:8.2f}")
        ratio = sides[OURS]["per_second"] / sides[STOCK]["per_second"]
        verdict = "" if size < 10_000 else f" ({'reached' if ratio >= WANTED else 'NOT REACHED'}: {WANTED} wanted)"
        lines.append(f"{size:>12,}  {ratio:.0f} times the pages a second{verdict}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
