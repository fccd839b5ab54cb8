"""A wiki instance: the folder that holds its files. How one is made, recognised and opened.

::

    wiki/
      data/           pages and accounts, as Moin's file stores keep them
      local/          templates and styles of this wiki's own, if it has any
      index/          what look-ups, lists and search are answered from; can be made again from data/
      secret          signs the session cookies; readable by its owner only
      administrators  names of those who may do everything, one on a line
      being-made      there only while the wiki is made: written first, removed last
"""

from __future__ import annotations

import fcntl
import logging.config
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from cupboard.commands import CommandError, Progress

SECRET = "secret"
ADMINISTRATORS = "administrators"
MARKER = "being-made"


class InstanceError(CommandError):
    """The wiki can't be made or opened."""


class State(Enum):
    ABSENT = "absent"
    HALF_MADE = "half made"
    MADE = "made"


@dataclass(frozen=True)
class Made:
    """What :func:`make` did.

    :ivar administrator: the account that was made
    :ivar password: its password; kept nowhere
    :ivar pages: how many pages were written
    """

    administrator: str
    password: str
    pages: int


def state(folder: Path) -> State:
    """Tell whether there is a whole wiki in ``folder``."""
    if (folder / MARKER).exists():
        return State.HALF_MADE
    return State.MADE if (folder / "data").exists() else State.ABSENT


def secret_key(folder: Path) -> str:
    """Return the key that signs session cookies; make it when there is none yet.

    :raises InstanceError: when the file can't be read, or holds less than 32 characters
    """
    path = folder / SECRET
    try:
        if not path.exists():
            _write_new(path, secrets.token_urlsafe(48) + "\n", 0o600)
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeError) as error:
        raise InstanceError(f"The secret key in {path} can't be read: {error}") from error
    if len(key) < 32:
        raise InstanceError(f"The secret key in {path} is too short. Delete the file to get a new one.")
    return key


def administrators(folder: Path) -> list[str]:
    """The names in the file ``administrators``; none when there is no such file."""
    try:
        lines = (folder / ADMINISTRATORS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def find_config(given: str | None = None) -> Path:
    """The configuration file to use: the one given, or ``wikiconfig_local.py`` or ``wikiconfig.py`` in this folder.

    :raises InstanceError: when there is none
    """
    candidates = [given] if given else ["wikiconfig_local.py", "wikiconfig.py"]
    for candidate in candidates:
        if Path(candidate).is_file():
            return Path(candidate).resolve()
    if given:
        raise InstanceError(f"There is no configuration file {given}.")
    raise InstanceError("There is no wikiconfig.py in this folder: change to the Cupboard's folder, or give --config.")


def quiet_logs() -> None:
    """Send warnings and errors to stderr, and nothing else. To be called before anything of Moin is imported."""
    logging.config.dictConfig({
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
            # only does something when the configuration sets email_tracebacks
            "mail": {"class": "moin.log.EmailHandler", "formatter": "line", "level": "ERROR"},
        },
        "root": {"level": "WARNING", "handlers": ["stderr", "mail"]},
        # warns of timers that were running when a command or a test ended
        "loggers": {"moin.utils.clock": {"level": "ERROR"}},
    })
    from moin import log

    log.configured = True


def open_app(config: Path, *, index_needed: bool = True, create: bool = False) -> Any:
    """Open the wiki that ``config`` describes.

    :param index_needed: False when the index may be missing, because it is about to be made
    :param create: make the storage and an empty index
    :returns: Moin's Flask application
    :raises InstanceError: when its index is missing
    """
    import click
    from moin.app import create_app_ext

    # Moin asks click which command runs: it leaves a missing index alone only for its own index commands, and does
    # nothing at all for one that is called "help".
    name = "serve" if index_needed else "index-build"
    _find_neighbours(config)
    patches = {"create_backend": True} if create else {}
    with click.Context(click.Command(name), info_name=name).scope():
        # Moin says it in a log line and leaves; here it is one exception with the same meaning
        moin_log = logging.getLogger("moin.app")
        level = moin_log.level
        moin_log.setLevel(logging.CRITICAL)
        try:
            return create_app_ext(flask_config_file=str(config), **patches)
        except SystemExit as leaving:
            raise InstanceError(f"The wiki's index is missing. To make it: {_command()} reindex") from leaving
        finally:
            moin_log.setLevel(level)


@contextmanager
def inside(app: Any) -> Iterator[Any]:
    """Work on a wiki from the command line: Moin's request variables are set, nobody is signed in.

    :returns: the storage that checks no rights
    """
    from moin import flaskg
    from moin.app import before_wiki

    with app.app_context():
        before_wiki()
        try:
            yield app.storage
        finally:
            clock = flaskg.get("clock")  # gone with a request that was made meanwhile
            if clock is not None:
                clock.stop("total")


def make(
    config: Path,
    *,
    administrator: str = "admin",
    seeds: bool = True,
    resume: bool = False,
    progress: Progress = lambda what, done, total: None,
    announce: Callable[[Made], None] = lambda made: None,
) -> Made | None:
    """Make the wiki that ``config`` describes.

    :param administrator: name of the account to make
    :param seeds: False to leave out the case studies and the wiki pages; definitions are always there
    :param resume: finish one whose making was interrupted
    :param announce: called when all is done, before the wiki counts as made, so that a password is never lost
    :returns: what was made; None when the wiki was there already, and nothing was changed
    :raises InstanceError: when it is half made, another process is making it, or the name can't be an account's
    """
    folder = _folder(config)
    if state(folder) is State.MADE:
        return None
    _check_name(administrator)
    half_made = state(folder) is State.HALF_MADE
    if half_made and not resume:
        raise _half_made(folder)
    _make_folder(folder)
    (folder / "local").mkdir(exist_ok=True)
    with _only_one(folder):
        (folder / ADMINISTRATORS).write_text(
            f"# Those who may do everything, one name on a line.\n{administrator}\n", encoding="utf-8"
        )
        app = open_app(config, index_needed=False, create=True)
        with inside(app) as storage:
            if half_made:
                storage.rebuild()
            from cupboard import seeding  # only now: see seed()

            pages = seeding.sow(storage, pages=seeds, cases=seeds, progress=progress)
            made = Made(administrator, _administrator_account(administrator), pages)
            announce(made)
        app.deinit_backends()
        (folder / MARKER).unlink()
    return made


@dataclass(frozen=True)
class Seeded:
    """What :func:`seed` did.

    :ivar written: how many pages were written
    :ivar lacking: a line for each template of the wiki that lacks questions which the shipped one has
    """

    written: int
    lacking: tuple[str, ...]


def seed(config: Path, *, cases: bool = True, progress: Progress = lambda what, done, total: None) -> Seeded:
    """Add the pages that come with the Cupboard to a wiki that does not have them.

    :raises InstanceError: when there is no wiki
    """
    require(config)
    app = open_app(config)
    from cupboard import seeding  # only now: Moin's modules find each other once its application is made

    with inside(app) as storage:
        seeded = Seeded(seeding.sow(storage, cases=cases, progress=progress), tuple(seeding.lacking()))
    app.deinit_backends()
    return seeded


def reindex(config: Path, progress: Progress = lambda what, done, total: None) -> int:
    """Make the index again from the stored pages.

    :returns: how many revisions are in it
    :raises InstanceError: when there is no wiki
    """
    require(config)
    app = open_app(config, index_needed=False)
    with inside(app) as storage:
        total = sum(1 for _ in storage.backend)
        # Read once for the index of all revisions, and by Moin's own index again for the newest of each page.
        storage.backend = _Counted(storage.backend, lambda read: progress("Index", min(read, total), total))
        # Beside the present one, which stays until the new one is whole.
        storage.destroy(tmp=True)
        storage.create(tmp=True)
        storage.rebuild(tmp=True)
        storage.optimize_index(tmp=True)
        storage.close()
        storage.move_index()
        progress("Index", total, total)
    return total


class _Counted:
    """A storage backend that tells how many revisions were read from it."""

    def __init__(self, backend: Any, tell: Callable[[int], None]):
        self._backend, self._tell, self._read = backend, tell, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._backend, name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._backend)

    def retrieve(self, *key: str) -> Any:
        self._read += 1
        self._tell(self._read)
        return self._backend.retrieve(*key)


def require(config: Path) -> None:
    """Make sure that there is a whole wiki to work on.

    :raises InstanceError: when it is not there, or half made
    """
    folder = _folder(config)
    found = state(folder)
    if found is State.ABSENT:
        raise InstanceError(f"There is no wiki in {folder}: to make it, run: {_command()} init")
    if found is State.HALF_MADE:
        raise _half_made(folder)


def _half_made(folder: Path) -> InstanceError:
    return InstanceError(
        f"The wiki in {folder} is half made. To finish it: {_command()} init --resume. To start again: delete that "
        f"folder."
    )


def _command() -> str:
    """How the ``cupboard`` command is called here."""
    called = Path(sys.argv[0])
    if called.name != "cupboard" or shutil.which("cupboard") == str(called):
        return "cupboard"
    return os.path.relpath(called) if called.is_relative_to(Path.cwd()) else str(called)


def _folder(config: Path) -> Path:
    """The folder that a configuration names as its wiki's."""
    from flask import Config

    _find_neighbours(config)
    settings = Config(str(config.parent))
    settings.from_pyfile(str(config))
    moin_config = settings["MOINCFG"]
    return Path(getattr(moin_config, "instance_dir", None) or Path(moin_config.data_dir).parent)


def _find_neighbours(config: Path) -> None:
    """Let a configuration import the files beside it: a ``wikiconfig_local.py`` begins with ``from wikiconfig import
    *``.
    """
    if str(config.parent) not in sys.path:
        sys.path.append(str(config.parent))


def _check_name(name: str) -> None:
    """Refuse what Moin would take for a group, or could not be written in an access rule."""
    from moin import user

    if not name or name != user.normalizeName(name) or name.endswith("Group"):
        raise InstanceError(f"{name!r} can't be the name of an account: letters, digits, .-_@' and single spaces only.")


def _administrator_account(name: str) -> str:
    """Make the administrator's account; one left by an interrupted making gets a new password.

    :returns: the password
    """
    from moin import user
    from moin.constants.keys import EMAIL_UNVALIDATED

    password = secrets.token_urlsafe(12)
    if user.search_users(name_exact=name):
        account = user.User(auth_username=name)
        account.set_password(password)
        account.save()
        return password
    # Not validated: it would ask for an e-mail address, which nobody has yet. Moin's list of accounts needs one or the
    # other kind of address, empty or not.
    refusal = user.create_user(name, password, "", validate=False, **{EMAIL_UNVALIDATED: ""})
    if refusal:
        raise InstanceError(str(refusal))
    return password


@contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    """Hold the marker's lock, so that two processes don't make one wiki."""
    with open(folder / MARKER, "a", encoding="utf-8") as marker:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InstanceError(f"Another process is making the wiki in {folder} now.") from None
        if marker.tell() == 0:
            marker.write("This wiki is being made. If nothing is at work, `cupboard init --resume` finishes it.\n")
            marker.flush()
        yield


def _make_folder(folder: Path) -> None:
    """Make the wiki's folder, closed to others: accounts and pages that few may read are in it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def _write_new(path: Path, text: str, mode: int) -> None:
    """Write a file whole, with its mode from the first moment; leave one that is there alone."""
    _make_folder(path.parent)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with open(handle, "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
        os.link(temporary, path)
    except FileExistsError:
        pass  # another process was quicker: its key counts
    finally:
        os.unlink(temporary)
