"""Proves `make run`: it serves the home page within so many seconds, and Ctrl-C on a terminal ends it cleanly.

Usage: python3 .ci/make_run.py SECONDS [what its output must not have ...]
"""

import os
import pty
import select
import signal
import socket
import sys
import time
import urllib.error
import urllib.request


def main(seconds: float, *unwanted: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    began = time.monotonic()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["PORT"] = str(port)
        os.execvp("make", ["make", "run"])
    output = bytearray()
    page = ""
    try:
        while not (page := home_page(port)):
            read(terminal, output, 0.2)
            if os.waitpid(pid, os.WNOHANG)[0]:
                fail("make run ended by itself", output)
            if time.monotonic() - began > seconds:
                fail(f"no answer within {seconds:.0f} s", output)
        answered = time.monotonic() - began
        title = page.partition("<title>")[2].partition("</title>")[0].strip()
        print(f"answered on port {port} after {answered:.1f} s: {title}")
        if "Contracts" not in page:
            fail("the home page does not show the contents hierarchy", output)
        os.write(terminal, b"\x03")
        stopping = time.monotonic()
        while not (ended := os.waitpid(pid, os.WNOHANG))[0]:
            read(terminal, output, 0.2)
            if time.monotonic() - stopping > 30:
                fail("Ctrl-C does not end it", output)
        pid = 0
        read(terminal, output, 0.2)
    finally:
        if pid:
            os.kill(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(ended[1])
    print(f"ended {time.monotonic() - stopping:.1f} s after Ctrl-C with status {status}")
    if status:
        fail(f"Ctrl-C ends it with status {status}", output)
    for text in ("Traceback", "Interrupt", *unwanted):
        if text in output.decode(errors="replace"):
            fail(f"{text!r} is in its output", output)


def home_page(port: int) -> str:
    """The home page; empty as long as nothing answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=20) as answer:
            return answer.read().decode()
    except urllib.error.HTTPError as error:
        return f"<title>{error}</title>"
    except OSError:
        return ""


def read(terminal: int, output: bytearray, seconds: float) -> None:
    """Add to ``output`` what appears on the terminal within so many seconds."""
    if select.select([terminal], [], [], seconds)[0]:
        try:
            output += os.read(terminal, 65536)
        except OSError:  # nobody is left at the other end
            time.sleep(seconds)


def fail(why: str, output: bytearray) -> None:
    sys.exit(f"make run: {why}. Its output:\n{output.decode(errors='replace')}")


if __name__ == "__main__":
    main(float(sys.argv[1]), *sys.argv[2:])
