"""What the wiki has to remember about people that is on nobody's page: one small SQLite file beside the pages.

    registration  those who asked for an account and have not followed the link that was mailed to them
    gone_name     digests of the names of accounts that were deleted, so that nobody takes another's place in the rules
                  of pages
    letter        that somebody wrote to somebody through the wiki: who, when, and whether it was reported; not what
    refusal       who wants no letters, from one person or from anybody
    contact       the person that a case study names as its contact point: asked, and what they answered
    erasure       that something was erased, when and why; not what

Nothing here can be made again from the pages: it belongs into the backup, and is in the folder of the pages.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from moin import current_app

from cupboard.small_database import SmallDatabase

FILE = "people.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS registration (
    token TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    password TEXT NOT NULL,
    at REAL NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS gone_name (
    digest TEXT PRIMARY KEY
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS letter (
    id TEXT PRIMARY KEY,
    sender TEXT NOT NULL,
    recipient TEXT NOT NULL,
    at REAL NOT NULL,
    answers TEXT NOT NULL DEFAULT '',
    reported REAL,
    reason TEXT NOT NULL DEFAULT ''
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS refusal (
    person TEXT NOT NULL,
    sender TEXT NOT NULL,
    at REAL NOT NULL,
    PRIMARY KEY (person, sender)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contact (
    page TEXT NOT NULL,
    email TEXT NOT NULL,
    name TEXT NOT NULL,
    asked REAL NOT NULL,
    confirmed REAL,
    asked_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (page, email)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS erasure (
    at REAL NOT NULL,
    kind TEXT NOT NULL,
    revisions INTEGER NOT NULL,
    reason TEXT NOT NULL
);
"""

def folder(config: Any) -> Path:
    """The folder of the wiki's files."""
    return Path(getattr(config, "instance_dir", None) or Path(config.data_dir).parent)


def reading() -> AbstractContextManager[sqlite3.Connection]:
    """A connection; nothing may be written on it."""
    return database().reading()


def writing() -> AbstractContextManager[sqlite3.Connection]:
    """A connection in a transaction, which ends well or leaves nothing."""
    return database().writing()


def digest(text: str) -> str:
    """What stands for a name or a token in the ledger, so that it can be recognised and not read."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def database() -> SmallDatabase:
    """The file itself."""
    return SmallDatabase(Path(current_app.cfg.data_dir) / FILE, _SCHEMA)
