"""What Moin's editor keeps of somebody's text that was previewed and not saved: at most one page's.

Moin keeps a row in ``sql/edit_utils.db`` and the text in a file of ``preview/``: see ``moin.utils.edit_locking``.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from flask import url_for
from moin import current_app


@dataclass(frozen=True)
class Draft:
    """Text that was previewed in Moin's editor and not saved.

    :ivar name: of the page
    :ivar saved: seconds since the epoch
    :ivar path: where the text is
    """

    name: str
    saved: int
    path: Path

    @property
    def url(self) -> str:
        return url_for("frontend.modify_item", item_name=self.name)


def of(account: str) -> list[Draft]:
    """The draft of an account, if there is one."""
    return [Draft(name, int(saved), path) for name, saved, path in _rows(account) if saved > 0]


def forget(account: str) -> None:
    """Remove all that Moin's editor keeps of an account."""
    for _name, _saved, path in _rows(account):
        path.unlink(missing_ok=True)
    if _database().exists():
        with closing(sqlite3.connect(_database(), timeout=15)) as connection, connection:
            for table in ("editdraft", "editlock"):
                connection.execute(f"DELETE FROM {table} WHERE user_name = ?", (account,))


def _rows(account: str) -> Iterator[tuple[str, float, Path]]:
    if not _database().exists():
        return
    with closing(sqlite3.connect(_database(), timeout=5)) as connection:
        try:
            found = connection.execute(
                "SELECT item_name, save_time, rev_id FROM editdraft WHERE user_name = ?", (account,)
            ).fetchall()
        except sqlite3.OperationalError:  # no such table yet
            return
    # as Edit_Utils.make_draft_name does
    kept = "".join(letter for letter in account if letter.isalnum() or letter in "-._").rstrip()
    for name, saved, revid in found:
        yield name, saved or 0, Path(current_app.cfg.instance_dir) / "preview" / f"{revid}-{kept}"


def _database() -> Path:
    return Path(current_app.cfg.instance_dir) / "sql" / "edit_utils.db"
