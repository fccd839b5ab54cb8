"""The indexing middleware: Moin's interface, answered from SQLite.

What Moin's class does by opening Whoosh indexes (``self.ix[name].searcher()``) it does here through
``searcher.Index``; overridden is all that writes, opens, moves or builds, and the look-ups that must be quick.
"""

import json
import logging
import os
import shutil
import sqlite3
import time
import unicodedata
from contextlib import contextmanager, suppress
from hashlib import sha256

from flask import got_request_exception, has_app_context, has_request_context
from moin.constants.keys import ALL_REVS, CONTENT, LATEST_META, LATEST_REVS, NAME
from moin.storage.middleware import indexing
from whoosh.index import EmptyIndexError

from . import building, companions, connections, dialect, documents, files, recovery, schema, writing
from .errors import IndexMissing, IndexProblem, IndexRebuilding
from .fields import Layout
from .searcher import Index

logger = logging.getLogger(__name__)

INDEXES = (LATEST_REVS, ALL_REVS, LATEST_META)
# How often a process looks for intents of processes that ended, in seconds.
_LOOK_AROUND = 1.0
# So many revisions are indexed one by one when their process is gone; of more, the whole index is built anew.
_TOO_MANY = 500
_MISSING = "No index in {!r}: run 'moin index-create' and 'moin index-build'"


class SqliteIndexingMiddleware(indexing.IndexingMiddleware):
    """Moin's indexing middleware on one SQLite database, ``index.sqlite3`` in the index directory."""

    #: for Connections; set by install()
    settings = {}

    def __init__(self, index_storage, backend, acl_rights_contents=[], **kw):  # noqa: B006  Moin's signature
        super().__init__(index_storage, backend, acl_rights_contents, **kw)
        self.layout = Layout(self.schemas)
        self.format = _format(self.schemas, acl_rights_contents)
        self.path = files.database(self._directory())
        self.connections = connections.Connections(self.path, **self.settings)
        self.backend = recovery.WatchedBackend(backend, self.connections)
        self._checked = 0.0
        # Process that has looked whether the index is in order; a fork looks again.
        self._ready = None
        got_request_exception.connect(self._after_error)

    def _directory(self, tmp=False):
        _, _, params, _ = self.get_storage_params(tmp)
        return os.fspath(params[0])

    # opening, closing

    def missing_index_check(self):
        return "" if self._exists() else "all"

    def _exists(self):
        return os.path.exists(self.path) or files.rebuild_reason(self.path) is not None

    def open(self):
        """Open the index.

        A damaged one is set aside here, and one of another format is left for the first request to rebuild. What
        ended processes left half written in the store is taken out of it, before anybody reads the store.

        :raises EmptyIndexError: there is none
        """
        if not self._exists():
            raise EmptyIndexError(_MISSING.format(self._directory()))
        self.ix = {name: Index(self, name) for name in INDEXES}
        self._ready = None
        self._checked = 0.0
        try:
            identity = connections.identity(self.path)
            with connections.exclusive(self.path) as connection:
                found = schema.read_format(connection)
                left_over = recovery.count(connection) if found == self.format else 0
        except FileNotFoundError:
            return
        except sqlite3.OperationalError:
            # busy or not readable: the first request will say so
            return
        except sqlite3.DatabaseError:
            self._damaged(identity)
            return
        if found != self.format:
            files.ask_for_rebuild(self.path, f"its format is {found}, not {self.format}")
        elif 0 < left_over <= _TOO_MANY:
            self._make_store_whole()

    def close(self):
        self.connections.close()
        self.ix = {}

    def create(self, tmp=False):
        """Make an empty index; one that was there is emptied."""
        self.connections.close()
        directory = self._directory(tmp)
        files.mark(directory)
        path = files.database(directory)
        building.create(path + ".new", self.format)
        with self._other_writers_waiting(path) as intents:
            self._replace(path, path + ".new", intents)

    def destroy(self, tmp=False):
        if not tmp:
            self.connections.close()
        directory = self._directory(tmp)
        if os.path.exists(directory):
            shutil.rmtree(directory)

    def move_index(self):
        """Put the index that was built at the temporary place into its own, while the wiki may be in use.

        If this index is open, what was saved since the other was built is added to the other first, so that nothing
        is missing for a moment. If it was closed, as by Moin's own sequence close, move, open, update, it is not.
        """
        new = files.database(self._directory(True))
        if not os.path.exists(new):
            raise FileNotFoundError(f"No index at the temporary place {new!r}: run 'moin index-build --tmp' first")
        directory = self._directory()
        files.mark(directory)
        with self._other_writers_waiting(self.path) as intents:
            if self.ix:
                building.update(new, self)
            self._replace(self.path, new, intents)
        self.connections.close()
        shutil.rmtree(self._directory(True))

    @contextmanager
    def _other_writers_waiting(self, path):
        """Hold the write lock of a database that is about to be replaced, if there is one that can be locked.

        Yields the intents that the other database has still to know.
        """
        connection, intents = None, []
        try:
            if os.path.exists(path):
                connection = connections.existing(path, self.connections.timeout)
                dialect.begin_writing(connection)
                intents = recovery.make_whole(connection, self.backend.running, self.backend.backend)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            logger.warning("replacing %s, which is no database: %s", path, error)
        try:
            yield intents
        finally:
            if connection is not None:
                connection.close()

    def _replace(self, path, new, intents):
        """Put a finished database in the place of another one, whose write lock is held."""
        with connections.exclusive(new) as connection:
            recovery.note(connection, intents)
        building.settle(new)
        files.replace(path, new)
        files.rebuild_done(path)

    # reading

    def reading(self):
        """This request's read connection: all look-ups of a request see the same state of the index.

        :raises IndexRebuilding: the index is being rebuilt
        :raises EmptyIndexError: there is none
        """
        if self._ready != os.getpid():
            self._make_ready()
        try:
            return self.connections.reading()
        except FileNotFoundError:
            return self._make_ready()
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise
            self._damaged(connections.identity(self.path))
            return self._make_ready()

    def found(self):
        """What was found in the state that this request reads, by earlier requests too: forgotten when one writes.

        :return: dict, for who looks something up that depends on nothing but this state
        """
        self.reading()
        found = self.connections.found()
        return {} if found is None else found

    def _make_ready(self):
        """Before the first look-up: rebuild what has to be, settle what an ended process left."""
        for wait in (0.01, 0.05, 0.2, 0.5, None):
            if os.path.exists(self.path):
                break
            if wait is None or files.rebuild_reason(self.path) is not None:
                break
            # another process is just putting a new one there
            time.sleep(wait)
        if files.rebuild_reason(self.path) is not None:
            self._rebuild_for_request()
        try:
            connection = self.connections.reading()
        except FileNotFoundError:
            logger.error(_MISSING.format(self._directory()))
            error = IndexMissing() if has_request_context() else EmptyIndexError(_MISSING.format(self._directory()))
            raise error from None
        outdated = companions.outdated(connection)
        self._ready = os.getpid()
        if outdated:
            self.connections.refresh()
            for companion in outdated:
                building.refill(companion, self)
        if has_app_context():
            self._settle_left_over()
        return self.connections.reading()

    def _rebuild_for_request(self):
        if has_request_context():
            building.rebuild_in_background(self)
            raise IndexRebuilding
        with files.rebuilding(self.path, wait=True):
            if files.rebuild_reason(self.path) is not None:
                logger.warning("rebuilding the index %s: %s", self.path, files.rebuild_reason(self.path))
                self.rebuild()

    def _after_error(self, sender, exception, **kw):
        """A request failed. If that is because the database is damaged, the next one has it rebuilt."""
        if _tells_of_damage(exception):
            with suppress(FileNotFoundError):
                self._damaged(self.connections.identity or connections.identity(self.path))

    def _damaged(self, identity):
        """Set a damaged database aside.

        :param identity: of its file: another process may have replaced it already
        """
        self.connections.close()
        self._ready = None
        with files.rebuilding(self.path, wait=True), suppress(FileNotFoundError):
            if connections.identity(self.path) == identity:
                files.ask_for_rebuild(self.path, "it was damaged")
                files.set_damaged_aside(self.path)

    def content(self, id_):
        """Text of a revision as it was indexed.

        :param id_: of its row
        """
        row = self.reading().execute("SELECT text FROM body WHERE revision = ?", (id_,)).fetchone()
        return documents.decompress(row[0]) if row else ""

    def _document(self, idx_name=LATEST_REVS, short=False, **kw):
        return self.ix[LATEST_META if short else idx_name].searcher().document(**kw)

    def get_document(self, revid, retry=False, **kwargs):
        """The document of a revision. A save returns when it is there, so there is nothing to retry.

        :raises KeyError: there is no such revision
        """
        doc = self._document(revid=revid, **kwargs)
        if doc is None:
            raise KeyError(f"revid: {revid} not found. Please check meta data and indexes")
        return doc

    def dump(self, tmp=False, idx_name=LATEST_REVS):
        path = files.database(self._directory(tmp))
        with connections.exclusive(path) as connection:
            where = "" if idx_name == ALL_REVS else " WHERE latest = 1"
            keep = self.layout.stored_meta if idx_name == LATEST_META else None
            rows = connection.execute(
                f"SELECT doc, text FROM revision LEFT JOIN body ON revision = id{where} ORDER BY id"
            )
            for text, body in rows:
                doc = documents.decode(text)
                if keep is not None:
                    doc = {name: value for name, value in doc.items() if name in keep}
                elif idx_name == ALL_REVS:
                    for name in self.layout.stored_latest_only:
                        doc.pop(name, None)
                name = doc.pop(NAME, "")
                content = documents.decompress(body) if body and keep is None else ""
                yield [(NAME, name)] + sorted(doc.items()) + [(CONTENT, content)]

    # writing

    @contextmanager
    def writing(self, but=None):
        """A Writer in a transaction of its own.

        :param but: revid that the caller is about to write
        """
        if self._ready != os.getpid() and has_app_context():
            self._make_ready()
        with self.connections.writing() as connection:
            writer = writing.Writer(connection, self.layout)
            if time.monotonic() - self._checked > _LOOK_AROUND and has_app_context():
                self._settle(writer, but)
            yield writer

    @contextmanager
    def together(self, namespace, count):
        """Index the new revisions that this thread stores within the block, so many at most, in one transaction.

        Whenever the process is killed, store and index come out the same, as with single saves: what is to come is
        announced beforehand, and what was in the store by then is indexed by the next process. Others wait with their
        saves until the block ends, so it should be short.

        :param namespace: of their pages
        """
        if self._ready != os.getpid() and has_app_context():
            self._make_ready()
        with self.backend.announced(namespace, count) as left, self.connections.together() as connection:
            yield
            for revid in left:
                recovery.clear(connection, revid)

    def index_revision(self, meta, content, backend_name, async_=True, force_latest=True):
        """Index a revision, in one transaction with all that is written with it.

        :param force_latest: False: it is its item's latest only if no other is newer
        """
        row = writing.prepare(meta, content, backend_name, self.layout)
        revid = meta["revid"]
        with self.writing(but=revid) as writer:
            self._index(writer, row, meta, content, backend_name, force_latest)
            recovery.clear(writer.connection, revid)

    def _index(self, writer, row, meta, content, backend_name, force_latest):
        revid, itemid, _, mtime, rev_number = row.columns[:5]
        before = writer.latest(itemid)
        other = None if force_latest else writer.newest(itemid, but=revid)
        if other is None or (mtime or 0, rev_number or 0) >= (other[2] or 0, other[3] or 0):
            if before not in (None, revid):
                writer.demote(itemid)
            writer.put(row, latest=True)
            companions.put(writer.connection, dict(meta), content, lambda: self._open_data(backend_name, revid))
        else:
            writer.put(row, latest=False)
            if before in (None, revid):
                writer.promote(other[0])
                self._tell_companions(writer, other[0])

    def _open_data(self, backend_name, revid):
        return self.backend.retrieve(backend_name, revid)[1]

    def _tell_companions(self, writer, revid):
        """Tell the companions that a revision that is indexed is the latest of its item."""
        if not companions.registered():
            return
        id_, backend_name = writer.connection.execute(
            "SELECT id, backendname FROM revision WHERE revid = ?", (revid,)
        ).fetchone()
        meta, data = self.backend.retrieve(backend_name, revid)
        data.close()
        companions.put(
            writer.connection, meta, writer.content(id_), lambda: self._open_data(backend_name, revid)
        )

    def remove_revision(self, revid, async_=True):
        """Forget a revision; the newest that is left of its item takes its place."""
        with self.writing(but=revid) as writer:
            self._remove(writer, revid)
            recovery.clear(writer.connection, revid)

    def _remove(self, writer, revid):
        found = writer.delete(revid)
        if found is None:
            return
        itemid, was_latest = found
        if was_latest:
            left = writer.newest(itemid)
            if left is None:
                companions.drop(writer.connection, itemid)
            else:
                writer.promote(left[0])
                self._tell_companions(writer, left[0])

    def remove_index_revision(self, revid, async_=True, idx_name=LATEST_REVS):
        raise NotImplementedError("remove_revision removes it from all indexes at once")

    # what was left over by processes that ended

    def _make_store_whole(self):
        """Settle the store's side of what is left over. The index follows at the first look-up: to convert a page's
        text takes the whole application, which is still being made when its storage is opened."""
        try:
            with self.connections.writing() as connection:
                recovery.make_whole(connection, self.backend.running, self.backend.backend)
        except IndexProblem as problem:
            logger.warning("left over by ended processes and not settled yet: %s", problem)
        finally:
            # a worker may be forked from this process
            self.connections.close()

    def _settle_left_over(self):
        found = recovery.count(self.connections.reading())
        if found > _TOO_MANY:
            # 'moin load' puts revisions into the store and leaves it to others to index them
            files.ask_for_rebuild(self.path, f"{found} revisions were stored and not indexed")
            self._ready = None
            self._make_ready()
        elif found:
            with self.connections.writing() as connection:
                self._settle(writing.Writer(connection, self.layout), None)

    def _settle(self, writer, but):
        self._checked = time.monotonic()
        for intent in recovery.left_over(writer.connection, self.backend.running):
            revid, backend_name = intent[:2]
            if revid == but:
                continue
            if recovery.settle(intent, self.backend.backend):
                building.index_stored(self, writer, backend_name, revid)
            else:
                self._remove(writer, revid)
            recovery.clear(writer.connection, revid)

    # building

    def rebuild(self, tmp=False, procs=None, limitmb=None, multisegment=False):
        """Index all revisions of the store, in a new database that then takes the place of the old one.

        :param procs: number of processes that read and convert revisions
        :param limitmb, multisegment: for Whoosh; without meaning here
        """
        path = files.database(self._directory(tmp))
        if tmp:
            # Moin's index-create refuses to make a temporary index beside the one in use
            files.mark(self._directory(tmp))
        elif not self._exists():
            raise EmptyIndexError(f"No index at {path!r}: run 'moin index-create' first")
        building.build(path + ".new", self, procs or 1)
        with self._other_writers_waiting(path) as intents:
            # what was saved while we were building
            building.update(path + ".new", self)
            self._replace(path, path + ".new", intents)
        self.connections.close()

    def update(self, tmp=False):
        """Add what the store has and the index has not, remove what only the index has.

        :returns: was there a difference
        """
        return building.update(files.database(self._directory(tmp)), self)

    def optimize_index(self, tmp=False):
        """Merge the full text, drop what nothing refers to, give the space back."""
        with connections.exclusive(files.database(self._directory(tmp))) as connection:
            dialect.wait(connection, self.connections.timeout)
            dialect.optimize(connection)


def _tells_of_damage(error):
    return type(error) is sqlite3.DatabaseError and ("malformed" in str(error) or "not a database" in str(error))


def _format(schemas, acl_rights_contents):
    """A name for all that decides what is stored for a revision: our tables, Moin's schemas, Unicode's tables."""
    described = json.dumps(
        [
            sorted((name, repr(field)) for name, field in schemas[LATEST_REVS].items()),
            list(acl_rights_contents),
            unicodedata.unidata_version,
        ]
    )
    return f"{schema.VERSION}.{sha256(described.encode()).hexdigest()[:12]}"
