"""Saving: no full garbage collection after each save.

``Item.store_revision`` calls ``gc.collect()`` "to close the index files of the is_latest search". That walks every
object of the process, 35 ms and more, and holds the answer back so long. Only Whoosh leaves such files behind; the
collector still runs by itself as in any Python program. With Whoosh as the index nothing changes.
"""

import gc

from moin.storage.middleware import indexing

from .replacement import Replacement

_WHOOSH_INDEX = "moin.storage.middleware.indexing"  # where Moin's own class is defined


class _Collector:
    """Stands for the module ``gc`` in Moin's indexing module."""

    def __getattr__(self, name):
        return getattr(gc, name)

    def collect(self, *generation):
        if indexing.IndexingMiddleware.__module__ == _WHOOSH_INDEX:
            return gc.collect(*generation)
        return 0


REPLACEMENTS = [Replacement(indexing, "gc", lambda original: _Collector())]
