"""The table and the targets."""

STOCK, INDEX, OURS = "stock Moin", "index alone", "Cupboard"

# (heading, stage, number in it, unit, True where more is better)
ROWS = [
    ("view", "view", "median", "ms", False),
    ("view, p95", "view", "p95", "ms", False),
    ("view, first time", "first_view", "median", "ms", False),
    ("list of a tag", "tag_list", "median", "ms", False),
    ("two filters", "two_filters", "median", "ms", False),
    ("rare word", "rare_word", "median", "ms", False),
    ("common word", "common_word", "median", "ms", False),
    ("editor opened", "editor", "median", "ms", False),
    ("save", "save", "median", "ms", False),
    ("save, p95", "save", "p95", "ms", False),
    ("8 writers", "writers", "per_second", "saves/s", True),
    ("8 writers, p95", "writers", "p95", "ms", False),
    ("8 writers, CPU of a save", "writers", "cpu", "ms", False),
    ("view, 8 clients", "readers", "per_second", "req/s", True),
    ("view, 8 clients, CPU", "readers", "cpu", "ms", False),
    ("index build", "build", "pages_per_second", "pages/s", True),
    ("index size", "build", "bytes", "MB", False),
    ("memory of a worker, RSS", "memory", "rss", "MB", False),
    ("memory of a worker, USS", "memory", "uss", "MB", False),
]

# What is asked of it: times better than stock at 10,000 pages in the same run.
FACTORS = {"view": 25, "list of a tag": 40, "editor opened": 25, "save": 50, "8 writers": 150, "view, 8 clients": 40,
           "index size": 1}
FACTORS_AT = 10_000


def value(results, size, side, row):
    """One number of the results in the unit of its row, or None."""
    _, stage, number, unit, _ = row
    found = results.get(size, {}).get(side, {}).get(stage, {}).get(number)
    return found / 1e6 if found is not None and unit == "MB" else found


def targets(results):
    """What the project is held to.

    :param results: dict size -> side -> stage -> numbers
    :return: list of (sentence, reached or None where not measured)
    """
    found = []
    for row in ROWS:
        factor = FACTORS.get(row[0])
        if factor is None:
            continue
        stock, ours = (value(results, FACTORS_AT, side, row) for side in (STOCK, OURS))
        if stock and ours:
            times = ours / stock if row[4] else stock / ours
            found.append((f"{row[0]}: {times:.1f} times better than stock at 10,000, asked {factor}", times >= factor))
        else:
            found.append((f"{row[0]}: {factor} times better than stock at 10,000", None))
    found.append(_limit(results, "writers", "p95", 150, "8 writers: p95 {:.0f} ms at 10,000, asked under 150"))
    for stage in ("view", "save"):
        small = results.get(100, {}).get(OURS, {}).get(stage, {}).get("median")
        large = results.get(100_000, {}).get(OURS, {}).get(stage, {}).get("median")
        if small and large:
            found.append((f"{stage}: at 100,000 pages {large / small:.2f} times that at 100, asked under 1.5",
                          large / small <= 1.5))
        else:
            found.append((f"{stage}: at 100,000 pages under 1.5 times that at 100", None))
    speed = results.get(FACTORS_AT, {}).get(OURS, {}).get("build", {}).get("pages_per_second")
    found.append((f"index build: {speed or 0:.0f} pages a second on one core, asked 400",
                  None if speed is None else speed >= 400))
    return found


def _limit(results, stage, number, most, sentence):
    found = results.get(FACTORS_AT, {}).get(OURS, {}).get(stage, {}).get(number)
    return sentence.format(found or 0), None if found is None else found <= most


def _number(x):
    if x is None:
        return "-"
    return f"{x:,.0f}" if x >= 100 else f"{x:.1f}" if x >= 10 else f"{x:.2f}"


def table(results, sides):
    """The whole table as text: a block per size, a row per measure, a column per wiki, and how many times better.

    :param results: dict size -> side -> stage -> numbers
    :param sides: names of the wikis in the order of the columns
    """
    lines = [f"{'pages':>8}  {'':26}{'':9}" + "".join(f"{side:>13}" for side in sides) + f"{'times better':>14}"]
    for size in sorted(results):
        for row in ROWS:
            values = [value(results, size, side, row) for side in sides]
            if not any(v is not None for v in values):
                continue
            stock, ours = values[0] if sides[0] == STOCK else None, values[-1]
            times = (ours / stock if row[4] else stock / ours) if stock and ours and sides[-1] != STOCK else None
            lines.append(f"{size:>8,}  {row[0]:26}{row[3]:9}" + "".join(f"{_number(v):>13}" for v in values)
                         + f"{_number(times) if times else '':>14}")
        lines.append("")
    return "\n".join(lines)


def verdicts(results):
    """The targets as text, one a line."""
    words = {True: "reached", False: "MISSED", None: "not measured"}
    return "\n".join(f"{words[ok]:>12}  {sentence}" for sentence, ok in targets(results))
