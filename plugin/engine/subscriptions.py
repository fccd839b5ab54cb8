"""Subscriptions: a pattern that pages are subscribed by is compiled once, not at each save.

At each save Moin compiles every subscribed pattern of every user (``namere:``) to see whom to tell. Python's ``re``
remembers 512 patterns and then begins to forget, so with more of them each save compiles them all.
"""

import re
from functools import lru_cache

from moin.utils import subscriptions

from .replacement import Replacement

PATTERNS = 20_000  # kept compiled; a few hundred bytes each


class _Re:
    """Stands for the module ``re`` in Moin's module of subscriptions."""

    compile = staticmethod(lru_cache(PATTERNS)(re.compile))

    def __getattr__(self, name):
        return getattr(re, name)


REPLACEMENTS = [Replacement(subscriptions, "re", lambda original: _Re())]
