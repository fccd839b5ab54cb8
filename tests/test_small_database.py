"""A small database in the wiki's folder: made when needed, whole after an error, shared by processes."""

import multiprocessing
import stat

import pytest

from cupboard.small_database import SmallDatabase

SCHEMA = "CREATE TABLE IF NOT EXISTS note (text TEXT NOT NULL);"


def add(path, text):
    with SmallDatabase(path, SCHEMA).writing() as connection:
        connection.execute("INSERT INTO note VALUES (?)", (text,))


def test_a_question_makes_no_file_and_writing_makes_one_that_only_the_wiki_reads(tmp_path):
    database = SmallDatabase(tmp_path / "further" / "notes.sqlite3", SCHEMA)
    assert database.read("SELECT * FROM note") == [] and not database.path.exists()
    add(database.path, "a")
    assert database.read("SELECT * FROM note") == [("a",)]
    assert stat.S_IMODE(database.path.stat().st_mode) == 0o600


def test_what_is_written_before_an_error_is_undone(tmp_path):
    path = tmp_path / "notes.sqlite3"
    add(path, "kept")
    with pytest.raises(ZeroDivisionError), SmallDatabase(path, SCHEMA).writing() as connection:
        connection.execute("INSERT INTO note VALUES ('lost')")
        1 / 0
    assert SmallDatabase(path, SCHEMA).read("SELECT text FROM note") == [("kept",)]


def test_a_file_that_was_replaced_gets_its_tables_again(tmp_path):
    path = tmp_path / "notes.sqlite3"
    add(path, "before")
    for one in tmp_path.iterdir():
        one.unlink()
    add(path, "after")
    assert SmallDatabase(path, SCHEMA).read("SELECT text FROM note") == [("after",)]


def test_processes_that_write_at_once_lose_nothing(tmp_path):
    path = tmp_path / "notes.sqlite3"
    context = multiprocessing.get_context("spawn")
    with context.Pool(4) as pool:
        pool.starmap(add, [(path, str(number)) for number in range(40)])
    assert len(SmallDatabase(path, SCHEMA).read("SELECT DISTINCT text FROM note")) == 40


def test_further_tables_stand_in_the_same_file(tmp_path):
    database = SmallDatabase(tmp_path / "notes.sqlite3", SCHEMA)
    add(database.path, "a")
    more = database.with_tables("CREATE TABLE IF NOT EXISTS other (number INTEGER);")
    with more.writing() as connection:
        connection.execute("INSERT INTO other SELECT count(*) FROM note")
    assert more.read("SELECT number FROM other") == [(1,)]
