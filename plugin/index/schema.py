"""The tables.

    revision    one row a revision: what is looked up or sorted by is a column, the rest is ``doc``, a JSON object
    body        the revision's text, compressed
    field       names of fields, and token: each distinct (field, value) once
    posting     which revisions carry a token, those of latest revisions first
    text_latest, text_old     full text, stemmed: FTS5, contentless, rowid is revision.id
    words_latest, words_old   which words a revision has, unstemmed: serves prefixes, patterns and parts of words
    word, gram                the vocabulary, and a trigram index of it
    intent      revisions that are on their way into the store
    setting     format of this database, versions of companions

A revision is in the ``latest`` half of posting and of the full text as long as it is its item's newest; then it moves
over to the ``old`` half. So questions about the present never wade through the past, and no text is indexed twice.

Times are integers: whole seconds since the epoch where Moin has them, microseconds since year 1 (as Whoosh counts)
for tokens of DATETIME fields.
"""

from . import dialect

VERSION = 2

TABLES = """
CREATE TABLE setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE revision (
    id INTEGER PRIMARY KEY,
    revid TEXT NOT NULL UNIQUE,
    itemid TEXT NOT NULL,
    latest INTEGER NOT NULL,
    namespace TEXT,
    mtime INTEGER,
    rev_number INTEGER,
    size INTEGER,
    parentid TEXT,
    dataid TEXT,
    backendname TEXT NOT NULL,
    name_exact TEXT,
    name TEXT,
    name_sort TEXT,
    tokens TEXT NOT NULL,
    doc TEXT NOT NULL
);
-- the newest revision of an item, its history
CREATE INDEX revision_item ON revision (itemid, latest, mtime);
-- recent changes; newest first is the same index walked backwards
CREATE INDEX revision_mtime ON revision (latest, mtime);
-- lists of a namespace in the order of names
CREATE INDEX revision_namespace ON revision (namespace, latest, name_exact);
-- children of a destroyed revision; revisions that share their data
CREATE INDEX revision_parentid ON revision (parentid) WHERE parentid IS NOT NULL;
CREATE INDEX revision_dataid ON revision (dataid);

CREATE TABLE body (
    revision INTEGER PRIMARY KEY,
    text BLOB NOT NULL
);

CREATE TABLE field (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE
);

CREATE TABLE token (
    id INTEGER PRIMARY KEY,
    field INTEGER NOT NULL,
    value NOT NULL,
    UNIQUE (field, value)
);

CREATE TABLE posting (
    token INTEGER NOT NULL,
    latest INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    PRIMARY KEY (token, latest, revision)
) WITHOUT ROWID;

CREATE TABLE word (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);

CREATE TABLE intent (
    revid TEXT PRIMARY KEY,
    backendname TEXT NOT NULL,
    removing INTEGER NOT NULL,
    process TEXT NOT NULL,
    meta BLOB,
    data BLOB
) WITHOUT ROWID;
"""


def create_tables(connection, format_):
    """Make the tables in an empty database, in one transaction.

    :param format_: what ``read_format`` shall return, see there
    """
    dialect.name_database(connection)
    connection.executescript(f"BEGIN; {TABLES} {dialect.FULL_TEXT} COMMIT;")
    connection.execute("INSERT INTO setting VALUES ('format', ?)", (format_,))
    dialect.suit_saves(connection)


def read_format(connection):
    """Format of the database: changes whenever what is stored for the same revision would change. None: no index."""
    if not dialect.tables_of(connection, "setting"):
        return None
    row = connection.execute("SELECT value FROM setting WHERE name = 'format'").fetchone()
    return row and row[0]
