"""What two runs of the same tests differ in."""

from collections import Counter
from dataclasses import dataclass

GOOD = ("passed", "xfailed", "xpassed")


@dataclass(frozen=True)
class Comparison:
    """Test ids, sorted, by what the comparison found.

    :param broken: dict test id -> outcome on ours; passes on stock, not on ours, and nobody said it may
    :param excused: test ids that pass on stock, not on ours, and are listed as exceptions
    :param stale: exceptions that pass on ours or that stock does not have
    """

    broken: dict[str, str]
    excused: list[str]
    stale: list[str]

    @property
    def ok(self):
        return not self.broken and not self.stale


def compare(stock, ours, exceptions):
    """Compare two runs.

    :param stock: dict test id -> outcome
    :param ours: dict test id -> outcome
    :param exceptions: dict test id -> reason
    :return: Comparison
    """
    broken, excused = {}, []
    for test, outcome in sorted(stock.items()):
        if outcome not in GOOD or ours.get(test) in GOOD:
            continue
        if test in exceptions:
            excused.append(test)
        else:
            broken[test] = ours.get(test, "not run")
    stale = sorted(test for test in exceptions if test in ours or test in stock if test not in excused)
    return Comparison(broken, excused, stale)


def summary(name, outcomes, seconds):
    """One line like pytest's last one.

    >>> summary("stock", {"a": "passed", "b": "passed", "c": "failed"}, 3.2)
    '=== stock: 1 failed, 2 passed in 3 s ==='
    """
    counts = Counter(outcomes.values())
    parts = ", ".join(f"{n} {outcome}" for outcome, n in sorted(counts.items())) or "no tests ran"
    return f"=== {name}: {parts} in {seconds:.0f} s ==="
