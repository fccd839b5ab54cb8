"""What became of an import, record by record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from cupboard.commands import CommandError
from cupboard.kinds import Kind
from cupboard.kinds.case_study import CASE_STUDY


class Status(Enum):
    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    KEPT = "kept: edited since its import"
    REFUSED = "refused"


@dataclass(frozen=True)
class Refusal:
    """What is wrong at one line of the file; ``field`` is empty for the record or file itself."""

    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.field + ': ' if self.field else ''}{self.message}"


@dataclass
class Outcome:
    """What became of one record.

    :ivar id: its id; empty when it has none
    :ivar status: None until that is known, and when other records stopped the import
    :ivar asks: whether it names a person who is asked before their name is on the page
    """

    id: str
    status: Status | None = None
    refusals: list[Refusal] = field(default_factory=list)
    asks: bool = False


@dataclass(frozen=True)
class Report:
    """What an import did, record by record.

    :ivar dry_run: nothing was written; the outcomes say what would have been done
    :ivar kind: of the pages
    """

    outcomes: tuple[Outcome, ...]
    dry_run: bool = False
    kind: Kind = CASE_STUDY

    @property
    def refused(self) -> bool:
        return any(outcome.refusals for outcome in self.outcomes)

    @property
    def written(self) -> int:
        return 0 if self.dry_run else self.count(Status.CREATED) + self.count(Status.UPDATED)

    def count(self, status: Status) -> int:
        return sum(outcome.status is status for outcome in self.outcomes)

    def lines(self) -> Iterator[str]:
        """The report as text: a line for each record, or for each thing that is wrong, and one for the whole."""
        for outcome in self.outcomes:
            if outcome.refusals:
                yield from (f"{outcome.id or '(no id)'}: {refusal}" for refusal in outcome.refusals)
            elif outcome.status:
                yield f"{outcome.id}: {outcome.status.value}"
        if self.refused:
            count = sum(bool(outcome.refusals) for outcome in self.outcomes)
            yield f"{count} of {len(self.outcomes)} records refused; nothing was written."
        else:
            counts = ", ".join(
                f"{self.count(status)} {status.name.lower()}" for status in Status if status is not Status.REFUSED
            )
            yield f"{len(self.outcomes)} records: {counts}.{' Nothing was written.' if self.dry_run else ''}"
            if asked := sum(outcome.asks for outcome in self.outcomes):
                yield f"{asked} name a person, who is not on the page yet: `cupboard contacts` asks them."

    def raise_if_refused(self) -> None:
        """
        :raises CommandError: naming the first thing that is wrong
        """
        for outcome in self.outcomes:
            for refusal in outcome.refusals:
                raise CommandError(f"The {self.kind.plural} can't be imported: {outcome.id}: {refusal}")
