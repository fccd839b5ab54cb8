"""Wikis for the benchmarks: a folder with a configuration, accounts, pages, and an index built from them.

The wikis that are compared differ in one line of their configuration, ``PARTS``: the modules of ours that are put in
place. Pages are written straight into Moin's store, as a restored backup would be, because saving 10,000 pages one by
one would take stock Moin hours; then the index is built by Moin's own call, on one core, and timed.
"""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .budget import Cut

CHECKOUT = Path(__file__).resolve().parent.parent
PASSWORD = "a-password-for-the-benchmark"
ACCOUNTS = ["reader1", *(f"writer{n}" for n in range(1, 9)), *(f"buyer{n}" for n in range(1, 12))]

CONFIG = '''\
import importlib
import os

PARTS = {parts!r}
for part in PARTS:
    importlib.import_module(part).install()

from moin.config import AclConfig, IndexStorageConfig
from moin.config.default import DefaultConfig
from moin.storage import create_mapping
from moin.utils import get_xstatic_module_path_map


class Config(DefaultConfig):
    wikiconfig_dir = os.path.abspath(os.path.dirname(__file__))
    instance_dir = os.path.join(wikiconfig_dir, "wiki")
    data_dir = os.path.join(instance_dir, "data")
    index_storage = IndexStorageConfig(name="FileStorage", args=(os.path.join(instance_dir, "index"),), kwargs={{}})
    wiki_local_dir = os.path.join(wikiconfig_dir, "wiki_local")
    interwikiname = "BenchmarkWiki"
    interwiki_map = {{interwikiname: "http://127.0.0.1:8080/", "Self": "http://127.0.0.1:8080/"}}
    sitename = "Benchmark"
    email_tracebacks = False
    default_root = "Home"
    edit_locking_policy = "lock"
    acl_functions = "reader1:superuser"
    uri = "stores:fs:" + data_dir + "/%(backend)s/%(kind)s"
    namespaces = {{"": "default", "users": "users", "userprofiles": "userprofiles"}}
    backends = {{"default": uri, "users": uri, "userprofiles": uri}}
    open_to_known = AclConfig(before="", default="Known:read,write,create All:read", after="", hierarchic=False)
    closed = AclConfig(before="All:", default="", after="", hierarchic=False)
    acls = {{"": open_to_known, "users": open_to_known, "userprofiles": closed}}
    namespace_mapping, backend_mapping, acl_mapping = create_mapping(uri, namespaces, backends, acls)
    serve_files = get_xstatic_module_path_map(["font_awesome", "svgedit_moin", "pygments"])


MOINCFG = Config
SECRET_KEY = "only for the benchmark, on loopback"
'''

WSGI = '''\
import os

from moin.app import create_app

application = create_app(os.path.join(os.path.dirname(os.path.abspath(__file__)), "wikiconfig.py"))
'''


@dataclass
class Wiki:
    """A wiki in a folder.

    :param folder: where it lives
    :param size: number of pages
    :param parts: dotted names of the modules put in place; empty is stock Moin
    """

    folder: Path
    size: int
    parts: tuple[str, ...]

    def make(self):
        """Write the configuration, the accounts and the pages. Does nothing to a wiki that is there already."""
        marker = self.folder / "filled"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "wiki").mkdir(exist_ok=True)
        (self.folder / "wikiconfig.py").write_text(CONFIG.format(parts=self.parts), encoding="utf-8")
        (self.folder / "wsgi.py").write_text(WSGI, encoding="utf-8")
        if not marker.exists():
            self._run("fill", str(self.size))
            marker.touch()

    def build_index(self, seconds):
        """Build the index from the store, on one core. If it was built and the wiki not used since, tell of that.

        :param seconds: give up after so long
        :return: dict: seconds, revisions, pages_per_second, bytes (of all files of the index), earlier (True: not now)
        :raise Cut: when it took longer
        """
        if self._built.exists():
            return {**json.loads(self._built.read_text(encoding="utf-8")), "earlier": True}
        report = self._run("build", seconds=seconds)
        self._built.write_text(report, encoding="utf-8")
        return {**json.loads(report), "earlier": False}

    @property
    def _built(self):
        return self.folder / "built.json"

    def used(self):
        """It is about to be served: its pages and its index will change."""
        self._built.unlink(missing_ok=True)

    def _run(self, step, *arguments, seconds=None):
        command = [sys.executable, "-m", "benchmarks.fill", step, str(self.folder), *arguments]
        try:
            done = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise Cut(f"{step} took longer than {seconds} s") from None
        if done.returncode:
            raise RuntimeError(f"{step} failed:\n{done.stderr[-3000:]}")
        return done.stdout
