"""`cupboard check` finds each way in which lists can differ from the stored pages, and nothing else."""

import io

import pytest
from moin.constants.keys import NAME, REVID, SUMMARY, TAGS

from cupboard import checking

WIKI = "text/x.moin.wiki;charset=utf-8"


def save(storage, name, text, **meta):
    item = storage[name]
    item.store_revision({NAME: [name], "contenttype": WIKI, **meta}, io.BytesIO(text.encode()))
    return storage[name]["current"]


@pytest.fixture
def page(storage):
    return save(storage, "Page", "one", tags=["a"], summary="first")




def differences(storage):
    return checking.differences(storage)[0]


def test_a_wiki_as_it_comes_has_no_differences(storage):
    found, compared = checking.differences(storage)
    assert found == []
    assert compared > 5


def test_what_is_saved_edited_renamed_or_deleted_makes_no_difference(storage, page):
    save(storage, "Page", "two")
    save(storage, "Other", "three")
    for name, changes in (("Other", {NAME: ["Renamed"]}), ("Page", {NAME: [], "trash": True})):
        item = storage[name]
        meta = {**item["current"].meta, **changes}
        item.store_revision(
            {key: meta[key] for key in meta if key not in (REVID, "dataid", "size", "sha1")}, io.BytesIO(b"three")
        )
    assert not storage.has_item("Page")
    assert differences(storage) == []


def test_a_revision_that_the_index_lacks_is_found(storage, page):
    storage.remove_revision(page.revid, async_=False)
    found = differences(storage)
    assert f"Page: revision {page.revid} is not in the index" in found
    assert "Page: not listed" in found


def test_a_revision_that_only_the_index_has_is_found(storage, page):
    storage.backend.remove("default", page.revid, destroy_data=True)
    found = differences(storage)
    assert f"Page: revision {page.revid} is in the index, but not in the store" in found
    assert "Page: listed, but not in the store" in found


def test_a_list_that_shows_an_old_revision_is_found(storage, app, page):
    """As after a crash between storing and indexing."""
    meta = dict(storage.backend.retrieve("default", page.revid)[0])
    del meta[REVID], meta["dataid"]
    meta["mtime"] += 60
    _, newer = storage.backend.store(meta, io.BytesIO(b"newer"))
    found = differences(storage)
    assert f"Page: revision {newer} is not in the index" in found
    assert f"Page: listed as of revision {page.revid}, the newest is {newer}" in found


@pytest.mark.parametrize(
    ("key", "value", "line"),
    [
        (TAGS, ["a", "b"], "Page: tags is ['a'] in the index, ['a', 'b'] in the store"),
        (SUMMARY, "second", "Page: summary is 'first' in the index, 'second' in the store"),
        ("acl", "All:", "Page: acl is None in the index, 'All:' in the store"),
        (NAME, ["Other"], "Other: name is ['Page'] in the index, ['Other'] in the store"),
    ],
)
def test_what_was_changed_behind_the_index_is_found(storage, app, page, key, value, line):
    backend = app.cfg.backend_mapping["default"]
    meta = backend._get_meta(page.revid)
    backend._store_meta({**meta, key: value})
    assert differences(storage) == [line]


def test_a_changed_text_is_found(storage, app, page):
    backend = app.cfg.backend_mapping["default"]
    backend.data_store[page.meta["dataid"]] = io.BytesIO(b"something else")
    (found,) = differences(storage)
    assert found.startswith("Page: content is 'one")


def test_progress_reaches_its_end(storage):
    steps = []
    checking.differences(storage, progress=lambda *step: steps.append(step))
    for what in ("Reading", "Comparing"):
        done, total = [(done, total) for name, done, total in steps if name == what][-1]
        assert done == total > 0
