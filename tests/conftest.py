"""A wiki for tests: made once, copied for each test that asks for one.

``wiki``     a folder with a whole wiki: definitions, the editors' group, the accounts of :data:`PEOPLE`; no cases
``seeded``   the same with all pages and case studies that a new wiki starts with
``app``      Moin's application on ``wiki``
``client``   a browser without JavaScript: Flask's test client, with ``client.sign_in("alice")``
``storage``  the storage that checks no rights, with Moin's request variables set, nobody signed in
"""

from __future__ import annotations

import fcntl
import gc
import io
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_theme
import pytest
from flask import request_started
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from cupboard import instance

CONFIG = Path(__file__).resolve().parent.parent / "wikiconfig.py"

#: Accounts of the wikis that tests get, each with :data:`PASSWORD`: an administrator, an editor, two contributors.
PEOPLE = ("admin", "editor1", "alice", "buyer1")
PASSWORD = "correct-horse-7"

instance.quiet_logs()

# Before any application is made: some tests make one of Moin alone, and Flask takes nothing new after the first.
import moin.app  # noqa: E402, F401
from moin.config.default import DefaultConfig  # noqa: E402

import cupboard.wiki  # noqa: E402, F401


def pytest_collection_finish() -> None:
    """The collector leaves what was loaded alone: through thousands of tests it would walk over it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class Client(FlaskClient):
    """Flask's test client, which can be signed in without the cost of hashing a password."""

    def sign_in(self, name: str) -> Client:
        """Continue as one of :data:`PEOPLE`."""
        from moin import user

        with instance.inside(self.application):
            account = user.User(auth_username=name)
            assert account.valid, f"there is no account {name}"
            itemid, token = account.itemid, account.get_session_token()
        with self.session_transaction() as session:
            session["user.itemid"] = itemid
            session["user.trusted"] = False
            session["user.auth_method"] = "moin"
            session["user.auth_attribs"] = ()
            session["user.session_token"] = token
        return self

    def sign_out(self) -> Client:
        with self.session_transaction() as session:
            session.clear()
        return self


@pytest.fixture(autouse=True)
def no_theme_of_another_wiki(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moin keeps two things of the first wiki that a process opens for all others: its theme, and its templates'
    names.
    """
    monkeypatch.setitem(DefaultConfig.user_defaults, "theme_name", None)
    monkeypatch.delattr(flask_theme.template_exists, "cache", raising=False)


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bool], Path]:
    """Return a function that makes a wiki at its first call, and returns its folder at every call.

    All of pytest's processes share what one of them made.
    """
    shared = tmp_path_factory.getbasetemp().parent if _is_parallel() else tmp_path_factory.getbasetemp()

    def make(seeds: bool) -> Path:
        folder = shared / ("wiki-seeded" if seeds else "wiki-bare")
        with open(folder.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if instance.state(folder) is not instance.State.MADE:
                with pytest.MonkeyPatch.context() as patch:
                    patch.setenv("CUPBOARD_WIKI", str(folder))
                    instance.make(CONFIG, seeds=seeds, announce=add_people)
        return folder

    return make


@pytest.fixture(scope="session", autouse=True)
def templates_compiled_once(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Each test opens an application of its own; without this each would compile the same templates."""
    folder = tmp_path_factory.getbasetemp()
    folder = (folder.parent if _is_parallel() else folder) / "templates"
    folder.mkdir(exist_ok=True)
    _compiled.append(FileSystemBytecodeCache(str(folder)))


_compiled: list[FileSystemBytecodeCache] = []


@pytest.fixture
def wiki(made_once: Callable[[bool], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return _copy(made_once(False), tmp_path, monkeypatch)


@pytest.fixture
def seeded(made_once: Callable[[bool], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return _copy(made_once(True), tmp_path, monkeypatch)


@pytest.fixture
def app(wiki: Path) -> Iterator[Any]:
    yield from opened()


@pytest.fixture
def seeded_app(seeded: Path) -> Iterator[Any]:
    yield from opened()


@pytest.fixture
def client(app: Any) -> Client:
    return app.test_client()


@pytest.fixture
def seeded_client(seeded_app: Any) -> Client:
    return seeded_app.test_client()


@pytest.fixture
def storage(app: Any) -> Iterator[Any]:
    with instance.inside(app) as storage:
        yield storage


def set_acl(app: Any, name: str, acl: str) -> None:
    """Give a page access rights of its own, in its newest revision."""
    with instance.inside(app) as storage:
        item = storage[name]
        revision = item["current"]
        with revision.data as data:
            content = data.read()  # first: the same file is written over
        item.store_revision({**revision.meta, "acl": acl}, io.BytesIO(content), overwrite=True, trusted=True)


def _is_parallel() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ


def _copy(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "wiki"
    shutil.copytree(made, folder)
    monkeypatch.setenv("CUPBOARD_WIKI", str(folder))
    return folder


def opened() -> Iterator[Any]:
    """The application of the wiki that the environment names, for a fixture."""
    app = instance.open_app(CONFIG)
    app.testing = True
    app.test_client_class = Client
    app.jinja_env.bytecode_cache = _compiled[-1]
    yield app
    app.deinit_backends()


def add_people(made: instance.Made) -> None:
    """Make the accounts; the wiki is open while it is being made."""
    from moin import current_app, user

    for name in PEOPLE:
        if name == made.administrator:
            account = user.User(auth_username=name)
            account.set_password(PASSWORD)
            account.save()
        else:
            user.create_user(name, PASSWORD, f"{name}@example.org")
    group = current_app.storage["CupboardEditorsGroup"]
    revision = group["current"]
    with revision.data as data:
        text = data.read()  # first: the same file is written over
    group.store_revision({**revision.meta, "usergroup": ["editor1"]}, io.BytesIO(text), overwrite=True, trusted=True)


@contextmanager
def counted_requests(app: Any) -> Iterator[Callable[[], int]]:
    """How many pages Moin is asked for meanwhile: each call says how many since the last one."""
    count = 0

    def one_more(sender: Any, **_: Any) -> None:
        nonlocal count
        count += 1

    def since() -> int:
        nonlocal count
        found, count = count, 0
        return found

    with request_started.connected_to(one_more, app):
        yield since
