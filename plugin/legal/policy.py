"""Who may say what about legality, and the stamp that says who did.

Saving goes in two steps, whichever way it was asked for: ``violations`` compares the rows that are stored with those
that are to be stored, and refuses; ``stamp`` then makes the rows to store. ``stamp`` does not rely on the first step:
whatever it is given, every stored row comes out as it was, and every other row comes out signed by the author today.

The rules:

- Suppliers, and people who are not signed in, assert nothing.
- The status says who may assert it and which columns a row must fill in (see ``statuses``).
- Who, when and the id are written here. A row that comes with other ones is forged, and refused.
- A stored row is not changed and not removed, by anyone, its author included. It is superseded by a new one: by its
  author or a member of the same organisation. What is contested is only superseded by an editor, or by its author
  with something that is contested too; what an editor said as an editor, only by an editor.
- An editor may strike a row with a reason. The row, the reason, the editor and the day stay.
- Legal advice is never given in full: where it is the evidence, the author confirms that it is a summary and that
  privilege is not waived.
- A date is not in the future. "Challenge period passed" is not said before it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce

from cupboard.days import Span, plus_months, shown
from cupboard.legal.assertions import (
    AUTHORED,
    AWARD_NOTICE,
    COLUMNS,
    EVIDENCE_KINDS,
    LEGAL_ADVICE,
    STAMPED,
    STRIKING,
    SUMMARY_ONLY,
    Assertion,
    Row,
    content,
    row_id,
    standing,
)
from cupboard.legal.challenge import Award, period
from cupboard.legal.overlays import Case, challenge_period
from cupboard.legal.regimes import Regimes
from cupboard.legal.statuses import CONTESTED, MAY_ASSERT, Status, Statuses
from cupboard.tongue import L_, _, and_, or_

MAX_ROWS = 200
MAX_LENGTH = 2000
"""Of one column of a row, in characters."""

LABELS: Mapping[str, str] = {
    "status": L_("a status"),
    "scope": L_("which part of the approach it covers"),
    "regime": L_("the law that applied"),
    "jurisdiction": L_("the jurisdiction"),
    "date": L_("the date"),
    "adviser": L_("who advised or approved"),
    "evidence": L_("a link to the evidence or a file"),
    "link": L_("a link to the evidence"),
    "attachment": L_("a file"),
    "evidence_kind": L_("the kind of evidence"),
    "version": L_("the version of the document"),
    "privilege": L_("the confirmation about privilege"),
    "note": L_("a note"),
    "review_by": L_("a review date"),
    "supersedes": L_("the row it replaces"),
    "role": L_("your role"),
}
"""The columns that an author fills in, as they follow "Enter" in a message."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who is saving.

    :ivar name: the account; empty: not signed in
    :ivar organisation: the author's own, as it is written into a row
    :ivar role: the author's role, for rows that don't say one
    :ivar organisations: those whose membership is verified; the author may speak for them
    """

    name: str
    organisation: str = ""
    role: str = ""
    organisations: frozenset[str] = frozenset()
    editor: bool = False
    supplier: bool = False

    def speaks_for(self, organisation: str) -> bool:
        return bool(organisation.strip()) and _folded(organisation) in map(_folded, self.organisations)

    def capacity(self, case: Case) -> str:
        """As what the author asserts something about a case: ``editor``, ``member`` or ``other``."""
        if self.editor:
            return "editor"
        return "member" if self.speaks_for(case.organisation) else "other"


@dataclass(frozen=True, slots=True)
class Violation:
    """A broken rule, in words for the person who saves.

    :ivar rule: a name for it: supplier, who, evidence, privilege, forged, changed, removed, strike, supersede, date,
        unknown, repeated, size
    :ivar row: the index in the rows to be stored; None where it is about them all, or about one that is missing
    :ivar column: the column to put it at
    """

    rule: str
    message: str
    row: int | None = None
    column: str | None = None


def stamp(before: Sequence[Row], after: Sequence[Row], author: Author, case: Case, today: date) -> list[dict[str, str]]:
    """Make the rows to store from the rows that are stored and those that somebody wants stored.

    Stored rows come first, in their order and unchanged, except that an editor's reason for striking one is taken
    over. New rows follow with what their author may write and with the author's name, organisation and capacity, the
    day and the id, and the author's role where the row says none. A new row that only repeats another is left out.
    """
    matches = _matched(before, after)
    stored = [dict(row) for row in before]
    for index, wanted in matches.items():
        reason = after[wanted].get("struck", "").strip()
        if reason and author.editor and not author.supplier and not stored[index].get("struck", "").strip():
            stored[index] |= {"struck": reason, "struck_by": author.name, "struck_on": today.isoformat()}
    taken = set(matches.values())
    ids = {Assertion.read(row).id for row in stored}
    for index, row in enumerate(after):
        if index in taken or _is_changed_copy(row, ids):
            continue
        new = _signed(row, author, case, today)
        if new and new["id"] not in ids:
            ids.add(new["id"])
            stored.append(new)
    return stored


def violations(before: Sequence[Row], after: Sequence[Row], author: Author, case: Case, statuses: Statuses,
               regimes: Regimes, today: date) -> list[Violation]:
    """What is wrong with turning the stored rows into others, as this author; empty: nothing.

    Rows that are already stored are not judged again, whatever rules they were written under.
    """
    if len(after) > max(MAX_ROWS, len(before)):
        return [Violation("size", _("Legal status must have {most} rows or fewer").format(most=MAX_ROWS))]
    matches = _matched(before, after)
    found: list[Violation] = []
    ids = {Assertion.read(row).id: index for index, row in enumerate(before)}
    taken = set(matches.values())
    new: list[int] = []
    changed_ids: set[str] = set()
    for index, row in enumerate(after):
        if index in taken:
            continue
        if _is_changed_copy(row, ids.keys()):
            changed_ids.add(row["id"].strip())
            found.append(Violation("changed", _("What was said about legality is not changed afterwards. Put this row "
                                   "back as it was and add a new row that replaces it"), index))
        elif content(row) or any(row.get(column, "").strip() for column in STRIKING):
            new.append(index)
    for position, row in enumerate(before):
        if position in matches:
            found.extend(_strikes(row, after[matches[position]], matches[position], author, today))
        elif Assertion.read(row).id not in changed_ids:
            found.append(Violation("removed", _(
                "{row} is missing. Rows about legality stay: add a new row that replaces it, or ask an editor to "
                "strike it"
            ).format(row=_named(row, statuses))))
    if new and (author.supplier or not author.name):
        if author.supplier:
            said = _("Suppliers cannot say anything about legal status")
        else:
            said = _("People who are not signed in cannot say anything about legal status")
        return [*found, *(Violation("supplier", said, index, "status") for index in new)]
    said: set[str] = set()
    for index in new:
        row = after[index]
        found.extend(_forged(row, index, author, case, today))
        found.extend(_unfit(row, index, case, author, statuses, regimes, today))
        found.extend(_supersedes(row, index, before, author, case, statuses, today))
        id = row_id(_signed(row, author, case, today) or {})
        if id in said or id in ids:
            found.append(Violation("repeated", _("This row says the same as another one. Take it out"), index))
        said.add(id)
    return found


def dismissal_violations(before: Sequence[Row], after: Sequence[Row], author: Author, regimes: Regimes,
                         rows: Sequence[Row]) -> list[Violation]:
    """What is wrong with changing the dismissals of law changes (see ``overlays.Dismissal``): only editors add them,
    each with a reason, and none is changed or removed.

    :param rows: the case's assertions
    """
    kept = [_plain(row) for row in after[:len(before)]] == [_plain(row) for row in before]
    if not kept:
        return [Violation("removed", _("Dismissals stay as they are. Add new ones below them"))]
    found = []
    ids = {Assertion.read(row).id for row in rows}
    for index, row in enumerate(after[len(before):], len(before)):
        values = _plain(row)
        if not author.editor or author.supplier or not author.name:
            found.append(Violation("who", _("Only editors can dismiss a change of law"), index, "event"))
        if regimes.event(values.get("event", "")) is None:
            found.append(Violation("unknown", _("Choose a change of law"), index, "event"))
        if values.get("assertion") and values["assertion"] not in ids:
            found.append(Violation("unknown", _("Choose a row of this case study"), index, "assertion"))
        if not values.get("reason"):
            found.append(Violation("evidence", _("Enter why the change does not matter here"), index, "reason"))
        if values.get("by") or values.get("on"):
            found.append(Violation("forged", _("Who dismissed it and when is filled in when you save. Leave it empty"),
                                   index, "by"))
    return found


def stamp_dismissals(before: Sequence[Row], after: Sequence[Row], author: Author, today: date) -> list[dict[str, str]]:
    """Make the dismissals to store: the stored ones as they are, then an editor's new ones, signed."""
    stored = [dict(row) for row in before]
    if not author.editor or author.supplier or not author.name:
        return stored
    for row in after[len(before):]:
        values = {name: row.get(name, "").strip() for name in ("event", "assertion", "reason")}
        stored.append({name: value for name, value in values.items() if value}
                      | {"by": author.name, "on": today.isoformat()})
    return stored


# Which row is which --------------------------------------------------------------------------------------------------


def _matched(before: Sequence[Row], after: Sequence[Row]) -> dict[int, int]:
    """For each stored row that is still there as it was: its index, and its index in the other rows.

    Rows are the same when they say the same; a form may leave out the id and give empty columns.
    """
    waiting: dict[str, list[int]] = {}
    for index, row in enumerate(after):
        waiting.setdefault(row_id(row), []).append(index)
    matches = {}
    for index, row in enumerate(before):
        if same := waiting.get(row_id(row)):
            matches[index] = same.pop(0)
    return matches


def _is_changed_copy(row: Row, ids) -> bool:
    """Whether a row that matches no stored one claims the id of one."""
    return row.get("id", "").strip() in ids


def _signed(row: Row, author: Author, case: Case, today: date) -> dict[str, str]:
    """A new row as it is stored; empty when it says nothing."""
    said = {column: row.get(column, "").strip() for column in AUTHORED}
    said = {column: value for column, value in said.items() if value}
    if not said or not author.name or author.supplier:
        return {}
    # Nobody signs for an organisation whose membership is not verified.
    organisation = next(filter(author.speaks_for, (case.organisation, author.organisation)), "")
    signature = {"by": author.name, "role": said.get("role") or author.role.strip(),
                 "organisation": organisation.strip(), "capacity": author.capacity(case), "on": today.isoformat()}
    said |= {column: value for column, value in signature.items() if value}
    return said | {"id": row_id(said)}


def _forged(row: Row, index: int, author: Author, case: Case, today: date) -> Iterator[Violation]:
    """System columns that a new row brings along, other than those it is going to get."""
    signed = _signed(row, author, case, today)
    for column in (*STAMPED, *STRIKING):
        value = row.get(column, "").strip()
        if value and value != signed.get(column, ""):
            said = _("Who said it and when is filled in when you save. Leave it empty")
            yield Violation("forged", said, index, column)


def _named(row: Row, statuses: Statuses) -> str:
    one = Assertion.read(row)
    text = f'"{statuses[one.status].label}"'
    return f"{text}, {one.when}," if one.when else text


def _plain(row: Row) -> dict[str, str]:
    return {column: value.strip() for column, value in row.items() if value.strip()}


# The rules for one new row -------------------------------------------------------------------------------------------


def _unfit(row: Row, index: int, case: Case, author: Author, statuses: Statuses, regimes: Regimes,
           today: date) -> Iterator[Violation]:
    one = Assertion.read(row)
    for column in row:
        if column not in COLUMNS and row[column].strip():
            yield Violation("unknown", _('A row about legality has no "{column}". Take it out').format(
                column=column
            ), index, column)
    for column in AUTHORED:
        if len(row.get(column, "")) > MAX_LENGTH:
            said = _("Write {what} in {most} characters or fewer").format(what=LABELS[column], most=MAX_LENGTH)
            yield Violation("size", said, index, column)
    if not row.get("status", "").strip():
        yield Violation("unknown", _("Choose a status"), index, "status")
        return
    if one.status not in statuses or statuses[one.status].retired:
        yield Violation("unknown", _("Choose a status from the list"), index, "status")
        return
    status = statuses[one.status]
    if not may_assert(author, one, status, case):
        who = or_([str(MAY_ASSERT[word]) for word in MAY_ASSERT if word in status.may_assert])
        said = _('"{status}" can only be said by {who}').format(status=status.label, who=who)
        yield Violation("who", said, index, "status")
    yield from _evidence(one, status, index)
    yield from _known(one, index, regimes)
    yield from _dates(one, status, index, case, regimes, today)


def may_assert(author: Author, one: Assertion, status: Status, case: Case) -> bool:
    """Whether an author may say this; for ``sourced`` that takes a link."""
    if not author.name or author.supplier:
        return False
    return (
        "anyone" in status.may_assert
        or ("sourced" in status.may_assert and bool(one.evidence))
        or ("member" in status.may_assert and author.speaks_for(case.organisation))
        or ("editor" in status.may_assert and author.editor)
    )


def _evidence(one: Assertion, status: Status, index: int) -> Iterator[Violation]:
    if status.needs:
        lacking = [[column for column in sorted(needed, key=_column_order) if not _given(one, column)]
                   for needed in status.needs]
        if all(lacking):
            alternatives = [and_([str(LABELS.get(column, column)) for column in columns]) for columns in lacking]
            enough = reduce(lambda one, other: _("{one}, or {other}").format(one=one, other=other), alternatives)
            said = _('For "{status}", enter {enough}').format(status=status.label, enough=enough)
            yield Violation("evidence", said, index, lacking[0][0])
    advice = one.evidence_kind == LEGAL_ADVICE or (status.privileged and one.attachment)
    if advice and one.privilege != SUMMARY_ONLY:
        yield Violation("privilege", _("Confirm that this is a summary only and that privilege is not waived. Do not "
                        "upload or link to legal advice in full"), index, "privilege")


def _given(one: Assertion, column: str) -> bool:
    if column == "evidence":  # a file is as good as a link
        return bool(one.evidence or one.attachment)
    if column == "link":  # where anybody must be able to look it up
        return bool(one.evidence)
    return bool(getattr(one, column, ""))


def _column_order(column: str) -> int:
    return AUTHORED.index(column) if column in AUTHORED else len(AUTHORED)


def _known(one: Assertion, index: int, regimes: Regimes) -> Iterator[Violation]:
    if one.regime and regimes.get(one.regime) is None:
        yield Violation("unknown", _("Choose the law from the list"), index, "regime")
    if one.evidence_kind and one.evidence_kind not in EVIDENCE_KINDS:
        yield Violation("unknown", _("Choose the kind of evidence from the list"), index, "evidence_kind")
    if one.privilege not in ("", SUMMARY_ONLY):
        yield Violation("unknown", _("Tick the confirmation about privilege, or leave it empty"), index, "privilege")
    if one.evidence and not one.evidence.lower().startswith(("https://", "http://")):
        yield Violation("evidence", _("A link to the evidence must start with https:// or http://"), index, "evidence")


def _dates(
    one: Assertion, status: Status, index: int, case: Case, regimes: Regimes, today: date
) -> Iterator[Violation]:
    when = Span.read(one.date)
    if one.date and when is None:
        yield Violation("date", _(
            "Enter the date as a year, such as 2024, or a month or day, such as 2024-05-03"
        ), index,
                        "date")
    elif when and when.first > today:
        yield Violation("date", _("The date must not be in the future"), index, "date")
    elif when and status.closed_period:
        yield from _too_early(one, index, case, regimes, today)
    review = Span.read(one.review_by)
    if one.review_by and review is None:
        yield Violation("date", _("Enter the review date as a month or day, such as 2026-05-03"), index, "review_by")
    elif review and review.last < today:
        yield Violation("date", _("The review date must be today or later"), index, "review_by")
    elif review and status.life and review.first > (latest := plus_months(today, status.life)):
        said = _("The review date must be {day} or earlier").format(day=shown(latest))
        yield Violation("date", said, index, "review_by")


def _too_early(one: Assertion, index: int, case: Case, regimes: Regimes, today: date) -> Iterator[Violation]:
    named = regimes.get(one.regime)
    found = (period(Award(Span.read(one.date)), named, regimes.holidays) if named
             else challenge_period(_as_notice(one), case, regimes))
    if found and found.closes and today <= found.closes:
        yield Violation("date", _(
            "The time to challenge this award does not pass before {day}. Say so after that"
        ).format(day=shown(found.closes)), index, "date")


def _as_notice(one: Assertion) -> Assertion:
    return Assertion(regime=one.regime, jurisdiction=one.jurisdiction, date=one.date, evidence_kind=AWARD_NOTICE)


# Replacing and striking ----------------------------------------------------------------------------------------------


def _supersedes(row: Row, index: int, before: Sequence[Row], author: Author, case: Case, statuses: Statuses,
                today: date) -> Iterator[Violation]:
    one = Assertion.read(row)
    if not one.supersedes:
        return
    old = next((found for found in map(Assertion.read, before) if found.id == one.supersedes), None)
    if old is None:
        yield Violation("supersede", _("The row that this one replaces is not there"), index, "supersedes")
        return
    if old.id not in {live.id for live in standing(before, today, statuses).live}:
        yield Violation("supersede", _("The row that this one replaces is no longer in force. Replace the newest one"),
                        index, "supersedes")
        return
    if author.editor:
        return
    own = bool(old.by) and old.by == author.name
    speaker = old.organisation if old.by else case.organisation  # unsigned rows came with the case study
    if statuses[old.status].group == CONTESTED and statuses[one.status].group != CONTESTED:
        yield Violation("supersede", _("Only an editor can replace a row that says the approach is contested"), index,
                        "supersedes")
    elif old.capacity == "editor":
        yield Violation("supersede", _("Only an editor can replace what an editor said"), index, "supersedes")
    elif not own and (statuses[old.status].group == CONTESTED or not author.speaks_for(speaker)):
        yield Violation(
            "supersede",
            _("Only its author, a member of the same organisation or an editor can replace a row. Add yours beside it"),
            index,
            "supersedes",
        )


def _strikes(old: Row, new: Row, index: int, author: Author, today: date) -> Iterator[Violation]:
    was, wanted = (_struck(row) for row in (old, new))
    if was == wanted:
        return
    if was["struck"]:
        yield Violation("strike", _("A row that was struck stays as it is"), index, "struck")
        return
    if not wanted["struck"]:
        yield Violation("strike", _("Enter why the row is struck"), index, "struck")
        return
    if not author.editor or author.supplier:
        yield Violation("strike", _("Only an editor can strike a row"), index, "struck")
    if len(wanted["struck"]) > MAX_LENGTH:
        said = _("Write the reason in {most} characters or fewer").format(most=MAX_LENGTH)
        yield Violation("size", said, index, "struck")
    if wanted["struck_by"] not in ("", author.name) or wanted["struck_on"] not in ("", today.isoformat()):
        yield Violation("forged", _("Who struck it and when is filled in when you save. Leave it empty"), index,
                        "struck_by")


def _struck(row: Row) -> dict[str, str]:
    return {column: row.get(column, "").strip() for column in STRIKING}





def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
