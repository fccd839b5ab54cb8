"""The table of lists and search, and its targets."""

from __future__ import annotations

from .browse_wikis import OURS, STOCK
from .report import _number

STAGES = ("plain page", "section", "section, page 40", "item list", "two facets", "text and facet", "rare word",
          "common word", "all", "case page", "form")
TOGETHER = ("section", "two facets", "common word")
THROUGHPUT = 60


def rows(found: dict[str, dict]) -> dict[str, float]:
    """All numbers of one wiki, by what the table calls them."""
    table: dict[str, float] = {}
    for stage in STAGES:
        for suffix in ("", ", signed in"):
            one = found.get(stage + suffix) or {}
            if "median" in one:
                table[f"{stage}{suffix} (ms)"] = one["median"]
                table[f"{stage}{suffix}, p95 (ms)"] = one["p95"]
                table[f"{stage}{suffix}, CPU (ms)"] = one["cpu"]
    for stage in TOGETHER:
        if f"{stage}, 8 clients" in found:
            table[f"{stage}, 8 clients (requests/s)"] = found[f"{stage}, 8 clients"]["per_second"]
            table[f"{stage}, 8 clients, CPU (ms)"] = found[f"{stage}, 8 clients"]["cpu"]
    for name, median in found.get("in turn", {}).items():
        table[f"in turn: {name} (ms)"] = median
    for stage in ("save", "listed after a save"):
        if stage in found:
            table[f"{stage} (ms)"] = found[stage]["median"]
            table[f"{stage}, p95 (ms)"] = found[stage]["p95"]
    for stage, one in found.get("inside", {}).get("stages", {}).items():
        table[f"inside: {stage} (ms)"] = one["median"]
        table[f"inside: {stage}, p95 (ms)"] = one["p95"]
        table[f"inside: {stage}, CPU (ms)"] = one["cpu"]
        table[f"inside: {stage}, first time (ms)"] = one["first"]
    if "inside" in found:
        table["inside: reading the tables at first (ms)"] = 1000 * found["inside"]["load_seconds"]
        table["inside: memory for them (MB)"] = found["inside"]["memory_bytes"] / 1e6
    table["import (case studies/s)"] = found["import"]["per_second"]
    if "per_cpu_second" in found["import"]:
        table["import (case studies/s of processor time)"] = found["import"]["per_cpu_second"]
    if "file" in found["import"]:
        table["import of a file (case studies/s)"] = found["import"]["file"]["per_second"]
        table["import of a file (.../s of processor time)"] = found["import"]["file"]["per_cpu_second"]
    if "memory" in found:
        table["memory of a worker, RSS (MB)"] = found["memory"]["rss"] / 1e6
        table["memory of a worker, USS (MB)"] = found["memory"]["uss"] / 1e6
    return table


def table(results: dict[int, dict[str, dict]]) -> str:
    """The whole table as text: a row for each measure, a column for each size and wiki."""
    columns = [(size, side) for size in sorted(results) for side in (STOCK, OURS) if side in results[size]]
    numbers = {column: rows(results[column[0]][column[1]]) for column in columns}
    names = list(dict.fromkeys(name for side in (OURS, STOCK) for column in columns if column[1] == side
                               for name in numbers[column]))
    lines = [f"{'':46}" + "".join(f"{f'{size:,}':>13}" for size, _ in columns),
             f"{'':46}" + "".join(f"{side:>13}" for _, side in columns)]
    for name in names:
        lines.append(f"{name:46}" + "".join(f"{_number(numbers[column].get(name)):>13}" for column in columns))
    return "\n".join(lines) + "\n"


def targets(results: dict[int, dict[str, dict]]) -> list[tuple[str, bool | None]]:
    """What the project is held to: (sentence, reached or None where not measured)."""

    def of(size: int, name: str, side: str = OURS) -> float | None:
        found = results.get(size, {}).get(side)
        return rows(found).get(name) if found else None

    found: list[tuple[str, bool | None]] = []

    def at_most(what: str, value: float | None, limit: float, unit: str) -> None:
        reached = None if value is None else value <= limit
        found.append((f"{what}: {_number(value)} {unit}, asked at most {limit:g}", reached))

    def ratio(one: float | None, other: float | None) -> float | None:
        return one / other if one and other else None

    worst = [name for name in ("all", "section", "section, page 40", "two facets")]
    for size, limit in ((10_000, 5), (100_000, 30)):
        for name in worst:
            at_most(f"inside, list, count and all facets, {name}, {size:,}, processor time",
                    of(size, f"inside: {name}, CPU (ms)"), limit, "ms")
    section, plain = "in turn: section (ms)", "in turn: plain page (ms)"
    at_most("section page against a plain page, 10,000", ratio(of(10_000, section), of(10_000, plain)), 1.5, "times")
    at_most("section page at 100,000 against 10,000", ratio(of(100_000, section), of(10_000, section)), 2, "times")
    for size in (1_000, 10_000, 100_000):
        at_most(f"common word against rare word, {size:,}",
                ratio(of(size, "common word, signed in (ms)"), of(size, "rare word, signed in (ms)")), 3, "times")
    at_most("save at 100,000 against 1,000", ratio(of(100_000, "save (ms)"), of(1_000, "save (ms)")), 1.5, "times")
    name = "two facets, 8 clients (requests/s)"
    times = ratio(of(10_000, name), of(10_000, name, STOCK))
    found.append(
        (
            f"two facets, 8 clients, 10,000: {_number(times)} times the requests of stock Moin, asked {THROUGHPUT}",
            None if times is None else times >= THROUGHPUT,
        )
    )
    for size in sorted(results):
        speed = of(size, "import (case studies/s)")
        found.append((f"import at {size:,}: {_number(speed)} case studies a second, asked 200",
                      None if speed is None else speed >= 200))
    return found


def verdicts(results: dict[int, dict[str, dict]]) -> str:
    """The targets as text, one a line."""
    words = {True: "reached", False: "MISSED", None: "not measured"}
    return "\n".join(f"{words[ok]:>12}  {sentence}" for sentence, ok in targets(results))
