"""What each engine adjustment is worth: ``python -m benchmarks.engine``.

One wiki with the SQLite index is measured in the process, without a server: the processor time of a page view, the
list of a tag, the editor and a save. For each adjustment two engines take turns, a block of requests each: the one
with all adjustments, and the one with all but this. What else the machine does then meets both alike. One account has
subscribed to 1,000 patterns, which is what the adjustment of subscriptions is about.
"""

import argparse
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlencode

from .measure import note
from .pages import area_tag, page_name
from .wikis import CHECKOUT, PASSWORD, Wiki

STAGES = ("view", "list of a tag", "editor", "save")
BLOCK = 6  # requests of one engine, then of the other
PATTERNS = 1000
TEXT = "content_form_data_text"


def main(argv=None):
    """Measure all variants and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--size", type=int, default=1000, help="number of pages (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=25, help="blocks of each engine (default: %(default)s)")
    parser.add_argument("--child", metavar="FOLDER", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        json.dump(compare_all(Path(options.child), options.rounds), sys.stdout)
        return
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        wiki = Wiki(Path(folder), options.size, ("cupboard.index",))
        note(f"a wiki of {options.size} pages")
        wiki.make()
        wiki.build_index(600)
        command = [sys.executable, "-m", "benchmarks.engine", "--size", str(options.size),
                   "--rounds", str(options.rounds), "--child", str(wiki.folder)]
        done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr[-3000:])
    print(table(json.loads(done.stdout)))


def table(found):
    """:param found: dict adjustment, or "all", -> stage -> [ms without, ms with]"""
    lines = [f"{'processor time in ms':26}" + "".join(f"{stage:>22}" for stage in STAGES)]
    for name, stages in found.items():
        cells = []
        for without, with_ in (stages[stage] for stage in STAGES):
            cells.append(f"{without:.2f} -> {with_:.2f} {100 * (with_ - without) / without:+4.0f}%")
        lines.append(f"{name:26}" + "".join(f"{cell:>22}" for cell in cells))
    return "\n".join(lines)


# -- in a process of its own ------------------------------------------------------------------------------------------


def compare_all(folder, rounds):
    """Compare all adjustments with none, and with all but each one.

    :return: dict adjustment, or "all", -> stage -> (median ms without it, with it)
    """
    from cupboard import engine

    engine.install()
    from moin.app import create_app

    app = create_app(str(folder / "wikiconfig.py"))
    _subscribe(app)
    visitor = app.test_client()
    visitor.post("/+login", data={"login_username": "writer1", "login_password": PASSWORD, "login_submit": "1",
                                  "login_nexturl": "/"})
    visitor.get("/+blank")
    cookie = visitor.get_cookie("session").value
    from .client import form_fields

    page = page_name(8)
    form = form_fields(visitor.get(f"/+modify/{page}").data, TEXT)

    def form_with(n):
        fields = [(name, f"round{n} {time.time()}\n\n{value}" if name == TEXT else value) for name, value in form]
        return urlencode(fields).encode("ascii")

    stages = {
        "view": lambda n: _request(cookie, f"/{page}"),
        "list of a tag": lambda n: _request(cookie, f"/+tags/{area_tag(8)}"),
        "editor": lambda n: _request(cookie, f"/+modify/{page}"),
        "save": lambda n: _request(cookie, f"/+modify/{page}", form_with(n)),
    }
    names = list(engine.ADJUSTMENTS)
    found = {}
    for name, left_out in [("all", names), *((name, [name]) for name in names)]:
        found[name] = {stage: _compared(app, make, engine, left_out, rounds) for stage, make in stages.items()}
    return found


def _compared(app, make, engine, left_out, rounds):
    """Median processor time of a request, in ms, without these adjustments and with all; blocks take turns."""
    times = [], []
    number = 0
    for _ in range(rounds):
        for with_all in (False, True):
            if with_all:
                engine.install()
            else:
                engine.uninstall(left_out)
            for n in range(BLOCK):
                seconds = _request_time(app, make(number))
                number += 1
                if n:  # the first of a block may meet empty caches
                    times[with_all].append(1000 * seconds)
    engine.install()
    return [statistics.median(one) for one in times]


def _subscribe(app):
    from moin import user
    from moin.app import before_wiki

    with app.test_request_context("/"):
        before_wiki()
        subscriber = user.User(auth_username="buyer1")
        if not subscriber.subscriptions:
            subscriber.profile["subscriptions"] = [f"namere::^Stories/{n}/.*[a-z]+$" for n in range(PATTERNS)]
            subscriber.save(force=True)


def _request(cookie, path, body=b""):
    return {
        "REQUEST_METHOD": "POST" if body else "GET", "PATH_INFO": path, "QUERY_STRING": "", "SCRIPT_NAME": "",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8080", "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "127.0.0.1",
        "HTTP_USER_AGENT": "benchmark", "HTTP_COOKIE": f"session={cookie}", "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http", "wsgi.version": (1, 0),
        "wsgi.multithread": False, "wsgi.multiprocess": True, "wsgi.run_once": False,
    }  # fmt: skip


def _request_time(app, environ):
    status = []
    began = time.process_time()
    chunks = app(environ, lambda s, *_: status.append(s))
    b"".join(chunks)
    chunks.close()
    seconds = time.process_time() - began
    if not status[0].startswith(("200", "302")):
        raise RuntimeError(f"{environ['PATH_INFO']}: {status[0]}")
    return seconds


if __name__ == "__main__":
    main()
