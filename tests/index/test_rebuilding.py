"""An index of another format, or a damaged one, is rebuilt without anybody's doing; meanwhile there is a clear page."""

import io
import os
import sqlite3
import time

import pytest
from moin.app import destroy_app
from moin.constants.keys import NAME
from whoosh.query import Every

from cupboard.index import building
from tests.index.conftest import kept_on_disk, names, request_of


@pytest.fixture
def wiki(installed, tmp_path):
    """A function that opens the application on a wiki of two pages, as the next process would."""
    with kept_on_disk(tmp_path, Meals="organic lunches", Home="welcome") as reopen:
        yield reopen


def wait_for(condition, seconds=20):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def until_rebuilt(app):
    return lambda: os.path.exists(app.storage.path) and not os.path.exists(app.storage.path + ".rebuild")


def path_of(tmp_path):
    return tmp_path / "index" / "index.sqlite3"


def change_format(tmp_path):
    connection = sqlite3.connect(path_of(tmp_path))
    connection.execute("UPDATE setting SET value = '0.of another time' WHERE name = 'format'")
    connection.commit()
    connection.close()


def overwrite_all(tmp_path):
    path_of(tmp_path).write_bytes(b"This is no database. " * 1000)


def overwrite_part(tmp_path):
    with open(path_of(tmp_path), "r+b") as file:
        size = os.path.getsize(path_of(tmp_path))
        file.seek(8192)
        file.write(b"\xff" * (size - 8192))


@pytest.mark.parametrize("spoil", [change_format, overwrite_all])
def test_visitors_get_a_clear_page_until_the_index_is_rebuilt(wiki, tmp_path, spoil, monkeypatch):
    spoil(tmp_path)
    app = wiki()
    build, hold = building.build, [True]

    def slow(*args):
        wait_for(lambda: not hold[0])
        build(*args)

    monkeypatch.setattr(building, "build", slow)
    browser = app.test_client()
    for _ in range(2):
        response = browser.get("/Meals")
        assert response.status_code == 503
        assert "is being rebuilt" in response.text and "No page is lost" in response.text
        assert response.headers["Retry-After"] == "10"
    hold[0] = False
    wait_for(until_rebuilt(app))
    assert browser.get("/Meals").status_code == 200
    with request_of(app) as index:
        assert names(index, Every()) == ["Home", "Meals"]
        assert not index.update()


@pytest.mark.parametrize("spoil", [change_format, overwrite_all, overwrite_part])
def test_a_command_rebuilds_before_it_goes_on(wiki, tmp_path, spoil):
    spoil(tmp_path)
    app = wiki()
    with app.app_context():
        try:
            found = names(app.storage, Every())
        except sqlite3.DatabaseError:
            # found while reading; the next look-up is right
            app.storage._after_error(app, sqlite3.DatabaseError("database disk image is malformed"))
            found = names(app.storage, Every())
        assert found == ["Home", "Meals"]


def test_a_damaged_file_is_kept_beside(wiki, tmp_path, caplog):
    overwrite_all(tmp_path)
    app = wiki()
    with app.app_context():
        assert app.storage.has_item("Home")
    kept = [name for name in os.listdir(tmp_path / "index") if ".damaged-" in name]
    assert len(kept) == 1
    assert (tmp_path / "index" / kept[0]).read_bytes().startswith(b"This is no database.")
    assert "is damaged. It is kept as" in caplog.text


def test_damage_that_a_request_runs_into_is_repaired_for_the_next(wiki, tmp_path):
    app = wiki()
    app.testing = False
    browser = app.test_client()
    assert browser.get("/Meals").status_code == 200
    app.storage.connections.close()
    overwrite_part(tmp_path)
    statuses = [browser.get("/Meals").status_code]
    wait_for(lambda: statuses.append(browser.get("/Meals").status_code) or statuses[-1] == 200)
    assert set(statuses) <= {500, 503, 200} and statuses.count(500) <= 1


def test_an_index_of_the_right_format_is_left_alone(wiki, tmp_path):
    before = os.stat(path_of(tmp_path)).st_ino
    app = wiki()
    with request_of(app) as index:
        assert [doc[NAME] for doc in index._documents(name_exact="Meals")] == [["Meals"]]
    assert os.stat(path_of(tmp_path)).st_ino == before


def test_many_revisions_that_were_loaded_past_the_index_are_indexed_by_a_rebuild(wiki, monkeypatch):
    monkeypatch.setattr("cupboard.index.middleware._TOO_MANY", 3)
    app = wiki()
    with app.app_context():
        for number in range(5):
            meta = {
                "name": [f"Loaded{number}"], "namespace": "", "itemid": f"{number:032x}", "itemtype": "default",
                "contenttype": "text/plain;charset=utf-8", "mtime": 1000, "rev_number": 1,
            }
            app.storage.backend.store(meta, io.BytesIO(b"loaded"))
        app.storage.open()
        assert len(names(app.storage, Every())) == 7
        assert app.storage.reading().execute("SELECT count(*) FROM intent").fetchone() == (0,)
    destroy_app(app)
