"""What nobody can do with the pages of organisations, of their groups and of what they signed, by whatever way of
saving.

These are guards of :mod:`cupboard.gate`, which every page goes through that is written on the web:

- A group that gives its members a say (:data:`GROUPS`) is changed by editors. An organisation's administrators may
  put accounts into the group of its members and take them out, and change nothing else of the page.
- A statement is changed by nobody: only :mod:`cupboard.endorsement.signing` writes one, and it asks who signs.
- Name, other names, mail domains and group of an organisation decide who may speak for it: editors change them. The
  rest of the page is changed by everybody until it has members, then by them.
- A case study with a statement that counts is deleted, or made into something else, by editors only.

When a page about which something was signed gets another name, is deleted or comes back, the statements follow it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from flask import abort, make_response
from moin import current_app, flaskg
from moin.constants.keys import (
    ACTION_RENAME,
    ACTION_REVERT,
    ACTION_TRASH,
    CONTENTTYPE,
    CURRENT,
    ITEMID,
    ITEMTYPE,
    LATEST_REVS,
    NAME,
    NAME_EXACT,
    NAME_OLD,
    NAMESPACE,
    TRASH,
    USERGROUP,
)  # fmt: skip
from moin.themes import render_template
from moin.user import search_users

from cupboard import gate, groups, kinds, pages
from cupboard.bodies.names import keys_of
from cupboard.bodies.statements import Statement
from cupboard.catalogue import bodies
from cupboard.days import today
from cupboard.document import Document, dump, parse
from cupboard.editing import editor as editing
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.kinds.organisation import ORGANISATION
from cupboard.organisations import directory, membership
from cupboard.organisations.directory import PREFIX, Organisation
from cupboard.template import Problem
from cupboard.tongue import _

#: Pages that make somebody an editor, a supplier or a member.
GROUPS = re.compile("|".join((*groups.EDITORS, groups.SUPPLIERS, f"{PREFIX}/.*Group")), re.DOTALL)

#: Fields of an organisation's page that decide who may speak for it.
GUARDED = ("name", "aliases", "mail_domains", "group")

FROM_PUBLIC_SOURCES = "public-sources"

#: Metadata that a new revision has of its own, whatever is changed.
_OF_REVISION = {"revid", "parentid", "mtime", "action", "address", "hostname", "userid", "rev_number", "size", "sha1",
                "dataid", "comment", "itemlinks", "itemtransclusions", "externallinks", "language",
                "summary"}  # fmt: skip


def install() -> None:
    """Put the guards at the gate, and say in forms what they would refuse."""
    for guard in (_check_group, _check_statement, _check_organisation, _check_subject, _check_provenance):
        gate.add(guard)
    gate.follow(_follow)
    editing.add_policy(ORGANISATION, _policy)
    editing.add_policy(CASE_STUDY, _provenance_policy)


# groups


def _check_group(sent: gate.Sent) -> None:
    if not any(GROUPS.fullmatch(name) for name in _names(sent)) or groups.is_editor():
        return
    if _may_change_members(sent):
        return
    _refuse(_("Only editors can change who is an editor, a supplier, or who says who belongs to an organisation"),
            help="Help/Organisations")  # fmt: skip


def _may_change_members(sent: gate.Sent) -> bool:
    """Whether an organisation's administrator changes its members and nothing else."""
    if sent.current is None:
        return False
    before, after = sent.current.meta, sent.meta
    names = list(before.get(NAME) or ())
    if len(names) != 1 or before.get(NAMESPACE) or not flaskg.user.valid:
        return False
    group = names[0]
    if group.endswith("AdministratorsGroup") or not group.startswith(f"{PREFIX}/"):
        return False
    administrators = group.removesuffix("Group") + "AdministratorsGroup"
    if not groups.is_in(administrators, flaskg.user.name0) or groups.is_supplier():
        return False
    changed = {key for key in {*before, *after} if (before.get(key) or None) != (after.get(key) or None)}
    if changed - _OF_REVISION - {USERGROUP} or sent.action in (ACTION_TRASH, ACTION_RENAME):
        return False
    members = after.get(USERGROUP) or ()
    there = set(before.get(USERGROUP) or ())
    # Accounts, not groups: whoever may write a page named like one could join by it.
    return all(isinstance(one, str) and (one in there or search_users(**{NAME_EXACT: one})) for one in members)


# statements


def is_statement(meta: Mapping[str, Any]) -> bool:
    return _content_type(meta) == bodies.STATEMENT


def _check_statement(sent: gate.Sent) -> None:
    if is_statement(sent.meta) or (sent.current is not None and is_statement(sent.current.meta)):
        _refuse(_("What an organisation signed is not edited, renamed, deleted or brought back like other pages. The"
                  " organisation can renew or withdraw it on its own page"), help="Help/Endorsement")  # fmt: skip


def _check_subject(sent: gate.Sent) -> None:
    """Keep what was signed about a page from going away with the page."""
    if sent.current is None or not sent.current.meta.get(NAME):
        return
    goes = bool(sent.meta.get(TRASH)) or not sent.meta.get(NAME, True) or sent.meta.get(NAMESPACE, "") != "" or (
        _content_type(sent.meta) != _content_type(sent.current.meta)
    )
    if goes and not groups.is_editor() and _in_force(sent.current.meta[ITEMID]):
        _refuse(_("Only editors can delete a page about which an organisation has signed something, or make it into"
                  " something else"), help="Help/Endorsement")  # fmt: skip


def _in_force(itemid: str) -> bool:
    for _itemid, _page, fields, _case in bodies.statements(current_app.storage.reading(), about=itemid):
        statement = Statement.read(json.loads(fields))
        if statement and statement.in_force(today()):
            return True
    return False


# where a case study comes from


def _check_provenance(sent: gate.Sent) -> None:
    before, after = sent.current, sent.meta
    if before is None or after.get(TRASH) or CASE_STUDY not in (kinds.of_meta(before.meta), kinds.of_meta(after)):
        return
    stored = parse(sent.stored)
    if stored.fields.get("provenance") == FROM_PUBLIC_SOURCES:
        data = sent.data.read()
        sent.data = io.BytesIO(data)
        for problem in _provenance_policy(None, stored, parse(data)):
            _refuse(problem.message, help="Help/Endorsement")


def _provenance_policy(name: str | None, before: Document, after: Document) -> Iterator[Problem]:
    """That a page was made from public sources is for the organisation and for editors to take back."""
    said = before.fields.get("provenance") == FROM_PUBLIC_SOURCES
    if not said or after.error or after.fields.get("provenance") == FROM_PUBLIC_SOURCES or groups.is_editor():
        return
    organisation = before.fields.get("organisation", "")
    person = flaskg.user.name0 if flaskg.user.valid else ""
    if not (isinstance(organisation, str) and person and membership.is_member(person, organisation)):
        yield Problem("provenance", _(
            "Only members of the organisation, and editors, can say that this is not summarised from public sources "
            "any more"
        ))  # fmt: skip


# organisations


def is_organisation(meta: Mapping[str, Any]) -> bool:
    return _content_type(meta) == bodies.ORGANISATION


def _check_organisation(sent: gate.Sent) -> None:
    was = sent.current is not None and is_organisation(sent.current.meta)
    if not was and not is_organisation(sent.meta):
        return
    is_editor = groups.is_editor()
    if not is_organisation(sent.meta) or sent.meta.get(TRASH) or not sent.meta.get(NAME, True):
        if not is_editor:
            _refuse(_("Only editors can delete the page of an organisation, or make it into something else"),
                    help="Help/Organisations")  # fmt: skip
        return
    data = sent.data.read()
    after = parse(data)
    before = parse(sent.stored) if was else parse(b"")
    itemid = sent.current.meta[ITEMID] if sent.current is not None else None
    names = list(sent.meta.get(NAME) or [sent.name])
    renamed = was and names != list(sent.current.meta.get(NAME) or ())
    if not is_editor:
        messages = list(_not_allowed(before, after, was, renamed, names, itemid))
        if messages:
            _refuse(*messages, help="Help/Organisations")
    if not after.error:
        # A page that comes back may have lost its name to another meanwhile, so this is asked at every saving.
        if clashes := claims(after, itemid):
            _refuse(*clashes, help="Help/Organisations")
        if renamed and sent.current.meta.get(NAME):
            after = _keeping_its_group(before, after, sent.current.meta[NAME][0])
            data = dump(after)
    sent.data = io.BytesIO(data)


def claims(after: Document, itemid: str | None) -> list[str]:
    """What is wrong with the names of an organisation: another one has them."""
    return [
        _('"{name}" is the name of {page} already: an organisation has one page').format(name=name, page=other.page)
        for name, other in directory.taken(after, itemid)
    ]


def guarded_changes(before: Document, after: Document, is_new: bool) -> list[str]:
    """The fields that only editors may change and that are changed."""
    return [
        name
        for name in GUARDED
        if (before.fields.get(name) or "") != (after.fields.get(name) or "") and not (is_new and name == "name")
    ]


def _policy(name: str | None, before: Document, after: Document) -> Iterator[Problem]:
    """What :func:`_check_organisation` would refuse, at the question it is about."""
    organisation = directory.of_page(name) if name else None
    for claim in claims(after, organisation.itemid if organisation else None):
        yield Problem("name", claim)
    if groups.is_editor():
        return
    if organisation and not may_edit(organisation):
        yield Problem("about", _("Only those who belong to {name} can change its page").format(name=organisation.name))
    for field in guarded_changes(before, after, organisation is None):
        yield Problem(field, _("Only editors can change this: it decides who may speak for the organisation"))


def may_edit(organisation: Organisation) -> bool:
    """Whether the person who asks may edit an organisation's page, as far as that depends on membership."""
    name = flaskg.user.name0 if flaskg.user.valid else ""
    return (
        groups.is_editor()
        or not (membership.members(organisation) or membership.administrators(organisation))
        or membership.is_member(name, organisation)
        or membership.is_administrator(name, organisation)
    )


def _not_allowed(before: Document, after: Document, was: bool, renamed: bool, names: list[str], itemid: Any) -> Any:
    if after.error:
        yield _("The page of an organisation must be one that can be read: {error}").format(error=after.error)
        return
    if guarded_changes(before, after, not was):
        yield _("Only editors can change the name, the other names, the mail domains and the group of an organisation."
                " They decide who may speak for it")  # fmt: skip
    if renamed:
        yield _("Only editors can rename the page of an organisation")
    if not was and names != [directory.page_name(str(after.fields.get("name", "")))]:
        yield _("The page of an organisation is named by the organisation's name")
    organisation = directory.of_item(itemid) if was and itemid else None
    if organisation and not may_edit(organisation):
        yield _("Only those who belong to {name} can change its page").format(name=organisation.name)
    if not keys_of(after.fields):
        yield _("Enter the name of the organisation")


def _keeping_its_group(before: Document, after: Document, old_name: str) -> Document:
    """The page with the group that it had under its old name."""
    said = before.fields.get("group")
    if (isinstance(said, str) and said) or not pages.exists(f"{old_name}Group", current_app.storage):
        return after
    return after.edit(fields={"group": f"{old_name}Group"})


# following


def _follow(sent: gate.Sent) -> None:
    """Let statements have the name of the page that they are about, or go into the trash and come back with it."""
    if sent.current is None:
        return
    names = [] if sent.meta.get(TRASH) else list(sent.meta.get(NAME) or ())
    if names == list(sent.current.meta.get(NAME) or ()):
        return
    _move_statements(sent.current.meta[ITEMID], names[0] if names else None)


def _move_statements(case: str, name: str | None) -> None:
    storage = current_app.storage
    for itemid in _statements_about(case):
        item = storage.get_item(**{ITEMID: itemid})
        revision = item[CURRENT]
        old = list(revision.meta.get(NAME) or revision.meta.get(NAME_OLD) or ())
        if not old:
            continue
        new = [f"{name}/{old[0].rpartition('/')[2]}"] if name else []
        if new == list(revision.meta.get(NAME) or ()):
            continue
        with revision.data as data:
            content = data.read()
        meta = {key: value for key, value in revision.meta.items() if key not in ("revid", "mtime", TRASH, NAME_OLD)}
        meta.update(
            {NAME: new, "rev_number": revision.meta.get("rev_number", 0) + 1, "parentid": revision.meta["revid"]}
        )
        if not new:
            meta.update({TRASH: True, NAME_OLD: old})
        action = ACTION_TRASH if not new else ACTION_RENAME if revision.meta.get(NAME) else ACTION_REVERT
        item.store_revision(meta, io.BytesIO(content), action=action)
    flaskg.storage._clear_acl_cache()


def _statements_about(case: str) -> list[str]:
    """Item ids of the statements about a page, those in the trash too."""
    found = {itemid for itemid, *_ in bodies.statements(current_app.storage.reading(), about=case)}
    trashed = current_app.storage.documents(idx_name=LATEST_REVS, **{ITEMTYPE: "endorsement", TRASH: True})
    for revision in trashed:
        if is_statement(revision.meta):
            statement = Statement.read(_document(revision).fields)
            if statement and statement.case == case:
                found.add(revision.meta[ITEMID])
    return sorted(found)


def _names(sent: gate.Sent) -> set[str]:
    """All names in the main namespace that a revision has, had, or was addressed by."""
    found = {sent.name} if sent.current is None else set()
    if not sent.meta.get(NAMESPACE):
        found.update(one for one in sent.meta.get(NAME) or () if isinstance(one, str))
    if sent.current is not None and not sent.current.meta.get(NAMESPACE):
        found.update(sent.current.meta.get(NAME) or ())
        if sent.current.meta.get(TRASH):
            found.update(sent.current.meta.get(NAME_OLD) or ())
    return found


def _content_type(meta: Mapping[str, Any]) -> str:
    return str(meta.get(CONTENTTYPE) or "").partition(";")[0].strip().lower()


def _document(revision: Any) -> Document:
    with revision.data as data:
        return parse(data.read())


def _refuse(*messages: str, help: str) -> NoReturn:
    page = render_template("cupboard/refused.html", title=_("This can't be saved"), messages=messages, help=help)
    abort(make_response(page, 403))
