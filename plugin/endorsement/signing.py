"""Signing a statement about a case study, renewing it and taking it back.

This is the one place where the page of a statement is written. :mod:`cupboard.organisation_pages.guards` refuses all
other ways, so who signed, when, and what about, is what the wiki knows and not what somebody typed. It asks for rights
of its own: not who may write the page of the case study, but who belongs to an organisation that may say this.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from moin import current_app, flaskg
from moin.constants.keys import ACL, ACTION_SAVE, ITEMID, REV_NUMBER
from moin.signalling import item_modified

from cupboard import definitions, groups, kinds, pages
from cupboard.bodies.statements import CONFIRMATION, ENDORSEMENT, MET, Finding, Statement, last_day
from cupboard.catalogue import access, bodies
from cupboard.days import today
from cupboard.document import Document, dump
from cupboard.names import full_name
from cupboard.organisations import directory, membership
from cupboard.organisations.directory import Organisation
from cupboard.tongue import L_, _

CONTENT_TYPE = f"{bodies.STATEMENT};charset=utf-8"
ITEM_TYPE = "endorsement"

MOST_TEXT, MOST_NOTE, MOST_ROLE = 4000, 500, 120

_LAST_PART = {ENDORSEMENT: "endorsed-by", CONFIRMATION: "confirmed-by"}


class NotSigned(ValueError):
    """A statement was not signed or taken back.

    :ivar problems: all that was wrong: (id of the control that it is about; empty: none, message), in the form's order
    """

    def __init__(self, *problems: tuple[str, str]):
        super().__init__("; ".join(message for _control, message in problems))
        self.problems = problems


class Changed(NotSigned):
    """The page was changed after the person who signs had opened it."""


@dataclass(frozen=True)
class Kept:
    """A statement as it is stored.

    :ivar page: name of its page
    """

    itemid: str
    page: str
    statement: Statement


def about(itemid: str) -> list[Kept]:
    """All statements about a page, the newest first; not asked: who may read them."""
    return _kept(about=itemid)


def of_item(itemid: str) -> Kept | None:
    """The statement with a page of this item id."""
    return next(iter(_kept(itemid=itemid)), None)


def may_be_signed(page: pages.Page) -> bool:
    """Whether a page is one that organisations sign statements about."""
    kind = kinds.of_meta(page.meta)
    return kind is not None and kind.listed and not page.document.error


def signers(kind: str, page: pages.Page) -> list[Organisation]:
    """The organisations for which the person who asks can sign a statement about a page."""
    name = flaskg.user.name0 if flaskg.user.valid else ""
    if not name or groups.is_supplier(name):
        return []
    own = directory.organisation_of(page.document)
    if kind == CONFIRMATION:
        return [own] if own and membership.is_member(name, own) else []
    found = (directory.named(one) for one in definitions.current().endorsing.endorsers)
    unique = {one.itemid: one for one in found if one and (own is None or one.itemid != own.itemid)}
    return [one for one in unique.values() if membership.is_member(name, one)]


def sign(
    kind: str,
    name: str,
    revid: str,
    organisation: str,
    role: str,
    says: str = "",
    findings: Mapping[str, tuple[str, str]] | None = None,
) -> Kept:
    """Sign a statement for the person who asks, or renew the one that the organisation has signed before.

    :param name: of the page that it is about
    :param revid: of the revision that this person has read
    :param organisation: item id of the page of the organisation that says it
    :param findings: by criterion: whether it is met, and a note
    :raises NotSigned: when that can't be; :class:`Changed` when the page has a later revision
    :raises AccessDenied: when this person may not read the page
    """
    with pages.one_writer():
        page = pages.read(name)
        if page is None or not may_be_signed(page):
            raise NotSigned(("", _("There is no such page, or it can't be read as it should")))
        problems: list[tuple[str, str]] = []
        signer = next((one for one in signers(kind, page) if one.itemid == organisation), None)
        if signer is None:
            said = _("You can't sign this for that organisation") if organisation else _("Choose the organisation")
            problems.append(("organisation", said))
        found = _found(findings or {}, problems) if kind == ENDORSEMENT else ()
        says = _lines(
            says, MOST_TEXT, "says", L_("What the organisation says must be {most:,} characters or fewer"), problems
        )
        role = _line(role, MOST_ROLE, "role", L_("Your role must be {most:,} characters or fewer"), problems)
        if not role:
            problems.append(("role", _("Enter your role in the organisation")))
        if signer is None or problems:
            raise NotSigned(*problems)
        made = Statement(
            kind=kind,
            case=page.meta[ITEMID],
            organisation=signer.itemid,
            organisation_name=signer.name,
            subject=str(page.document.fields.get("organisation", "")),
            revision=int(page.meta.get(REV_NUMBER) or 1),
            revid=page.revid,
            content=str(page.meta.get("sha1") or ""),
            by=flaskg.user.name0,
            role=role,
            on=today(),
            until=last_day(today(), definitions.current().endorsing.term) if kind == ENDORSEMENT else None,
            findings=tuple(found),
            says=says,
        )
        if page.revid != revid:
            raise Changed(("", _("The page was changed while you read it. Look at what was changed, and sign again")))
        return _store(made, page)


def withdraw(kept: Kept, reason: str) -> None:
    """Take a statement back for the person who asks. It stays, with the reason, and counts no more.

    :raises NotSigned: when that can't be
    """
    if not may_withdraw(kept):
        raise NotSigned(("", _("Only the organisation that signed this, and editors, can withdraw it")))
    problems: list[tuple[str, str]] = []
    reason = _line(reason, MOST_NOTE, "reason", L_("The reason must be {most:,} characters or fewer"), problems)
    if not reason:
        problems.append(("reason", _("Enter the reason: readers will see it")))
    if problems:
        raise NotSigned(*problems)
    with pages.one_writer():
        now = of_item(kept.itemid)
        if now is None or now.statement.withdrawn_on:
            raise NotSigned(("", _("It was withdrawn already")))
        _write(
            now.page,
            replace(now.statement, withdrawn_on=today(), withdrawn_by=flaskg.user.name0, withdrawn_reason=reason),
            "Withdrawn",
        )


def may_withdraw(kept: Kept) -> bool:
    """Whether the person who asks can take a statement back."""
    if not flaskg.user.valid or kept.statement.withdrawn_on:
        return False
    organisation = directory.of_item(kept.statement.organisation)
    return groups.is_editor() or (
        organisation is not None and membership.is_member(flaskg.user.name0, organisation)
    )


def _kept(**by: str) -> list[Kept]:
    rows = bodies.statements(current_app.storage.reading(), **by)
    read = ((itemid, page, Statement.read(json.loads(fields))) for itemid, page, fields, _ in rows)
    return [Kept(itemid, page, statement) for itemid, page, statement in read if statement]


def _found(findings: Mapping[str, tuple[str, str]], problems: list[tuple[str, str]]) -> Sequence[Finding]:
    """What was found; what is wrong with it is added to ``problems``, as in the two functions below."""
    found = []
    for criterion in definitions.current().endorsing.criteria:
        met, note = findings.get(criterion.id, ("", ""))
        if met not in MET:
            said = _("Say of each criterion whether it is met: {criterion}").format(criterion=criterion.label)
            problems.append((f"met-{criterion.id}", said))
        too_long = L_("A note must be {most:,} characters or fewer")
        note = _line(note, MOST_NOTE, f"note-{criterion.id}", too_long, problems)
        found.append(Finding(criterion.id, criterion.label, met, note))
    if found and all(one.met in MET and one.met != "yes" for one in found):
        said = _("An endorsement says of at least one criterion that it is met")
        problems.append((f"met-{found[0].criterion}", said))
    return found


def _store(made: Statement, page: pages.Page) -> Kept:
    for one in about(made.case):
        if (one.statement.kind, one.statement.organisation) == (made.kind, made.organisation):
            _write(one.page, made, "Renewed")
            return Kept(one.itemid, one.page, made)
    plain = f"{page.name}/{_LAST_PART[made.kind]}-{pages.slug(made.organisation_name)}"
    name, number = plain, 1
    while pages.exists(name, current_app.storage):
        number += 1
        name = f"{plain}-{number}"
    comment = "Endorsed" if made.kind == ENDORSEMENT else "Confirmed"
    # Where pages don't have the rules of those above them, its own keep it from those who may not read the case study.
    rules = page.meta.get(ACL)
    _write(
        name, made, comment, {ACL: rules} if rules is not None and not access.is_hierarchic(flaskg.storage) else None
    )
    itemid = current_app.storage.get_item(short=True, namespace="", name_exact=name).itemid
    return Kept(itemid, name, made)


def _write(name: str, statement: Statement, comment: str, meta: Mapping[str, Any] | None = None) -> None:
    pages.store(
        name,
        dump(Document.new(statement.fields(), {}, ())),
        contenttype=CONTENT_TYPE,
        itemtype=ITEM_TYPE,
        comment=comment,
        storage=current_app.storage,
        meta=meta,
    )
    # Written past the rights of the page, so announced here: those who follow the case study hear of it.
    item_modified.send(current_app._get_current_object(), fqname=full_name(name), action=ACTION_SAVE)


def _line(text: str, most: int, control: str, too_long: L_, problems: list[tuple[str, str]]) -> str:
    return _lines(" ".join(text.split()), most, control, too_long, problems)


def _lines(text: str, most: int, control: str, too_long: L_, problems: list[tuple[str, str]]) -> str:
    text = "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n")).strip()
    text = "".join(letter for letter in text if letter == "\n" or letter.isprintable())
    if len(text) > most:
        problems.append((control, too_long.format(most=most)))
    return text
