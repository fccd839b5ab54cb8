"""Access rules: whether a user is "Known" is looked up once a request, not once for each right.

An access rule with ``Known:`` asks for the account of the reader's name, by ``search_users``, each time a right is
evaluated: four times for a page view, more for a list. The answer is kept for as long as Moin keeps its own answers
about rights, that is with the object ``flaskg.storage`` that is made anew for each request; and it is forgotten at
once when an account is stored in this process.
"""

from moin import flaskg
from moin.constants.keys import NAME_EXACT
from moin.security import AccessControlList
from moin.user import UserProfile

import moin.user

from .replacement import Replacement

_ATTRIBUTE = "_cupboard_known"


def _special_known(original):
    def _special_Known(self, name, dowhat, rightsdict):
        storage = flaskg.get("storage")
        if storage is None or not isinstance(name, str):
            return original(self, name, dowhat, rightsdict)
        known = storage.__dict__.setdefault(_ATTRIBUTE, {})
        if name not in known:
            known[name] = bool(moin.user.search_users(**{NAME_EXACT: name}))
        return rightsdict.get(dowhat) if known[name] else None

    return _special_Known


def _save(original):
    def save(self, force=False):
        try:
            return original(self, force=force)
        finally:
            storage = flaskg.get("storage")
            if storage is not None:
                storage.__dict__.pop(_ATTRIBUTE, None)

    return save


REPLACEMENTS = [
    Replacement(AccessControlList, "_special_Known", _special_known),
    Replacement(UserProfile, "save", _save),
]
