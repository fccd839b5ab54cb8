"""What is wrong with rows that are already stored: written by the command line, or outside the wiki altogether.

Nobody is refused here. ``cupboard check`` lists what this finds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cupboard.days import Span
from cupboard.legal.assertions import COLUMNS, STRIKING, Assertion, Row, was_altered
from cupboard.legal.policy import Violation
from cupboard.legal.regimes import Regimes
from cupboard.legal.statuses import Status, Statuses
from cupboard.tongue import _


def audit(rows: Sequence[Row], statuses: Statuses, regimes: Regimes) -> list[Violation]:
    """The rules that stored rows break, each with the index of its row. A row without a signature breaks none."""
    found: list[Violation] = []
    seen: set[str] = set()
    for index, row in enumerate(rows):
        one = Assertion.read(row)
        found.extend(Violation(rule, message, index, column) for rule, message, column in _broken(
            row, one, statuses, regimes, seen))
        seen.add(one.id)
    return found


def _broken(row: Row, one: Assertion, statuses: Statuses, regimes: Regimes,
            seen: set[str]) -> Iterator[tuple[str, str, str | None]]:
    if was_altered(row):
        yield "changed", _("The row was changed after it was signed: its id is not that of its content"), "id"
    if one.id in seen:
        yield "repeated", _("The row says the same as another one"), None
    if one.status not in statuses:
        yield "unknown", _('There is no status "{status}"').format(status=one.status), "status"
    elif one.by and not _was_allowed(one, statuses[one.status]):
        yield "who", _('"{label}" was said by somebody who may not say it').format(
            label=statuses[one.status].label
        ), "capacity"
    if one.regime and regimes.get(one.regime) is None:
        yield "unknown", _('There is no regime "{regime}"').format(regime=one.regime), "regime"
    for column in ("date", "on", "review_by", "struck_on"):
        value = getattr(one, column)
        if value and Span.read(value) is None:
            yield "date", _('"{value}" is not a date').format(value=value), column
    if one.supersedes and one.supersedes not in seen:
        yield "supersede", _("The row that it replaces is not above it"), "supersedes"
    if any(getattr(one, column) for column in STRIKING) and not one.struck:
        yield "strike", _("It was struck without a reason, so it still counts"), "struck"
    for column in row:
        if column not in COLUMNS and row[column].strip():
            yield "unknown", _('A row about legality has no "{column}"').format(column=column), column


def _was_allowed(one: Assertion, status: Status) -> bool:
    """Whether a status could be said in the capacity that was recorded; an editor may have been a member too."""
    if one.capacity == "editor" or "anyone" in status.may_assert or ("sourced" in status.may_assert and one.evidence):
        return True
    return one.capacity == "member" and "member" in status.may_assert
