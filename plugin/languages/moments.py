"""Days with a time of day, as Moin's pages and ours show them: ``3 May 2026, 14:05`` in English, as the British write
it.

Moin gives readers without an account ``2026-05-03 14:05:09z``, and those whose account names no language the American
form. Who has chosen ISO 8601 in the settings keeps it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import flask_babel
import moin.app
from jinja2 import Environment
from moin import flaskg
from moin.utils import show_time, utcfromtimestamp

from cupboard.engine import Replacement, put


def shown(moment: datetime | float) -> str:
    """A moment in the reader's language and time zone; to readers without an account, who have none, it says that it is
    UTC.

    :param moment: without a time zone, in UTC; or seconds since the epoch
    """
    if flaskg.user.valid and flaskg.user.iso_8601:
        return show_time.format_date_time(moment)
    when = utcfromtimestamp(moment) if isinstance(moment, int | float) else moment
    locale = flask_babel.get_locale()
    is_english = locale is None or locale.language == "en"
    words = flask_babel.format_datetime(when, "d MMMM y, HH:mm" if is_english else None)
    return words if flaskg.user.valid else f"{words} UTC"


def _setup_jinja_env(original: Callable[[Environment], None]) -> Callable[[Environment], None]:
    def setup_jinja_env(environment: Environment) -> None:
        original(environment)
        environment.filters["time_datetime"] = shown

    return setup_jinja_env


def install() -> None:
    """Have the templates of applications made from now on show moments so."""
    put(Replacement(moin.app, "setup_jinja_env", _setup_jinja_env))
