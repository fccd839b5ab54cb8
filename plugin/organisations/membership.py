"""Who belongs to an organisation, and who says so.

The members are those of a Moin group, a page named like the organisation's with ``Group`` at its end. Who may put
somebody in, besides editors, are the members of a second group, with ``AdministratorsGroup`` at its end, which only
editors change: see :mod:`cupboard.organisation_pages.guards`. Accounts join by an invitation, which is a signed link
that works once, by an editor or administrator naming them, or by a verified address on one of the organisation's mail
domains.

An organisation without a page has a group too, if an editor made one: :func:`group_of`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer
from moin import current_app, flaskg
from moin.constants.keys import ACL, CURRENT, NAME_EXACT, NAMESPACE, USERGROUP
from moin.user import search_users

from cupboard import pages
from cupboard.bodies import domains
from cupboard.days import plus_days, today
from cupboard.groups import EDITORS_GROUP, asking, is_editor, is_in, is_supplier
from cupboard.organisations.directory import PREFIX, Organisation, named
from cupboard.tongue import _

#: Metadata of a group: invitations that wait, each ``id last-day note``.
INVITATIONS = "cupboard_invitations"
INVITED_FOR = 14  # days
MOST_INVITATIONS = 50
MOST_MEMBERS = 1000

_GROUP_TYPE = "text/x.moin.wiki;charset=utf-8"


class NotJoined(ValueError):
    """Somebody did not become a member; the message says why."""


@dataclass(frozen=True)
class Invitation:
    """An invitation that waits.

    :ivar until: the last day it can be accepted
    :ivar note: whom it is for, in the words of who made it
    """

    id: str
    until: date
    note: str

    @property
    def is_open(self) -> bool:
        return today() <= self.until


# who


def group_of(organisation: str) -> str:
    """The name of the group whose members may speak for an organisation; empty for one without a name.

    :param organisation: as a case study has it
    """
    found = named(organisation)
    return found.group if found else default_group(organisation)


def default_group(organisation: str) -> str:
    """The name of the group of an organisation that has no page; empty for one without a name."""
    return f"{PREFIX}/{pages.slug(organisation)}Group" if organisation.strip() else ""


def is_member(name: str, organisation: Organisation | str) -> bool:
    """Whether an account belongs to an organisation.

    :param organisation: or its name, as a case study has it
    """
    group = organisation.group if isinstance(organisation, Organisation) else group_of(organisation)
    return is_in(group, name) and not is_supplier(name)


def is_administrator(name: str, organisation: Organisation) -> bool:
    """Whether an account says who belongs to an organisation. Editors do anyway."""
    return is_in(organisation.administrators, name) and not is_supplier(name)


def may_manage(organisation: Organisation) -> bool:
    """Whether the person who asks says who belongs to an organisation."""
    return is_editor() or is_administrator(asking(), organisation)


def members(organisation: Organisation) -> list[str]:
    return _listed(organisation.group)


def administrators(organisation: Organisation) -> list[str]:
    return _listed(organisation.administrators)


# changing it: the caller has asked who may


def add(organisation: Organisation, name: str, comment: str) -> None:
    """Make an account a member.

    :raises NotJoined: when it can't be one
    """
    _check_account(name)
    _change(organisation, organisation.group, comment, add=name)


def remove(organisation: Organisation, name: str, comment: str) -> None:
    """Take a member out; an administrator loses that too."""
    _change(organisation, organisation.group, comment, remove=name)
    if name in administrators(organisation):
        _change(organisation, organisation.administrators, comment, remove=name)


def appoint(organisation: Organisation, name: str, comment: str) -> None:
    """Make an account an administrator, and a member.

    :raises NotJoined: when it can't be one
    """
    add(organisation, name, comment)
    _change(organisation, organisation.administrators, comment, add=name)


def dismiss(organisation: Organisation, name: str, comment: str) -> None:
    """Make an administrator a mere member."""
    _change(organisation, organisation.administrators, comment, remove=name)


# invitations


def invite(organisation: Organisation, note: str) -> tuple[Invitation, str]:
    """Make an invitation.

    :returns: it, and the signed text that its link carries
    :raises NotJoined: when too many wait
    """
    if len(invitations(organisation)) >= MOST_INVITATIONS:
        raise NotJoined(_("{most} invitations wait already: take some back first").format(most=MOST_INVITATIONS))
    made = Invitation(secrets.token_hex(8), plus_days(today(), INVITED_FOR), " ".join(note.split())[:100])
    line = f"{made.id} {made.until.isoformat()} {made.note}".rstrip()
    _change(organisation, organisation.group, "Invited", invite=line)
    return made, _serializer().dumps([organisation.itemid, made.id])


def take_back(organisation: Organisation, id: str) -> None:
    _change(organisation, organisation.group, "Took an invitation back", uninvite=id)


def invitations(organisation: Organisation) -> list[Invitation]:
    """Those that can still be accepted."""
    return [one for one in _invitations(_meta(organisation.group)) if one.is_open]


def read_invitation(text: str) -> tuple[str, str] | None:
    """(item id of the organisation's page, id of the invitation) of what a link carries; None when we did not sign
    it.
    """
    try:
        itemid, id = _serializer().loads(text)
    except (BadSignature, ValueError, TypeError):
        return None
    return str(itemid), str(id)


def accept(organisation: Organisation, id: str, name: str) -> None:
    """Join by an invitation, which is used up by that.

    :raises NotJoined: when it is not there any more, or the account can't be a member
    """
    _check_account(name)
    with pages.one_writer():
        if not any(one.id == id for one in invitations(organisation)):
            raise NotJoined(_("This invitation was used, taken back, or is over: ask for another"))
        _change(organisation, organisation.group, "Accepted an invitation", add=name, uninvite=id, locked=True)


# by mail address


def verified_address(account: Any) -> str:
    """The mail address of an account that is known to be read by its person; empty when none is."""
    if not account.valid or not current_app.cfg.user_email_verification or account.profile["email_unvalidated"]:
        return ""
    return account.email or ""


def can_join_by_mail(organisation: Organisation) -> bool:
    """Whether the person who asks can join because of a verified mail address."""
    account = flaskg.user
    return (
        bool(organisation.domains)
        and account.valid
        and not is_supplier()
        and domains.is_on(verified_address(account), organisation.domains)
        and not is_member(account.name0, organisation)
    )


def join_by_mail(organisation: Organisation) -> None:
    """Make the person who asks a member.

    :raises NotJoined: when no verified mail address allows it
    """
    if not can_join_by_mail(organisation):
        raise NotJoined(_("Your account has no verified mail address at this organisation: ask for an invitation"))
    add(organisation, flaskg.user.name0, "Joined by a verified mail address")


# the pages of groups


def _check_account(name: str) -> None:
    if not name or not search_users(**{NAME_EXACT: name}):
        raise NotJoined(_('There is no account "{name}": check the spelling, or send an invitation').format(name=name))
    if is_supplier(name):
        said = _("{name} is a supplier's account, and suppliers can't belong to a public body")
        raise NotJoined(said.format(name=name))


def _listed(group: str) -> list[str]:
    found = _meta(group).get(USERGROUP) or ()
    return [one for one in found if isinstance(one, str)]


def _meta(group: str) -> Any:
    item = current_app.storage.get_item(**{NAMESPACE: "", NAME_EXACT: group})
    return item[CURRENT].meta if item else {}


def _invitations(meta: Any) -> Iterable[Invitation]:
    for line in meta.get(INVITATIONS) or ():
        id, _, rest = str(line).partition(" ")
        until, _, note = rest.partition(" ")
        try:
            yield Invitation(id, date.fromisoformat(until), note)
        except ValueError:
            continue


def _change(
    organisation: Organisation,
    group: str,
    comment: str,
    *,
    add: str = "",
    remove: str = "",
    invite: str = "",
    uninvite: str = "",
    locked: bool = False,
) -> None:
    """Store a new revision of a group's page, whatever the rights of the person who asks."""
    if not locked:
        with pages.one_writer():
            return _change(organisation, group, comment, add=add, remove=remove, invite=invite, uninvite=uninvite,
                           locked=True)  # fmt: skip
    meta = _meta(group)
    names = [name for name in _listed(group) if name != remove]
    if add and add not in names:
        names.append(add)
    if len(names) > MOST_MEMBERS:
        raise NotJoined(_("A group can have {most:,} members").format(most=MOST_MEMBERS))
    waiting = [line for line in meta.get(INVITATIONS) or () if str(line).partition(" ")[0] != uninvite]
    waiting = [*waiting, invite] if invite else waiting
    open_ones = {one.id for one in _invitations({INVITATIONS: waiting}) if one.is_open}
    waiting = [line for line in waiting if str(line).partition(" ")[0] in open_ones]
    if meta and names == _listed(group) and waiting == list(meta.get(INVITATIONS) or ()):
        return
    pages.store(
        group,
        _text(organisation, group, names, waiting),
        contenttype=_GROUP_TYPE,
        itemtype="default",
        comment=comment,
        storage=current_app.storage,
        meta={USERGROUP: names, INVITATIONS: waiting, ACL: _rules(organisation)},
    )


def _text(organisation: Organisation, group: str, names: list[str], waiting: list[str]) -> bytes:
    """The page in words. What counts is its metadata, but Moin stores nothing new of a page with the same bytes."""
    who = "Those who say who belongs to" if group == organisation.administrators else "Those who belong to"
    lines = [f"{who} {organisation.name}. Change them on the organisation's page, under \"Members\".", ""]
    lines += [f" * {{{{{{{name}}}}}}}" for name in names]
    lines += [f" * An invitation waits until {one.until}: {{{{{{{one.id} {one.note}}}}}}}"
              for one in _invitations({INVITATIONS: waiting})]  # fmt: skip
    return ("\n".join(lines) + "\n").encode()


def _rules(organisation: Organisation) -> str:
    """Members see each other; who they are is nobody else's business."""
    return (
        f"{EDITORS_GROUP}:read,write,create,admin {organisation.administrators}:read,write"
        f" {organisation.group}:read All:"
    )


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="cupboard-invitation")
