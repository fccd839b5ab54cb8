"""Proposals to change the hierarchy: who asked for what and why, which public bodies support it, what was decided.

Each is a page ``Cupboard/Proposals/<slug>`` of front matter and wiki markup, which stays readable without the Cupboard:

    ---
    action: merge
    term: contracts/catering
    into: contracts/food
    by: alice
    on: '2026-05-03'
    support:
    - organisation: Anytown Council
      by: buyer1
      on: '2026-05-04'
      member: yes                # the account is in that organisation's group
    status: accepted             # open, accepted, declined
    decided_by: editor1
    decided_on: '2026-05-09'
    reason: Two names for one thing.
    ---
    Why, in wiki markup.

Anybody with an account may propose and support; only editors decide. So the pages can be written by editors only, and
what others do to them is written here, in their name, after their right to it was looked at.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from moin import current_app, flaskg
from moin.constants.keys import LATEST_REVS, NAME, NAME_EXACT, NAMESPACE
from whoosh.query import And, Prefix, Term

from cupboard import definitions, pages
from cupboard.document import Document, DocumentError, dump
from cupboard.fields import text_of
from cupboard.groups import EDITORS_ONLY, is_editor
from cupboard.legal_status import asserting
from cupboard.nomenclature import term_form
from cupboard.terms.changes import Refused
from cupboard.terms.wishes import Wish
from cupboard.tongue import L_, _

LIST = "Cupboard/Proposals"
CONTENT_TYPE = "text/x-term-proposal;charset=utf-8"
ITEM_TYPE = "term-proposal"
OPEN, ACCEPTED, DECLINED = "open", "accepted", "declined"
#: Status -> what it is called.
STATUSES: Mapping[str, L_] = {OPEN: L_("Open"), ACCEPTED: L_("Accepted"), DECLINED: L_("Declined")}

#: What can be proposed, as people call it -> the action.
KINDS: Mapping[str, str] = {
    "revise": L_("Another name"),
    "split": L_("Split it"),
    "merge": L_("Merge it into another"),
    "move": L_("Move it"),
    "add": L_("A new term below it"),
    "retire": L_("Take it out of use"),
}
ORDER = ("action", "term", "by", "on", "support", "status", "decided_by", "decided_on", "reason")
_OWN = frozenset(ORDER)
MAX_WHY = 5000
MOST_OPEN = 20
MOST = 500


@dataclass(frozen=True)
class Support:
    """A public body that supports a proposal.

    :ivar is_member: whether the account that said so is in that body's group
    """

    organisation: str
    by: str
    on: str
    is_member: bool


@dataclass(frozen=True)
class Proposal:
    """One proposal.

    :ivar name: of its page
    :ivar error: why the page can't be read; None when it can
    """

    name: str
    document: Document

    @property
    def error(self) -> DocumentError | None:
        return self.document.error

    def text(self, field: str) -> str:
        return text_of(self.document.fields, field)

    @property
    def status(self) -> str:
        status = self.text("status")
        return status if status in (ACCEPTED, DECLINED) else OPEN

    @property
    def state(self) -> str:
        """Its status in words."""
        return str(STATUSES[self.status])

    @property
    def is_open(self) -> bool:
        return self.status == OPEN and not self.error

    @property
    def wish(self) -> Wish:
        """:raises Refused: when the page asks for nothing that there is"""
        fields = self.document.fields.items()
        values = {key: value for key, value in fields if key not in _OWN and isinstance(value, str)}
        return Wish.read(self.text("action"), self.text("term"), values)

    @property
    def title(self) -> str:
        try:
            return self.wish.sentence(definitions.current().contents) + self._to_what
        except Refused:
            return self.name.rpartition("/")[2]

    @property
    def _to_what(self) -> str:
        label = self.text("label")
        return f": “{label}”" if label and self.text("action") == "revise" else ""

    @property
    def support(self) -> list[Support]:
        rows = self.document.fields.get("support", ())
        return [
            Support(row["organisation"], row.get("by", ""), row.get("on", ""), row.get("member") == "yes")
            for row in (rows if isinstance(rows, list) else ())
            if isinstance(row, Mapping) and row.get("organisation")
        ]


def may_propose() -> bool:
    return flaskg.user.valid and flaskg.user.may.read(LIST)


def may_decide() -> bool:
    return is_editor() and flaskg.user.may.write(definitions.CONTENTS)


def read(name: str) -> Proposal | None:
    """The proposal of a page's name; None when there is none, or it may not be read by the person who asks."""
    page = pages.readable(name)
    if page is None or not name.startswith(f"{LIST}/") or page.meta.get("itemtype") != ITEM_TYPE:
        return None
    return Proposal(name, page.document)


def every() -> list[Proposal]:
    """Those that the person who asks may read: the open ones first, then the newest."""
    query = And([Term(NAMESPACE, ""), Prefix(NAME_EXACT, f"{LIST}/")])
    metas = flaskg.storage.search_meta(query, idx_name=LATEST_REVS, limit=MOST)
    found = [one for meta in metas for name in meta[NAME] if (one := read(name))]
    found.sort(key=lambda one: (one.text("on"), one.name), reverse=True)
    return sorted(found, key=lambda one: not one.is_open)


def propose(wish: Wish, why: str) -> str:
    """Store a proposal of the person who asks.

    :returns: the name of its page
    :raises Refused: when it can't be carried out, or there are too many of that person's already
    """
    if wish.action not in KINDS:
        raise Refused(_("Choose what is to be changed"))
    why = why.strip()
    if not why:
        raise Refused(_("Say why, so that others can judge"))
    if len(why) > MAX_WHY:
        raise Refused(_("Say why in {most:,} characters or fewer").format(most=MAX_WHY))
    term_form.changed(definitions.CONTENTS, wish)  # what can't be done is said now, not when it is accepted
    me = flaskg.user.name0
    if sum(one.is_open and one.text("by") == me for one in every()) >= MOST_OPEN:
        said = _("You have {most} open proposals: wait until some of them are decided")
        raise Refused(said.format(most=MOST_OPEN))
    fields = {"action": wish.action, "term": wish.term, **{key: one for key, one in wish.values.items() if one.strip()}}
    fields |= {"by": me, "on": date.today().isoformat(), "status": OPEN}
    try:
        document = Document.new(fields, {}, ORDER)
        data = dump(document) + why.replace("\r\n", "\n").encode("utf-8", "replace") + b"\n"
    except DocumentError as problem:
        raise Refused(problem.message) from None
    about = f"{wish.action} {wish.values.get('label') or wish.term}"
    plain = f"{LIST}/{pages.slug(about.replace('/', ' '), 'proposal')}"
    with pages.one_writer():
        name, number = plain, 1
        while pages.exists(name, current_app.storage):
            number += 1
            name = f"{plain}-{number}"
        _store(name, data, "Proposed", meta={"acl": EDITORS_ONLY})
    return name


def support(name: str, organisation: str) -> None:
    """Say, in the name of the person who asks, that a public body supports a proposal.

    :raises Refused: when that can't be said
    """
    organisation = " ".join(organisation.split())
    if not organisation or len(organisation) > 200:
        raise Refused(_("Enter the name of the public body, in 200 characters or fewer"))
    with pages.one_writer():
        found = _still_open(name)
        if any(one.organisation.casefold() == organisation.casefold() for one in found.support):
            raise Refused(_("{organisation} supports it already").format(organisation=organisation))
        if len(found.support) >= 200:
            raise Refused(_("It has support enough: editors decide now"))
        is_member = bool(asserting.author([organisation]).organisation)
        row = {"organisation": organisation, "by": flaskg.user.name0, "on": date.today().isoformat()}
        rows = [*found.document.fields.get("support", ()), row | ({"member": "yes"} if is_member else {})]
        _edit(found, {"support": rows}, f"Supported by {organisation}")


def withdraw_support(name: str, organisation: str) -> None:
    """Take back what the person who asks said for a public body.

    :raises Refused: when that person did not say it
    """
    with pages.one_writer():
        found = _still_open(name)
        rows = [row for row in found.document.fields.get("support", ())]
        left = [
            row for row in rows if not (row.get("organisation") == organisation and row.get("by") == flaskg.user.name0)
        ]
        if left == rows:
            raise Refused(_("That is not yours to take back"))
        _edit(found, {"support": left or None}, f"Support of {organisation} taken back")


def decide(name: str, accepted: bool, reason: str) -> None:
    """Accept a proposal, which carries it out, or decline it.

    :raises Refused: when it is decided already, no reason is given, or it can't be carried out any more
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > 2000:
        raise Refused(_("Give a reason, in 2,000 characters or fewer"))
    found = _still_open(name)
    if accepted:
        term_form.save(definitions.CONTENTS, found.wish, f"Proposed on {name}. {reason}")
    with pages.one_writer():
        found = _still_open(name)
        fields = {
            "status": ACCEPTED if accepted else DECLINED,
            "decided_by": flaskg.user.name0,
            "decided_on": date.today().isoformat(),
            "reason": reason,
        }
        _edit(found, fields, f"{'Accepted' if accepted else 'Declined'}: {reason}"[:1000])


def _still_open(name: str) -> Proposal:
    found = read(name)
    if found is None:
        raise Refused(_("There is no such proposal"))
    if not found.is_open:
        raise Refused(_("It is decided already"))
    return found


def _edit(found: Proposal, fields: Mapping[str, Any], comment: str) -> None:
    _store(found.name, dump(found.document.edit(fields=fields, order=ORDER)), comment)


def _store(name: str, data: bytes, comment: str, meta: Mapping[str, Any] | None = None) -> None:
    pages.store(name, data, contenttype=CONTENT_TYPE, itemtype=ITEM_TYPE, comment=comment,
                storage=current_app.storage, meta=meta)
