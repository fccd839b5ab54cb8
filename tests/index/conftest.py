"""A Moin application of its own for each test of the index: stores in memory, the index in a folder of the test."""

from __future__ import annotations

import contextlib
import io

import pytest
from moin import flaskg
from moin._tests import wikiconfig
from moin.app import before_wiki, create_app_ext, destroy_app
from moin.config import IndexStorageConfig
from moin.constants.keys import NAME
from moin.storage import create_simple_mapping

import cupboard.index
from cupboard.index import companions

WIKI = "text/x.moin.wiki;charset=utf-8"


def make_app(folder, uri="stores:memory:", create=True, **more):
    """Moin's application with its index in ``folder/index``; on whatever index class is in place."""

    class Config(wikiconfig.Config):
        index_storage = IndexStorageConfig(name="FileStorage", args=(str(folder / "index"),), kwargs={})

    # Moin would read the wikiconfig.py of the folder the tests are run in
    config = folder / "flask.cfg"
    config.touch()
    mapping = create_simple_mapping(uri)
    names = ("namespace_mapping", "backend_mapping", "acl_mapping")
    return create_app_ext(
        flask_config_dict={"SECRET_KEY": "not a secret, a test", "SERVER_NAME": "localhost:8080", "TESTING": True},
        flask_config_file=str(config),
        moin_config_class=Config,
        create_backend=create,
        **{**dict(zip(names, mapping, strict=True)), **more},
    )


@contextlib.contextmanager
def request_of(app):
    """What runs inside runs in one request: one snapshot of the index."""
    with app.test_request_context("/"):
        before_wiki()
        yield flaskg.unprotected_storage


@pytest.fixture
def installed():
    """Our index in the place of Moin's, for applications made in the test."""
    cupboard.index.install()
    yield
    cupboard.index.uninstall()


@pytest.fixture
def app(installed, tmp_path):
    app = make_app(tmp_path)
    yield app
    destroy_app(app)


@pytest.fixture
def index(app):
    """The indexing middleware of the application, inside a request."""
    with request_of(app) as storage:
        yield storage


@pytest.fixture
def companion():
    """Registers companions for the length of a test."""
    names = []

    def register(one):
        companions.register(one)
        names.append(one.name)
        return one

    yield register
    for name in names:
        companions.unregister(name)


def save(index, name, text="some text", mtime=None, **meta):
    """Save a revision of a page; its revid."""
    meta = {"name": [name], "contenttype": WIKI, **meta}
    if mtime is not None:
        meta.update(mtime=mtime, action="SAVE", address="192.0.2.1")
    revision = index[name].store_revision(meta, io.BytesIO(text.encode()), return_rev=True, trusted=mtime is not None)
    revision.close()
    return revision.revid


def names(index, q, **kw):
    return sorted(doc[NAME][0] for doc in index.search_meta(q, limit=None, **kw))


@contextlib.contextmanager
def kept_on_disk(folder, **pages):
    """A function that opens the application on a wiki with some pages, as the next process would."""
    uri = f"stores:fs:{folder}/%(backend)s/%(kind)s"
    app = make_app(folder, uri)
    with request_of(app) as index:
        for name, words in pages.items():
            save(index, name, words)
    app.storage.close()
    opened = []

    def reopen():
        opened.append(make_app(folder, uri, create=False))
        return opened[-1]

    yield reopen
    for app in opened:
        app.storage.close()
