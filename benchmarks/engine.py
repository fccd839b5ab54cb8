"""What each engine adjustment is worth: ``python -m benchmarks.engine``.

One wiki with the SQLite index is measured in the process, without a server: the processor time of a page view, the
list of a tag, the editor and a save, for the engine as Moin has it, with each adjustment alone, and with all. Each
figure is the least of several rounds of medians, as whatever else the machine does can only add to it. One account
has subscribed to 1,000 patterns, which is what the adjustment of subscriptions is about.
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

COUNTS = {"view": 60, "list of a tag": 30, "editor": 40, "save": 40}
PATTERNS = 1000
TEXT = "content_form_data_text"


def main(argv=None):
    """Measure all variants and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    parser.add_argument("--size", type=int, default=1000, help="number of pages (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=4, help="times that each variant is measured")
    parser.add_argument("--child", nargs=2, metavar=("FOLDER", "NAMES"), help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.child:
        json.dump(measure_one(Path(options.child[0]), options.child[1].split(",")), sys.stdout)
        return
    from cupboard.engine import ADJUSTMENTS

    variants = {"as Moin has it": []} | {f"with {name}": [name] for name in ADJUSTMENTS} | {"with all": [*ADJUSTMENTS]}
    found = {variant: {} for variant in variants}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        wiki = Wiki(Path(folder), options.size, ("cupboard.index",))
        note(f"a wiki of {options.size} pages")
        wiki.make()
        wiki.build_index(600)
        for n in range(options.rounds):
            note(f"round {n + 1} of {options.rounds}")
            for variant, names in variants.items():
                for stage, milliseconds in _child(wiki, options, names).items():
                    found[variant][stage] = min(milliseconds, found[variant].get(stage, milliseconds))
    print(table(found))


def _child(wiki, options, names):
    command = [sys.executable, "-m", "benchmarks.engine", "--size", str(options.size),
               "--child", str(wiki.folder), ",".join(names)]
    done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=300)
    if done.returncode:
        raise RuntimeError(done.stderr[-3000:])
    return json.loads(done.stdout)


def table(found):
    """:param found: dict variant -> stage -> milliseconds"""
    lines = [f"{'processor time in ms':24}" + "".join(f"{stage:>15}" for stage in COUNTS)]
    for variant, stages in found.items():
        lines.append(f"{variant:24}" + "".join(f"{stages[stage]:>15.2f}" for stage in COUNTS))
    return "\n".join(lines)


# -- in a process of its own ------------------------------------------------------------------------------------------


def measure_one(folder, names):
    """Measure one variant in this process.

    :param names: the adjustments that are put in place
    :return: dict stage -> median processor time in milliseconds
    """
    from cupboard import engine

    engine.install(without=set(engine.ADJUSTMENTS) - set(names))
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
    return {stage: _median(app, make, COUNTS[stage]) for stage, make in stages.items()}


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


def _median(app, make, count):
    """Median processor time of ``count`` requests, after a few that load templates."""
    seconds = []
    for n in range(-3, count):
        environ, status = make(n), []
        began = time.process_time()
        chunks = app(environ, lambda s, *_: status.append(s))
        b"".join(chunks)
        chunks.close()
        if n >= 0:
            seconds.append(time.process_time() - began)
        if not status[0].startswith(("200", "302")):
            raise RuntimeError(f"{environ['PATH_INFO']}: {status[0]}")
    return 1000 * statistics.median(seconds)


if __name__ == "__main__":
    main()
