"""Companions' tables follow the index, whatever way a revision came in or went."""

import io

import pytest
from moin.app import destroy_app
from moin.constants.keys import ITEMID, NAME, REVID

from cupboard.index import companions
from tests.index.conftest import make_app, request_of, save


class Tally:
    """Keeps name, length of text and of data of each item."""

    name = "tally"
    version = 1

    def create(self, connection):
        connection.execute(
            "CREATE TABLE IF NOT EXISTS tally_item (itemid TEXT PRIMARY KEY, name TEXT, text INTEGER, data INTEGER)"
        )

    def put(self, connection, meta, content, open_data):
        with open_data() as data:
            row = (meta[ITEMID], (meta[NAME] or [None])[0], len(content), len(data.read()))
        connection.execute("INSERT OR REPLACE INTO tally_item VALUES (?, ?, ?, ?)", row)

    def drop(self, connection, itemid):
        connection.execute("DELETE FROM tally_item WHERE itemid = ?", (itemid,))


@pytest.fixture
def tally(companion):
    return companion(Tally())


@pytest.fixture
def index(tally, installed, tmp_path):
    app = make_app(tmp_path)
    with request_of(app) as index:
        yield index
    destroy_app(app)


def rows(index):
    return index.reading().execute("SELECT name, text, data FROM tally_item ORDER BY name").fetchall()


def test_a_save_is_written_with_the_index(index):
    save(index, "Meals", "apples")
    save(index, "Home", "hello you")
    assert rows(index) == [("Home", 9, 9), ("Meals", 6, 6)]
    save(index, "Meals", "leeks and apples")
    assert rows(index) == [("Home", 9, 9), ("Meals", 16, 16)]


def test_what_is_destroyed_is_taken_back(index):
    save(index, "Meals", "apples", mtime=1000)
    second = save(index, "Meals", "leeks and apples", mtime=2000)
    index["Meals"].destroy_revision(second)
    assert rows(index) == [("Meals", 6, 6)]
    index["Meals"].destroy_all_revisions()
    assert rows(index) == []


def test_an_older_revision_that_is_overwritten_changes_nothing(index):
    first = save(index, "Meals", "apples", mtime=1000)
    save(index, "Meals", "leeks", mtime=2000)
    item = index["Meals"]
    with item[first] as revision:
        meta = {key: value for key, value in dict(revision.meta).items() if key not in ("size", "sha1")}
    item.store_revision(meta, io.BytesIO(b"many more apples"), overwrite=True, trusted=True)
    assert rows(index) == [("Meals", 5, 5)]


def test_a_companion_that_fails_undoes_the_transaction(index, tally, monkeypatch):
    save(index, "Meals", "apples")
    before = index["Meals"].meta[REVID]

    def fail(*args):
        raise RuntimeError("no")

    monkeypatch.setattr(tally, "put", fail)
    with pytest.raises(RuntimeError):
        save(index, "Meals", "leeks")
    monkeypatch.undo()
    assert rows(index) == [("Meals", 6, 6)] and index["Meals"].meta[REVID] == before


@pytest.mark.parametrize("way", ["rebuild", "move", "update"])
def test_rebuilding_moving_and_updating_keep_them(index, way):
    save(index, "Meals", "apples", mtime=1000)
    save(index, "Meals", "leeks", mtime=2000)
    save(index, "Home", "hello")
    expected = rows(index)
    if way == "rebuild":
        index.rebuild()
    elif way == "move":
        index.rebuild(tmp=True)
        save(index, "After", "the build")
        expected = rows(index)
        index.move_index()
    else:
        gone = index["Home"].meta
        index.backend.backend.remove("default", gone[REVID], destroy_data=True)
        index.update()
        index.connections.refresh()
        expected = [("Meals", 5, 5)]
    assert rows(index) == expected


def test_another_version_fills_its_tables_anew(index, companion):
    save(index, "Meals", "apples")
    save(index, "Home", "hello")

    class Wider(Tally):
        version = 2

        def create(self, connection):
            connection.execute("CREATE TABLE IF NOT EXISTS tally_item (itemid, name, text, data)")
            connection.execute("CREATE VIRTUAL TABLE IF NOT EXISTS tally_words USING fts5(words)")

    for version in (2, 3):
        Wider.version = version
        companion(Wider())
        index.close()
        index.open()
        index.has_item("Home")
        index.connections.refresh()
        assert rows(index) == [("Home", 5, 5), ("Meals", 6, 6)]


def test_tables_made_in_another_way_are_filled_anew_whatever_their_version(index, companion):
    save(index, "Meals", "apples")

    class Wider(Tally):
        def create(self, connection):
            connection.execute("CREATE TABLE IF NOT EXISTS tally_item (itemid, name, text, data, more)")

        def put(self, connection, meta, content, open_data):
            connection.execute("INSERT INTO tally_item VALUES (?, 'Meals', 6, 6, 'there')", (meta[ITEMID],))

    companion(Wider())
    index.close()
    index.open()
    assert rows(index) == [("Meals", 6, 6)]
    assert index.reading().execute("SELECT more FROM tally_item").fetchall() == [("there",)]


def test_a_companion_that_comes_later_gets_all_there_is(installed, tmp_path, companion):
    app = make_app(tmp_path)
    with request_of(app) as index:
        save(index, "Meals", "apples")
        companion(Tally())
        index.close()
        index.open()
        assert rows(index) == [("Meals", 6, 6)]
    destroy_app(app)


def test_it_reads_the_snapshot_of_the_request(index, tally):
    seen = []
    put = Tally.put

    class Looking(Tally):
        def put(self, connection, meta, content, open_data):
            put(self, connection, meta, content, open_data)
            seen.append(index.reading() is connection)

    companions.register(Looking())
    save(index, "Meals", "apples")
    assert seen == [True]
    assert rows(index) == [("Meals", 6, 6)]


def test_a_name_that_could_not_begin_a_table_is_refused():
    class Bad(Tally):
        name = "my tally"

    with pytest.raises(ValueError, match="my tally"):
        companions.register(Bad())
