"""How often something may be tried: by one network address, and for one account, mailbox or pair of people.

What is counted never depends on whether an account exists, so neither does the answer. The address is the visitor's as
far as the setting ``TRUSTED_PROXIES`` says whom to believe; without it, it is that of whoever opened the connection.
"""

from __future__ import annotations

import hashlib
import logging
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, current_app
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import RateLimitItem, parse

from cupboard.accounts import counting, ledger  # noqa: F401  counting makes its storage known to limits
from cupboard.tongue import N_, _

_KEY = "cupboard-limiter"
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Rule:
    """
    :ivar address: how often from one network address
    :ivar subject: how often for what is tried: an account, a mailbox, two people
    """

    address: RateLimitItem
    subject: RateLimitItem


#: Whole offices share one address, so it may do much more than is tried for one account.
RULES: Mapping[str, Rule] = {
    name: Rule(parse(address), parse(subject))
    for name, address, subject in (
        ("sign-in", "120 per 10 minutes", "10 per 10 minutes"),
        ("register", "20 per hour", "3 per hour"),
        ("password", "20 per hour", "3 per hour"),
        ("new-password", "20 per hour", "10 per hour"),
        ("change-address", "20 per hour", "5 per hour"),
        ("write", "30 per hour", "5 per day"),
        ("letters", "30 per hour", "20 per day"),
    )
}


class TooMany(Exception):
    """Something was tried too often.

    :ivar seconds: until it may be tried again
    """

    def __init__(self, seconds: float):
        super().__init__(seconds)
        self.seconds = max(1, round(seconds))

    @property
    def wait(self) -> str:
        """How long to wait, in words."""
        if self.seconds <= 90:
            return _("a minute")
        minutes = -(-self.seconds // 60)
        if minutes <= 90:
            return N_("{count} minute", "{count} minutes", minutes).format(count=minutes)
        hours = -(-minutes // 60)
        return N_("{count} hour", "{count} hours", hours).format(count=hours)

    @property
    def message(self) -> str:
        return _("That was tried too often. Wait {wait}, then try again").format(wait=self.wait)


def install(blueprint: Blueprint) -> None:
    """Have the application that ``blueprint`` is registered on count."""
    blueprint.record_once(lambda state: _open(state.app))


def hit(rule: str, subject: str) -> None:
    """Count an attempt.

    :param rule: one of :data:`RULES`
    :param subject: what is tried, as it was typed
    :raises TooMany: when it may not be tried now; then it does not count
    """
    found = RULES[rule]
    for kind, item, key in (("address", found.address, get_remote_address()), ("subject", found.subject, subject)):
        _hit(item, rule, kind, _digest(key))


def forget(rule: str, subject: str) -> None:
    """Count the attempts for a subject from zero again, since one of them was right."""
    strategy = _strategy()
    if strategy:
        strategy.clear(RULES[rule].subject, rule, "subject", _digest(subject))


def _hit(item: RateLimitItem, *key: str) -> None:
    strategy = _strategy()
    if strategy is None:
        return
    try:
        if strategy.hit(item, *key):
            return
        reset = strategy.get_window_stats(item, *key).reset_time
    except sqlite3.Error as error:
        # A full disk must not keep everybody out.
        _log.error("attempts can't be counted: %s", error)
        return
    raise TooMany(reset - time.time())


def _strategy() -> Any:
    limiter = current_app.extensions.get(_KEY)
    return limiter and limiter.limiter


def _digest(text: str) -> str:
    key = str(current_app.secret_key).encode()[:64]
    folded = " ".join(text.split()).casefold().encode("utf-8", "replace")
    return hashlib.blake2b(folded, key=key, digest_size=16).hexdigest()


def _open(app: Any) -> None:
    folder = ledger.folder(app.cfg)
    limiter = Limiter(
        get_remote_address,
        storage_uri=f"cupboard-sqlite://{quote(str(folder / 'limits.sqlite3'))}",
        strategy="moving-window",
        headers_enabled=False,
    )
    limiter.init_app(app)
    app.extensions[_KEY] = limiter
