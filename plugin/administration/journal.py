"""What came of imports: a line of JSON for each, in a file of the wiki's folder."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from moin import current_app

FILE = "imports.jsonl"
#: How many are shown, and how many lines of each are kept.
MOST, MOST_LINES = 50, 50


def write(name: str, lines: Sequence[str], refused: bool) -> None:
    """Note an import.

    :param name: of the file that was imported
    :param lines: what was told about it
    """
    entry = {"when": int(time.time()), "name": name, "lines": list(lines)[:MOST_LINES], "refused": bool(refused)}
    with open(_path(), "a", encoding="utf-8") as file:
        file.write(json.dumps(entry, ensure_ascii=False) + "\n")


def read() -> list[dict[str, Any]]:
    """The newest imports, the newest first."""
    try:
        lines = _path().read_text("utf-8").splitlines()[-MOST:]
    except FileNotFoundError:
        return []
    found = []
    for line in reversed(lines):
        try:
            found.append(json.loads(line))
        except ValueError:
            continue  # half a line of a run that was killed
    return found


def _path() -> Path:
    return Path(current_app.cfg.instance_dir) / FILE
