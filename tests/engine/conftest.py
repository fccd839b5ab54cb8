"""A small wiki in memory with three accounts, and the engine adjustments put in place for one test."""

import pytest
from enginewiki import PASSWORD, USERS, request
from moin import user
from moin.app import create_app_ext, destroy_app
from moin.config import AclConfig, IndexStorageConfig, PasswordHasherConfig
from moin.config.default import DefaultConfig
from moin.storage import create_simple_mapping
from moin.storage.middleware import indexing

from cupboard import engine, index


@pytest.fixture(autouse=True)
def stock_engine():
    """A test begins with Moin's own engine and leaves the one that it found."""
    found = engine.installed()
    engine.uninstall()
    yield
    engine.uninstall()
    if found:
        engine.install(without=set(engine.ADJUSTMENTS) - set(found))


@pytest.fixture
def adjusted():
    """All adjustments in place."""
    engine.install()


@pytest.fixture
def make_app(tmp_path, monkeypatch):
    """Call it for an application; what is installed by then counts."""
    monkeypatch.chdir(tmp_path)  # Moin would read a wikiconfig.py of the working folder
    made = []
    found = indexing.IndexingMiddleware
    index.install()  # the quicker one; what the engine does is the same with Whoosh

    def make(default_acl="Known:read,write,create All:read"):
        folder = tmp_path / str(len(made))
        acl = AclConfig(before="alice:read,write,create,destroy,admin", default=default_acl, after="",
                        hierarchic=False)
        namespaces, backends, acls = create_simple_mapping("stores:memory:", acl)
        config = type("Config", (DefaultConfig,), {
            "wikiconfig_dir": str(folder), "instance_dir": str(folder / "wiki"), "wiki_local_dir": str(folder),
            "data_dir": str(folder / "wiki" / "data"), "interwikiname": "TestWiki", "email_tracebacks": False,
            "interwiki_map": {"TestWiki": "http://localhost/", "Self": "http://localhost/"},
            "index_storage": IndexStorageConfig("FileStorage", (str(folder / "wiki" / "index"),), {}),
            "edit_locking_policy": "lock", "default_root": "Home",
            "password_hasher_config": PasswordHasherConfig(
                time_cost=1, memory_cost=8192, parallelism=1, hash_len=16, salt_len=16),
        })
        (folder / "wiki").mkdir(parents=True)
        app = create_app_ext(
            flask_config_dict={"SECRET_KEY": "only for these tests", "TESTING": True},
            moin_config_class=config,
            namespace_mapping=namespaces,
            backend_mapping=backends,
            acl_mapping=acls,
            create_backend=True,
            destroy_backend=True,
        )
        made.append(app)
        with request(app):
            for name in USERS:
                assert user.create_user(name, PASSWORD, f"{name}@example.org") is None
        return app

    yield make
    for app in made:
        destroy_app(app)
    if found is not indexing.IndexingMiddleware:
        index.uninstall()
