"""Saving: no full garbage collection after each save.

``Item.store_revision`` calls ``gc.collect()`` "to close the index files of the is_latest search". That walks every
object of the process, 35 ms and more, and holds the answer back so long. Only Whoosh leaves such files behind; the
collector still runs by itself as in any Python program. With Whoosh as the index nothing changes.
"""

import gc

from moin.storage.middleware import indexing

from .replacement import Replacement

_WHOOSH_INDEX = "moin.storage.middleware.indexing"  # where Moin's own class is defined


def spare_what_is_loaded():
    """Take what was loaded at the start out of what the collector walks through, and have it run less often.

    With Python's own thresholds it runs a dozen times for a page, and now and then walks through all there is: 60 ms in
    the middle of somebody's request. What a request leaves is small, and nearly all of it goes without the collector.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class _Collector:
    """Stands for the module ``gc`` in Moin's indexing module."""

    def __getattr__(self, name):
        return getattr(gc, name)

    def collect(self, *generation):
        if indexing.IndexingMiddleware.__module__ == _WHOOSH_INDEX:
            return gc.collect(*generation)
        return 0


REPLACEMENTS = [Replacement(indexing, "gc", lambda original: _Collector())]
