"""The editors' worklist: what is said in case studies and is older than a change of law, until it is said anew or an
editor dismisses the change for it, with a reason.

Nothing is stored for it: the lists of case studies know which ones a change of law flags today.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import flaskg
from moin.storage.middleware.exceptions import AccessDenied
from moin.themes import render_template

from cupboard import catalogue, definitions, pages
from cupboard.appraisals import spreadsheet
from cupboard.catalogue import Query, Results
from cupboard.document import Document, dump
from cupboard.fields import rows_of
from cupboard.groups import require_editor
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.legal.overlays import Flag
from cupboard.legal.policy import MAX_LENGTH
from cupboard.legal.regimes import LawChange
from cupboard.legal.view import DISMISSALS, Statement
from cupboard.legal_status import asserting
from cupboard.lists.cards import CardView
from cupboard.tongue import L_, N_, _
from cupboard.views import blueprint

PER_PAGE = 25
#: Case studies in the file.
MOST = 5_000
#: What can be dismissed at once.
MOST_AT_ONCE = 200

_HEADERS = (
    L_("Change of law"),
    L_("Date of the change"),
    L_("Case study"),
    L_("Organisation"),
    L_("What is said"),
    L_("Recorded by"),
    L_("Why"),
    L_("Address"),
)


@dataclass(frozen=True)
class Due:
    """Something that is said in a case study, and a change of law that came after it."""

    view: CardView
    statement: Statement
    flag: Flag

    @property
    def event(self) -> LawChange:
        assert self.flag.event is not None
        return self.flag.event

    @property
    def key(self) -> str:
        """Names it in the form: ids have no blanks, names of pages may."""
        return f"{self.event.id} {self.statement.assertion.id} {self.view.name}"


class Worklist:
    """A page of the worklist.

    :param change: id of the change of law that it is about; empty: all
    :param ticked: keys of what is ticked
    """

    def __init__(self, change: str = "", page: int = 1, per_page: int = PER_PAGE, ticked: Iterable[str] = ()):
        self._in_force = definitions.current()
        self.change = change
        self.ticked = frozenset(ticked)
        wanted = (change,) if change else tuple(event.id for event in self._in_force.regimes.events)
        self.results: Results | None = None
        if wanted:
            self.results = catalogue.find(
                Query(include={"change": wanted}, sort="changed", page=page, per_page=per_page)
            )

    @cached_property
    def due(self) -> list[Due]:
        return list(self._due())

    def _due(self) -> Iterator[Due]:
        for entry in self.results.entries if self.results else ():
            view = CardView(entry, self._in_force)
            for statement in view.legal.live:
                for flag in statement.overlays:
                    if flag.event and self.change in ("", flag.event.id):
                        yield Due(view, statement, flag)

    @property
    def total(self) -> int:
        """How many case studies wait."""
        return self.results.total if self.results else 0

    @cached_property
    def events(self) -> list[tuple[LawChange, int]]:
        """The changes of law for which any case study waits, newest first, each with how many do."""
        counts = catalogue.law_changes()
        return [(event, counts[event.id]) for event in self._in_force.regimes.events if counts.get(event.id)]


@blueprint.route("/law-changes", methods=["GET", "POST"])
def law_changes() -> ResponseReturnValue:
    """What waits; POST dismisses a change of law for what is ticked."""
    require_editor()
    change = _change(request.values.get("change", ""))
    if request.method == "POST":
        ticked = list(dict.fromkeys(request.form.getlist("due")))[:MOST_AT_ONCE]
        reason = " ".join(request.form.get("reason", "").split())
        problems = _problems(ticked, reason)
        if not problems:
            count, problems = _dismiss(ticked, reason)
            if count:
                done = N_("Dismissed for {count} statement.", "Dismissed for {count} statements.", count)
                flash(done.format(count=count), "info")
        if problems:
            return _shown(Worklist(change, _page(), ticked=ticked), problems, reason), 422
        return redirect(url_for("frontend.cupboard.law_changes", change=change or None))
    return _shown(Worklist(change, _page()))


@blueprint.route("/law-changes.csv")
def law_changes_csv() -> ResponseReturnValue:
    """The worklist as a table."""
    require_editor()
    rows = (
        (due.event.title, str(due.event.when), due.view.title, due.view.text("organisation"), due.statement.sentence,
         due.statement.provenance, due.flag.text, request.host_url.rstrip("/") + due.view.url)
        for due in Worklist(_change(request.args.get("change", "")), per_page=MOST).due
    )  # fmt: skip
    # with a mark of its encoding, without which Excel takes it for another one
    table = spreadsheet.csv_text([str(header) for header in _HEADERS], rows)
    response = Response("\ufeff" + table, content_type="text/csv; charset=utf-8")
    response.headers.set("Content-Disposition", "attachment", filename="law-changes.csv")
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _shown(worklist: Worklist, problems: Mapping[str, str] | None = None, reason: str = "") -> str:
    title = _("Statements that a change of law touches")
    return render_template(
        "cupboard/law_worklist.html",
        title=_("Error: {title}").format(title=title) if problems else title,
        heading=title,
        worklist=worklist,
        problems=problems or {},
        reason=reason,
    )


def _change(id: str) -> str:
    """The id of a change of law that there is; empty for any other."""
    return id if id and definitions.current().regimes.event(id) else ""


def _page() -> int:
    text = request.values.get("page", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1


def _problems(ticked: list[str], reason: str) -> dict[str, str]:
    """What is missing: message by id of the control."""
    found = {}
    if not ticked:
        found["due-1"] = _("Tick what the change of law does not matter for")
    if not reason:
        found["reason"] = _("Enter why the change does not matter there")
    elif len(reason) > MAX_LENGTH:
        found["reason"] = _("The reason must be {most:,} characters or fewer").format(most=MAX_LENGTH)
    return found


def _dismiss(ticked: list[str], reason: str) -> tuple[int, dict[str, str]]:
    """Write the dismissals, one revision a page.

    :returns: how many were written, and what went wrong, by id of the control
    """
    of_page: dict[str, list[dict[str, str]]] = {}
    for key in ticked:
        event, __, rest = key.partition(" ")
        assertion, __, name = rest.partition(" ")
        of_page.setdefault(name, []).append({"event": event, "assertion": assertion, "reason": reason})
    count, failed = 0, []
    for name, rows in of_page.items():
        try:
            with pages.one_writer():
                count += _dismiss_on(name, rows)
        except (AccessDenied, pages.Invalid, LookupError):
            failed.append(name)
    if not failed:
        return count, {}
    return count, {"due-1": _("You can't change these pages: {names}").format(names=", ".join(failed))}


def _dismiss_on(name: str, rows: list[dict[str, str]]) -> int:
    """
    :raises LookupError: when there is no such case study, or not for the person who asks
    :raises pages.Invalid: when a rule forbids it
    :raises AccessDenied: when that person may not write it
    """
    page = pages.read(name)
    if page is None or page.document.error or flaskg.user.may.write(name) is not True:
        raise LookupError(name)
    stored = rows_of(page.document.fields, DISMISSALS)
    have = {(row.get("event"), row.get("assertion")) for row in stored}
    new = [row for row in rows if (row["event"], row["assertion"]) not in have]
    if new:
        _store(
            name,
            page.document,
            page.document.edit(
                fields={DISMISSALS: [*stored, *new]}, order=definitions.current().template_of(CASE_STUDY).order
            ),
        )
    return len(new)


def _store(name: str, before: Document, after: Document) -> None:
    if broken := asserting.problems(before, after):
        raise pages.Invalid(broken)
    # Not checked against the template: a field that was made required since is no reason to refuse a dismissal.
    pages.store(
        name,
        dump(after),
        contenttype=CASE_STUDY.stored_type,
        itemtype=CASE_STUDY.item_type,
        comment="A change of law dismissed",
    )
