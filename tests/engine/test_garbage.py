"""A full collection of garbage follows a save only with Whoosh."""

import gc

from moin.storage.middleware import indexing


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
