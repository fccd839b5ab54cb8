"""Building whole indexes: from the store into a database that nobody else uses yet, and catching up with the store."""

import logging
import multiprocessing
import sys
import threading
import time
from contextlib import closing

import click
from flask import current_app
from moin import flaskg
from moin.constants.keys import ITEMID, MTIME, REV_NUMBER
from moin.storage.middleware.indexing import convert_to_indexable

from . import companions, connections, dialect, files, schema, writing

logger = logging.getLogger(__name__)

_BATCH = 500


def create(path, format_):
    """Make an empty database, in the place of whatever is at the path."""
    files.remove(path)
    # exclusive() only opens
    with open(path, "wb"):
        pass
    with connections.exclusive(path) as connection:
        schema.create_tables(connection, format_)
        companions.create(connection)


def settle(path):
    """Write all there is into the database file itself, so that it can be renamed."""
    with connections.exclusive(path) as connection:
        dialect.write_all(connection)


def read(middleware, backend_name, revid):
    """Metadata and text of a stored revision."""
    meta, data = middleware.backend.retrieve(backend_name, revid)
    with closing(data):
        content = convert_to_indexable(meta, data, is_new=False)
    return meta, content


def index_stored(middleware, writer, backend_name, revid):
    """Index a revision that is in the store; the latest of its item if none is newer."""
    meta, content = read(middleware, backend_name, revid)
    row = writing.prepare(meta, content, backend_name, middleware.layout)
    middleware._index(writer, row, meta, content, backend_name, force_latest=False)


def build(path, middleware, procs):
    """Build an index of all that is in the store.

    :param path: of the new database
    :param procs: number of processes that read and convert; one more writes
    """
    started = time.monotonic()
    create(path, middleware.format)
    revisions, newest = _survey(middleware.backend)
    with connections.exclusive(path) as connection:
        dialect.start_bulk(connection)
        connection.execute("BEGIN")
        writer = writing.Writer(connection, middleware.layout, bulk=True)
        with _progress(len(revisions)) as progress:
            for backend_name, revid, meta, content, row in _prepared(middleware, revisions, procs):
                latest = revid in newest
                writer.put(row, latest)
                if latest:
                    companions.put(
                        connection, meta, content, lambda name=backend_name, id_=revid: middleware._open_data(name, id_)
                    )
                progress.update(1)
        connection.execute("COMMIT")
        dialect.suit_saves(connection)
        connection.execute("ANALYZE")
        dialect.write_all(connection)
    seconds = time.monotonic() - started
    logger.info("indexed %d revisions of %d items in %.1f s", len(revisions), len(newest), seconds)


def _survey(backend):
    """All (backend name, revid) in the store, oldest first, and the set of revids that are the latest of their item."""
    found, newest = [], {}
    for backend_name, revid in backend:
        meta = _metadata(backend, backend_name, revid)
        if meta is None:
            continue
        age = meta.get(MTIME) or 0, meta.get(REV_NUMBER) or 0
        found.append((age, backend_name, revid))
        item = meta[ITEMID]
        if item not in newest or newest[item][0] <= age:
            newest[item] = age, revid
    found.sort(key=lambda one: one[0])
    return [(backend_name, revid) for _, backend_name, revid in found], {revid for _, revid in newest.values()}


def _metadata(backend, backend_name, revid):
    """Metadata of a stored revision; None: it can't be read. It may be that a process is just writing it, who will
    index it then; or its files are damaged, and the log says so."""
    try:
        meta, data = backend.retrieve(backend_name, revid)
    except (KeyError, ValueError) as error:
        logger.error("revision %s of backend %s can't be read, and is not indexed: %r", revid, backend_name, error)
        return None
    data.close()
    return meta


def _prepared(middleware, revisions, procs):
    if procs <= 1:
        for backend_name, revid in revisions:
            yield _prepare(middleware, backend_name, revid)
        return
    # The pool's processes inherit the middleware and the application's context.
    global _inherited
    _inherited = middleware
    try:
        with multiprocessing.get_context("fork").Pool(procs) as pool:
            yield from pool.imap(_prepare_inherited, revisions, chunksize=16)
    finally:
        _inherited = None


_inherited = None


def _prepare_inherited(revision):
    return _prepare(_inherited, *revision)


def _prepare(middleware, backend_name, revid):
    meta, content = read(middleware, backend_name, revid)
    return backend_name, revid, meta, content, writing.prepare(meta, content, backend_name, middleware.layout)


def _progress(length):
    return click.progressbar(
        length=length, label="Indexing", file=sys.stderr, show_pos=True, hidden=not sys.stderr.isatty(),
        update_min_steps=50,
    )


def update(path, middleware):
    """Make a database reflect the store: add what is missing, remove what is gone.

    :returns: was there a difference
    """
    with connections.exclusive(path) as connection:
        dialect.configure(connection, durable=False, cache_mib=32)
        dialect.wait(connection, 15)
        stored = {revid: backend_name for backend_name, revid in middleware.backend}
        indexed = {revid for (revid,) in connection.execute("SELECT revid FROM revision")}
        changes = [
            (revid, backend_name)
            for revid, backend_name in stored.items()
            if revid not in indexed and _metadata(middleware.backend, backend_name, revid)
        ]
        changes += [(revid, None) for revid in indexed if revid not in stored]
        for start in range(0, len(changes), _BATCH):
            dialect.begin_writing(connection)
            writer = writing.Writer(connection, middleware.layout)
            for revid, backend_name in changes[start : start + _BATCH]:
                if backend_name is None:
                    middleware._remove(writer, revid)
                else:
                    index_stored(middleware, writer, backend_name, revid)
            connection.execute("COMMIT")
        return bool(changes)


def refill(companion, middleware):
    """Make a companion's tables anew from the store."""
    logger.info("filling the tables of %s, version %s", companion.name, companion.version)
    with middleware.connections.writing() as connection:
        if companion not in companions.outdated(connection):
            # another process has just done it
            return
        companions.recreate(connection, companion)
        writer = writing.Writer(connection, middleware.layout)
        for id_, revid, backend_name in connection.execute(
            "SELECT id, revid, backendname FROM revision WHERE latest = 1 ORDER BY id"
        ).fetchall():
            meta, data = middleware.backend.retrieve(backend_name, revid)
            data.close()
            companion.put(
                connection, meta, writer.content(id_), lambda: middleware._open_data(backend_name, revid)
            )


def rebuild_in_background(middleware):
    """Have the index rebuilt by a thread of this process, if no process is at it."""
    app = current_app._get_current_object()

    def run():
        with files.rebuilding(middleware.path, wait=False) as ours:
            reason = files.rebuild_reason(middleware.path)
            if ours and reason is not None:
                logger.warning("rebuilding the index %s: %s", middleware.path, reason)
                with app.app_context():
                    # as Moin's index-build does; converters ask for it
                    flaskg.add_lineno_attr = False
                    middleware.rebuild()

    threading.Thread(target=run, name="index rebuild", daemon=True).start()
