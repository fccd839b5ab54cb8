"""What belongs to a person and to nobody else: notes on favourites, how often to write, what was seen.

It is kept in ``following.sqlite3`` in the wiki's folder, readable by the wiki alone, and not in the profile of the
account: Moin writes a profile whole, so two requests at once would lose one's change, and each look at My Cupboard
would be a new version of it. It is not in the index either, which can be thrown away. A backup of the folder holds it.

Nothing here says what a person's favourites are. That is in the profile alone, so a row whose favourite is gone has no
meaning, and is removed by :func:`tidy`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cupboard.small_database import SmallDatabase
from cupboard.tongue import L_, _

FILE = "following.sqlite3"

NOW, DAILY, WEEKLY, NONE = FREQUENCIES = ("now", "daily", "weekly", "none")
DEFAULT = WEEKLY
#: In words, for forms: of a person, and of one favourite.
LABELS: Mapping[str, str] = {NOW: L_("At once"), DAILY: L_("Once a day"), WEEKLY: L_("Once a week"), NONE: L_("Never")}

MAX_NOTE = 1000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS person (
    itemid TEXT PRIMARY KEY,
    frequency TEXT NOT NULL DEFAULT '',
    seen INTEGER NOT NULL DEFAULT 0,
    dead TEXT NOT NULL DEFAULT '',
    dead_since INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS favourite (
    itemid TEXT NOT NULL,
    subscription TEXT NOT NULL,
    added INTEGER NOT NULL,
    note TEXT NOT NULL DEFAULT '',
    frequency TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (itemid, subscription)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Kept:
    """What a person keeps with one favourite.

    :ivar added: seconds since the epoch; 0 when not known
    :ivar frequency: one of :data:`FREQUENCIES`; empty: as for all
    """

    added: int = 0
    note: str = ""
    frequency: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """What a person chose for all favourites.

    :ivar frequency: one of :data:`FREQUENCIES`
    :ivar seen: until when My Cupboard was marked as seen, seconds since the epoch; 0: never
    :ivar dead: the mail address that did not take mail; empty when mail goes through
    :ivar dead_since: seconds since the epoch
    :ivar chosen: whether this person ever chose a frequency
    """

    frequency: str = DEFAULT
    seen: int = 0
    dead: str = ""
    dead_since: int = 0
    chosen: bool = False


class Private:
    """The database of one wiki.

    :param folder: the wiki's folder
    """

    def __init__(self, folder: Path):
        self.path = folder / FILE
        self.database = SmallDatabase(self.path, _SCHEMA)

    def person(self, itemid: str) -> Person:
        rows = self.database.read("SELECT frequency, seen, dead, dead_since FROM person WHERE itemid = ?", (itemid,))
        if not rows:
            return Person()
        row = rows[0]
        frequency = row[0] if row[0] in FREQUENCIES else ""
        return Person(frequency or DEFAULT, row[1], row[2], row[3], bool(frequency))

    def kept(self, itemid: str) -> dict[str, Kept]:
        """What a person keeps with each favourite, by subscription."""
        rows = self.database.read(
            "SELECT subscription, added, note, frequency FROM favourite WHERE itemid = ?", (itemid,)
        )
        return {row[0]: Kept(*row[1:]) for row in rows}

    def choose(self, itemid: str, frequency: str) -> None:
        """Choose how often to write to a person."""
        _check(frequency, FREQUENCIES)
        self._set_person(itemid, "frequency", frequency)

    def mark_seen(self, itemid: str, until: int) -> None:
        """Remember until when a person has seen what changed; never goes back."""
        with self.database.writing() as connection:
            connection.execute(
                "INSERT INTO person (itemid, seen) VALUES (?, ?)"
                " ON CONFLICT DO UPDATE SET seen = max(seen, excluded.seen)", (itemid, until)
            )

    def address_died(self, itemid: str, address: str) -> None:
        """Remember that an address takes no mail."""
        with self.database.writing() as connection:
            connection.execute(
                "INSERT INTO person (itemid, dead, dead_since) VALUES (?, ?, ?)"
                " ON CONFLICT DO UPDATE SET dead = excluded.dead, dead_since = excluded.dead_since",
                (itemid, address, int(time.time())),
            )

    def address_lives(self, itemid: str) -> None:
        """Try the address again."""
        self._set_person(itemid, "dead", "")

    def add(self, itemid: str, subscription: str) -> None:
        """Remember when a favourite was added, unless that is known."""
        with self.database.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO favourite (itemid, subscription, added) VALUES (?, ?, ?)",
                (itemid, subscription, int(time.time())),
            )

    def keep(self, itemid: str, subscription: str, *, note: str | None = None, frequency: str | None = None) -> None:
        """Keep a note with a favourite, or how often to write about it.

        :raises ValueError: when the note is too long or there is no such frequency
        """
        if note is not None and len(note) > MAX_NOTE:
            raise ValueError(_("The note must be {most:,} characters or fewer").format(most=MAX_NOTE))
        _check(frequency or NONE, FREQUENCIES)
        with self.database.writing() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO favourite (itemid, subscription, added) VALUES (?, ?, 0)",
                (itemid, subscription),
            )
            connection.execute(
                "UPDATE favourite SET note = coalesce(?, note), frequency = coalesce(?, frequency)"
                " WHERE itemid = ? AND subscription = ?", (note, frequency, itemid, subscription)
            )

    def remove(self, itemid: str, subscription: str) -> None:
        with self.database.writing() as connection:
            connection.execute("DELETE FROM favourite WHERE itemid = ? AND subscription = ?", (itemid, subscription))

    def export(self, itemid: str) -> dict[str, Any]:
        """All that is kept of a person, as plain values, for a copy of the account."""
        person, kept = self.person(itemid), self.kept(itemid)
        return {
            "emails": person.frequency,
            "seen": person.seen,
            "address_without_mail": person.dead,
            "favourites": [
                {"subscription": name, "added": one.added, "note": one.note, "emails": one.frequency or "as for all"}
                for name, one in sorted(kept.items())
            ],
        }

    def forget(self, itemid: str) -> None:
        """Remove all that is kept of a person: to be called when the account is deleted."""
        with self.database.writing() as connection:
            for (table,) in connection.execute(
                "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
                " WHERE m.type = 'table' AND c.name = 'itemid'"
            ).fetchall():
                connection.execute(f"DELETE FROM {table} WHERE itemid = ?", (itemid,))

    def people(self) -> set[str]:
        """Of whom something is kept."""
        rows = self.database.read("SELECT itemid FROM person UNION SELECT itemid FROM favourite")
        return {row[0] for row in rows}

    def choosers(self, frequency: str) -> tuple[Callable[[str], bool], set[str]]:
        """Who chose a frequency.

        :returns: whether somebody has it for all favourites, by item id; and those who have it for some favourite
        """
        chosen = dict(self.database.read("SELECT itemid, frequency FROM person WHERE frequency != ''"))
        some = {row[0] for row in self.database.read("SELECT itemid FROM favourite WHERE frequency = ?", (frequency,))}
        return lambda itemid: chosen.get(itemid, DEFAULT) == frequency, some

    def is_chosen(self, frequency: str) -> bool:
        """Whether anybody has a frequency that is not the default one."""
        return bool(self.database.read(
            "SELECT 1 FROM person WHERE frequency = ?1 UNION ALL SELECT 1 FROM favourite WHERE frequency = ?1 LIMIT 1",
            (frequency,),
        ))

    def tidy(self, itemid: str, subscriptions: Collection[str]) -> None:
        """Remove what is kept with favourites that a person no longer has."""
        for gone in self.kept(itemid).keys() - set(subscriptions):
            self.remove(itemid, gone)

    def _set_person(self, itemid: str, column: str, value: str) -> None:
        with self.database.writing() as connection:
            connection.execute("INSERT OR IGNORE INTO person (itemid) VALUES (?)", (itemid,))
            connection.execute(f"UPDATE person SET {column} = ? WHERE itemid = ?", (value, itemid))


def private() -> Private:
    """The database of the wiki that is open."""
    from moin import current_app

    cfg = current_app.cfg
    return Private(Path(getattr(cfg, "instance_dir", None) or Path(cfg.data_dir).parent))


def _check(value: str, allowed: Collection[str]) -> None:
    if value not in allowed:
        raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
