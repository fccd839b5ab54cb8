"""Runs inside the temporary copy: pytest on the package ``moin`` there, with the outcome of each test written down.

    python record.py OUTCOMES.json [pytest arguments]

The file holds one object, test id -> "passed", "failed", "error", "skipped", "xfailed" or "xpassed". A test that
passes and then fails in its teardown counts as an error.
"""

import json
import sys

import pytest


class Outcomes:
    """Pytest plugin that keeps the outcome of each test and writes all of them when the run ends."""

    def __init__(self, path):
        self.path = path
        self.by_test = {}

    def pytest_runtest_logreport(self, report):
        outcome = self.by_test.get(report.nodeid)
        if report.when == "call":
            outcome = report.outcome
            if hasattr(report, "wasxfail"):
                outcome = "xpassed" if report.passed else "xfailed"
        elif report.failed:
            outcome = "error"
        elif report.skipped:
            outcome = "xfailed" if hasattr(report, "wasxfail") else "skipped"
        if outcome:
            self.by_test[report.nodeid] = outcome

    def pytest_collectreport(self, report):
        if report.failed:
            self.by_test[report.nodeid or "collection"] = "error"

    def pytest_sessionfinish(self):
        with open(self.path, "w", encoding="utf-8") as f:
            json.dump(self.by_test, f, indent=1, sort_keys=True)


if __name__ == "__main__":
    arguments = ["--pyargs", "moin", "-p", "no:cacheprovider", "-p", "no:xdist", "-q", *sys.argv[2:]]
    sys.exit(pytest.main(arguments, plugins=[Outcomes(sys.argv[1])]))
