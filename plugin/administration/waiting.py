"""What waits for an editor: new accounts, each with its pages. One page, ``/+cupboard/waiting``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin.constants.keys import EMAIL, MTIME
from moin.themes import render_template

from cupboard.accounts import newcomers
from cupboard.groups import is_editor, require_editor
from cupboard.people import letters
from cupboard.tongue import _

LONGEST_REASON = 500


@dataclass(frozen=True)
class Newcomer:
    """An account that waits, or one whose pages do."""

    itemid: str
    name: str
    email: str
    since: float
    is_waiting: bool
    pages: list[newcomers.Waiting]


def waiting() -> ResponseReturnValue:
    require_editor()
    if request.method != "POST":
        return _page()
    what, __, itemid = request.form.get("do", "").partition(" ")
    reason = " ".join(request.form.get("reason", "").split())
    if what in ("decline-page", "decline-account") and not reason:
        return _page((itemid, _("Say why, so that the author knows what to change")), 422)
    if len(reason) > LONGEST_REASON:
        problem = _("The reason must be {most} characters or fewer").format(most=LONGEST_REASON)
        return _page((itemid, problem), 422)
    if what == "approve-account":
        done, said = newcomers.approve_account(itemid), _("The account is approved, and its pages are published.")
    elif what == "approve-page":
        done, said = newcomers.approve_page(itemid), _("The page is published. The account still waits.")
    elif what == "decline-page":
        done, said = newcomers.decline_page(itemid, reason), _("The page stays hidden, and its author sees why.")
    elif what == "decline-account":
        done, said = newcomers.decline_account(itemid, reason), _("The account is closed. Its pages stay hidden.")
    elif what == "settle-letter":
        letters.settle(itemid)
        done, said = True, _("The report is off the list.")
    else:
        abort(400)
    flash(said if done else _("That was decided already."), "info" if done else "error")
    return redirect(url_for("frontend.cupboard.waiting"), 303)


def count() -> int | None:
    """How many accounts wait, or their pages, and how many reports of messages; None for whoever is no editor."""
    return len(_newcomers()) + len(letters.reported()) if is_editor() else None


def _page(problem: tuple[str, str] | None = None, status: int = 200) -> ResponseReturnValue:
    title = _("Error: Waiting for an editor") if problem else _("Waiting for an editor")
    page = render_template(
        "cupboard/waiting.html", title=title, newcomers=_newcomers(), problem=problem, reports=letters.reported()
    )
    return page, status


def _newcomers() -> list[Newcomer]:
    by_author: dict[str, list[newcomers.Waiting]] = {}
    for page in newcomers.pages():
        by_author.setdefault(page.author_id, []).append(page)
    found = []
    for account in newcomers.accounts():
        pages = by_author.pop(account.itemid, [])
        found.append(_newcomer(account, pages, True))
    # of accounts that are gone, or were approved while a page was being saved
    found.extend(Newcomer(itemid, pages[0].author, "", 0, False, pages) for itemid, pages in by_author.items())
    return found


def _newcomer(account: Any, pages: list[newcomers.Waiting], is_waiting: bool) -> Newcomer:
    meta = account.profile._meta
    return Newcomer(account.itemid, account.name0, meta.get(EMAIL, ""), meta.get(MTIME) or 0, is_waiting, pages)
