"""No difference between store and index, whenever a process is killed.

A save writes to two places that know nothing of each other: the store, then the index. So before the store is
touched an *intent* is noted in the index, and it is cleared in the transaction that indexes the revision. An intent
whose process is gone tells which revision to look at; what the store has is true:

    the revision is there, whole       index it
    it is not there                    forget it
    it is there in part                it was never acknowledged: put back what it was to overwrite, or remove it
"""

import contextlib
import functools
import io
import json
import logging
import os
import sqlite3

from moin.constants.keys import HASH_ALGORITHM, REVID, SIZE
from moin.storage.backends._util import TrackingFileWrapper
from moin.utils.crypto import make_uuid

logger = logging.getLogger(__name__)

# What is overwritten is kept in the intent up to this size; Moin itself overwrites only when a revision is destroyed.
_KEPT = 64 * 1024 * 1024
_COLUMNS = "revid, backendname, removing, process, meta, data"
_CHANGED = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS.split(", ")[1:])
_INSERT = (
    f"INSERT INTO intent ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (revid) DO UPDATE SET {_CHANGED}"
)


def this_process():
    """Names this process, also among those that had or will have the same number."""
    return _named(os.getpid())


@functools.lru_cache(maxsize=1)
def _named(pid):
    return f"{pid} {_started(pid)}"


def _started(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            # from field 3 on; the name in field 2 may hold spaces and brackets
            fields = file.read().rpartition(")")[2].split()
    except OSError:
        return ""
    # A process that ended stays in the list until its parent asks for it, in some containers for ever.
    state, starttime = fields[0], fields[19]
    return "" if state in "ZX" else starttime


def is_alive(process):
    pid, _, started = process.partition(" ")
    if os.path.isdir("/proc/self"):
        return _started(pid) == started and started != ""
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


class WatchedBackend:
    """Moin's routing backend, with each change announced to the index before it is made."""

    def __init__(self, backend, connections):
        self.backend = backend
        self._connections = connections
        self._announced = {}  # backend name -> revids of revisions that are about to be stored
        self.running = set()

    def __getattr__(self, name):
        return getattr(self.backend, name)

    def __iter__(self):
        return iter(self.backend)

    def __contains__(self, key):
        """Is there a revision (backend name, revid)? Moin's own backend would walk through all of them."""
        if not isinstance(key, tuple):
            return False
        try:
            _, data = self.backend.retrieve(*key)
        except KeyError:
            return False
        data.close()
        return True

    def store(self, meta, data):
        new = REVID not in meta
        backend_name = self._backend_name(meta)
        if new and self._announced.get(backend_name):
            meta[REVID] = self._announced[backend_name].pop()
            return self.backend.store(meta, data)
        if new:
            # as the store would; the intent needs it now
            meta[REVID] = make_uuid()
        revid = meta[REVID]
        before = (None, None) if new else self._copy(backend_name, revid)
        noted = self._note(revid, backend_name, False, *before)
        try:
            return self.backend.store(meta, data)
        except BaseException:
            if noted and before == (None, None) and (backend_name, revid) not in self:
                self.forget(revid)
            if new:
                meta.pop(REVID, None)
            raise
        finally:
            # from here to the index the intent is watched by index_revision; if that fails it is left over
            self.running.discard(revid)

    @contextlib.contextmanager
    def announced(self, namespace, count):
        """Announce new revisions of a namespace, so many at most, before the first of them is stored.

        :returns: gives the revids of those that were announced and not stored, once the block is done with storing
        """
        backend_name = self._backend_name({"namespace": namespace, "name": [""]})
        revids = [make_uuid() for _ in range(count)]
        with self._connections.writing() as connection:
            note(connection, [(revid, backend_name, 0, this_process(), None, None) for revid in revids])
        self.running.update(revids)
        self._announced[backend_name] = left = list(revids)
        try:
            yield left
        finally:
            # if the block failed, what it had stored is left over now, and indexed with the next write
            del self._announced[backend_name]
            self.running.difference_update(revids)

    def remove(self, backend_name, revid, destroy_data):
        self._note(revid, backend_name, True)
        try:
            self.backend.remove(backend_name, revid, destroy_data)
        finally:
            self.running.discard(revid)

    def _backend_name(self, meta):
        namespace = meta.get("namespace")
        names = meta.get("name") if namespace is None else [namespace + ":" if namespace else ""]
        return self.backend._get_backend(names)[0] if names else ""

    def _copy(self, backend_name, revid):
        try:
            meta, data = self.backend.retrieve(backend_name, revid)
        except (KeyError, ValueError):
            return None, None
        with contextlib.closing(data):
            content = data.read(_KEPT + 1)
        if len(content) > _KEPT:
            return None, None
        return json.dumps(meta), content

    def _note(self, revid, backend_name, removing, meta=None, data=None):
        try:
            with self._connections.writing() as connection:
                note(connection, [(revid, backend_name, int(removing), this_process(), meta, data)])
        except FileNotFoundError:
            # No index yet: what is stored now will be found when it is built.
            return False
        self.running.add(revid)
        return True

    def forget(self, revid):
        with self._connections.writing() as connection:
            clear(connection, revid)


def clear(connection, revid):
    """The change that was announced is indexed."""
    connection.execute("DELETE FROM intent WHERE revid = ?", (revid,))


def count(connection):
    """How many changes are on their way into the store, or were when their process ended."""
    return connection.execute("SELECT count(*) FROM intent").fetchone()[0]


def make_whole(connection, running, backend):
    """Settle the store's side of all changes that nobody is going to finish.

    :param connection: holds the write lock; its database may be of another format, or damaged
    :param running, backend: as for left_over and settle
    :returns: the intents that an index that is brought up to date with the store has still to know: rows of the table
    """
    try:
        found = connection.execute(f"SELECT {_COLUMNS} FROM intent").fetchall()
        ended = left_over(connection, running)
    except sqlite3.DatabaseError as error:
        logger.warning("what was on its way into the store can't be told from this index: %s", error)
        return []
    for intent in ended:
        settle(intent, backend)
    # Which revisions there are is seen by comparing, what is in them is not.
    return [intent for intent in found if intent not in ended or intent[4] is not None]


def note(connection, intents):
    """Write down changes that are to come.

    :param intents: rows of table intent
    """
    connection.executemany(_INSERT, intents)


def left_over(connection, running):
    """Intents that nobody is going to clear.

    :param running: revids whose change this process is making at the moment
    :returns: rows of table intent
    """
    own, alive = this_process(), {}
    found = []
    for row in connection.execute(f"SELECT {_COLUMNS} FROM intent").fetchall():
        process = row[3]
        if process == own:
            if row[0] not in running:
                found.append(row)
            continue
        if process not in alive:
            alive[process] = is_alive(process)
        if not alive[process]:
            found.append(row)
    return found


def settle(intent, backend):
    """Make the store whole again where a change was cut short.

    :param intent: a row of left_over
    :returns: True: the store has the revision, index it. False: it has not, forget it.
    """
    revid, backend_name, removing, _, meta, data = intent
    store = backend.backends[backend_name]
    if removing:
        return (backend_name, revid) in backend
    if _is_whole(backend, backend_name, revid):
        return True
    if meta is not None:
        logger.warning("revision %s was being overwritten when its process ended: put back as it was", revid)
        store.store(json.loads(meta), io.BytesIO(data))
        return True
    with contextlib.suppress(KeyError, OSError, AttributeError):
        store._del_meta(revid)
        logger.warning("revision %s was half written when its process ended, and never acknowledged: removed", revid)
    return False


def _is_whole(backend, backend_name, revid):
    try:
        meta, data = backend.retrieve(backend_name, revid)
    except (KeyError, ValueError):
        return False
    wrapped = TrackingFileWrapper(data, hash_method=HASH_ALGORITHM)
    try:
        while wrapped.read(64 * 1024):
            pass
        return wrapped.size == meta.get(SIZE) and wrapped.hash.hexdigest() == meta.get(HASH_ALGORITHM)
    finally:
        data.close()


