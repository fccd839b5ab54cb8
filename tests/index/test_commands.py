"""Moin's commands on our index, beside a server that two workers keep running."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from crashing import Writer, make_wiki, run, serve

MOIN = str(Path(sys.executable).with_name("moin"))
SAVING = "itemtype=default&contenttype=text/x.moin.wiki;charset=utf-8&template="


class ServedWiki:
    """A wiki that is being served: commands on it, and what its visitors see."""

    def __init__(self, folder: Path, port: int):
        self.folder, self.visitor = folder, Writer(port, 1)
        self.visitor.sign_in()

    def command(self, *arguments: str) -> str:
        """Run one of Moin's commands; what it printed."""
        done = subprocess.run([MOIN, *arguments], cwd=self.folder, capture_output=True,
                              text=True, timeout=120)  # fmt: skip
        assert done.returncode == 0, f"{arguments}: {done.stderr[-3000:]}"
        return done.stdout + done.stderr

    def save(self, page: str, text: str) -> None:
        fields = {"content_form_data_text": text, "comment": "", "meta_form_acl": "None", "meta_form_name": page,
                  "meta_form_summary": "", "meta_form_tags": "tagged"}  # fmt: skip
        status, _ = self.visitor.request("POST", f"/+modify/{page}?{SAVING}", fields)
        assert status == 302 and not self.visitor.flashed()

    def shows(self, page: str, word: str) -> None:
        """Each of several requests, so each worker, shows the page with the word on it, and finds it by the word."""
        for _ in range(6):
            status, body = self.visitor.request("GET", f"/{page}")
            assert status == 200 and word.encode() in body
            status, body = self.visitor.request("GET", f"/+search?q={word}")
            assert status == 200 and f'href="/{page}'.encode() in body


@pytest.fixture(scope="module")
def wiki(tmp_path_factory):
    folder = tmp_path_factory.mktemp("commands") / "wiki"
    make_wiki(folder)
    (folder / "wiki_local").mkdir()
    with serve(folder, workers=2) as server:
        served = ServedWiki(folder, server.port)
        for word in ("wombat", "gnu", "giraffe"):
            served.save("Meals", f"a {word} eats")
        yield served


def test_an_index_built_aside_is_moved_in_and_has_what_was_saved_meanwhile(wiki):
    wiki.command("index-build", "--tmp")
    wiki.save("Between", "an okapi came")
    wiki.command("index-move")
    wiki.shows("Meals", "giraffe")
    wiki.shows("Between", "okapi")
    assert "Between" in wiki.command("index-dump")


def test_an_index_is_brought_up_to_date_and_optimized_while_it_is_used(wiki):
    wiki.command("index-update")
    wiki.command("index-optimize")
    wiki.save("Optimized", "a tapir slept")
    wiki.shows("Optimized", "tapir")


def test_old_revisions_are_destroyed_by_a_command(wiki):
    stored = wiki.folder / "wiki" / "data" / "default" / "meta"
    before = len(list(stored.iterdir()))
    wiki.command("maint-reduce-revisions", "-q", "Meals")
    wiki.shows("Meals", "giraffe")
    assert len(list(stored.iterdir())) == before - 2
    assert run("check", wiki.folder)["problems"] == []


def test_all_pages_are_written_as_html(wiki):
    wiki.command("dump-html", "--directory", "html")
    assert "giraffe" in (wiki.folder / "html" / "Meals.html").read_text(encoding="utf-8")


def test_an_index_that_is_destroyed_is_made_again_while_the_server_runs(wiki):
    wiki.command("save", "--all-backends", "--file", "backup.moin")
    wiki.command("index-destroy")
    status, body = wiki.visitor.request("GET", "/Meals")
    assert status == 503 and b"index is missing" in body
    wiki.command("index-create")
    wiki.command("index-build", "-p", "2")
    wiki.shows("Meals", "giraffe")
    wiki.command("load", "--file", "backup.moin")
    wiki.shows("Meals", "giraffe")
    assert run("check", wiki.folder)["problems"] == []


def test_a_backup_is_loaded_into_another_wiki(wiki, tmp_path):
    wiki.command("save", "--all-backends", "--file", "backup.moin")
    other = tmp_path / "wiki"
    make_wiki(other)
    with serve(other, workers=2) as server:
        second = ServedWiki(other, server.port)
        second.save("Own", "a quokka smiled")
        second.command("load", "--file", str(wiki.folder / "backup.moin"))
        second.shows("Meals", "giraffe")
        second.shows("Own", "quokka")
