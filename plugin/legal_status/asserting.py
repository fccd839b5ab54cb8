"""Who says what about legality, on every way of saving through the web.

Every request writes through the gate (:mod:`cupboard.gate`), which asks here before a revision of a case study is
stored. What a rule forbids is refused with that rule; what is stored is signed by the account that saves, today. The
command line writes through the other storage and is trusted; ``cupboard check`` lists what breaks the rules.

A revert brings back everything of an old revision but what was said about legality: that stays as it is now.

Editors are the members of the group ``CupboardEditorsGroup`` and the administrators, suppliers those of
``CupboardSuppliersGroup``. Who is a member of an organisation says :mod:`cupboard.organisations.membership`.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from flask import abort, make_response
from moin import flaskg
from moin.constants.keys import ACTION_REVERT, TRASH
from moin.themes import render_template

from cupboard import definitions, gate, kinds
from cupboard.days import today
from cupboard.document import Document, dump, parse
from cupboard.fields import rows_of
from cupboard.groups import is_editor, is_in, is_supplier
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.legal.assertions import STRIKING, Assertion, Row, row_id
from cupboard.legal.policy import (
    Author,
    Violation,
    dismissal_violations,
    stamp,
    stamp_dismissals,
    violations,
)
from cupboard.legal.view import DISMISSALS, ROWS, case_of
from cupboard.organisations.membership import group_of
from cupboard.template import Problem
from cupboard.tongue import _

_NOTHING = parse(b"")

_role_of: Callable[[str], str] = lambda account: ""  # noqa: E731


def author(organisations: Iterable[str] = ()) -> Author:
    """The person who asks.

    :param organisations: those of which it matters whether that person is a member
    """
    if not flaskg.user.valid:
        return Author("")
    name = flaskg.user.name0
    member_of = [one for one in dict.fromkeys(organisations) if is_in(group_of(one), name)]
    return Author(
        name,
        organisation=member_of[0] if member_of else "",
        organisations=frozenset(member_of),
        editor=is_editor(name),
        supplier=is_supplier(name),
    )


def problems(before: Document, after: Document) -> list[Problem]:
    """The rules that a change of a case study breaks, for the form. The person who asks is its author.

    :param before: as it is stored; without fields for a new page
    """
    found = _violations(before, after)
    return [Problem(field, _said(field, one), one.row, one.column) for field, one in found]


def signed(before: Document, after: Document) -> Document:
    """A case study as it is to be stored: its new rows signed by the person who asks, the stored ones as they are."""
    who, case = _author_and_case(before, after)
    old, old_dismissals = rows_of(before.fields, ROWS), rows_of(before.fields, DISMISSALS)
    return after.edit(
        fields={
            ROWS: _unless_same(after, ROWS, stamp(old, rows_of(after.fields, ROWS), who, case, today())),
            DISMISSALS: _unless_same(
                after,
                DISMISSALS,
                stamp_dismissals(old_dismissals, rows_of(after.fields, DISMISSALS), who, today()),
            ),
        },
        order=definitions.current().template.order,
    )


def carried_over(now: Document, old: Document) -> Document:
    """An old revision with what is said about legality now."""
    return old.edit(
        fields={name: _unless_same(old, name, rows_of(now.fields, name)) for name in (ROWS, DISMISSALS)},
        order=definitions.current().template.order,
    )


def rebased(base: Document, mine: Document, theirs: Document) -> tuple[Document, Document]:
    """``base`` and ``mine`` as if both had begun with what ``theirs`` says about legality, and added to that.

    Rows are only ever added, so two people who add some at once never contradict each other.
    """
    order = definitions.current().template.order
    if base.error or mine.error or theirs.error:
        return base, mine
    there, fields = {}, {}
    for name in (ROWS, DISMISSALS):
        stored = rows_of(theirs.fields, name)
        there[name] = _unless_same(base, name, stored)
        fields[name] = _unless_same(mine, name, _on_top(rows_of(base.fields, name), rows_of(mine.fields, name), stored))
    return base.edit(fields=there, order=order), mine.edit(fields=fields, order=order)


def again(document: Document, id: str) -> Document:
    """A case study with a new row, to be filled in, that replaces one: for saying the same thing anew.

    :param id: of the row; when none has it, the document is as it was
    """
    rows = rows_of(document.fields, ROWS)
    found = next((row for row in rows if Assertion.read(row).id == id), None)
    if found is None:
        return document
    new = {column: found[column] for column in ("status", "scope", "regime", "jurisdiction") if found.get(column)}
    return document.edit(fields={ROWS: [*rows, {**new, "supersedes": id}]})


def take_roles_from(role_of: Callable[[str], str]) -> None:
    """Have rows that don't say their author's role signed with what this function says of the account."""
    global _role_of
    _role_of = role_of


def install() -> None:
    """Have the gate ask here before a revision is stored."""
    gate.add(_check)


# -- the storage -------------------------------------------------------------------------------------------------------


def _check(sent: gate.Sent) -> None:
    if _is_case_study(sent.meta) or (sent.current is not None and _is_case_study(sent.current.meta)):
        sent.data = _checked_data(sent.meta, sent.data, sent)


def _checked_data(meta: Mapping[str, Any], data: Any, revision: gate.Sent) -> Any:
    sent, current = data.read(), revision.current
    now = parse(revision.stored) if current is not None and _is_case_study(current.meta) else _NOTHING
    if meta.get(TRASH):
        _check_deletion(now)
        return io.BytesIO(sent)
    document = parse(sent) if _is_case_study(meta) else None
    if document is None or document.error:
        if rows_of(now.fields, ROWS) or rows_of(now.fields, DISMISSALS):
            _refuse(_("What was said about legality would be lost: it can only stand in a case study that can be read"))
        return io.BytesIO(sent)
    if revision.action == ACTION_REVERT:
        stored = carried_over(now, document)
    elif found := _violations(now, document):
        _refuse(*dict.fromkeys(_said(*one) for one in found))
    else:
        stored = signed(now, document)
    return io.BytesIO(dump(stored))


def _check_deletion(now: Document) -> None:
    who = author()
    if not who.editor and any(row.get("by", "").strip() != who.name for row in rows_of(now.fields, ROWS)):
        _refuse(_("Only editors can delete a case study with what others said about its legality"))


def _refuse(*messages: str) -> NoReturn:
    page = render_template("cupboard/legal_refused.html", title=_("This can't be saved"), messages=messages)
    abort(make_response(page, 403))


def _is_case_study(meta: Mapping[str, Any]) -> bool:
    return kinds.of_meta(meta) is CASE_STUDY


# -- the rules ---------------------------------------------------------------------------------------------------------


def _violations(before: Document, after: Document) -> list[tuple[str, Violation]]:
    who, case = _author_and_case(before, after)
    in_force = definitions.current()
    old, new = rows_of(before.fields, ROWS), rows_of(after.fields, ROWS)
    broken = violations(old, new, who, case, in_force.statuses, in_force.regimes, today())
    found = [(ROWS, one) for one in broken]
    dismissals = rows_of(before.fields, DISMISSALS), rows_of(after.fields, DISMISSALS)
    broken = dismissal_violations(*dismissals, who, in_force.regimes, [*old, *new])
    return found + [(DISMISSALS, one) for one in broken]


def _author_and_case(before: Document, after: Document) -> tuple[Author, Any]:
    case = case_of(after.fields)
    # Who changes the name of the organisation in the same save does not become a member by it.
    stored = case_of(before.fields).organisation
    if stored:
        case = replace(case, organisation=stored)
    named = [row.get("organisation", "") for row in rows_of(before.fields, ROWS)]
    who = author([case.organisation, *filter(None, named)])
    if who.name and len(rows_of(after.fields, ROWS)) > len(rows_of(before.fields, ROWS)):
        who = replace(who, role=_role_of(who.name))
    return who, case


def _said(field: str, one: Violation) -> str:
    if one.row is None:
        return one.message
    said = _("Row {row} of legal status: {message}") if field == ROWS else _("Row {row} of dismissals: {message}")
    return said.format(row=one.row + 1, message=one.message)


def _unless_same(document: Document, name: str, rows: Sequence[Row]) -> Any:
    """Rows for :meth:`Document.edit`; the value itself where it says the same, so no byte changes."""
    value = document.fields.get(name)
    if value == list(rows) or not (rows or rows_of(document.fields, name)):
        return value
    return list(rows) or None


def _on_top(base: Sequence[Row], mine: Sequence[Row], theirs: Sequence[Row]) -> list[Row]:
    struck = {row_id(row): row for row in mine if row.get("struck", "").strip()}
    known = {row_id(row) for row in (*base, *theirs)}
    found = [
        {**row, **{column: struck[row_id(row)][column] for column in STRIKING if column in struck[row_id(row)]}}
        if row_id(row) in struck and not row.get("struck", "").strip()
        else row
        for row in theirs
    ]
    return found + [row for row in mine if row_id(row) not in known]
