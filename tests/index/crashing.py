"""A wiki that can be killed: made, served by several workers, written to by several people, and checked afterwards.

The test process itself never opens the wiki. All that needs Moin happens in child processes that run this file:

    python crashing.py create FOLDER
    python crashing.py save FOLDER FIRST LAST    save pages number FIRST to LAST, print a JSON report
    python crashing.py check FOLDER              open the wiki, compare store and index, print a JSON report
"""

import base64
import http.client
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import zlib
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from urllib.parse import urlencode

WRITERS = 8
WORD = re.compile(r"writer\d+save\d+")
PASSWORD = "a-password-for-the-crash-test"

CONFIG = '''\
import os

import cupboard.engine
import cupboard.index

cupboard.index.install()
cupboard.engine.install()  # a killed process must not spoil the database of edit locks either

from moin.config import AclConfig, IndexStorageConfig, PasswordHasherConfig
from moin.config.default import DefaultConfig
from moin.storage import create_mapping


class Config(DefaultConfig):
    wikiconfig_dir = os.path.abspath(os.path.dirname(__file__))
    instance_dir = os.path.join(wikiconfig_dir, "wiki")
    data_dir = os.path.join(instance_dir, "data")
    index_storage = IndexStorageConfig(name="FileStorage", args=(os.path.join(instance_dir, "index"),), kwargs={})
    wiki_local_dir = os.path.join(wikiconfig_dir, "wiki_local")
    interwikiname = "CrashWiki"
    interwiki_map = {"CrashWiki": "http://127.0.0.1:8080/", "Self": "http://127.0.0.1:8080/"}
    email_tracebacks = False
    edit_locking_policy = "lock"
    password_hasher_config = PasswordHasherConfig(
        time_cost=1, memory_cost=8192, parallelism=1, hash_len=16, salt_len=16)
    uri = "stores:fs:" + data_dir + "/%(backend)s/%(kind)s"
    namespaces = {"": "default", "users": "users", "userprofiles": "userprofiles"}
    open_to_known = AclConfig(before="", default="Known:read,write,create All:read", after="", hierarchic=False)
    closed = AclConfig(before="All:", default="", after="", hierarchic=False)
    namespace_mapping, backend_mapping, acl_mapping = create_mapping(
        uri, namespaces, dict.fromkeys(["default", "users", "userprofiles"], uri),
        {"": open_to_known, "users": open_to_known, "userprofiles": closed})


MOINCFG = Config
SECRET_KEY = "only for the crash test, on loopback"
'''

WSGI = '''\
import os

from moin.app import create_app

application = create_app(os.path.join(os.path.dirname(os.path.abspath(__file__)), "wikiconfig.py"))
'''


def make_wiki(folder, made=[]):  # noqa: B006  the first wiki that was made, to copy from
    """Put a wiki into a new folder: its configuration, its index, an account for each writer, no pages."""
    if made and made[0].exists():
        shutil.copytree(made[0], folder)
        return
    pristine = folder.with_name("pristine")
    (pristine / "wiki").mkdir(parents=True)
    (pristine / "wikiconfig.py").write_text(CONFIG, encoding="utf-8")
    (pristine / "wsgi.py").write_text(WSGI, encoding="utf-8")
    run("create", pristine)
    made[:] = [pristine]
    shutil.copytree(pristine, folder)


def run(command, folder, *arguments, prefix=(), **options):
    """Run one of this file's commands in a process of its own.

    :param prefix: a program with arguments to run it under
    :return: what it reported, parsed from JSON
    :raise AssertionError: when the process failed; the message is what it printed
    """
    child = start(command, folder, *arguments, prefix=prefix, **options)
    out, err = child.communicate(timeout=900)
    assert child.returncode == 0, f"{command} ended with {child.returncode}:\n{err.decode(errors='replace')[-4000:]}"
    return json.loads(out)


def start(command, folder, *arguments, prefix=(), **options):
    """Start one of this file's commands and don't wait for it. :return: subprocess.Popen"""
    line = [*prefix, sys.executable, __file__, command, str(folder), *map(str, arguments)]
    return subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=folder, **options)


def database(folder):
    """The file of the index. :return: Path"""
    found = [f for f in (folder / "wiki" / "index").iterdir()
             if f.is_file() and f.read_bytes()[:16] == b"SQLite format 3\0"]
    assert len(found) == 1, found
    return found[0]


class Server:
    """A gunicorn with several workers: ``port``, and the processes of its workers."""

    def __init__(self, port, process):
        self.port, self.process = port, process

    def workers(self):
        """Process ids of the living workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def kill_one(self, rng):
        """``kill -9`` of one worker; gunicorn starts another."""
        if workers := self.workers():
            try:
                os.kill(rng.choice(workers), signal.SIGKILL)
            except ProcessLookupError:
                pass  # it ended between the two lines


@contextmanager
def serve(folder, workers=3, preload=False):
    """Serve the wiki while the block runs. At the end everything is killed, not stopped."""
    import socket

    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    command = [sys.executable, "-m", "gunicorn", "--workers", str(workers), "--bind", f"127.0.0.1:{port}",
               "--timeout", "60", *(["--preload"] if preload else []), "--chdir", str(folder), "wsgi:application"]
    with open(folder / "server.log", "wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True)
    server = Server(port, process)
    try:
        until = time.monotonic() + 30
        while not _answers(port):
            assert process.poll() is None and time.monotonic() < until, (folder / "server.log").read_text()[-3000:]
            time.sleep(0.1)
        yield server
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        _wait_until_gone(process.pid)


def _wait_until_gone(group):
    """A process that was killed lives on for a moment. Whoever opens the wiki next comes after that."""
    until = time.monotonic() + 30
    while any(_runs_in(group, stat) for stat in Path("/proc").glob("[0-9]*/stat")):
        assert time.monotonic() < until, "a killed worker does not end"
        time.sleep(0.05)


def _runs_in(group, stat):
    try:
        state, _, process_group = stat.read_text().rpartition(")")[2].split()[:3]
    except (OSError, ValueError):
        return False  # it ended meanwhile
    return int(process_group) == group and state not in "ZX"


def _answers(port):
    try:
        return Writer(port, 0).request("GET", "/robots.txt")[0] == 200
    except OSError:
        return False


class Writer(threading.Thread):
    """One person who saves a page of their own again and again, as fast as the server answers.

    Every text holds the word ``writer<number>save<count>``. ``sent`` is the count of the last save that was sent,
    ``acknowledged`` the list of counts that the server confirmed.
    """

    def __init__(self, port, number):
        super().__init__(daemon=True)
        self.port, self.number, self.page = port, number, f"Page{number}"
        self.cookie, self.sent, self.acknowledged, self.refused = "", 0, [], []
        self.stop = threading.Event()

    def word(self, count):
        return f"writer{self.number}save{count}"

    def sign_in(self):
        status, _ = self.request("POST", "/+login", {
            "login_username": f"writer{self.number}", "login_password": PASSWORD, "login_submit": "1",
            "login_nexturl": "/"})
        assert status == 302, status
        self.read_messages()

    def read_messages(self):
        """Look at a page, so that the messages that wait in the session are shown and gone."""
        self.request("GET", "/+blank")

    def run(self):
        path = f"/+modify/{self.page}?itemtype=default&contenttype=text/x.moin.wiki;charset=utf-8&template="
        while not self.stop.is_set():
            self.sent += 1
            fields = {"content_form_data_text": f"{self.word(self.sent)}\n\n" + "some text of a page " * 40,
                      "comment": "", "meta_form_acl": "None", "meta_form_name": self.page,
                      "meta_form_summary": self.word(self.sent), "meta_form_tags": "tagged"}
            try:
                status, body = self.request("POST", path, fields)
                flashed = self.flashed()
                if status == 302 and not flashed:
                    self.acknowledged.append(self.sent)
                else:
                    self.refused.append((self.sent, status, flashed or body[:300]))
                    self.read_messages()
            except (OSError, http.client.HTTPException):
                time.sleep(0.01)  # the worker was killed: nobody promised anything

    def flashed(self):
        """The messages that wait in the session: Moin answers a failed save with one and a redirection."""
        payload = self.cookie.partition("=")[2].strip('"').lstrip(".").split(".")[0]
        data = base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        if self.cookie.partition("=")[2].strip('"').startswith("."):
            data = zlib.decompress(data)
        return json.loads(data).get("_flashes", [])

    def request(self, method, path, fields=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"User-Agent": "crash test", "Sec-Fetch-Site": "same-origin",
                       "Origin": f"http://127.0.0.1:{self.port}", "Host": f"127.0.0.1:{self.port}"}
            if self.cookie:
                headers["Cookie"] = self.cookie
            body = None
            if fields is not None:
                body, headers["Content-Type"] = urlencode(fields), "application/x-www-form-urlencoded"
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            content = answer.read()
            if cookie := answer.headers.get("Set-Cookie"):
                self.cookie = cookie.split(";")[0]
            return answer.status, content
        finally:
            connection.close()


def kill_under_writers(folder, kills, seed, preload=False, pause=0.8):
    """Eight people save without a pause while workers are killed at random moments.

    :param kills: how many workers are killed; the last kill takes the whole server
    :param seed: of the random moments
    :param pause: longest time between two kills in seconds
    :return: list of Writer, all ended
    """
    rng = random.Random(seed)
    with serve(folder, preload=preload) as server:
        writers = [Writer(server.port, n) for n in range(1, WRITERS + 1)]
        for writer in writers:
            writer.sign_in()
            writer.start()
        time.sleep(0.5)
        for _ in range(kills - 1):
            time.sleep(rng.uniform(0.0, pause))
            server.kill_one(rng)
        time.sleep(0.3)
    for writer in writers:
        writer.stop.set()
    for writer in writers:
        writer.join(60)
    return writers


def lost_saves(writers, report):
    """What was acknowledged and can't be found any more.

    :param writers: list of Writer
    :param report: what the command ``check`` reported
    :return: list of sentences
    """
    lost, stored = [], set(report["words"])
    for writer in writers:
        lost += [f"{writer.word(n)} is in no revision" for n in writer.acknowledged if writer.word(n) not in stored]
        if writer.acknowledged:
            # Moin merges the text of a request whose editor was cut off: the page then holds more than one word
            shown = report["shown"].get(writer.page, [])
            if max((int(word.rpartition("save")[2]) for word in shown), default=0) < writer.acknowledged[-1]:
                lost.append(f"{writer.page} shows {shown!r}; {writer.word(writer.acknowledged[-1])} was acknowledged")
    return lost


# -- what follows runs in a child process ----------------------------------------------------------------------------


@contextmanager
def _wiki(folder, **options):
    from moin.app import before_wiki, create_app_ext

    app = create_app_ext(flask_config_file=str(folder / "wikiconfig.py"), **options)
    with app.test_request_context("/"):
        before_wiki()
        yield app


def _create(folder):
    from moin import user

    with _wiki(folder, create_backend=True):
        for n in range(1, WRITERS + 1):
            assert user.create_user(f"writer{n}", PASSWORD, f"writer{n}@example.org") is None
    return {}


def _save(folder, first, last):
    """Save pages; report each that was saved, and the first error in full."""
    saved, error = [], None
    with _wiki(folder) as app:
        print("open", file=sys.stderr, flush=True)  # whoever waits for us may now make trouble
        for n in range(int(first), int(last) + 1):
            meta = {"name": [f"Saved{n}"], "namespace": "", "contenttype": "text/x.moin.wiki;charset=utf-8",
                    "itemtype": "default", "tags": [], "rev_number": 1}
            text = f"writer0save{n} " + "some text of a page " * 200
            try:
                item = app.storage.get_item(name_exact=f"Saved{n}", namespace="")
                item.store_revision(meta, BytesIO(text.encode()))
            except Exception as e:
                error = f"{type(e).__name__}: {e}"
                break
            saved.append(n)
    return {"saved": saved, "error": error}


def _check(folder):
    """Compare the store with the index, and the index with one that is freshly built from the store.

    ``problems``: sentences; ``words``: the words ``writer<number>save<count>`` in all revisions in the store;
    ``shown``: page name -> those words in the text that the index gives out as the current one.
    """
    from moin.constants.keys import ALL_REVS, LATEST_META, LATEST_REVS

    problems, words, shown = [], [], {}
    with _wiki(folder) as app:
        storage, stored = app.storage, set()
        for backend, revid in app.router:
            stored.add(revid)
            try:
                meta, data = app.router.retrieve(backend, revid)
                with data:
                    content = data.read()
            except Exception as e:
                problems.append(f"revision {revid} of {backend} can't be read: {type(e).__name__}: {e}")
                continue
            if meta.get("size") != len(content):
                problems.append(f"revision {revid} has {len(content)} bytes, its metadata says {meta.get('size')}")
            words += WORD.findall(content.decode())
        indexed = {doc["revid"] for doc in storage._documents(idx_name=ALL_REVS)}
        problems += [f"revision {revid} is stored and not indexed" for revid in stored - indexed]
        problems += [f"revision {revid} is indexed and not stored" for revid in indexed - stored]
        for doc in storage._documents(idx_name=LATEST_REVS, namespace=""):
            item = storage.get_item(itemid=doc["itemid"])
            with item["current"] as revision:
                shown[item.name] = WORD.findall(revision.data.read().decode())

        storage.destroy(tmp=True)
        storage.create(tmp=True)
        storage.rebuild(tmp=True)
        for name in (ALL_REVS, LATEST_REVS, LATEST_META):
            key = "revid" if name == ALL_REVS else "itemid"
            kept = {dict(doc)[key]: dict(doc) for doc in storage.dump(idx_name=name)}
            fresh = {dict(doc)[key]: dict(doc) for doc in storage.dump(tmp=True, idx_name=name)}
            for identity in kept.keys() | fresh.keys():
                old, new = kept.get(identity), fresh.get(identity)
                # Moin keeps whole seconds: of two revisions of one second either may count as the latest
                same_second = old and new and name != ALL_REVS and old["mtime"] == new["mtime"]
                if old != new and not (same_second and old["revid"] != new["revid"]):
                    problems.append(f"{name}: {key} {identity} differs from a fresh index: {old} != {new}"[:1000])
        storage.destroy(tmp=True)
    return {"problems": problems, "words": words, "shown": shown}


if __name__ == "__main__":
    step = {"create": _create, "save": _save, "check": _check}[sys.argv[1]]
    json.dump(step(Path(sys.argv[2]), *sys.argv[3:]), sys.stdout)
