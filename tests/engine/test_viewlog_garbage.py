"""Views are not logged, saves are; a full collection follows a save only with Whoosh."""

import gc
import logging

from enginewiki import client, request, store
from moin.signalling.signals import item_modified
from moin.storage.middleware import indexing


def test_a_view_is_logged_only_when_asked_for(make_app, adjusted, caplog):
    app = make_app()
    with request(app):
        store(app, "Home")
    visitor = client(app)
    with caplog.at_level(logging.INFO, "moin.signalling.log"):
        visitor.get("/Home")
        assert "displayed" not in caplog.text
        with request(app):
            item_modified.send(app, fqname="Home", action="SAVE", new_meta={"itemid": "x"})
        assert "Home modified" in caplog.text
    with caplog.at_level(logging.DEBUG, "moin.signalling.log"):
        visitor.get("/Home")
        assert "Home displayed" in caplog.text


def test_whoosh_keeps_its_collection(adjusted, monkeypatch):
    collected = []
    whoosh = type("IndexingMiddleware", (indexing.IndexingMiddleware,), {"__module__": indexing.__name__})
    monkeypatch.setattr(indexing, "IndexingMiddleware", whoosh)
    monkeypatch.setattr(gc, "collect", lambda *a: collected.append(a) or 7)
    assert indexing.gc.collect() == 7
    monkeypatch.setattr(indexing, "IndexingMiddleware", type("Other", (indexing.IndexingMiddleware,), {}))
    assert indexing.gc.collect() == 0
    assert len(collected) == 1
    assert indexing.gc.isenabled() == gc.isenabled()
