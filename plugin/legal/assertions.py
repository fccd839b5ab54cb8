"""Assertions: the row in a case study's front matter, and which of them hold on a day.

A row is a mapping from column to text; a column that is empty or left out says nothing:

    status         id of a legal status
    scope          which part of the approach, as it would follow "covers": the lotting, not the award criteria
    regime         id of a regime; jurisdiction: england, scotland ...; empty: those of the case
    date           when it was advised, decided or awarded: a year, month or day
    adviser        who advised or approved: a role, firm, chambers or authority; never a person's name
    evidence       a link; attachment: the name of an uploaded file
    evidence_kind  one of EVIDENCE_KINDS; version: of the guidance or document
    privilege      "summary-only": what is given is a summary and privilege is not waived
    note           anything else
    review_by      a day by which it should be looked at again, earlier than the status asks
    supersedes     the id of the earlier row that this one replaces
    role           of the person who says it, in that person's own words; left out: the one of the person's page

and what the system alone writes:

    id             made from the row's content, so that a changed row can be told
    by, organisation           the account, and its organisation where it is a member of that
    capacity       editor, member (of the case's organisation) or other, at that time
    on             the day

A stored row is never changed, but for one thing: an editor may strike it. Then it has ``struck``, the reason, and
``struck_by`` and ``struck_on``, which the system writes. Rows that were there before there were ids (``status``,
``date``, ``evidence``, ``note``) are rows too; their ids are the ones they would have been given.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from cupboard.days import Span
from cupboard.legal.statuses import CONTESTED, NOT_STATED, SUPPORTED, Status, Statuses
from cupboard.tongue import L_

AUTHORED = ("status", "scope", "regime", "jurisdiction", "date", "adviser", "evidence", "attachment", "evidence_kind",
            "version", "privilege", "note", "review_by", "supersedes", "role")
STAMPED = ("id", "by", "organisation", "capacity", "on")
STRIKING = ("struck", "struck_by", "struck_on")
COLUMNS = (*AUTHORED, *STAMPED, *STRIKING)

SUMMARY_ONLY = "summary-only"
LEGAL_ADVICE, AWARD_NOTICE = "legal-advice", "award-notice"
EVIDENCE_KINDS: Mapping[str, str] = {
    "committee-report": L_("Committee or board report"),
    "decision-record": L_("Record of a decision"),
    LEGAL_ADVICE: L_("Summary of legal advice"),
    AWARD_NOTICE: L_("Contract award notice"),
    "guidance": L_("Published guidance"),
    "policy-note": L_("Policy note"),
    "framework": L_("Framework agreement"),
    "letter": L_("Letter"),
    "judgment": L_("Judgment"),
    "review-decision": L_("Decision of a review"),
    "claim": L_("Claim or claim number"),
    "complaint": L_("Complaint or notice"),
    "settlement": L_("Notice of settlement"),
    "other": L_("Other"),
}

Row = Mapping[str, str]


def content(row: Row) -> dict[str, str]:
    """What a row says, without its id and without its being struck: white space and empty columns make no difference.
    """
    said = {column: _normal(value) for column, value in row.items() if column != "id" and column not in STRIKING}
    return {column: value for column, value in said.items() if value}


def row_id(row: Row) -> str:
    """The id that a row's content gives: ``a-`` and 12 hexadecimal digits."""
    written = json.dumps(content(row), sort_keys=True, ensure_ascii=True)
    return "a-" + hashlib.sha256(written.encode("ascii")).hexdigest()[:12]


def was_altered(row: Row) -> bool:
    """Whether a row's content is no longer what its id was made from."""
    return bool(row.get("id", "").strip()) and row["id"].strip() != row_id(row)


def _normal(value: str) -> str:
    return "\n".join(line.strip() for line in unicodedata.normalize("NFC", value).strip().splitlines())


@dataclass(frozen=True, slots=True)
class Assertion:
    """One row, read; see the module's docstring. Columns that it doesn't know are left aside."""

    status: str = ""
    scope: str = ""
    regime: str = ""
    jurisdiction: str = ""
    date: str = ""
    adviser: str = ""
    evidence: str = ""
    attachment: str = ""
    evidence_kind: str = ""
    version: str = ""
    privilege: str = ""
    note: str = ""
    review_by: str = ""
    supersedes: str = ""
    id: str = ""
    by: str = ""
    role: str = ""
    organisation: str = ""
    capacity: str = ""
    on: str = ""
    struck: str = ""
    struck_by: str = ""
    struck_on: str = ""

    @classmethod
    def read(cls, row: Row) -> Assertion:
        values = {column: row.get(column, "").strip() for column in COLUMNS}
        values["id"] = values["id"] or row_id(row)
        values["status"] = values["status"] or NOT_STATED
        return cls(**values)

    @property
    def when(self) -> Span | None:
        """When what it states was so: its date, or where none is given the day it was asserted."""
        return Span.read(self.date) or Span.read(self.on)

    @property
    def asserted(self) -> Span | None:
        """When it was last looked at: the day it was asserted or, for rows without, its date."""
        return Span.read(self.on) or Span.read(self.date)

    @property
    def since(self) -> date:
        """The first day on which it is there; the beginning of time where nothing is known."""
        asserted = self.asserted
        return asserted.first if asserted else date.min

    def is_struck(self, day: date) -> bool:
        if not self.struck:
            return False
        struck_on = Span.read(self.struck_on)
        return struck_on is None or struck_on.first <= day


@dataclass(frozen=True)
class Standing:
    """The assertions of one case on one day.

    :ivar live: in the order in which a reader must see them: the worst first, then the strongest support
    :ivar superseded: those that a later row replaced, newest first
    :ivar struck: those that an editor struck
    """

    day: date
    live: tuple[Assertion, ...]
    superseded: tuple[Assertion, ...]
    struck: tuple[Assertion, ...]
    statuses: Statuses

    @property
    def head(self) -> Assertion | None:
        """The one to show in lists: the worst live one, or else the strongest support. None: not stated."""
        return self.live[0] if self.live else None

    @property
    def status(self) -> Status:
        return self.statuses[self.head.status if self.head else NOT_STATED]

    @cached_property
    def worst(self) -> Assertion | None:
        """The worst live one that is contested; None when none is."""
        return self._first(CONTESTED)

    @cached_property
    def support(self) -> Assertion | None:
        """The strongest live support; None when there is none."""
        return self._first(SUPPORTED)

    def _first(self, group: str) -> Assertion | None:
        return next((one for one in self.live if self.statuses[one.status].group == group), None)


def standing(rows: Sequence[Row], day: date, statuses: Statuses) -> Standing:
    """Sort out which rows hold on a day.

    A row holds from the day it was asserted until a later row of the list supersedes it or an editor strikes it.
    What was struck has no effect, so a row that only a struck one superseded holds again. Growing old ends nothing:
    a row that is overdue for review is still shown.
    """
    assertions = [Assertion.read(row) for row in rows]
    there = [one for one in assertions if one.since <= day]
    struck = [one for one in there if one.is_struck(day)]
    standing_ones = [one for one in there if not one.is_struck(day)]
    replaced: set[str] = set()
    live: list[Assertion] = []
    superseded: list[Assertion] = []
    for one in reversed(standing_ones):  # a row can only supersede one above it, so there can be no circle
        (superseded if one.id in replaced else live).append(one)
        if one.supersedes:
            replaced.add(one.supersedes)
    live.reverse()
    live.sort(key=lambda one: _order(one, statuses))
    return Standing(day, tuple(live), tuple(superseded), tuple(struck), statuses)


def _order(one: Assertion, statuses: Statuses) -> tuple:
    # Of two alike, the newer first; one that says "not stated" after all that say something.
    when = one.when
    return one.status == NOT_STATED, statuses[one.status].weight, -(when.last.toordinal() if when else 0)
