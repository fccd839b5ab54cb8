"""A full disk, a folder that can't be written, a database held by another program: a clear error, nothing lost."""

import json
import os
import resource
import shutil
import signal
import sqlite3
import time

import pytest
from crashing import database, make_wiki, run, start


@pytest.fixture
def folder(tmp_path):
    """A wiki with five pages."""
    folder = tmp_path / "wiki"
    make_wiki(folder)
    assert run("save", folder, 1, 5) == {"saved": [1, 2, 3, 4, 5], "error": None}
    return folder


def assert_whole(folder, saved):
    """Store and index agree, and hold every save that was acknowledged."""
    report = run("check", folder)
    assert report["problems"] == []
    assert {f"writer0save{n}" for n in saved} <= set(report["words"])
    for n in saved:
        assert report["shown"][f"Saved{n}"] == [f"writer0save{n}"]


def test_a_full_disk_gives_an_error_and_loses_nothing(folder):
    with sqlite3.connect(database(folder)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    room = database(folder).stat().st_size + 30_000

    def no_more_room():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    report = run("save", folder, 6, 400, preexec_fn=no_more_room)
    assert report["error"] and len(report["saved"]) < 395
    assert "full" in report["error"] or "disk I/O error" in report["error"] or "too large" in report["error"]
    assert_whole(folder, [1, 2, 3, 4, 5, *report["saved"]])
    more = run("save", folder, 500, 502)
    assert more == {"saved": [500, 501, 502], "error": None}


def test_a_folder_that_cannot_be_written_gives_an_error_and_loses_nothing(folder):
    prefix = ()
    if os.geteuid() == 0:  # root may write anywhere unless this capability is taken away
        if not shutil.which("setpriv"):
            pytest.skip("running as root without setpriv: every folder can be written")
        prefix = ("setpriv", "--bounding-set", "-dac_override,-dac_read_search", "--inh-caps", "-all")
    index = database(folder).parent
    paths = [index, *index.iterdir()]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        child = start("save", folder, 6, 6, prefix=prefix)
        out, err = child.communicate(timeout=60)
    finally:
        for path in paths:
            path.chmod(0o755 if path.is_dir() else 0o644)
    said = (out + err).decode(errors="replace").lower()
    assert '"saved": [6]' not in said
    assert "read-only" in said or "readonly" in said or "permission" in said or "cannot be written" in said
    assert run("save", folder, 6, 6)["saved"] == [6]
    assert_whole(folder, [1, 2, 3, 4, 5, 6])


def test_a_save_outlasts_another_program_that_holds_the_database_for_five_seconds(folder):
    other = sqlite3.connect(database(folder), isolation_level=None)
    child = start("save", folder, 6, 10)
    assert b"open" in child.stderr.readline() or any(b"open" in line for line in child.stderr)
    other.execute("BEGIN IMMEDIATE")
    time.sleep(5)
    other.execute("ROLLBACK")
    other.close()
    out, err = child.communicate(timeout=60)
    assert child.returncode == 0, err
    report = json.loads(out)
    if report["error"]:  # giving up is allowed, losing what was acknowledged is not
        assert "locked" in report["error"] or "busy" in report["error"], report["error"]
    assert_whole(folder, [1, 2, 3, 4, 5, *report["saved"]])
