"""What people do to the wiki in tests of favourites and notices, and a clock that can be set forward."""

import io
import time

import pytest

from cupboard import instance
from cupboard.document import Document, dump, parse


class Clock:
    """Sets the time of the process forward, so that nobody waits for another second to begin."""

    def __init__(self, monkeypatch):
        self._ahead = 0.0
        really = time.time
        monkeypatch.setattr(time, "time", lambda: really() + self._ahead)

    def forward(self, seconds):
        self._ahead += seconds

    @property
    def now(self):
        return int(time.time())


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def source(app, name):
    with instance.inside(app) as storage, storage[name]["current"].data as data:
        return data.read().decode()


def change(app, name, by="", sections=(), **fields):
    """Change fields of a case study, as its form does."""
    document = parse(source(app, name).encode()).edit(fields=fields, sections=dict(sections))
    _store(app, name, dump(document), by)


def begin(app, name, title, categories, by="", **fields):
    """Begin a case study."""
    values = {"title": title, "kind": "case", "result": f"What came of {title}", "organisation": "Anytown Council",
              "categories": categories, "contact_role": "Procurement", **fields}
    _store(app, name, dump(Document.new(values, {"Context": "Why."})), by)


def write_page(app, name, text, by="", namespace=""):
    """Write a plain wiki page."""
    _store(app, name, text.encode(), by, "text/x.moin.wiki;charset=utf-8", "default", namespace)


def age(app, name, years):
    """Make a page so much older."""
    with instance.inside(app) as storage:
        item = storage[name]
        revisions = sorted(item.iter_revs(), key=lambda one: one.meta["mtime"])
        for revision in revisions:
            with revision.data as data:
                content = data.read()
            item.store_revision({**revision.meta, "mtime": revision.meta["mtime"] - years * 365 * 86400},
                                io.BytesIO(content), overwrite=True, trusted=True)


def _store(app, name, data, by="", contenttype="text/x-case-study;charset=utf-8", itemtype="case-study", namespace=""):
    from moin import user

    with instance.inside(app) as storage:
        item = storage.get_item(name_exact=name, namespace=namespace)
        old = dict(item["current"].meta) if item else {}
        kept = {key: value for key, value in old.items() if key in ("itemid", "acl", "name")}
        meta = {"name": [name], "namespace": namespace, "contenttype": contenttype, "itemtype": itemtype,
                "rev_number": old.get("rev_number", 0) + 1, "comment": "", **kept}
        if by:
            meta["userid"] = user.User(auth_username=by).itemid
        meta.update(mtime=int(time.time()), action="SAVE", address="127.0.0.1")
        item.store_revision(meta, io.BytesIO(data), trusted=True, return_rev=True,
                            contenttype_current=contenttype)
