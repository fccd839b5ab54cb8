"""A worker process of its own: opens a wiki and answers addresses, one a line, with status and text as JSON.

``python -m tests.catalogue.reading CONFIG``
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from cupboard import instance


class Reader:
    """Such a process, from outside."""

    def __init__(self, config: Path):
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.catalogue.reading", str(config)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent.parent,
        )  # fmt: skip

    def get(self, address: str) -> tuple[int, str]:
        self._process.stdin.write(address + "\n")
        self._process.stdin.flush()
        status, text = json.loads(self._process.stdout.readline())
        return status, text

    def end(self) -> None:
        self._process.stdin.close()
        self._process.wait(20)


def main(config: Path) -> None:
    instance.quiet_logs()
    app: Any = instance.open_app(config)
    client = app.test_client()
    for line in sys.stdin:
        answer = client.get(line.strip())
        print(json.dumps([answer.status_code, answer.get_data(as_text=True)]), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
