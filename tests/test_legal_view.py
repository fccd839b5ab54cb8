"""How the legal status of a case study looks in a list."""

from datetime import date
from types import SimpleNamespace

import pytest

from cupboard.legal.view import LegalView
from tests.legal_statuses import STATUSES
from tests.test_legal import REGIMES

DEFINITIONS = SimpleNamespace(statuses=STATUSES, regimes=REGIMES)
ADVISED = {"status": "legal_team", "regime": "pcr-2015", "date": "2025-02-01", "on": "2025-02-01"}


@pytest.mark.parametrize(
    "rows, day, looks",
    [
        ([ADVISED], date(2025, 2, 23), "supported"),
        ([ADVISED], date(2025, 2, 24), "unreviewed"),  # its law was replaced on this day
        ([ADVISED, {"status": "under_challenge", "date": "2025-02-02"}], date(2025, 2, 24), "contested"),
        ([], date(2025, 2, 24), "neutral"),
    ],
)
def test_support_that_the_law_has_overtaken_does_not_look_good(rows, day, looks):
    view = LegalView({"jurisdiction": "england", "legal_status": rows}, DEFINITIONS, day)
    assert view.group == looks
