"""One of the two runs: a copy of Moin in a temporary folder, a set of parts put in place, and its tests.

Moin's tests write into the folder of the package and look for the files of their command-line tests at
``<checkout>/src/moin``, with results going to ``<checkout>/_test_artifacts``. An installed package has neither, which
is why 26 tests of the command line fail on it. So each run gets a copy of the installed package laid out like that
checkout. The copy also keeps two runs that go side by side out of each other's files and ports.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import moin

RECORD = Path(__file__).with_name("record.py")

# Python imports this module by itself when it starts. Moin's tests start `moin` as a program of its own, so a pytest
# plugin would reach half of them only.
# Python goes on after an error in it; a run that then tests stock Moin twice would be worth nothing.
SITECUSTOMIZE = """\
import importlib, os, traceback

try:
    for name in {parts!r}:
        importlib.import_module(name).install()
except BaseException:
    traceback.print_exc()
    os._exit(3)
"""


@dataclass
class Side:
    """One run of Moin's tests.

    :param name: what the run is called in messages
    :param folder: an existing empty folder that the run may fill
    :param parts: dotted names of modules whose ``install()`` is called before anything else
    """

    name: str
    folder: Path
    parts: tuple[str, ...] = ()
    process: subprocess.Popen | None = field(default=None, repr=False)

    def prepare(self):
        """Lay out the copy of Moin and the start-up module."""
        source, copy = Path(moin.__file__).parent, self.folder / "src" / "moin"
        shutil.copytree(source, copy, ignore=shutil.ignore_patterns("__pycache__"))
        (self.folder / "_test_artifacts").mkdir()
        (self.folder / "tmp").mkdir()
        port = str(_free_port())
        for test_file in (copy / "cli" / "_tests").rglob("*.py"):
            text = test_file.read_text(encoding="utf-8")
            if "9080" in text:  # the one port of Moin's crawl tests
                test_file.write_text(text.replace("9080", port), encoding="utf-8")
        startup = self.folder / "startup"
        startup.mkdir()
        if self.parts:
            text = SITECUSTOMIZE.format(parts=self.parts)
            (startup / "sitecustomize.py").write_text(text, encoding="utf-8")

    def start(self, arguments=()):
        """Start pytest; its output goes to ``output`` and the outcomes to ``outcomes.json`` in the folder."""
        env = dict(os.environ)
        env.pop("MOINCFG", None)
        paths = [str(self.folder / "src"), str(self.folder / "startup"), env.get("PYTHONPATH", "")]
        env["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
        env["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), env.get("PATH", "")])
        env["TMPDIR"] = str(self.folder / "tmp")
        command = [sys.executable, str(RECORD), str(self.folder / "outcomes.json"), *arguments]
        with open(self.folder / "output", "wb") as output:
            self.process = subprocess.Popen(command, cwd=self.folder, env=env, stdout=output, stderr=output)

    def outcomes(self):
        """Wait for the run to end.

        :return: dict test id -> outcome; empty when pytest could not start
        """
        self.process.wait()
        try:
            return json.loads((self.folder / "outcomes.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}

    def output(self):
        """What pytest printed."""
        return (self.folder / "output").read_text(encoding="utf-8", errors="replace")


def _free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]
