"""Accounts: a revision whose author's account was destroyed is shown without its author.

Moin looks the account up and takes a ``NoSuchItemError`` for "there is none"; but its index answers with a
``KeyError``, which breaks every page and history that names the account.
"""

from moin.storage.error import NoSuchItemError
from moin.user import UserProfile

from .replacement import Replacement


def _load(original):
    def load(self, **q):
        try:
            return original(self, **q)
        except KeyError as error:
            raise NoSuchItemError(str(q)) from error

    return load


REPLACEMENTS = [Replacement(UserProfile, "load", _load)]
