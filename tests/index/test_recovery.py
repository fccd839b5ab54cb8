"""What processes left unfinished is settled by others: which of them count as alive, and when it is done."""

import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor

import pytest
from moin.constants.keys import LATEST_REVS, NAME_EXACT

from cupboard.index import recovery
from tests.index.conftest import kept_on_disk, request_of, save

ENDED = "999999 1"  # no process has had this number since then


@pytest.fixture
def wiki(installed, tmp_path):
    """(folder of the wiki, function that opens it as the next process would); it has one page."""
    with kept_on_disk(tmp_path, Meals="organic lunches") as reopen:
        yield tmp_path, reopen


def intents(folder, *rows):
    """Note intents as a process would; give back all there are."""
    with sqlite3.connect(folder / "index" / "index.sqlite3") as connection:
        connection.executemany("INSERT INTO intent VALUES (?, ?, ?, ?, ?, ?)", rows)
        found = [revid for (revid,) in connection.execute("SELECT revid FROM intent ORDER BY revid")]
    connection.close()
    return found


def unfinished(folder, revid, process):
    """A revision whose process has made the file of its metadata and not yet written it."""
    intents(folder, (revid, "default", 0, process, None, None))
    path = folder / "default" / "meta" / revid
    path.write_bytes(b"")
    return path


def test_a_half_written_revision_is_gone_from_the_store_before_anything_is_asked_of_the_index(wiki):
    folder, reopen = wiki
    path = unfinished(folder, "0" * 32, ENDED)
    app = reopen()
    assert not path.exists()
    assert [app.router.retrieve(*revision)[0]["name"] for revision in app.router] == [["Meals"]]
    with request_of(app) as index:
        assert [doc["name"] for doc in index._documents(LATEST_REVS)] == [["Meals"]]
    assert intents(folder) == []


def test_a_revision_that_is_being_written_is_left_alone(wiki):
    folder, reopen = wiki
    path = unfinished(folder, "0" * 32, f"{os.getppid()} {recovery._started(os.getppid())}")
    app = reopen()
    with request_of(app) as index:
        assert len(list(index._documents(LATEST_REVS))) == 1
    assert path.exists() and intents(folder) == ["0" * 32]


def test_a_whole_revision_of_an_ended_process_is_indexed_at_the_first_look_up(wiki):
    folder, reopen = wiki
    with request_of(reopen()) as index:
        (revid,) = (doc["revid"] for doc in index._documents(LATEST_REVS))
        index.remove_revision(revid)  # from the index only
    intents(folder, (revid, "default", 0, ENDED, None, None))
    with request_of(reopen()) as index:
        assert [doc["revid"] for doc in index._documents(LATEST_REVS)] == [revid]
    assert intents(folder) == []


@pytest.mark.parametrize("replace", ["rebuild", "create", "move_index"])
def test_an_index_that_takes_the_place_of_another_knows_what_is_being_written(wiki, replace):
    folder, reopen = wiki
    app = reopen()
    path = unfinished(folder, "0" * 32, f"{os.getppid()} {recovery._started(os.getppid())}")
    with request_of(app) as index:
        if replace == "move_index":
            index.rebuild(tmp=True)
        getattr(index, replace)()
    assert intents(folder) == ["0" * 32]
    with sqlite3.connect(folder / "index" / "index.sqlite3") as connection:
        connection.execute("UPDATE intent SET process = ?", (ENDED,))
    connection.close()
    reopen()
    assert not path.exists()


def test_this_process_is_alive_and_one_of_its_number_at_another_time_is_not():
    assert recovery.is_alive(f"{os.getpid()} {recovery._started(os.getpid())}")
    assert not recovery.is_alive(f"{os.getpid()} 1")


def test_a_process_that_ended_is_not_alive_although_nobody_has_waited_for_it():
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.read(reading, 1)
        os._exit(0)
    try:
        name = f"{pid} {recovery._started(pid)}"
        assert recovery.is_alive(name)
        os.write(writing, b"x")
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)  # it has ended, and stays in the list
        assert os.path.isdir(f"/proc/{pid}")
        assert not recovery.is_alive(name)
    finally:
        os.waitpid(pid, 0)
        os.close(reading)
        os.close(writing)


# several saves in one transaction


def listed(index):
    return sorted(doc["name"][0] for doc in index._documents(LATEST_REVS))


def names_seen(app):
    with request_of(app) as index:
        return listed(index)


def test_what_is_saved_together_is_seen_by_the_writer_at_once_and_by_others_at_the_end(wiki):
    folder, reopen = wiki
    writer, reader = reopen(), reopen()
    assert names_seen(reader) == ["Meals"]
    with request_of(writer) as index:
        with index.together("", 3):
            save(index, "Lights", "lamps")
            assert index["Lights"].itemid and not index.has_item("Roads")
            save(index, "Meals", "other lunches")
            with ThreadPoolExecutor(1) as another:
                assert another.submit(names_seen, reader).result() == ["Meals"]
        assert listed(index) == ["Lights", "Meals"]
    with request_of(reader) as others:
        assert listed(others) == ["Lights", "Meals"]
        assert others._document(**{NAME_EXACT: "Lights"})["name"] == ["Lights"]
    assert intents(folder) == []  # of the third, too, which did not come


def test_an_error_among_saves_together_leaves_store_and_index_the_same(wiki):
    folder, reopen = wiki
    app = reopen()
    with request_of(app) as index:
        with pytest.raises(ZeroDivisionError), index.together("", 3):
            save(index, "Lights", "lamps")
            1 / 0
        index._checked = 0.0  # as a second later
        save(index, "Roads", "tar")
        assert listed(index) == ["Lights", "Meals", "Roads"]
    assert intents(folder) == []
    assert len(list(app.router)) == 3


def test_a_process_that_is_killed_among_saves_together_leaves_store_and_index_the_same(wiki):
    folder, reopen = wiki
    child = os.fork()
    if not child:
        app = reopen()
        with request_of(app) as index, index.together("", 3):
            save(index, "Lights", "lamps")
            save(index, "Roads", "tar")
            os._exit(0)
    os.waitpid(child, 0)
    assert len(intents(folder)) == 3
    app = reopen()
    with request_of(app) as index:
        assert listed(index) == ["Lights", "Meals", "Roads"]
    assert intents(folder) == [] and len(list(app.router)) == 3


# look-ups that are kept


def test_a_look_up_is_made_once_for_as_long_as_nothing_is_written(wiki):
    _, reopen = wiki
    here, elsewhere = reopen(), reopen()
    here.testing = False  # else the connection is closed after each request
    asked = []

    def look(name):
        with request_of(here) as index:
            index.reading().set_trace_callback(lambda sql: asked.append(sql) if "FROM field" in sql else None)
            found = index._document(**{NAME_EXACT: name})
            return found and found["name"]

    assert [look("Meals"), look("Meals"), look("Roads"), look("Roads")] == [["Meals"], ["Meals"], None, None]
    assert len(asked) == 2
    with request_of(elsewhere) as index:
        save(index, "Roads", "tar")
    assert look("Roads") == ["Roads"] and look("Meals") == ["Meals"]
    assert len(asked) == 4
    with request_of(here) as index:
        save(index, "Lights", "lamps")
        assert index._document(**{NAME_EXACT: "Lights"})["name"] == ["Lights"]
    assert look("Lights") == ["Lights"]


def test_who_changes_what_was_looked_up_changes_it_for_nobody_else(wiki):
    _, reopen = wiki
    with request_of(reopen()) as index:
        for _ in range(2):
            found = index._document(**{NAME_EXACT: "Meals"})
            assert found["name"] == ["Meals"] and "more" not in found
            found["name"].append("changed")
            found["more"] = 1
