"""Doing something as a person, outside of a request of theirs: with their rights, as they are at this moment, in the
language of their account, or the wiki's.

This stands for what ``moin.app.before_wiki`` sets up for a request.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask_babel import force_locale
from moin import flaskg, user
from moin.storage.middleware.protecting import ProtectingMiddleware
from moin.utils.clock import Clock


def site_url(app: Any) -> str:
    """The wiki's address as people type it, with a slash at its end."""
    cfg = app.cfg
    return cfg.interwiki_map[cfg.interwikiname].rstrip("/") + "/"


@contextmanager
def as_person(app: Any, itemid: str) -> Iterator[Any]:
    """Be a person: Moin's request variables are theirs, and addresses are made as for the wiki's own one.

    :returns: Moin's user; None when there is no such account, or it is disabled
    """
    with app.app_context(), app.test_request_context(base_url=site_url(app)):
        flaskg.clock = Clock()
        flaskg.unprotected_storage = app.storage
        account = user.User(uid=itemid)
        flaskg.user = account
        flaskg.storage = ProtectingMiddleware(app.storage, account, app.cfg.acl_mapping)
        flaskg.dicts, flaskg.groups = app.cfg.dicts(), app.cfg.groups()
        flaskg.add_lineno_attr = False
        with force_locale(account.locale or app.cfg.locale_default):
            yield account if account.valid and not account.disabled else None
