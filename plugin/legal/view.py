"""What a reader sees of the legal status of a case study: a word for lists, sentences for its page.

Overlays (law changed, review overdue, challenge period passed) are worked out from the rows, the definitions in force
and the day of reading, so nothing here is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any

from cupboard.days import Span, shown, today
from cupboard.fields import rows_of, text_of, texts_of
from cupboard.legal.assertions import Assertion, Standing, standing
from cupboard.legal.overlays import PERIOD_PASSED, Case, Dismissal, Flag, challenge_period, flags, review_due
from cupboard.legal.statuses import SUPPORTED, UNREVIEWED, Status
from cupboard.legal.wording import evidence_label, list_word, provenance, sentence
from cupboard.tongue import _
from cupboard.web_addresses import web_address

if TYPE_CHECKING:
    from cupboard.definitions import Definitions

ROWS = "legal_status"
DISMISSALS = "law_change_dismissals"

#: Fields whose ids a change of law can name as terms.
_TERMS = ("categories", "themes")


def case_of(fields: Mapping[str, Any]) -> Case:
    """What the rules need to know of a case study."""
    return Case(
        organisation=text_of(fields, "organisation"),
        jurisdiction=text_of(fields, "jurisdiction"),
        terms=frozenset(id for name in _TERMS for id in texts_of(fields, name)),
        when=Span.read(text_of(fields, "year")),
    )


@dataclass(frozen=True)
class Statement:
    """One assertion as the page shows it.

    :ivar index: of its row on the page
    :ivar sentence: without a full stop
    :ivar provenance: who recorded it and when; empty where nobody is recorded
    :ivar evidence: http(s) address; empty when there is none
    :ivar evidence_label: what to call the evidence
    :ivar attachment: file name; empty when there is none
    :ivar review: until when it should be looked at again, in words; empty when it does not lapse
    :ivar overlays: sentences about what nobody set by hand
    :ivar period: about the time to challenge the award; empty when it has no award notice
    """

    assertion: Assertion
    status: Status
    index: int
    sentence: str
    provenance: str
    evidence: str
    evidence_label: str
    attachment: str
    review: str
    overlays: tuple[Flag, ...]
    period: str

    @property
    def struck(self) -> str:
        """Why an editor struck it, by whom and when."""
        one = self.assertion
        when = Span.read(one.struck_on)
        return f"{one.struck} ({', '.join(filter(None, [one.struck_by, str(when or '')]))})"


class LegalView:
    """The legal status of one case study, on one day.

    :param fields: of its page
    """

    def __init__(self, fields: Mapping[str, Any], definitions: Definitions, day: date | None = None):
        self.rows = rows_of(fields, ROWS)
        self.case = case_of(fields)
        self._fields = fields
        self._statuses = definitions.statuses
        self._regimes = definitions.regimes
        self.now: Standing = standing(self.rows, day or today(), self._statuses)

    @cached_property
    def flags(self) -> list[Flag]:
        return flags(self.now, self.case, self._regimes, rows_of(self._fields, DISMISSALS))

    @property
    def status(self) -> Status:
        """The one to show in lists."""
        return self.now.status

    @cached_property
    def word(self) -> str:
        """For lists: ``Legal team advised, 2019. Law changed``."""
        return list_word(self.now, self.flags)

    @property
    def group(self) -> str:
        """How the word looks. Support is not shown as good while the law or time has put it in doubt."""
        if self.status.group == SUPPORTED and any(flag.kind != PERIOD_PASSED for flag in self.flags):
            return UNREVIEWED
        return self.status.look

    @cached_property
    def live(self) -> tuple[Statement, ...]:
        """The worst first, then the strongest support."""
        return self._statements(self.now.live)

    @cached_property
    def superseded(self) -> tuple[Statement, ...]:
        return self._statements(self.now.superseded)

    @cached_property
    def struck(self) -> tuple[Statement, ...]:
        return self._statements(self.now.struck)

    @cached_property
    def dismissals(self) -> tuple[str, ...]:
        """The changes of law that an editor found not to matter here, each in a sentence without a full stop."""
        return tuple(map(self._dismissal, rows_of(self._fields, DISMISSALS)))

    def _dismissal(self, row: Mapping[str, str]) -> str:
        one = Dismissal.read(row)
        event, when = self._regimes.event(one.event), Span.read(one.on)
        by = ", ".join(filter(None, [one.by, str(when or "")]))
        said = next(
            (said.sentence for said in (*self.live, *self.superseded) if said.assertion.id == one.assertion), ""
        )
        text = f"{event.title if event else one.event}: {one.reason.rstrip('.')}{f' ({by})' if by else ''}"
        return _("{dismissal}; only for: {statement}").format(dismissal=text, statement=said) if said else text

    @cached_property
    def law_changes(self) -> tuple[Flag, ...]:
        return tuple(flag for flag in self.flags if flag.event)

    def _statements(self, assertions: Iterable[Assertion]) -> tuple[Statement, ...]:
        places = {Assertion.read(row).id: index for index, row in enumerate(self.rows)}
        return tuple(self._statement(one, places[one.id]) for one in assertions)

    def _statement(self, one: Assertion, index: int) -> Statement:
        due = review_due(one, self._statuses)
        period = challenge_period(one, self.case, self._regimes)
        return Statement(
            assertion=one,
            status=self._statuses[one.status],
            index=index,
            sentence=sentence(one, self.case, self._statuses, self._regimes),
            provenance=provenance(one, self.case),
            evidence=one.evidence if web_address(one.evidence) else "",
            evidence_label=evidence_label(one),
            attachment=one.attachment,
            review=_("To be looked at again by {day}").format(day=shown(due)) if due else "",
            overlays=tuple(flag for flag in self.flags if flag.assertion.id == one.id),
            period=period.sentence(self.now.day) if period and not period.passed(self.now.day) else "",
        )
