"""What a reader sees of the statements about a page: sentences, and links to what they were signed on.

Only statements whose pages this reader may read are here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from flask import url_for
from moin import current_app, flaskg
from moin.constants.keys import ALL_REVS, ITEMID, MTIME, NAME_EXACT, NAMESPACE, REV_NUMBER
from moin.utils.interwiki import url_for_item

from cupboard.bodies.statements import ENDORSEMENT, MET, STATE_LABELS, Statement, edits_since
from cupboard.days import shown, today
from cupboard.endorsement import signing
from cupboard.endorsement.signing import Kept
from cupboard.tongue import _


@dataclass(frozen=True)
class StatementView:
    """One statement as a page shows it.

    :ivar page: name of the statement's page
    :ivar subject: name of the page that it is about
    :ivar edits: how often that one was edited since; None when the revision is gone
    :ivar newest: id of the newest revision of the page it is about
    """

    kept: Kept
    subject: str
    edits: int | None
    newest: str

    @property
    def statement(self) -> Statement:
        return self.kept.statement

    @property
    def state(self) -> str:
        """In words."""
        return str(STATE_LABELS[self.statement.state(today())])

    @property
    def is_in_force(self) -> bool:
        return self.statement.in_force(today())

    @property
    def sentence(self) -> str:
        """``Endorsed by Anytown Council on revision 7, 3 May 2026``."""
        return self.statement.sentence()

    @property
    def day(self) -> str:
        return shown(self.statement.on)

    @property
    def since(self) -> str:
        """``2 edits since``; empty when there were none or that is not known."""
        return self.statement.sentence(self.edits).removeprefix(self.sentence).removeprefix("; ")

    @property
    def url(self) -> str:
        return url_for_item(self.kept.page)

    @property
    def revision_url(self) -> str:
        """The page as it was when this was signed."""
        return url_for_item(self.subject, rev=self.statement.revid)

    @property
    def diff_url(self) -> str:
        """What was changed since."""
        return url_for("frontend.diff", item_name=self.subject, rev1=self.statement.revid, rev2=self.newest)

    @property
    def ends(self) -> str:
        """``It is in force until 2 May 2028`` and the like."""
        one = self.statement
        if one.withdrawn_on:
            return _("It was withdrawn on {day}").format(day=shown(one.withdrawn_on))
        if one.until is None:
            return ""
        said = _("It is in force until {day}") if self.is_in_force else _("It ended on {day}")
        return said.format(day=shown(one.until))

    @property
    def findings(self) -> list[tuple[str, str, str]]:
        """(criterion, whether it is met, note), in words."""
        return [(one.label or one.criterion, MET.get(one.met, one.met), one.note) for one in self.statement.findings]

    @property
    def paragraphs(self) -> list[str]:
        return [part for part in self.statement.says.split("\n\n") if part.strip()]


class Statements:
    """All that was signed about a page, for the person who asks.

    :param name: of the page
    :param organisation: as the page names its own
    """

    def __init__(self, name: str, organisation: str):
        self.name = name
        self._organisation = organisation

    @cached_property
    def all(self) -> list[StatementView]:
        item = current_app.storage.get_item(short=True, **{NAMESPACE: "", NAME_EXACT: self.name})
        if not item:
            return []
        kept = [one for one in signing.about(item.itemid) if flaskg.user.may.read(one.page)]
        return views(self.name, item.itemid, kept)

    @property
    def endorsements(self) -> list[StatementView]:
        return [one for one in self.all if one.statement.kind == ENDORSEMENT and one.is_in_force]

    @property
    def confirmation(self) -> StatementView | None:
        """The newest one by the organisation that the page names today."""
        return next((one for one in self.all if one.statement.confirms(self._organisation, today())), None)

    @property
    def earlier(self) -> list[StatementView]:
        """Those that have ended or were withdrawn."""
        return [one for one in self.all if not one.is_in_force]


def views(name: str, itemid: str, kept: Sequence[Kept]) -> list[StatementView]:
    """Statements about one page, with how often it was edited since."""
    if not kept:
        return []
    history = _history(itemid, min(one.statement.revision for one in kept))
    newest = history[-1][0] if history else ""
    return [StatementView(one, name, edits_since(history, one.statement.revid), newest) for one in kept]


def view_of(kept: Kept) -> StatementView | None:
    """A statement for its own page; None when the page that it is about is not there, or this person may not read
    it.
    """
    item = current_app.storage.get_item(short=True, **{ITEMID: kept.statement.case})
    name = item.name if item else None
    if not name or not flaskg.user.may.read(name):
        return None
    return views(name, kept.statement.case, [kept])[0]


def _history(itemid: str, first: int) -> list[tuple[str, str]]:
    """(id, checksum) of the revisions of an item from a number on, the oldest first."""
    found = current_app.storage.documents(idx_name=ALL_REVS, **{ITEMID: itemid})
    ordered = sorted((one.meta.get(REV_NUMBER) or 0, one.meta[MTIME], one.revid) for one in found)
    return [(revid, _checksum(revid)) for number, _, revid in ordered if number >= first]


@lru_cache(maxsize=20_000)
def _checksum(revid: str) -> str:
    """Of the bytes of a revision, which never change."""
    meta, data = current_app.storage.backend.retrieve("default", revid)
    data.close()
    return str(meta.get("sha1") or "")
