"""A statement that an organisation signed about a case study, bound to one revision of it.

It is a page of its own whose front matter only the wiki writes:

    kind            endorsement or confirmation
    case            id of the item, which renaming does not change
    organisation    id of the item of the organisation's page; organisation_name: as it was called then
    subject         how the case study called its own organisation then
    revision        number of the revision; revid: its id; content: checksum of its bytes
    by              the account; role: of that person in the organisation
    on              the day it was signed; until: the last day it is in force, empty when it does not end
    findings        rows of criterion (id), label (as it read then), met (yes, partly or not-assessed), note
    says            what the organisation says in its own words
    withdrawn_on, withdrawn_by, withdrawn_reason     once it was taken back

An endorsement that is renewed is the same page with a later revision. Whether a statement is in force is worked out on
the day of reading; nothing has to run for it to end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cupboard.bodies.names import called
from cupboard.days import Span, plus_days, plus_months, shown
from cupboard.fields import trimmed
from cupboard.tongue import L_, N_, _

ENDORSEMENT, CONFIRMATION = KINDS = ("endorsement", "confirmation")

IN_FORCE, ENDED, WITHDRAWN = STATES = ("in force", "ended", "withdrawn")
#: State -> what it is called where it stands by itself.
STATE_LABELS: Mapping[str, L_] = {
    IN_FORCE: L_("In force"), ENDED: L_("Ended"), WITHDRAWN: L_("Withdrawn"),
}

MET: Mapping[str, str] = {"yes": L_("Yes"), "partly": L_("Partly"), "not-assessed": L_("Not assessed")}
"""What may be said of a criterion. What is not met is no reason to endorse, so there is no "no"."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one criterion."""

    criterion: str
    label: str
    met: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement; see the module's docstring."""

    kind: str
    case: str
    organisation: str
    organisation_name: str
    subject: str
    revision: int
    revid: str
    content: str
    by: str
    role: str
    on: date
    until: date | None = None
    findings: tuple[Finding, ...] = ()
    withdrawn_on: date | None = None
    withdrawn_by: str = ""
    withdrawn_reason: str = ""
    says: str = ""

    @classmethod
    def read(cls, fields: Mapping[str, Any]) -> Statement | None:
        """Read a page's front matter; None when it is not a whole statement."""
        kind, case, organisation = (trimmed(fields, name) for name in ("kind", "case", "organisation"))
        on, until, number = _day(fields, "on"), trimmed(fields, "until"), trimmed(fields, "revision")
        last = _day(fields, "until")
        if kind not in KINDS or not case or not organisation or on is None or (until and last is None):
            return None
        if not (number.isascii() and number.isdigit() and len(number) < 10):
            return None
        # One whose day can't be read was withdrawn nevertheless.
        withdrawn = trimmed(fields, "withdrawn_on")
        return cls(
            kind=kind, case=case, organisation=organisation, revision=int(number), on=on, until=last,
            findings=tuple(_findings(fields)),
            withdrawn_on=(_day(fields, "withdrawn_on") or on) if withdrawn else None,
            **{name: trimmed(fields, name) for name in (
                "organisation_name", "subject", "revid", "content", "by", "role", "withdrawn_by", "withdrawn_reason",
                "says",
            )},
        )  # fmt: skip

    def fields(self) -> dict[str, Any]:
        """The front matter of its page; what is empty is left out."""
        found: dict[str, Any] = {
            "kind": self.kind, "case": self.case, "organisation": self.organisation,
            "organisation_name": self.organisation_name, "subject": self.subject, "revision": str(self.revision),
            "revid": self.revid, "content": self.content, "by": self.by, "role": self.role,
            "on": self.on.isoformat(), "until": self.until.isoformat() if self.until else "",
            "findings": [
                {name: value for name, value in (("criterion", one.criterion), ("label", one.label), ("met", one.met),
                                                 ("note", one.note)) if value}
                for one in self.findings
            ],
            "says": self.says,
            "withdrawn_on": self.withdrawn_on.isoformat() if self.withdrawn_on else "",
            "withdrawn_by": self.withdrawn_by, "withdrawn_reason": self.withdrawn_reason,
        }  # fmt: skip
        return {name: value for name, value in found.items() if value}

    def state(self, day: date) -> str:
        """One of :data:`STATES`, on a day."""
        if self.withdrawn_on is not None:
            return WITHDRAWN
        return ENDED if self.until is not None and day > self.until else IN_FORCE

    def in_force(self, day: date) -> bool:
        return self.state(day) == IN_FORCE

    def confirms(self, organisation: str, day: date) -> bool:
        """Whether it is, on a day, a confirmation by the organisation that the case study names.

        :param organisation: as the case study has it now: who confirmed as one body has not confirmed as another
        """
        return self.kind == CONFIRMATION and self.in_force(day) and bool(called(organisation)) and (
            called(organisation) == called(self.subject)
        )

    def counts(self, organisation: str, day: date) -> bool:
        """Whether a list says of the case study, on a day, that it is endorsed or confirmed by this statement."""
        return self.in_force(day) if self.kind == ENDORSEMENT else self.confirms(organisation, day)

    def sentence(self, edits: int | None = 0) -> str:
        """``Endorsed by Anytown Council on revision 7, 3 May 2026; 2 edits since``.

        :param edits: how often the case study was edited since; None when that is not known
        """
        if self.kind == ENDORSEMENT:
            said = _("Endorsed by {organisation} on revision {revision}, {day}")
        else:
            said = _("Confirmed by {organisation} on revision {revision}, {day}")
        said = said.format(organisation=self.organisation_name, revision=self.revision, day=shown(self.on))
        if not edits:
            return said
        since = N_("{statement}; {count:,} edit since", "{statement}; {count:,} edits since", edits)
        return since.format(statement=said, count=edits)


def last_day(on: date, months: int | None) -> date | None:
    """The last day of a statement that is in force for so many months from the day it was signed; None: no last day."""
    return plus_days(plus_months(on, months), -1) if months else None


def edits_since(history: Sequence[tuple[str, str]], revid: str) -> int | None:
    """How often a page's text was changed after a revision.

    A revision with the text of the one before it (a new name, other rights) is no edit; one that brings back an
    earlier text is.

    :param history: (id, checksum of the bytes) of each revision, the oldest first
    :returns: None when the revision is not among them
    """
    place = next((place for place, (id, _) in enumerate(history) if id == revid), None)
    if place is None:
        return None
    contents = [content for _, content in history[place:]]
    return sum(before != after for before, after in zip(contents, contents[1:]))


def newest_first(statements: Iterable[Statement]) -> list[Statement]:
    return sorted(statements, key=lambda one: (one.on, one.organisation_name, one.case), reverse=True)


def _findings(fields: Mapping[str, Any]) -> Iterable[Finding]:
    rows = fields.get("findings", ())
    for row in () if isinstance(rows, str) else rows:
        if isinstance(row, Mapping):
            yield Finding(trimmed(row, "criterion"), trimmed(row, "label"), trimmed(row, "met"), trimmed(row, "note"))


def _day(fields: Mapping[str, Any], name: str) -> date | None:
    span = Span.read(trimmed(fields, name))
    return span.first if span and span.exact else None
