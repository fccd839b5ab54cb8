"""What is particular to SQLite: its settings, its lists of values, its full text.

Everywhere else in this package stands SQL as others understand it too. To keep the index in PostgreSQL, this module is
to be written anew, and ``connections``, which opens, locks and replaces a database file.

A list of values is bound as one parameter, JSON; full text is FTS5's. FTS5 sees text that is cut into words already, so
every character that is not a separator belongs to a word.
"""

import json

# Marks the database as ours for file(1) and for whoever opens it by hand.
_APPLICATION_ID = 0x43504249
_CATEGORIES = "categories 'L* M* N* P* S* C*'"

FULL_TEXT = f"""
CREATE VIRTUAL TABLE text_latest USING fts5(names, summary, comment, content, content='',
    tokenize="porter unicode61 remove_diacritics 2 {_CATEGORIES}");
CREATE VIRTUAL TABLE text_old USING fts5(names, summary, comment, content, content='',
    tokenize="porter unicode61 remove_diacritics 2 {_CATEGORIES}");
CREATE VIRTUAL TABLE words_latest USING fts5(names, summary, comment, content, name, content='', detail=column,
    columnsize=0, tokenize="unicode61 remove_diacritics 0 {_CATEGORIES}");
CREATE VIRTUAL TABLE words_old USING fts5(names, summary, comment, content, name, content='', detail=column,
    columnsize=0, tokenize="unicode61 remove_diacritics 0 {_CATEGORIES}");
CREATE VIRTUAL TABLE gram USING fts5(text, content='word', content_rowid='id', tokenize='trigram case_sensitive 1');
"""
FULL_TEXT_TABLES = ("text_latest", "text_old", "words_latest", "words_old", "gram")
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

# lists of values

#: Stands for the values of a list that is bound as one parameter, made by ``listed``.
EACH = "SELECT value FROM json_each(?)"


def listed(values):
    """A list of numbers or strings as one parameter."""
    return json.dumps(list(values))


def in_document(key):
    """Expression for a value of the stored document of revision ``r``; lists come as JSON.

    :param key: a name without quotes; or None: the path is bound, made by ``path``
    """
    return "json_extract(r.doc, ?)" if key is None else f"json_extract(r.doc, '$.{key}')"


def path(key):
    return f'$."{key}"'


# full text


def matching(table):
    """Statement that lists the rows of a full text table that match an expression."""
    return f"SELECT rowid FROM {table} WHERE {table} MATCH ?"


def scored(table):
    """Statement that lists (row, score times a factor) of an expression's matches; the best has the least score."""
    return f"SELECT rowid, ? * bm25({table}, {TEXT_BOOSTS}) FROM {table} WHERE {table} MATCH ?"


WORDS_WITH_PART = "SELECT text FROM gram WHERE gram MATCH ?"
# Where the trigrams do not help.
WORDS_WITH_STRING = "SELECT text FROM word WHERE instr(text, ?)"


def quoted(text):
    """A word or several that follow each other, as an expression."""
    return '"' + text.replace('"', '""') + '"'


def begins_with(text):
    return quoted(text) + " *"


def any_of(expressions):
    return " OR ".join(expressions)


def in_column(column, expression):
    return f"{{{column}}} : ({expression})"


def near(words, between):
    """Expression for words with at most so many others between them."""
    return f"NEAR({' '.join(map(quoted, words))}, {between})"


# settings


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


def name_database(connection):
    """Before its tables are made."""
    connection.execute("PRAGMA page_size = 4096")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")


def wait(connection, seconds):
    """How long a statement waits for other programs' locks."""
    connection.execute(f"PRAGMA busy_timeout = {int(seconds * 1000)}")


def begin_writing(connection):
    """Begin a transaction with the write lock."""
    connection.execute("BEGIN IMMEDIATE")


def write_all(connection):
    """Write what is in the log into the database file itself, so that it can be renamed."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def tables_of(connection, prefix):
    """(kind, name) of all tables and views whose names begin so; a virtual table before those that it is made of."""
    return connection.execute(
        "SELECT type, name FROM sqlite_master WHERE name LIKE ? ESCAPE '\\' AND type IN ('table', 'view')"
        " ORDER BY sql LIKE 'CREATE VIRTUAL%' DESC",
        (prefix.replace("_", "\\_") + "%",),
    ).fetchall()


def _merging(connection, **settings):
    for table in FULL_TEXT_TABLES:
        for name, value in settings.items():
            connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('{name}', {int(value)})")


def start_bulk(connection):
    """Make a bulk load quick, into a database that is thrown away if it fails: nothing is written twice, the full text
    gathers more in memory, and merges its parts when there are many."""
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("PRAGMA cache_size = -65536")
    _merging(connection, hashsize=16 * 1024 * 1024, automerge=0, crisismerge=64)


def suit_saves(connection):
    """Set what suits single saves. Each adds a part to the full text; of sixteen is made one, where FTS5 would merge
    four: a word is written down half as often, and a search still looks into some thirty parts at most."""
    _merging(connection, hashsize=1024 * 1024, automerge=16, crisismerge=32)


def optimize(connection):
    """Merge the full text into one part each, drop tokens and words nothing carries, give free space back."""
    begin_writing(connection)
    connection.execute("DELETE FROM token WHERE NOT EXISTS (SELECT 1 FROM posting WHERE token = token.id)")
    for table in FULL_TEXT_TABLES:
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
