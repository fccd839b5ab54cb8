"""Whose pages are whose, at the gate.

- What stands at or below ``users/<name>`` is written by that person, by editors and by administrators.
- A profile is written by its form only (:mod:`record`), which checks who asks, makes the pages that others see, and
  keeps no history. Every other way would leave one of these out.
- Other pages below a person's own have the rules of the wiki, not those of the profile above them.
"""

from __future__ import annotations

from typing import NoReturn

from flask import abort, make_response
from moin import flaskg
from moin.constants.keys import ACL, CONTENTTYPE, NAME
from moin.constants.keys import NAMESPACE as IN_NAMESPACE
from moin.themes import render_template

from cupboard import gate
from cupboard.accounts import newcomers
from cupboard.groups import is_editor
from cupboard.kinds.person import NAMESPACE, PERSON, owner_of
from cupboard.tongue import _

#: Moin's word for the rules of the configuration.
_RULES_OF_THE_WIKI = "Default"


def guard(sent: gate.Sent) -> None:
    now = sent.current.meta if sent.current is not None else {}  # Moin's metadata counts as empty: it has no length
    if any(PERSON.content_type in str(meta.get(CONTENTTYPE) or "") for meta in (sent.meta, now)):
        _refuse(_("A profile is changed by its own form"))
    if (sent.meta.get(IN_NAMESPACE) or now.get(IN_NAMESPACE)) != NAMESPACE:
        return
    names = [*(sent.meta.get(NAME) or ()), *(now.get(NAME) or ())]
    if any(owner_of(name) != flaskg.user.name0 for name in names) and not is_editor():
        _refuse(_("Only its owner and editors can change a person's page"))
    if now.get(ACL) == _RULES_OF_THE_WIKI and sent.meta.get(ACL) is None:
        sent.set_acl(_RULES_OF_THE_WIKI)
        sent.asked_acl = _RULES_OF_THE_WIKI
    if sent.current is None and any("/" in name for name in names):
        if newcomers.waits(sent.meta):
            sent.meta[newcomers.AFTERWARDS] = _RULES_OF_THE_WIKI
        elif sent.meta.get(ACL) is None:
            sent.set_acl(_RULES_OF_THE_WIKI)


def _refuse(message: str) -> NoReturn:
    page = render_template("cupboard/profile_refused.html", title=_("This can't be saved here"), message=message)
    abort(make_response(page, 403))
