"""A definition is broken on purpose by ``moin item-put`` while the wiki is being served."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.conftest import CONFIG


@pytest.fixture
def served(seeded):
    """The address of the wiki, served by two processes."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-m",
        "cupboard.cli",
        "--config",
        str(CONFIG),
        "serve",
        "--port",
        str(port),
        "--workers",
        "2",
    ]
    process = subprocess.Popen(command, env={**os.environ, "CUPBOARD_WIKI": str(seeded)}, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               start_new_session=True)  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                read(f"{address}/Home")
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.2)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def read(address):
    with urlopen(address, timeout=30) as answer:
        return answer.read().decode()


def moin(seeded, *arguments):
    # Moin looks for wiki/index below the current folder
    environment = {"PATH": "/usr/bin:/bin", "MOINCFG": str(CONFIG), "CUPBOARD_WIKI": str(seeded)}
    command = [Path(sys.executable).with_name("moin"), *map(str, arguments)]
    done = subprocess.run(command, env=environment, cwd=seeded.parent, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]


def test_the_last_good_revision_stays_in_force_in_every_process(served, seeded, tmp_path):
    meta, data = tmp_path / "meta", tmp_path / "data"
    moin(seeded, "item-get", "--name", "Cupboard/Contents", "--meta", meta, "--data", data)
    good = data.read_text("utf-8")

    def put(text):
        data.write_text(text, "utf-8")
        known = json.loads(meta.read_text("utf-8"))
        known.pop("dataid", None)
        meta.write_text(json.dumps(known), "utf-8")
        moin(seeded, "item-put", "--meta", meta, "--data", data)

    for broken in ("kind: vocabulary\nterms: [", good.replace("  - id: food\n", "  - id: meals\n")):
        put(broken)
        for _ in range(4):  # either process
            shown = read(f"{served}/Cupboard/Contents")
            assert "is not in force" in shown and re.search("Line [0-9]+, column [0-9]+", shown)
            assert "Food and catering" in read(f"{served}/+cupboard/browse?term=contracts/food")
    put(good.replace("label: Food and catering", "label: Food and drink"))
    for _ in range(4):
        assert "is not in force" not in read(f"{served}/Cupboard/Contents")
        assert "Food and drink" in read(f"{served}/Cupboard/Contents")
