"""Feeds: what one reader got is not given to another.

Moin keeps the finished feed of a page, or of the whole wiki, by the newest revision that the reader may read. Who may
read more of what is older, or on the pages shown, fills it for those who may read less. Here each reader gets their
own.
"""

from moin.apps.feed import views

from .replacement import Replacement


class _WithoutCache:
    """Stands for the application in Moin's module of feeds: its cache keeps nothing."""

    def __init__(self, app):
        self._app = app

    def __getattr__(self, name):
        return getattr(self._app, name)

    @property
    def cache(self):
        return self

    def get(self, key):
        return None

    def set(self, key, value):
        return False


REPLACEMENTS = [Replacement(views, "current_app", _WithoutCache)]
