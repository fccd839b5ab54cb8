"""Who is to be written to, and what was told: tables in the database of :mod:`cupboard.following.private`.

One row a person, frequency and period, such as ``weekly 2026-W47``: a second run of the same period finds it there. The
row holds no text. A message is made when it is sent, so it says what is true then, to whoever may read it then.

    due       to be made and sent, now or at ``next_try``
    sending   the server has all of it but the last dot
    sent      the server took it
    nothing   there was nothing to say
    failed    given up; what it would have told is told with the next one

A process that is killed leaves its row ``due``, and the next run sends it; or ``sending``, when it was killed between
the last dot and the server's answer being written down. Nobody can know then whether the server took the message. It is
sent again, with the same Message-ID and telling the same, since being left out is worse than a copy that most mail
programs drop. The same holds when the server hangs up instead of answering the last dot.

What was told to a person (versions of pages, matters of upkeep) is remembered in the same transaction as ``sent``.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass

from cupboard.following.private import Private

DUE, SENDING, SENT, NOTHING, FAILED = STATES = ("due", "sending", "sent", "nothing", "failed")

#: Seconds to wait after a try that failed, by how many there were. After the last it is given up.
BACK_OFF = (300, 900, 3600, 4 * 3600, 12 * 3600, 24 * 3600, 24 * 3600)

#: How long it is remembered what was told.
_KEPT = 800 * 86400

_SCHEMA = """
CREATE TABLE IF NOT EXISTS notice (
    itemid TEXT NOT NULL,
    frequency TEXT NOT NULL,
    period TEXT NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER NOT NULL,
    planned INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    why TEXT NOT NULL DEFAULT '',
    until INTEGER NOT NULL DEFAULT 0,
    telling TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (itemid, frequency, period)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS notice_state ON notice (state, next_try);
CREATE TABLE IF NOT EXISTS told (
    itemid TEXT NOT NULL,
    what TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (itemid, what)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS told_until (
    itemid TEXT NOT NULL,
    subscription TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (itemid, subscription)
) WITHOUT ROWID;
"""


@dataclass(frozen=True, slots=True)
class Notice:
    """One message to be sent.

    :ivar itemid: of the account
    :ivar period: ``2026-W47``, ``2026-11-22``, or for at-once mail the moment at which it was planned
    :ivar tries: how often it was tried
    :ivar until: the second until when it tells, when the server may have it already; 0: it has not
    :ivar telling: what it tells, in that case
    """

    itemid: str
    frequency: str
    period: str
    tries: int = 0
    until: int = 0
    telling: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        return f"{self.itemid}|{self.frequency}|{self.period}"


class Outbox:
    """The tables of one wiki.

    :param private: its database
    """

    def __init__(self, private: Private):
        self.private = private
        self._database = private.database.with_tables(_SCHEMA)

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """A connection to the file with these tables, in a transaction."""
        return self._database.writing()

    def plan(self, people: Iterable[str], frequency: str, period: str, now: int | None = None) -> int:
        """Note that people are to be written to in a period, unless that is noted, or a message waits from before.

        :returns: how many were added
        """
        now = _now(now)
        with self._database.writing() as connection:
            before = connection.total_changes
            connection.executemany(
                "INSERT OR IGNORE INTO notice (itemid, frequency, period, state, next_try, planned, changed)"
                " SELECT ?1, ?2, ?3, 'due', ?4, ?4, ?4 WHERE NOT EXISTS"
                " (SELECT 1 FROM notice WHERE itemid = ?1 AND frequency = ?2 AND state IN ('due', 'sending'))",
                [(itemid, frequency, period, now) for itemid in people],
            )
            return connection.total_changes - before

    def summary(self) -> list[tuple[str, str, str, int, int]]:
        """(frequency, period, state, how many, when last) of the newest messages, for those who look after the wiki."""
        with self._database.writing() as connection:
            return connection.execute(
                "SELECT frequency, period, state, count(*), max(changed) FROM notice"
                " GROUP BY frequency, period, state ORDER BY max(changed) DESC LIMIT 10"
            ).fetchall()

    def due(self, now: int | None = None, most: int = 100) -> list[Notice]:
        """What is to be sent now, the oldest first. Only for whoever holds the lock: what a killed run left is due."""
        with self._database.writing() as connection:
            rows = connection.execute(
                "SELECT itemid, frequency, period, tries, until, telling FROM notice WHERE state IN ('due', 'sending')"
                " AND next_try <= ? ORDER BY planned, itemid LIMIT ?", (_now(now), most)
            ).fetchall()
        return [Notice(*row[:5], frozenset(json.loads(row[5] or "[]"))) for row in rows]

    def ending(self, notice: Notice, until: int, telling: Collection[str]) -> None:
        """Note that the server is about to get the last dot, and what the message tells."""
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE notice SET state = 'sending', until = ?, telling = ?"
                " WHERE itemid = ? AND frequency = ? AND period = ?",
                (until, json.dumps(sorted(telling)), *_key(notice)),
            )

    def sent(self, notice: Notice, told: Collection[str], until: Mapping[str, int]) -> None:
        """Note that the server took a message, and all that it told.

        :param told: what need not be told again
        :param until: by subscription, the second until when all is told
        """
        self._done(notice, SENT, told, until)

    def nothing(self, notice: Notice, until: Mapping[str, int]) -> None:
        """Note that there was nothing to say."""
        self._done(notice, NOTHING, (), until)

    def later(self, notice: Notice, why: str, now: int | None = None, maybe_taken: bool = False) -> bool:
        """Note that a try failed.

        :param maybe_taken: whether the server had all of it and gave no answer
        :returns: whether it is tried again
        """
        if notice.tries >= len(BACK_OFF):
            self.failed(notice, why)
            return False
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE notice SET state = 'due', tries = tries + 1, next_try = ?, changed = ?, why = ?,"
                " until = CASE WHEN ? THEN until ELSE 0 END WHERE itemid = ? AND frequency = ? AND period = ?",
                (_now(now) + BACK_OFF[notice.tries], _now(now), why[:300], maybe_taken, *_key(notice)),
            )
        return True

    def failed(self, notice: Notice, why: str) -> None:
        """Give a message up."""
        self._set(notice, FAILED, why)

    def told(self, itemid: str) -> frozenset[str]:
        """What a person was told."""
        with self._database.writing() as connection:
            rows = connection.execute("SELECT what FROM told WHERE itemid = ?", (itemid,)).fetchall()
        return frozenset(row[0] for row in rows)

    def told_until(self, itemid: str) -> dict[str, int]:
        """By subscription, the second until when a person was told all."""
        with self._database.writing() as connection:
            rows = connection.execute("SELECT subscription, until FROM told_until WHERE itemid = ?", (itemid,))
            return dict(rows.fetchall())

    def export(self, itemid: str) -> dict[str, object]:
        """All that is kept of a person here, as plain values, for a copy of the account."""
        with self._database.writing() as connection:
            notices = connection.execute(
                "SELECT frequency, period, state, tries, changed, why FROM notice WHERE itemid = ? ORDER BY changed",
                (itemid,),
            ).fetchall()
            told = connection.execute("SELECT what, at FROM told WHERE itemid = ? ORDER BY at", (itemid,)).fetchall()
        return {
            "messages": [
                dict(zip(("frequency", "period", "state", "tries", "changed", "why"), one)) for one in notices
            ],
            "told": [{"what": what, "at": at} for what, at in told],
            "told_until": self.told_until(itemid),
        }

    def counts(self) -> dict[str, int]:
        """How many notices there are in each state; for administrators."""
        with self._database.writing() as connection:
            return dict(connection.execute("SELECT state, count(*) FROM notice GROUP BY state").fetchall())

    def last(self) -> int:
        """When a message was last taken by the server, seconds since the epoch; 0: never. For administrators."""
        with self._database.writing() as connection:
            return connection.execute("SELECT coalesce(max(changed), 0) FROM notice WHERE state = 'sent'").fetchone()[0]

    def waiting(self) -> list[tuple[str, int, str]]:
        """(state, tries, why) of what waits after a failed try, or was given up; for administrators."""
        with self._database.writing() as connection:
            return connection.execute(
                "SELECT state, tries, why FROM notice WHERE why != '' AND state IN ('due', 'sending', 'failed')"
                " ORDER BY changed DESC LIMIT 100"
            ).fetchall()

    def tidy(self, now: int | None = None) -> None:
        """Forget what was told long ago, and notices of periods that are over."""
        with self._database.writing() as connection:
            connection.execute("DELETE FROM told WHERE at < ?", (_now(now) - _KEPT,))
            connection.execute(
                "DELETE FROM notice WHERE changed < ? AND state IN ('sent', 'nothing', 'failed')",
                (_now(now) - 90 * 86400,),
            )
            connection.execute(
                "DELETE FROM notice WHERE frequency = 'now' AND state = 'nothing' AND changed < ?", (_now(now) - 3600,)
            )

    def _done(self, notice: Notice, state: str, told: Collection[str], until: Mapping[str, int]) -> None:
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE notice SET state = ?, changed = ?, why = '', telling = '' WHERE itemid = ? AND frequency = ? "
                "AND period = ?",
                (state, _now(None), *_key(notice)),
            )
            connection.executemany(
                "INSERT OR REPLACE INTO told VALUES (?, ?, ?)",
                [(notice.itemid, what, _now(None)) for what in told],
            )
            connection.executemany(
                "INSERT INTO told_until VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)",
                [(notice.itemid, subscription, at) for subscription, at in until.items()],
            )

    def _set(self, notice: Notice, state: str, why: str = "") -> None:
        with self._database.writing() as connection:
            connection.execute(
                "UPDATE notice SET state = ?, changed = ?, why = ? WHERE itemid = ? AND frequency = ? AND period = ?",
                (state, _now(None), why[:300], *_key(notice)),
            )


def _key(notice: Notice) -> tuple[str, str, str]:
    return notice.itemid, notice.frequency, notice.period


def _now(now: int | None) -> int:
    return int(time.time()) if now is None else now
