"""Jobs that write new ids into pages: a dry run, one revision a page, stopped, gone on with, reverted."""

import re

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from moin.constants.keys import COMMENT, CURRENT

from cupboard import definitions, instance, pages
from cupboard.catalogue.carrying import carried, carriers
from cupboard.cli import cli
from cupboard.document import parse
from cupboard.nomenclature import jobs
from cupboard.terms.retagging import retagged
from tests.conftest import CONFIG, set_acl
from tests.terms.test_term_form import change, words

OLD, NEW = "contracts/food/school-meals", "contracts/energy"


@pytest.fixture
def editor(seeded_client):
    return seeded_client.sign_in("editor1")


@pytest.fixture
def many(seeded_app):
    """Case studies that carry OLD, eight of them."""
    with instance.inside(seeded_app) as storage:
        documents = list(storage.documents(itemtype="case-study"))[:8]
        for revision in documents:
            name = revision.meta["name"][0]
            document = pages.read(name, storage=storage).document
            ids = [id for id in document.fields["categories"] if id != OLD]
            text = document.edit(fields={"categories": [*ids, OLD]}).text.encode()
            pages.store(name, text, contenttype=revision.meta["contenttype"], itemtype="case-study", storage=storage)
        return [entry.name for entry in carriers("categories", [OLD], everybodys=True)]


def read(app, name):
    with instance.inside(app) as storage:
        return pages.read(name, storage=storage)


def test_retagging_touches_nothing_but_the_id():
    page = parse(b"---\ntitle: A   # said so\ncategories:\n- a/b   # why\n- c\n- a/d\n---\n= Context =\nText\n")
    new = retagged(page, "categories", {"a/b": ["x"], "a/d": ["c", "y"]})
    assert new.text == "---\ntitle: A   # said so\ncategories:\n- x\n- c\n- y\n---\n= Context =\nText\n"
    assert retagged(page, "categories", {"q": ["x"]}) is page


_IDS = st.sampled_from(["a", "a/b", "c", "d/e", "f"])


@given(st.lists(_IDS, unique=True), st.dictionaries(_IDS, st.lists(_IDS, min_size=1, unique=True), max_size=3))
@settings(max_examples=60, deadline=None)
def test_no_page_loses_a_term_by_retagging(carried_ids, ids):
    page = parse(b"---\ntitle: A\n---\n").edit(fields={"categories": carried_ids})
    now = retagged(page, "categories", ids).fields.get("categories", [])
    wanted = {new for one in carried_ids for new in ids.get(one, [one])}
    assert set(now) == wanted and len(now) == len(set(now))


def test_the_dry_run_names_pages_and_changes_none(editor, seeded_app, many):
    answer = change(editor, OLD, "merge", into=NEW)
    assert answer.status_code == 303 and "/jobs/new?old=" in answer.location
    trial = editor.get(answer.location)
    assert "nothing has been written" in words(trial)
    assert f"{len(many)} case studies" in words(trial)
    assert OLD in read(seeded_app, many[0]).document.fields["categories"]
    assert "There has been none yet" in editor.get("/+cupboard/jobs").text


def begin(editor):
    assert change(editor, OLD, "merge", into=NEW).status_code == 303
    answer = editor.post("/+cupboard/jobs/new", data={"old": OLD})
    assert answer.status_code == 303
    return answer.location


def test_each_page_gets_one_revision_with_a_comment_and_can_be_reverted(editor, seeded_app, many):
    before = {name: read(seeded_app, name) for name in many}
    at = begin(editor)
    assert editor.post(at, data={"do": "go"}).status_code == 303
    assert "finished" in words(editor.get(at))
    for name in many:
        page = read(seeded_app, name)
        ids = page.document.fields["categories"]
        assert NEW in ids and OLD not in ids and len(set(ids)) == len(ids)
        assert page.meta["rev_number"] == before[name].meta["rev_number"] + 1
        assert f"{OLD} becomes {NEW}" in page.meta[COMMENT]
    with instance.inside(seeded_app):
        assert OLD not in carried("categories")
    name = many[0]
    assert editor.post(f"/+revert/+{before[name].revid}/{name}", data={"comment": ""}).status_code == 302
    assert OLD in read(seeded_app, name).document.fields["categories"]
    listed = words(editor.get(f"/+cupboard/browse?term={NEW}"))
    with instance.inside(seeded_app):
        from cupboard import catalogue

        total = catalogue.find(catalogue.Query(include={"term": (NEW,)})).total
    assert re.search(rf"\b{total} case stud", listed) and total >= len(many)


def test_a_job_is_stopped_and_gone_on_with(editor, seeded_app, many, monkeypatch):
    at = begin(editor)
    monkeypatch.setattr("cupboard.nomenclature.job_views.SECONDS", 0.0)
    editor.post(at, data={"do": "go"})
    assert "1 of" in words(editor.get(at)) and "data-goes-on" in editor.get(f"{at}?on=1").text
    editor.post(at, data={"do": "stop"})
    assert "stopped" in words(editor.get(at)) and "data-goes-on" not in editor.get(f"{at}?on=1").text
    done = [name for name in many if OLD not in read(seeded_app, name).document.fields["categories"]]
    assert len(done) == 1
    monkeypatch.setattr("cupboard.nomenclature.job_views.SECONDS", 60.0)
    editor.post(at, data={"do": "go"})
    assert "finished" in words(editor.get(at))
    assert all(OLD not in read(seeded_app, name).document.fields["categories"] for name in many)


def test_looking_at_a_job_does_nothing(editor, seeded_app, many):
    at = begin(editor)
    for _ in range(3):
        editor.get(f"{at}?on=1")
    assert all(OLD in read(seeded_app, name).document.fields["categories"] for name in many)


def test_a_page_that_the_editor_may_not_read_is_neither_named_nor_written(editor, seeded_app, many):
    set_acl(seeded_app, many[0], "alice:read,write All:")
    at = begin(editor)
    editor.post(at, data={"do": "go"})
    assert OLD in read(seeded_app, many[0]).document.fields["categories"]
    assert many[0] not in editor.get(at).text
    assert f"{len(many) - 1} of {len(many) - 1}" in words(editor.get(at))


def test_a_page_that_may_be_read_only_is_left_and_named(editor, seeded_app, many):
    at = begin(editor)
    set_acl(seeded_app, many[1], "editor1:read All:read")
    editor.post(at, data={"do": "go"})
    assert "1 left as they are" in words(editor.get(at)) and "you may not change this page" in words(editor.get(at))


def test_a_split_writes_what_was_ticked(editor, seeded_app, many):
    answer = change(editor, OLD, "split", parts="Hot meals\nCold meals")
    assert "/jobs/split?" in answer.location
    shown = editor.get(answer.location)
    itemids = re.findall(r'name="to-([0-9a-f]+)" value="[^"]*hot-meals"', shown.text)
    assert len(itemids) == len(many)
    parts = [f"{OLD}/hot-meals", f"{OLD}/cold-meals"]
    sent = {"term": OLD, "part": parts, f"to-{itemids[0]}": parts, f"to-{itemids[1]}": parts[0]}
    at = editor.post("/+cupboard/jobs/split", data=sent).location
    editor.post(at, data={"do": "go"})
    with instance.inside(seeded_app):
        assert len(carriers("categories", [parts[0]])) == 2 and len(carriers("categories", [parts[1]])) == 1
        assert len(carriers("categories", [OLD])) == len(many) - 2


@pytest.mark.parametrize("name", [None, "alice"])
def test_others_get_403_and_no_hint(editor, seeded_client, seeded_app, many, name):
    at = begin(editor)
    seeded_client.sign_out()
    if name:
        seeded_client.sign_in(name)
    for address in (
        at,
        "/+cupboard/jobs",
        f"/+cupboard/jobs/new?old={OLD}",
        f"/+cupboard/jobs/split?term={NEW}&part={NEW}",
    ):
        answer = seeded_client.get(address)
        assert answer.status_code == 403 and many[0] not in answer.text and "becomes" not in answer.text
    assert seeded_client.post(at, data={"do": "go"}).status_code == 403
    assert all(OLD in read(seeded_app, one).document.fields["categories"] for one in many)


def run(*arguments, status=0):
    result = CliRunner().invoke(cli, ["--config", str(CONFIG), "terms", *arguments])
    assert result.exit_code == status, result.output
    return result.output


def test_the_command_line_does_the_same(seeded_app, many):
    said = run("merge", OLD, NEW, "--dry-run")
    assert f"{len(many)} pages would be written" in said and many[0] in said
    assert OLD in read(seeded_app, many[0]).document.fields["categories"]
    said = run("merge", OLD, NEW)
    assert "Merge “School meals”" in said and f"{len(many)} of {len(many)} pages, finished" in said
    with instance.inside(seeded_app):
        assert definitions.current().contents.get(OLD).id == NEW and OLD not in carried("categories")
        assert definitions.standing(definitions.CONTENTS).rejected == ()
    assert "finished" in run("jobs")
    assert "No page carries it" in run("merge", OLD, NEW)
    assert "There is no term" in run("merge", "no/such", NEW, status=1)
    assert "There is no job" in run("resume", "20260503-1a2b3c4d", status=1)


def test_a_job_that_was_killed_midway_is_gone_on_with(seeded_app, many, monkeypatch):
    with instance.inside(seeded_app):
        job = jobs.begin({OLD: [NEW]}, everybodys=True)
    written = jobs._write
    calls = []

    def dies(job):
        calls.append(job)
        if len(calls) == 3:
            raise KeyboardInterrupt
        written(job)

    with instance.inside(seeded_app) as storage, monkeypatch.context() as patch:
        patch.setattr(jobs, "_write", dies)
        with pytest.raises(KeyboardInterrupt):
            jobs.run(job.id, storage=storage)
    assert "2 of" in run("jobs")
    assert f"{len(many)} of {len(many)} pages, finished" in run("resume", job.id)
    for name in many:
        page = read(seeded_app, name)
        assert OLD not in page.document.fields["categories"]
    with instance.inside(seeded_app) as storage:
        comments = [storage[name][CURRENT].meta[COMMENT] for name in many]
    assert all(job.id in comment for comment in comments)
