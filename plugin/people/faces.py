"""The read model of people: what lists of people, suggestions and sections are made from.

A *face* is one of a person's pages that others see (``users/alice``, ``users/alice/members``). The table has a row a
face, written in the index's transaction, from that page's own bytes and access rules: what nobody may see is in none.
Each process keeps the rows in memory and reads them anew when any was written.
"""

from __future__ import annotations

import json
import re
import sqlite3
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from pyroaring import BitMap

from cupboard.catalogue.held import Held, Keys
from cupboard.catalogue.rows import Access, access_of
from cupboard.document import parse
from cupboard.kinds.person import MEMBERS_PART, NAMESPACE, PERSON, RECORD, owner_of

_MAX_PAGE = 200_000
_FACES = "SELECT itemid, page, access, published, fields, words FROM people_face ORDER BY page"  # primary key of page
_VERSION = "SELECT version FROM people_state"  # one row
STATEMENTS = {"faces": _FACES, "version": _VERSION}

#: Fields that lists are narrowed by -> name in memory. Interests stand where the facets look for terms.
FILTERED = {"interests": "categories", "region": "region", "organisation": "organisation", "role": "role",
            "audience": "audience"}
#: Fields whose words are searched; terms are found by their facets.
_SEARCHED = ("name", "organisation", "role", "looking_for")


class Faces:
    """The companion of the index that keeps the table; see :mod:`cupboard.index.companions`."""

    name = "people"
    version = 1

    def create(self, connection: sqlite3.Connection) -> None:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS people_face (itemid TEXT PRIMARY KEY, page TEXT NOT NULL UNIQUE, access TEXT "
            "NOT NULL,"
            " published INTEGER NOT NULL, fields TEXT NOT NULL, words TEXT NOT NULL) WITHOUT ROWID"
        )
        connection.execute("CREATE TABLE IF NOT EXISTS people_state (one INTEGER PRIMARY KEY, version TEXT NOT NULL)")
        connection.execute("INSERT OR IGNORE INTO people_state VALUES (1, lower(hex(randomblob(8))))")

    def put(
        self, connection: sqlite3.Connection, meta: Mapping[str, Any], content: str, open_data: Callable[[], BinaryIO]
    ) -> None:
        page = face_page(meta)
        if page is None:
            self.drop(connection, meta["itemid"])
            return
        with open_data() as data:
            document = parse(data.read(_MAX_PAGE))
        texts = [document.fields.get(name, "") for name in _SEARCHED] + [one.text for one in document.sections]
        row = (
            meta["itemid"], page, json.dumps(access_of(meta), ensure_ascii=False), int(meta.get("ptime") or 0),
            json.dumps(dict(document.fields), ensure_ascii=False),
            " ".join(sorted({word for text in texts if isinstance(text, str) for word in words_of(text)})),
        )  # fmt: skip
        connection.execute("DELETE FROM people_face WHERE page = ?", (page,))
        connection.execute("INSERT OR REPLACE INTO people_face VALUES (?, ?, ?, ?, ?, ?)", row)
        _changed(connection)

    def drop(self, connection: sqlite3.Connection, itemid: str) -> None:
        if connection.execute("DELETE FROM people_face WHERE itemid = ?", (itemid,)).rowcount:
            _changed(connection)


def face_page(meta: Mapping[str, Any]) -> str | None:
    """The name, without its namespace, of a page that is a face of a person; None for any other page."""
    names = meta.get("name") or ()
    if meta.get("namespace") != NAMESPACE or not names or PERSON.content_type not in str(meta.get("contenttype")):
        return None
    owner, _, part = names[0].partition("/")
    return names[0] if owner and part in ("", MEMBERS_PART) and part != RECORD else None


def words_of(text: str) -> list[str]:
    """The words of a text as they are compared: without accents and capitals."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.findall(r"[a-z0-9]+", plain)


def _changed(connection: sqlite3.Connection) -> None:
    connection.execute("UPDATE people_state SET version = lower(hex(randomblob(8)))")


@dataclass
class Crowd(Held):
    """All faces, by ordinal.

    :ivar pages: names of the pages, without namespace
    :ivar fields: what they say
    :ivar keys: by field and value, the faces that have it
    :ivar by_word: faces by each word
    """

    version: Any = None
    pages: list[str] = field(default_factory=list)
    fields: list[Mapping[str, Any]] = field(default_factory=list)
    keys: Keys = field(default_factory=dict)
    classes: dict[int, BitMap] = field(default_factory=dict)
    accesses: dict[int, Access] = field(default_factory=dict)
    embargoed: dict[int, int] = field(default_factory=dict)
    by_word: dict[str, BitMap] = field(default_factory=dict)

    def with_words(self, text: str) -> BitMap | None:
        """The faces that have a word that begins like each of a text's; None when it has no words."""
        found = None
        for wanted in words_of(text):
            sets = [members for word, members in self.by_word.items() if word.startswith(wanted)]
            matching = BitMap.union(*sets) if sets else BitMap()
            found = matching if found is None else found & matching
        return found

    def one_a_person(self, readable: BitMap) -> BitMap:
        """Of each person, the face that says most of those that may be read."""
        best: dict[str, int] = {}
        for ordinal in readable:
            # "alice" sorts before "alice/members", which says at least as much
            best[owner_of(self.pages[ordinal])] = ordinal
        return BitMap(best.values())


def read(connection: sqlite3.Connection, kept: Crowd) -> Crowd:
    """The faces as the connection sees them; ``kept`` when nothing has changed since."""
    version = connection.execute(_VERSION).fetchone()[0]
    if version == kept.version:
        return kept
    crowd = Crowd(version)
    numbers: dict[str, int] = {}
    for ordinal, (_itemid, page, access, published, fields, words) in enumerate(connection.execute(_FACES)):
        said = json.loads(fields)
        crowd.pages.append(page)
        crowd.fields.append(said)
        number = numbers.setdefault(access, len(numbers))
        if number not in crowd.accesses:
            namespace, acl, parents = json.loads(access)
            crowd.accesses[number] = Access(namespace, acl, tuple(parents))
        crowd.classes.setdefault(number, BitMap()).add(ordinal)
        if published:
            crowd.embargoed[ordinal] = published
        for name, kept_as in FILTERED.items():
            value = said.get(name) or ()
            for one in [value] if isinstance(value, str) else value:
                if isinstance(one, str) and one.strip():
                    of_field = crowd.keys.setdefault(kept_as, {})
                    of_field.setdefault(" ".join(one.split()), BitMap()).add(ordinal)
        for word in words.split():
            crowd.by_word.setdefault(word, BitMap()).add(ordinal)
    return crowd
