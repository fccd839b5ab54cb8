"""Edit locks and drafts work as Moin's, on a connection that stays open."""

import os
import sqlite3

import pytest
from enginewiki import client, request, store

from cupboard.engine import editlock

FIELDS = {"content_form_data_text": "New text.", "meta_form_name": "Home", "meta_form_acl": "None", "comment": ""}


@pytest.fixture
def app(make_app, adjusted):
    editlock.forget()
    app = make_app()
    with request(app):
        store(app, "Home")
    yield app
    editlock.forget()


def rows(app, table):
    path = os.path.join(app.cfg.instance_dir, "sql", "edit_utils.db")
    with sqlite3.connect(path) as connection:
        return connection.execute(f"SELECT item_name, user_name FROM {table}").fetchall()


def test_who_edits_keeps_others_out_until_the_save(app):
    one, two = client(app, "buyer1"), client(app, "buyer2")
    assert one.get("/+modify/Home").status_code == 200
    assert rows(app, "editlock") == [("Home", "buyer1")]
    refused = two.get("/+modify/Home")
    assert refused.status_code == 302
    assert "is locked by buyer1" in two.get("/Home").text
    assert one.post("/+modify/Home", data=FIELDS).status_code == 302
    assert rows(app, "editlock") == [] and rows(app, "editdraft") == []
    assert "New text." in two.get("/Home").text
    assert two.get("/+modify/Home").status_code == 200


def test_a_preview_keeps_the_draft(app):
    visitor = client(app, "buyer1")
    visitor.get("/+modify/Home")
    visitor.post("/+modify/Home", data=FIELDS | {"preview": "Preview"})
    assert "You may recover your draft" in visitor.get("/+modify/Home").text


def test_cancelling_lets_go(app):
    visitor = client(app, "buyer1")
    visitor.get("/+modify/Home")
    visitor.post("/+modify/Home", data=FIELDS | {"cancel": "Cancel"})
    assert rows(app, "editlock") == []


def test_the_connection_is_kept_and_leaves_no_transaction_open(app):
    visitor = client(app, "buyer1")
    visitor.get("/+modify/Home")
    kept = editlock._kept.connection[2]
    visitor.get("/+modify/Home")
    assert editlock._kept.connection[2] is kept
    assert not kept.in_transaction
    assert kept.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_another_file_under_the_same_name_is_noticed(app):
    visitor = client(app, "buyer1")
    visitor.get("/+modify/Home")
    folder = os.path.join(app.cfg.instance_dir, "sql")
    for name in os.listdir(folder):
        os.remove(os.path.join(folder, name))
    assert visitor.get("/+modify/Home").status_code == 200
    assert rows(app, "editlock") == [("Home", "buyer1")]


def test_a_forked_process_opens_a_connection_of_its_own(app):
    client(app, "buyer1").get("/+modify/Home")
    path = os.path.join(app.cfg.instance_dir, "sql", "edit_utils.db")
    mine = editlock._kept.connection[2]
    child = os.fork()
    if not child:
        other = editlock.REPLACEMENTS[0].make(sqlite3).connect(path)
        os._exit(0 if other is not mine and other.execute("SELECT count(*) FROM editlock").fetchone() == (1,) else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert mine.execute("SELECT count(*) FROM editlock").fetchone() == (1,)
