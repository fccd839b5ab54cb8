"""Renaming: a page that stays below the same pages is renamed, whether or not these were ever written.

Moin refuses to rename ``alice/searches/Food`` as long as nobody wrote ``alice`` and ``alice/searches``, though the page
is there, can be edited, and has no more above it afterwards than before. A new page, and one that goes elsewhere, still
need the pages above them.
"""

import moin.items

from .replacement import Replacement


def _verify_parents(original):
    def verify(self, new_name, namespace, old_name=""):
        if not old_name or new_name.rpartition("/")[0] != old_name.rpartition("/")[0]:
            original(self, new_name, namespace, old_name)

    return verify


REPLACEMENTS = (Replacement(moin.items, "_verify_parents", _verify_parents),)
