"""Put the SQLite index in the place of Moin's Whoosh index, or take it out again.

``moin.app`` looks its indexing middleware up as ``indexing.IndexingMiddleware`` at the moment it opens the backends,
and Moin's commands do it through ``moin.app``. So this one attribute is all that is replaced:

    moin.storage.middleware.indexing.IndexingMiddleware  ->  cupboard.index.middleware.SqliteIndexingMiddleware

Call it while wikiconfig is imported, before the application is made.
"""

from moin.storage.middleware import indexing

from .middleware import SqliteIndexingMiddleware

_replaced = []


def install(**settings):
    """Answer Moin's look-ups from SQLite from now on. Calling it again changes nothing but the settings.

    :param timeout: seconds that a save waits for other programs that write to the index (15)
    :param durable: True: an acknowledged save outlives a power cut too, at the price of an fsync a save (False)
    :param cache_mib: how much of the database each thread keeps in memory at most, in MiB (16)
    """
    SqliteIndexingMiddleware.settings = settings
    if indexing.IndexingMiddleware is not SqliteIndexingMiddleware:
        _replaced.append(indexing.IndexingMiddleware)
        indexing.IndexingMiddleware = SqliteIndexingMiddleware


def uninstall():
    """Give Moin its own index class back, for applications made from now on."""
    if _replaced:
        indexing.IndexingMiddleware = _replaced.pop()
