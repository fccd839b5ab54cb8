"""The files of the index, and how one database takes the place of another while a server runs.

    index.sqlite3            the database, with -wal and -shm beside it while it is open
    index.sqlite3.new        one that is being built and will replace it
    index.sqlite3.rebuild    why it is to be rebuilt, and .lock: held by the process that does it
    index.sqlite3.damaged-…  one that could not be read, set aside
    _all_revs_sqlite.toc     what Moin's index-… commands look for to see whether there is an index
"""

import contextlib
import fcntl
import logging
import os
import time

logger = logging.getLogger(__name__)

NAME = "index.sqlite3"
# moin.utils.filesys.wiki_index_exists globs _all_revs_*.toc. Whoosh reads only those with a number in this place, so
# stock Moin says that there is no (Whoosh) index, as it should.
_MARKER = "_all_revs_sqlite.toc"
_SIDE_FILES = ("-wal", "-shm")


def database(directory):
    return os.path.join(directory, NAME)


def mark(directory):
    """Make the directory and let Moin's commands see that it holds an index."""
    os.makedirs(directory, exist_ok=True)
    path = os.path.join(directory, _MARKER)
    if not os.path.exists(path):
        with open(path, "w") as marker:
            marker.write(f"The index of this wiki is in {NAME}.\n")


def remove(path):
    """Remove a database and what stands beside it."""
    for suffix in ("", *_SIDE_FILES):
        with contextlib.suppress(FileNotFoundError):
            os.remove(path + suffix)


def set_aside(path, suffix):
    """Rename a database, with what belongs to it, so that nobody opens it any more. Open connections keep it."""
    target = path + suffix
    # The database goes first: nobody may find it without its log, and a log without a database is never read.
    for side in ("", *_SIDE_FILES):
        with contextlib.suppress(FileNotFoundError):
            os.rename(path + side, target + side)
    return target


def set_damaged_aside(path):
    """Keep a damaged database for who wants to look at it."""
    target = set_aside(path, time.strftime(".damaged-%Y%m%d-%H%M%S", time.gmtime()))
    logger.error("The index %s is damaged. It is kept as %s, and rebuilt.", path, target)


def replace(path, new):
    """Put a finished database in the place of another. The caller holds the write lock of the other, if there is one.

    Its log must not be left at the path: SQLite would apply it to the new database.
    """
    old = set_aside(path, ".old")
    os.rename(new, path)
    remove(old)


def rebuild_reason(path):
    """Why the database at the path is to be rebuilt; None: it is not."""
    try:
        with open(path + ".rebuild") as file:
            return file.read()
    except FileNotFoundError:
        return None


def ask_for_rebuild(path, reason):
    with open(path + ".rebuild", "w") as file:
        file.write(reason)


def rebuild_done(path):
    with contextlib.suppress(FileNotFoundError):
        os.remove(path + ".rebuild")


@contextlib.contextmanager
def rebuilding(path, wait):
    """Hold the right to rebuild; yields whether we have it. It ends with the process, however that ends.

    :param wait: wait for whoever has it
    """
    with open(path + ".lock", "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
