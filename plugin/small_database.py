"""A small SQLite file in the wiki's folder, for what is on nobody's page and can't be made again from the pages.

Several processes use it at once and rarely, so it is opened for each question: no connection crosses a fork or a
thread.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

#: (file, tables) -> SQLite's own number of the file's set of tables, when these were seen to be there. Another number
#: means that tables were made, or that the file is another one.
_seen: dict[tuple[Path, str], int] = {}


class SmallDatabase:
    """One such file. It is made, readable by the wiki alone, when it is needed for the first time.

    :param schema: statements that make its tables where they are not there
    :param patience: seconds to wait for another process that writes; then ``sqlite3.OperationalError``
    """

    def __init__(self, path: Path, schema: str, patience: float = 15):
        self.path = path
        self.schema = schema
        self._patience = patience

    def with_tables(self, schema: str) -> SmallDatabase:
        """The same file with more tables."""
        return SmallDatabase(self.path, self.schema + schema, self._patience)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A connection in a transaction that is committed at the end, or undone if the block raises.

        What was committed outlives a power cut.
        """
        with self.reading() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for several questions, or for one whose answer is worth making the file for."""
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self.path, os.O_CREAT | os.O_WRONLY, 0o600))
        connection = sqlite3.connect(self.path, timeout=self._patience, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            if _tables(connection) != _seen.get((self.path, self.schema)):
                connection.execute("PRAGMA journal_mode = WAL")
                connection.executescript(self.schema)
                _seen[self.path, self.schema] = _tables(connection)
            yield connection
        finally:
            connection.close()

    def write_anew(self) -> None:
        """Write the whole file anew, so that nothing that was deleted is in it any more, nor in the log beside it.

        :raises sqlite3.OperationalError: when another process reads or writes for longer than the patience
        """
        with self.reading() as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def read(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The answer to one question; nothing is made, and nothing is found, where nothing was ever kept."""
        if not self.path.exists():
            return []
        connection = sqlite3.connect(self.path, timeout=self._patience)
        try:
            return connection.execute(statement, values).fetchall()
        except sqlite3.OperationalError as error:
            if "no such table" in str(error):  # another process is making it
                return []
            raise
        finally:
            connection.close()


def _tables(connection: sqlite3.Connection) -> int:
    return connection.execute("PRAGMA schema_version").fetchone()[0]
