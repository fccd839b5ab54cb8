"""One step in making a wiki, in a process of its own: ``python -m benchmarks.fill fill|build FOLDER [SIZE]``."""

import json
import os
import random
import sys
import time
from io import BytesIO
from pathlib import Path

from .pages import pages
from .wikis import ACCOUNTS, PASSWORD


def fill(folder, size):
    """Accounts through Moin; pages straight into its store, dated one minute apart, without an index."""
    from moin import flaskg, user
    from moin.app import before_wiki, create_app_ext

    app = create_app_ext(flask_config_file=str(folder / "wikiconfig.py"), create_backend=True)
    with app.test_request_context("/"):
        before_wiki()
        for name in ACCOUNTS:
            problem = user.create_user(name, PASSWORD, f"{name}@example.org")
            if problem:
                raise RuntimeError(problem)
        author = user.search_users(name_exact="writer1")[0].meta["itemid"]
        backend, now = app.router, int(time.time())
        rng = random.Random("ids")
        for number, page in enumerate(pages(size)):
            body = page.text.encode("utf-8")
            ids = [f"{rng.getrandbits(128):032x}" for _ in range(3)]
            meta = {
                "name": [page.name], "namespace": "", "itemid": ids[0], "revid": ids[1], "dataid": ids[2],
                "itemtype": "default", "contenttype": "text/x.moin.wiki;charset=utf-8", "rev_number": 1,
                "mtime": now - 60 * (size - number), "action": "SAVE", "userid": author, "address": "127.0.0.1",
                "tags": list(page.tags), "summary": page.text.split("\n")[2][:120], "comment": "",
                "itemlinks": sorted(set(page.links)), "itemtransclusions": [], "externallinks": [], "language": "en",
            }  # fmt: skip
            backend.store(meta, BytesIO(body))
        del flaskg.storage
    app.storage.close()
    app.storage.destroy()


def build(folder):
    """Create and build the index on one core, and print what it took as JSON."""
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    from moin.app import MoinApp, create_app
    from moin.storage.middleware import indexing

    MoinApp.get_info_name = lambda self: "index-build"  # an app may then start without an index
    app = create_app(str(folder / "wikiconfig.py"))
    with app.test_request_context("/"):
        began = time.perf_counter()
        app.storage.destroy()
        app.storage.create()
        app.storage.rebuild(procs=1)
        seconds = time.perf_counter() - began
    revisions = sum(1 for _ in app.router)
    app.storage.close()
    size = sum(f.stat().st_size for f in (folder / "wiki" / "index").rglob("*") if f.is_file())
    json.dump({"seconds": seconds, "revisions": revisions, "pages_per_second": revisions / seconds, "bytes": size,
               "index": indexing.IndexingMiddleware.__module__}, sys.stdout)


if __name__ == "__main__":
    step, where = sys.argv[1], Path(sys.argv[2])
    if step == "fill":
        fill(where, int(sys.argv[3]))
    else:
        build(where)
