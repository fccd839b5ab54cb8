"""Moin's index in SQLite instead of Whoosh.

``cupboard.index.install()`` in wikiconfig puts it in place. What it is, how it is laid out and how to go back:
docs/developers/database.rst. Knows Moin; knows nothing of case studies.
"""

from .install import install, uninstall

__all__ = ["install", "uninstall"]
