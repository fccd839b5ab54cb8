"""Editing: the small database of edit locks and drafts is kept open, and written without waiting for the disk.

``moin.utils.edit_locking`` opens ``sql/edit_utils.db`` for each request to ``/+modify``, takes an exclusive lock at
once and commits up to four times for a save. In SQLite's default mode each commit waits for the disk twice, and while
one person's request does so everybody else's waits for the lock. Here each thread keeps its connection, and the
database is in write-ahead mode: a commit is a write to a file, the disk is waited for now and then.

A killed process loses nothing by that. After a power failure the locks and drafts of the last moments may be gone,
never the database. What is stored about a page is not in it.
"""

import logging
import os
import sqlite3
import threading

from moin.utils import edit_locking

from .replacement import Replacement

_log = logging.getLogger(__name__)
_kept = threading.local()
_inherited = []  # connections of the process that this one was forked from: neither used nor closed here


class KeptConnection(sqlite3.Connection):
    """A connection that goes back to where it was kept instead of being closed."""

    def close(self):
        """End the transaction of this request, as closing would; the connection stays open."""
        if self.in_transaction:
            self.rollback()

    def really_close(self):
        super().close()


class _Sqlite3:
    """Stands for the module ``sqlite3`` in Moin's edit locking: ``connect`` gives out the kept connection."""

    def __getattr__(self, name):
        return getattr(sqlite3, name)

    def connect(self, filename):
        pid, identity, connection = getattr(_kept, "connection", (None, None, None))
        if connection is not None and pid != os.getpid():
            _inherited.append(connection)
            connection = None
        if connection is not None:
            if identity == _identity(filename):
                connection.close()
                connection.isolation_level = ""
                return connection
            connection.really_close()
            _kept.connection = (None, None, None)
        connection = sqlite3.connect(filename, factory=KeptConnection)
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
        except sqlite3.OperationalError as e:  # in use right now: as good as before, and tried again next time
            _log.debug("%s stays in its journal mode: %s", filename, e)
            return connection
        _kept.connection = (os.getpid(), _identity(filename), connection)
        return connection


def _identity(filename):
    """Which file a connection is to; another one may have been put under its name. None when there is none."""
    try:
        status = os.stat(filename)
    except FileNotFoundError:
        return None
    return os.path.abspath(filename), status.st_dev, status.st_ino


def forget():
    """Close this thread's connection, if it has one."""
    pid, _, connection = getattr(_kept, "connection", (None, None, None))
    if connection is not None and pid == os.getpid():
        connection.really_close()
    _kept.connection = (None, None, None)


REPLACEMENTS = [Replacement(edit_locking, "sqlite3", lambda original: _Sqlite3())]
