"""The link check: what is broken is found, politely, and nothing in a private network is asked unless it is wanted."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from cupboard.administration import links

SITE = "https://wiki.example.org/"


class Site(BaseHTTPRequestHandler):
    def answer(self):
        self.server.asked.append((self.command, self.path, self.headers["User-Agent"]))
        if self.path == "/loop":
            self.send_response(302)
            self.send_header("Location", "/loop")
        elif self.path == "/moved":
            self.send_response(301)
            self.send_header("Location", "/good")
        elif self.path == "/no-head" and self.command == "HEAD":
            self.send_response(405)
        else:
            self.send_response({"/gone": 404, "/closed": 403}.get(self.path, 200))
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD = answer

    def log_message(self, *arguments):
        pass


@pytest.fixture
def site():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    server.address = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    server.server_close()


def check(site, folder, *paths, **options):
    options = {"site": SITE, "private": True, "pause": 0.0} | options
    found = links.check([site.address + path for path in paths], folder, **options)
    return {url.removeprefix(site.address): one.problem for url, one in found.items()}


def test_what_is_broken_is_found_and_what_is_not_is_not(site, tmp_path):
    found = check(site, tmp_path, "/good", "/moved", "/gone", "/closed", "/no-head", "/loop")
    assert found == {
        "/good": "", "/moved": "", "/closed": "", "/no-head": "",
        "/gone": "the site answers 404", "/loop": "it is redirected without end",
    }  # fmt: skip
    assert {url.removeprefix(site.address) for url in links.broken(tmp_path)} == {"/gone", "/loop"}
    assert all(SITE in agent for _, _, agent in site.asked)


def test_a_private_network_is_not_asked_unless_it_is_wanted(site, tmp_path):
    found = check(site, tmp_path, "/good", private=False)
    assert "private network" in found["/good"] and site.asked == []


def test_no_more_than_so_many_are_asked_a_run_and_none_twice_in_a_month(site, tmp_path):
    paths = [f"/{number}" for number in range(5)]
    assert len(check(site, tmp_path, *paths, most=3)) == 3
    assert len(check(site, tmp_path, *paths, most=3)) == 2
    assert check(site, tmp_path, *paths) == {}


def test_two_requests_to_one_host_have_a_pause_between_them(site, tmp_path, monkeypatch):
    pauses = []
    monkeypatch.setattr(links.time, "sleep", pauses.append)
    check(site, tmp_path, "/a", "/b", pause=30.0)
    assert pauses[0] == 0 and 20 < pauses[1] <= 30


def test_who_does_not_answer_is_broken_since_then(site, tmp_path, monkeypatch):
    site.shutdown()
    site.server_close()
    found = check(site, tmp_path, "/good")
    assert "does not answer" in found["/good"]
    since = next(iter(links.broken(tmp_path).values())).since
    monkeypatch.setattr(links, "FRESH_BROKEN", 0)
    check(site, tmp_path, "/good")
    assert next(iter(links.broken(tmp_path).values())).since == since


def test_a_damaged_file_of_results_is_begun_anew(site, tmp_path):
    (tmp_path / links.FILE).write_text('{"a": [', "utf-8")
    assert check(site, tmp_path, "/good") == {"/good": ""}
