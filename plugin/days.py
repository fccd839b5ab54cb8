"""Days that may be known only to the month or the year, and counting in months and working days."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Set
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from babel import Locale
from babel.dates import format_date, format_skeleton

from cupboard import tongue

_WRITTEN = re.compile("([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
          "November", "December")


class Span(NamedTuple):
    """A day as far as it is known: the first and the last day that it can be."""

    first: date
    last: date

    @classmethod
    def read(cls, text: str) -> Span | None:
        """Read ``2024``, ``2024-05`` or ``2024-05-03``; None when the text is none of them."""
        return _read(text.strip())

    @property
    def exact(self) -> bool:
        return self.first == self.last

    def __str__(self) -> str:
        """``3 May 2024``, ``May 2024`` or ``2024``; day and month as the reader's language writes them."""
        if (locale := tongue.locale()) is not None and locale.language != "en":
            return self._written(locale)
        if self.exact:
            return f"{self.first.day} {MONTHS[self.first.month - 1]} {self.first.year}"
        if self.first.month == self.last.month:
            return f"{MONTHS[self.first.month - 1]} {self.first.year}"
        return str(self.first.year)

    def _written(self, locale: Locale) -> str:
        if self.exact:
            return format_date(self.first, "long", locale)
        if self.first.month == self.last.month:
            return format_skeleton("yMMMM", self.first, locale=locale)
        return str(self.first.year)


@lru_cache(maxsize=8192)  # the same few dates stand in thousands of rows
def _read(text: str) -> Span | None:
    match = _WRITTEN.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        if day:
            return Span(date(year, month, day), date(year, month, day))
        if month:
            return Span(date(year, month, 1), date(year, month, monthrange(year, month)[1]))
        return Span(date(year, 1, 1), date(year, 12, 31)) if match[2] is None else None
    except ValueError:  # month 13, 30 February, year 0
        return None


def today() -> date:
    """The day that rules, overlays and reminders go by."""
    return date.today()


def shown(day: date) -> str:
    """``3 May 2024``."""
    return str(Span(day, day))


def plus_months(day: date, months: int) -> date:
    """The same day some months later, or that month's last day; the last day there is, when it would be later."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if year > date.max.year:
        return date.max
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def plus_days(day: date, days: int) -> date:
    """Some days later; the last day there is, when it would be later."""
    return date.max if days > (date.max - day).days else day + timedelta(days)


def last_working_day(start: date, count: int, holidays: Set[date] = frozenset()) -> date:
    """The last of ``count`` working days, the first of which is ``start`` if that is one.

    Saturdays, Sundays and the given holidays are no working days.
    """
    day = start
    while True:
        if day.weekday() < 5 and day not in holidays:
            count -= 1
        if count <= 0 or day == date.max:
            return day
        day += timedelta(1)
