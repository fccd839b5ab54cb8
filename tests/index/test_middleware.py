"""What a save leaves in the index, and what a request sees of it."""

import io
import json
import multiprocessing
import os
import sqlite3
import threading

import pytest
from moin.app import destroy_app
from moin.constants.keys import ALL_REVS, CONTENT, ITEMID, LATEST_META, REVID
from moin.storage.middleware import indexing
from whoosh.index import EmptyIndexError
from whoosh.query import Every, Term

import cupboard.index
from cupboard.index.errors import IndexBusy, IndexProblem
from cupboard.index.middleware import SqliteIndexingMiddleware
from tests.index.conftest import WIKI, make_app, names, request_of, save


def test_installing_twice_is_installing_once():
    stock = indexing.IndexingMiddleware
    assert stock is not SqliteIndexingMiddleware
    cupboard.index.install()
    cupboard.index.install()
    assert indexing.IndexingMiddleware is SqliteIndexingMiddleware
    cupboard.index.uninstall()
    assert indexing.IndexingMiddleware is stock
    cupboard.index.uninstall()
    assert indexing.IndexingMiddleware is stock


def test_a_save_is_found_at_once_by_all_that_is_indexed_of_it(index):
    revid = save(index, "Meals", "organic lunches", tags=["food"], summary="about kitchens", comment="first")
    for q in (
        Term("name_exact", "Meals"), Term("tags", "food"), Term("content", "organic"), Term("content", "lunch"),
        Term("summary", "kitchens"), Term("comment", "first"), Term("contentngram", "lunch"), Term("revid", revid),
    ):
        assert names(index, q) == ["Meals"], q
    assert index["Meals"].itemid == index.get_document(revid)[ITEMID]


def test_a_new_revision_takes_the_place_of_the_latest(index):
    first = save(index, "Meals", "apples", tags=["fruit"])
    second = save(index, "Meals", "leeks", tags=["vegetables"])
    assert names(index, Term("tags", "fruit")) == names(index, Term("content", "apples")) == []
    assert names(index, Term("content", "leeks")) == ["Meals"]
    assert {doc[REVID] for doc in index.search_meta(Every(), idx_name=ALL_REVS)} == {first, second}
    assert names(index, Term("content", "apples"), idx_name=ALL_REVS) == ["Meals"]
    assert names(index, Term("tags", "fruit"), idx_name=ALL_REVS) == ["Meals"]


def test_destroying_the_latest_revision_brings_back_the_one_before(index):
    save(index, "Meals", "apples", mtime=1000, itemlinks=["Kitchen"])
    second = save(index, "Meals", "leeks", mtime=2000)
    index["Meals"].destroy_revision(second)
    assert names(index, Term("content", "apples")) == ["Meals"]
    assert names(index, Term("content", "leeks"), idx_name=ALL_REVS) == []
    index["Meals"].destroy_all_revisions()
    assert not index["Meals"]
    connection = index.reading()
    for table in ("revision", "posting", "body", "intent"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def test_an_overwritten_revision_keeps_nothing_of_what_it_was(index):
    revid = save(index, "Meals", "apples", tags=["fruit"])
    item = index["Meals"]
    with item[revid] as revision:
        meta = {key: value for key, value in dict(revision.meta).items() if key not in ("size", "sha1")}
    meta["tags"] = ["roots"]
    item.store_revision(meta, io.BytesIO(b"carrots"), overwrite=True, trusted=True)
    assert names(index, Term("tags", "fruit")) == names(index, Term("content", "apples")) == []
    assert names(index, Term("tags", "roots")) == names(index, Term("content", "carrots")) == ["Meals"]
    assert len(list(index.documents(ALL_REVS))) == 1


def test_of_two_saves_in_one_second_the_one_with_the_higher_number_is_the_latest_after_a_rebuild(index):
    save(index, "Meals", "apples", mtime=1000, rev_number=1)
    second = save(index, "Meals", "leeks", mtime=1000, rev_number=2)
    index.rebuild()
    assert [doc[REVID] for doc in index._documents()] == [second]


def test_the_text_is_part_of_the_document_when_it_is_asked_for(index):
    save(index, "Meals", "some text")
    for ask in (
        lambda doc: doc[CONTENT], lambda doc: doc.get(CONTENT), lambda doc: dict(doc)[CONTENT],
        lambda doc: dict(doc.items())[CONTENT], lambda doc: doc.pop(CONTENT), lambda doc: doc.copy()[CONTENT],
        lambda doc: {**doc}[CONTENT], lambda doc: list(doc.values())[list(doc).index(CONTENT)],
    ):
        doc = index._document(name_exact="Meals")
        assert CONTENT in doc and len(doc) == len(list(doc))
        assert ask(doc) == "some text"
    assert CONTENT not in index._document(short=True, name_exact="Meals")


def test_a_request_sees_one_state_and_the_next_request_the_newest(installed, tmp_path):
    uri = f"stores:fs:{tmp_path}/%(backend)s/%(kind)s"
    app = make_app(tmp_path, uri)
    other = make_app(tmp_path, uri, create=False)
    with request_of(app) as index:
        assert not index.has_item("Meals")
        writer = threading.Thread(target=_save_in, args=(other, "Meals"))
        writer.start()
        writer.join()
        assert not index.has_item("Meals")
    with request_of(app) as index:
        assert index.has_item("Meals")
    destroy_app(app)


def _save_in(app, name):
    with request_of(app) as index:
        save(index, name)


def test_a_request_sees_what_it_wrote_itself(index):
    assert not index.has_item("Meals")
    save(index, "Meals")
    assert index.has_item("Meals")


def test_saves_of_several_processes_all_arrive(installed, tmp_path):
    app = make_app(tmp_path, uri=f"stores:fs:{tmp_path}/%(backend)s/%(kind)s")
    with request_of(app) as index:
        save(index, "Before")
        # the children inherit an open connection, which they must not use
        context = multiprocessing.get_context("fork")
        children = [context.Process(target=_save_some, args=(index, number)) for number in range(4)]
        for child in children:
            child.start()
        for child in children:
            child.join()
            assert child.exitcode == 0
        index.connections.refresh()
        assert len(names(index, Every())) == 1 + 4 * 5
        assert not index.update()
    destroy_app(app)


def _save_some(index, number):
    for i in range(5):
        save(index, f"Page {number} {i}")
    os._exit(0)


def test_a_lock_that_is_held_too_long_is_reported_and_the_page_is_indexed_later(installed, tmp_path):
    cupboard.index.install(timeout=0.2)
    app = make_app(tmp_path)
    with request_of(app) as index:
        save(index, "Before")
        locker = sqlite3.connect(index.path, isolation_level=None)
        locker.execute("BEGIN IMMEDIATE")
        with pytest.raises(IndexBusy, match="locked by another program"):
            save(index, "Meals")
        locker.execute("COMMIT")
        locker.close()
        save(index, "Meals")
        assert names(index, Every()) == ["Before", "Meals"]
        assert not index.update()
    destroy_app(app)
    cupboard.index.install()


def test_what_was_stored_but_not_indexed_is_indexed_by_the_next_process(index, monkeypatch):
    monkeypatch.setattr(type(index), "_index", _fail)
    with pytest.raises(RuntimeError):
        save(index, "Meals", "apples")
    monkeypatch.undo()
    assert not index.has_item("Meals")
    index.close()
    index.open()
    assert index.has_item("Meals")
    assert names(index, Term("content", "apples")) == ["Meals"]
    assert index.reading().execute("SELECT count(*) FROM intent").fetchone() == (0,)


def _fail(*args, **kw):
    raise RuntimeError("the process ends here")


def test_what_is_removed_from_the_store_but_not_from_the_index_goes_with_the_next_process(index, monkeypatch):
    save(index, "Meals")
    monkeypatch.setattr(type(index), "_remove", _fail)
    with pytest.raises(RuntimeError):
        index["Meals"].destroy_all_revisions()
    monkeypatch.undo()
    index.close()
    index.open()
    assert not index.has_item("Meals") and not index.update()


def test_a_store_that_fails_leaves_no_intent(index, monkeypatch):
    backend = index.backend.backend
    monkeypatch.setattr(backend, "store", _fail)
    with pytest.raises(RuntimeError):
        save(index, "Meals")
    assert index.reading().execute("SELECT count(*) FROM intent").fetchone() == (0,)


def test_the_store_tells_whether_it_has_a_revision_without_walking_it(index):
    revid = save(index, "Meals")
    assert ("default", revid) in index.backend
    assert ("default", "0" * 32) not in index.backend
    assert revid not in index.backend


def test_update_finds_all_differences(index):
    save(index, "Stays", mtime=1000)
    gone = save(index, "Goes", mtime=1000)
    assert not index.update()
    backend = index.backend.backend
    backend.remove("default", gone, destroy_data=True)
    stays = index["Stays"]
    meta = {
        "name": ["Stays"], "namespace": "", "itemid": stays.itemid, "contenttype": WIKI, "mtime": 2000, "rev_number": 2,
        "itemtype": "default",
    }
    backend.store(meta, io.BytesIO(b"newer"))
    assert index.update()
    index.connections.refresh()
    assert names(index, Every()) == ["Stays"]
    assert index["Stays"].meta[REVID] == meta[REVID]
    assert not index.update()


def test_optimizing_loses_nothing(index):
    for number in range(20):
        save(index, "Meals", f"text{number}", tags=[f"tag{number}"])
    index["Meals"].destroy_revision(index["Meals"].meta[REVID])
    before = json.dumps([dict(doc, mtime=0) for doc in index._documents(ALL_REVS)], default=str)
    index.connections.refresh()
    index.optimize_index()
    assert json.dumps([dict(doc, mtime=0) for doc in index._documents(ALL_REVS)], default=str) == before
    assert index.reading().execute("SELECT count(*) FROM token WHERE value = 'tag19'").fetchone() == (0,)
    assert names(index, Term("content", "text18")) == ["Meals"]


def test_a_moved_index_is_noticed_and_misses_nothing(index):
    save(index, "Before")
    index.rebuild(tmp=True)
    save(index, "Meanwhile")
    index.move_index()
    assert names(index, Every()) == ["Before", "Meanwhile"]
    save(index, "After")
    assert names(index, Every()) == ["After", "Before", "Meanwhile"]
    assert not os.path.exists(index._directory(tmp=True))
    assert sorted(os.listdir(index._directory())) == sorted(
        ["_all_revs_sqlite.toc", "index.sqlite3", "index.sqlite3-shm", "index.sqlite3-wal"]
    )


def test_an_index_built_by_several_processes_is_the_same(installed, tmp_path):
    app = make_app(tmp_path, uri=f"stores:fs:{tmp_path}/%(backend)s/%(kind)s")
    with request_of(app) as index:
        for number in range(30):
            # as Moin numbers them: of two within a second, nothing else says which is the newer one
            save(index, f"Page {number % 20}", f"text {number}", rev_number=1 + number // 20)
        before = {name: {doc[REVID]: dict(doc) for doc in index._documents(name)} for name in (LATEST_META, ALL_REVS)}
        index.rebuild(procs=2)
        assert before == {name: {doc[REVID]: dict(doc) for doc in index._documents(name)} for name in before}
    destroy_app(app)


def test_a_missing_index_is_reported_as_moin_expects(installed, tmp_path):
    app = make_app(tmp_path)
    app.storage.destroy()
    assert app.storage.missing_index_check() == "all"
    with pytest.raises(EmptyIndexError, match="index-create"):
        app.storage.open()
    app.storage.create()
    assert app.storage.missing_index_check() == ""
    app.storage.open()
    destroy_app(app)


def test_an_index_that_cannot_be_opened_for_writing_says_so(index, monkeypatch):
    def unable(*args, **kw):
        raise sqlite3.OperationalError("attempt to write a readonly database")

    index.close()
    monkeypatch.setattr("cupboard.index.dialect.configure", unable)
    with pytest.raises(IndexProblem, match="Check the rights"):
        index.connections.reading()
