"""Access rules: what was found out about a reader's rights is not found out again within the request.

Moin asks for the same right on the same page again and again: each time that the metadata or the data of a revision
is touched, 26 times for a page view, 35 times for a save. Each question goes through a chain of caches, and a rule
with ``Known:`` looks up the account of the reader's name for each right anew.

- The answer for a page, a right and names is kept on ``flaskg.storage``, the object that Moin makes for each request
  and keeps its own answers on. It is forgotten when Moin forgets its own, ``_clear_acl_cache``, so after each change
  of a page. Whether something may be read yet by its publication time (PUBREAD) is asked each time.
- Whether a name is "Known" is kept there too, and forgotten when an account is stored in this process.
- So is a group's page: for each rule that names a group Moin looks three times whether there is such a page, and reads
  it from the store. It is forgotten with the answers.
"""

import moin.user
from moin import flaskg
from moin.constants.keys import NAME_EXACT
from moin.constants.rights import PUBREAD
from moin.datastructures import WikiGroups
from moin.datastructures.backends import GroupDoesNotExistError
from moin.security import AccessControlList
from moin.storage.middleware.protecting import ProtectedItem, ProtectingMiddleware
from moin.user import UserProfile

from .replacement import Replacement

_KNOWN = "_cupboard_known"  # dict name -> bool
_ALLOWED = "_cupboard_allowed"  # dict (itemid, name of the page, right, names of the reader) -> bool
_GROUPS = "_cupboard_groups"  # dict name -> WikiGroup, or None where there is no such page


def _allows(original):
    def allows(self, right, user_names=None):
        names = self.protector.user.name if user_names is None else user_names
        if right == PUBREAD or not isinstance(names, list):
            return original(self, right, user_names)
        item = self.item
        answers = self.protector.__dict__.setdefault(_ALLOWED, {})
        # pages that aren't stored have no itemid, nor have Moin's items of a view
        key = (getattr(item, "itemid", None), item.fqname, right, *names)
        answer = answers.get(key)
        if answer is None:
            answer = original(self, right, user_names)
            # asking may have looked at other pages, but never changes what was answered
            answers[key] = answer
        return answer

    return allows


def _clear_acl_cache(original):
    def _clear_acl_cache(self):
        self.__dict__.pop(_ALLOWED, None)
        self.__dict__.pop(_GROUPS, None)
        return original(self)

    return _clear_acl_cache


def _special_known(original):
    def _special_Known(self, name, dowhat, rightsdict):
        storage = flaskg.get("storage")
        if storage is None or not isinstance(name, str):
            return original(self, name, dowhat, rightsdict)
        known = storage.__dict__.setdefault(_KNOWN, {})
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
                storage.__dict__.pop(_KNOWN, None)
                storage.__dict__.pop(_ALLOWED, None)

    return save


def _group(original):
    def __getitem__(self, group_name):
        storage = flaskg.get("storage")
        if storage is None:
            return original(self, group_name)
        groups = storage.__dict__.setdefault(_GROUPS, {})
        if group_name not in groups:
            try:
                groups[group_name] = original(self, group_name)
            except GroupDoesNotExistError:
                groups[group_name] = None
        if groups[group_name] is None:
            raise GroupDoesNotExistError(group_name)
        return groups[group_name]

    return __getitem__


def _is_group(original):
    def __contains__(self, group_name):
        if flaskg.get("storage") is None or not isinstance(group_name, str):
            return original(self, group_name)
        return bool(self.is_group_name(group_name)) and self.get(group_name) is not None

    return __contains__


REPLACEMENTS = [
    Replacement(ProtectedItem, "allows", _allows),
    Replacement(ProtectingMiddleware, "_clear_acl_cache", _clear_acl_cache),
    Replacement(AccessControlList, "_special_Known", _special_known),
    Replacement(UserProfile, "save", _save),
    Replacement(WikiGroups, "__getitem__", _group),
    Replacement(WikiGroups, "__contains__", _is_group),
]
