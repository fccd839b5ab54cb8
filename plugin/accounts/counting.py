"""Counts attempts for all worker processes together: a storage for the library ``limits``, in one SQLite file.

``limits`` knows Redis, Memcached and others that need a server beside the wiki; in memory it would count for each
worker process by itself. A row is an attempt, and is deleted when its window is over. Keys are digests: no address or
name of an account is in the file.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from limits.storage import MovingWindowSupport, Storage

from cupboard.small_database import SmallDatabase

_SCHEMA = """
CREATE TABLE IF NOT EXISTS attempt (key TEXT NOT NULL, at REAL NOT NULL, until REAL NOT NULL);
CREATE INDEX IF NOT EXISTS attempt_key ON attempt (key, at);
CREATE INDEX IF NOT EXISTS attempt_until ON attempt (until);
"""


class SQLiteStorage(Storage, MovingWindowSupport):
    """``cupboard-sqlite:///folder/limits.sqlite3``: the file is made when something is counted for the first time."""

    STORAGE_SCHEME = ["cupboard-sqlite"]

    def __init__(self, uri: str, wrap_exceptions: bool = False, **options: Any):
        super().__init__(uri, wrap_exceptions, **options)
        self._database = SmallDatabase(Path(unquote(urlsplit(uri).path)), _SCHEMA, patience=5)

    @property
    def base_exceptions(self) -> type[Exception]:
        return sqlite3.Error

    def acquire_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        now = time.time()
        with self._database.writing() as connection:
            connection.execute("DELETE FROM attempt WHERE until < ?", (now,))
            if self._count(connection, key, now - expiry) + amount > limit:
                return False
            connection.executemany("INSERT INTO attempt VALUES (?, ?, ?)", [(key, now, now + expiry)] * amount)
        return True

    def get_moving_window(self, key: str, limit: int, expiry: int) -> tuple[float, int]:
        now = time.time()
        with self._database.reading() as connection:
            found = connection.execute(
                "SELECT min(at), count(*) FROM attempt WHERE key = ? AND at >= ?", (key, now - expiry)
            ).fetchone()
        return (found[0], found[1]) if found[1] else (now, 0)

    # Fixed windows: an attempt counts as long as the first of its window does.

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        now = time.time()
        with self._database.writing() as connection:
            connection.execute("DELETE FROM attempt WHERE until < ?", (now,))
            first = connection.execute("SELECT min(until) FROM attempt WHERE key = ?", (key,)).fetchone()[0]
            connection.executemany("INSERT INTO attempt VALUES (?, ?, ?)", [(key, now, first or now + expiry)] * amount)
            return self._count(connection, key, 0)

    def get(self, key: str) -> int:
        with self._database.reading() as connection:
            return connection.execute(
                "SELECT count(*) FROM attempt WHERE key = ? AND until >= ?", (key, time.time())
            ).fetchone()[0]

    def get_expiry(self, key: str) -> float:
        with self._database.reading() as connection:
            found = connection.execute("SELECT min(until) FROM attempt WHERE key = ?", (key,)).fetchone()[0]
        return found or time.time()

    def clear(self, key: str) -> None:
        with self._database.writing() as connection:
            connection.execute("DELETE FROM attempt WHERE key = ?", (key,))

    def reset(self) -> int | None:
        with self._database.writing() as connection:
            return connection.execute("DELETE FROM attempt").rowcount

    def check(self) -> bool:
        with self._database.reading() as connection:
            return connection.execute("SELECT 1").fetchone() == (1,)

    @staticmethod
    def _count(connection: sqlite3.Connection, key: str, since: float) -> int:
        return connection.execute("SELECT count(*) FROM attempt WHERE key = ? AND at >= ?", (key, since)).fetchone()[0]
