"""The server: two gunicorn workers on loopback, as a small site would run them."""

import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil

WORKERS = 2


@contextmanager
def serve(wiki):
    """Serve a wiki with plain gunicorn while the block runs.

    :param wiki: Wiki
    :return: Server
    :raise RuntimeError: when it does not answer within 60 s
    """
    command = [sys.executable, "-m", "gunicorn", "--workers", str(WORKERS), "--bind", "127.0.0.1:{port}",
               "--timeout", "120", "--chdir", str(wiki.folder), "wsgi:application"]
    with run(command, wiki.folder, cwd=wiki.folder) as server:
        yield server


@contextmanager
def run(command, folder, **options):
    """Run a server while the block runs.

    :param command: list of words; ``{port}`` stands for its port
    :param folder: where its log goes
    :param options: for subprocess.Popen
    :return: Server
    """
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    with open(folder / "server.log", "wb") as log:
        process = subprocess.Popen([word.replace("{port}", str(port)) for word in command], stdin=subprocess.DEVNULL,
                                   stdout=log, stderr=log, **options)  # fmt: skip
    server = Server(process.pid, port)
    try:
        wait_until_ready(process, server)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


class Server:
    """A running server: ``pid`` of gunicorn's parent process and its ``port``."""

    def __init__(self, pid, port):
        self.pid, self.port = pid, port

    def workers(self):
        """The worker processes.

        :return: list of psutil.Process
        """
        return psutil.Process(self.pid).children()

    def cpu_seconds(self):
        """Processor time that the workers have used so far, in seconds."""
        return sum(sum(worker.cpu_times()[:2]) for worker in self.workers())

    def memory(self):
        """Memory of the largest worker in bytes.

        :return: dict: rss (resident, shared libraries counted in each), uss (its own alone)
        """
        infos = [worker.memory_full_info() for worker in self.workers()]
        return {"rss": max(i.rss for i in infos), "uss": max(i.uss for i in infos)}


def wait_until_ready(process, server):
    """Wait until each worker listens, i.e. has loaded the wiki."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError("the server ended while starting")
        try:
            with socket.create_connection(("127.0.0.1", server.port), timeout=60) as s:
                s.sendall(b"GET /robots.txt HTTP/1.0\r\n\r\n")
                if s.recv(100) and len(server.workers()) == WORKERS:
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise RuntimeError("the server does not answer")
