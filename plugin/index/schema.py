"""The tables, and every statement that leans on SQLite's dialect.

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

VERSION = 2

# Marks the database as ours for file(1) and for whoever opens it by hand.
APPLICATION_ID = 0x43504249

# FTS5 sees text that is cut into words already, so every character that is not a separator belongs to a word.
CATEGORIES = "categories 'L* M* N* P* S* C*'"

TABLES = f"""
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

CREATE VIRTUAL TABLE text_latest USING fts5(names, summary, comment, content, content='',
    tokenize="porter unicode61 remove_diacritics 2 {CATEGORIES}");
CREATE VIRTUAL TABLE text_old USING fts5(names, summary, comment, content, content='',
    tokenize="porter unicode61 remove_diacritics 2 {CATEGORIES}");
CREATE VIRTUAL TABLE words_latest USING fts5(names, summary, comment, content, name, content='', detail=column,
    columnsize=0, tokenize="unicode61 remove_diacritics 0 {CATEGORIES}");
CREATE VIRTUAL TABLE words_old USING fts5(names, summary, comment, content, name, content='', detail=column,
    columnsize=0, tokenize="unicode61 remove_diacritics 0 {CATEGORIES}");

CREATE TABLE word (
    id INTEGER PRIMARY KEY,
    text TEXT NOT NULL UNIQUE
);
CREATE VIRTUAL TABLE gram USING fts5(text, content='word', content_rowid='id', tokenize='trigram case_sensitive 1');

CREATE TABLE intent (
    revid TEXT PRIMARY KEY,
    backendname TEXT NOT NULL,
    removing INTEGER NOT NULL,
    process TEXT NOT NULL,
    meta BLOB,
    data BLOB
) WITHOUT ROWID;
"""

# Boosts of names, summary, comment, content: the field_boost of the same fields in Moin's schema.
TEXT_BOOSTS = "30.0, 10.0, 30.0, 1.0"
TEXT_COLUMNS = ("names", "summary", "comment", "content")
WORD_COLUMNS = ("names", "summary", "comment", "content", "name")

INSERT_TEXT = "INSERT INTO text_{half} (rowid, names, summary, comment, content) VALUES (?, ?, ?, ?, ?)"
DELETE_TEXT = (
    "INSERT INTO text_{half} (text_{half}, rowid, names, summary, comment, content) VALUES ('delete', ?, ?, ?, ?, ?)"
)
INSERT_WORDS = "INSERT INTO words_{half} (rowid, names, summary, comment, content, name) VALUES (?, ?, ?, ?, ?, ?)"
DELETE_WORDS = (
    "INSERT INTO words_{half} (words_{half}, rowid, names, summary, comment, content, name)"
    " VALUES ('delete', ?, ?, ?, ?, ?, ?)"
)
# A word at a time: before a statement that may fail half way, FTS5 writes out all it has gathered in the transaction.
UNKNOWN_WORDS = "SELECT value FROM json_each(?) WHERE value NOT IN (SELECT text FROM word)"
INSERT_WORD = "INSERT INTO word (text) VALUES (?)"
INSERT_GRAM = "INSERT INTO gram (rowid, text) VALUES (?, ?)"
INSERT_POSTINGS = "INSERT OR IGNORE INTO posting (token, latest, revision) SELECT value, ?, ? FROM json_each(?)"
DELETE_POSTINGS = (
    "DELETE FROM posting WHERE latest = ? AND revision = ? AND token IN (SELECT value FROM json_each(?))"
)

FULL_TEXT_TABLES = ("text_latest", "text_old", "words_latest", "words_old", "gram")


def configure(connection, *, durable, cache_mib):
    """Set up a fresh connection.

    :param durable: True: a save that was acknowledged outlives a power cut, at the price of an fsync a save;
                    False: it outlives the end of the process and of the server program, whatever the signal
    :param cache_mib: how much of the database a connection keeps in memory at most
    """
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
    connection.execute(f"PRAGMA cache_size = {-1024 * int(cache_mib)}")
    connection.execute("PRAGMA temp_store = MEMORY")
    # Full text writes the same pages again and again: copied into the database less often, they are copied fewer times.
    # The log stays below 40 MB.
    connection.execute("PRAGMA wal_autocheckpoint = 10000")
    connection.execute("PRAGMA secure_delete = OFF")


def create_tables(connection, format_):
    """Make the tables in an empty database, in one transaction.

    :param format_: what ``read_format`` shall return, see there
    """
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.executescript("BEGIN IMMEDIATE;" + TABLES + "COMMIT;")
    connection.execute("INSERT INTO setting VALUES ('format', ?)", (format_,))
    suit_saves(connection)


def read_format(connection):
    """Format of the database: changes whenever what is stored for the same revision would change. None: no index."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'setting'").fetchone():
        return None
    row = connection.execute("SELECT value FROM setting WHERE name = 'format'").fetchone()
    return row and row[0]


def _merging(connection, **settings):
    for table in FULL_TEXT_TABLES:
        for name, value in settings.items():
            connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('{name}', {int(value)})")


def start_bulk(connection):
    """Make a bulk load quick: the full text gathers more in memory, and merges its parts when there are many."""
    _merging(connection, hashsize=16 * 1024 * 1024, automerge=0, crisismerge=64)


def suit_saves(connection):
    """Set what suits single saves. Each adds a part to the full text; of sixteen is made one, where FTS5 would merge four:
    a word is written down half as often, and a search still looks into some thirty parts at most."""
    _merging(connection, hashsize=1024 * 1024, automerge=16, crisismerge=32)


def optimize(connection):
    """Merge the full text into one part each, drop tokens and words nothing carries, give free space back."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("DELETE FROM token WHERE NOT EXISTS (SELECT 1 FROM posting WHERE token = token.id)")
    for table in FULL_TEXT_TABLES:
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
