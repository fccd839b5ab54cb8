"""The two wikis that are compared: the Cupboard as ``cupboard init`` makes it, and stock Moin, with the same pages.

Making one is a process of its own: ``python -m benchmarks.browse_wikis ours|stock FOLDER SIZE``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .serving import WORKERS, Server, run, serve
from .wikis import CHECKOUT, CONFIG, PASSWORD, WSGI

OURS, STOCK = "Cupboard", "stock Moin"
READER = "buyer1"


@dataclass
class ListWiki:
    """A wiki full of case studies.

    :param folder: where it lives
    :param size: number of case studies
    :param side: OURS or STOCK
    """

    folder: Path
    size: int
    side: str

    @property
    def config(self) -> Path:
        return CHECKOUT / "wikiconfig.py" if self.side == OURS else self.folder / "wikiconfig.py"

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "CUPBOARD_WIKI": str(self.folder / "wiki")}

    def make(self) -> dict[str, float]:
        """Make it, unless it is there.

        :return: seconds it took to fill it, and case studies a second
        """
        done = self.folder / "made.json"
        self.folder.mkdir(parents=True, exist_ok=True)
        if not done.exists():
            done.write_text(self.run("benchmarks.browse_wikis", "ours" if self.side == OURS else "stock",
                                     str(self.folder), str(self.size)), encoding="utf-8")
        return json.loads(done.read_text(encoding="utf-8"))

    def run(self, module: str, *arguments: str) -> str:
        """Run a step in a process of its own.

        :return: what it printed
        :raise RuntimeError: when it failed
        """
        done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=CHECKOUT, env=self.environment,
                              capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{module} failed:\n{done.stderr[-3000:]}")
        return done.stdout

    @contextmanager
    def served(self) -> Iterator[Server]:
        """Serve it with two workers: ours by ``cupboard serve``, stock Moin by plain gunicorn."""
        if self.side == STOCK:
            with serve(self) as server:
                yield server
            return
        command = [sys.executable, "-m", "cupboard.cli", "--config", str(self.config), "serve", "--port", "{port}",
                   "--workers", str(WORKERS)]
        with run(command, self.folder, env=self.environment) as server:
            yield server


def _make_ours(folder: Path, size: int) -> None:
    from cupboard import instance

    instance.quiet_logs()

    def reader(made: object) -> None:
        from moin import user

        problem = user.create_user(READER, PASSWORD, f"{READER}@example.org")
        if problem:
            raise RuntimeError(problem)

    instance.make(CHECKOUT / "wikiconfig.py", seeds=True, resume=True, announce=reader)
    from .browse_fill import main

    main(CHECKOUT / "wikiconfig.py", size)


def _make_stock(folder: Path, size: int) -> None:
    (folder / "wiki").mkdir(exist_ok=True)
    (folder / "wikiconfig.py").write_text(CONFIG.format(parts=()), encoding="utf-8")
    (folder / "wsgi.py").write_text(WSGI, encoding="utf-8")
    from moin import user
    from moin.app import MoinApp, before_wiki, create_app_ext

    MoinApp.get_info_name = lambda self: "index-build"
    app = create_app_ext(flask_config_file=str(folder / "wikiconfig.py"), create_backend=True)
    from .browse_fill import fill, store_page

    with app.test_request_context("/"):
        before_wiki()
        user.create_user(READER, PASSWORD, f"{READER}@example.org")
        author = user.search_users(name_exact=READER)[0].meta["itemid"]
        store_page(app, "Plain", "= A plain page =\n\nSome words that nobody looks for.\n", author)
        store_page(app, "List", "<<ItemList(item=\"CaseStudies\", tag=\"contracts/food\")>>\n", author)
        began = time.perf_counter()
        fill(app, size, author, plain=True)
        app.storage.destroy()
        app.storage.create()
        app.storage.rebuild(procs=1)
        seconds = time.perf_counter() - began
    json.dump({"seconds": seconds, "per_second": size / seconds}, sys.stdout)


if __name__ == "__main__":
    (_make_ours if sys.argv[1] == "ours" else _make_stock)(Path(sys.argv[2]), int(sys.argv[3]))
