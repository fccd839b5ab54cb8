"""Connections to the index database: one a thread, one snapshot a request.

Reading: the first look-up of a request begins a transaction, and everything that the request reads is of that moment.
It ends with the request (Flask's application context), or when the request itself writes: what it reads afterwards
includes what it wrote. Outside of a request each statement sees the newest state.

Writing: one writer at a time, in a transaction that takes the write lock at its beginning. Who finds it taken waits,
in steps of about a millisecond, up to ``timeout`` seconds.

The file may be replaced by another while the server runs (``moin index-move``, a rebuild). So whoever begins a
snapshot or holds the write lock looks whether the file it has open is still the one at the path.
"""

import contextlib
import os
import random
import sqlite3
import threading
import time

from flask import appcontext_tearing_down, has_app_context

from . import dialect
from .errors import IndexBusy, IndexNotWritable

_FULL = ("full",)
_READ_ONLY = ("readonly", "read-only", "unable to open")
# Look-ups of pages that are kept between writes, for each thread; each a few kilobytes.
_MOST_FOUND = 400


class Connections:
    """All connections of this process to one database file."""

    def __init__(self, path, *, timeout=15.0, durable=False, cache_mib=16):
        """
        :param path: of the database file
        :param timeout: seconds that a writer waits for another one
        :param durable, cache_mib: see dialect.configure
        """
        self.path = path
        self.timeout = timeout
        self._settings = {"durable": durable, "cache_mib": cache_mib}
        self._local = threading.local()
        # A connection must not be used, nor closed, on the other side of a fork: closing would drop the locks of
        # the parent. It is kept here instead.
        self._left_behind = []
        appcontext_tearing_down.connect(self._end_of_request)

    # opening and closing

    @property
    def identity(self):
        """Of the file that this thread has open; None if it has none."""
        return getattr(self._local, "identity", None)

    def _open(self):
        """This thread's connection, opened if need be. The file must exist."""
        local = self._local
        connection = getattr(local, "connection", None)
        if connection is not None and local.pid != os.getpid():
            self._left_behind.append(connection)
            local.connection = connection = None
            local.reading = False
        now = identity(self.path)
        if connection is not None:
            if local.identity == now:
                return connection
            self._forget(local)
        local.identity, local.pid, local.reading, local.version, local.found = now, os.getpid(), False, None, {}
        local.connection = connection = self._connect()
        if identity(self.path) != now:
            # Replaced while it was opened: it may have the old database and the new one's log.
            self._forget(local)
            return self._open()
        return connection

    def _connect(self):
        connection = existing(self.path, self.timeout)
        try:
            dialect.configure(connection, **self._settings)
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    def _forget(self, local):
        connection, local.connection = getattr(local, "connection", None), None
        local.reading = False
        if connection is not None and local.pid == os.getpid():
            connection.close()

    def close(self):
        """Close this thread's connection; the next use opens it again."""
        self._forget(self._local)

    # reading

    def reading(self):
        """This request's read connection.

        :raises FileNotFoundError: there is no index
        :raises IndexBusy, IndexNotWritable: it can't be opened
        """
        local = self._local
        if getattr(local, "reading", False) and local.pid == os.getpid():
            return local.connection
        try:
            connection = self._open()
        except sqlite3.OperationalError as error:
            raise self._explained(error) from error
        if has_app_context() and not connection.in_transaction:
            connection.execute("BEGIN")
            local.reading = True
            # tells whether another connection has committed since; what this one has, writing() knows
            version = connection.execute("PRAGMA data_version").fetchone()
            if version != local.version or len(local.found) > _MOST_FOUND:
                local.version, local.found = version, {}
        return connection

    def found(self):
        """What was looked up in the state that this request reads, by earlier requests too; None outside of a request.

        :return: dict, to be filled by who looks something up
        """
        local = self._local
        return local.found if getattr(local, "reading", False) and local.pid == os.getpid() else None

    def refresh(self):
        """End this request's snapshot: its next look-up sees the newest state."""
        local = self._local
        if getattr(local, "reading", False):
            local.reading = False
            if local.pid == os.getpid():
                local.connection.rollback()

    def _end_of_request(self, sender, **kw):
        self.refresh()
        if sender.testing:
            # Tests remove their directories, and Moin's own look whether they left a file open.
            self.close()

    # writing

    @contextlib.contextmanager
    def writing(self):
        """A transaction with the write lock; committed at the end, undone if the block raises.

        :raises IndexBusy: another program held the lock for longer than the timeout
        :raises IndexNotWritable: disk full, directory or file not writable
        """
        if (connection := getattr(self._local, "together", None)) is not None:
            yield connection
            return
        self.refresh()
        connection = self._locked()
        self._local.version = None
        try:
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.rollback()
                raise
        except sqlite3.OperationalError as error:
            raise self._explained(error) from error

    @contextlib.contextmanager
    def together(self):
        """Have all that this thread writes within the block in one transaction, which is undone if the block raises."""
        with self.writing() as connection:
            self._local.together = connection
            try:
                yield connection
            finally:
                self._local.together = None

    def _locked(self):
        until = time.monotonic() + self.timeout
        while True:
            try:
                connection = self._open()
                dialect.wait(connection, 0)
                try:
                    dialect.begin_writing(connection)
                finally:
                    dialect.wait(connection, self.timeout)
                if self._local.identity == identity(self.path):
                    return connection
                # replaced while we waited for the lock
                connection.rollback()
            except FileNotFoundError:
                if time.monotonic() > until - self.timeout + 1:
                    raise
            except sqlite3.OperationalError as error:
                if not _is_busy(error):
                    raise self._explained(error) from error
                if time.monotonic() > until:
                    raise self._explained(error) from error
            time.sleep(random.uniform(0.0005, 0.002))

    def _explained(self, error):
        text = str(error)
        if _is_busy(error):
            return IndexBusy(
                f"The index {self.path} was locked by another program for more than {self.timeout:g} seconds."
            )
        if any(word in text for word in _FULL):
            return IndexNotWritable(f"The disk that holds the index {self.path} is full: {text}.")
        if any(word in text for word in _READ_ONLY):
            return IndexNotWritable(
                f"The index {self.path} can't be written: {text}. Check the rights of its directory."
            )
        return error


def identity(path):
    """Which file there is at the path, whatever its name.

    :raises FileNotFoundError: there is none
    """
    stat = os.stat(path)
    return stat.st_dev, stat.st_ino


def _is_busy(error):
    text = str(error)
    return "locked" in text or "busy" in text


def existing(path, timeout=5.0):
    """A connection to a database that must be there; SQLite's own way would make an empty one.

    :raises sqlite3.OperationalError: there is none, or it can't be opened
    """
    quoted = str(path).replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    # A thread of ours uses its own connection only; but a fork or the end of a thread may have another drop it.
    return sqlite3.connect(
        f"file:{quoted}?mode=rw", uri=True, timeout=timeout, isolation_level=None, cached_statements=512,
        check_same_thread=False,
    )


@contextlib.contextmanager
def exclusive(path):
    """A connection of its own to a database nobody else uses yet, such as one that is being built.

    :raises FileNotFoundError: there is none
    """
    os.stat(path)
    connection = existing(path)
    try:
        yield connection
    finally:
        connection.close()
