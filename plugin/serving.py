"""Serves the wiki with gunicorn: several processes, stopped cleanly, nothing logged but errors.

Each process works on one request at a time. Python would not run two at once anyway, Moin's cache is not made for
threads, and processes keep one reader's slow page from the others. Threads are there (gunicorn's ``gthread`` worker)
only to wait: browsers open connections in advance and send nothing on them, which would hold up a whole ``sync``
worker.
"""

from __future__ import annotations

import errno
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.gthread import ThreadWorker
from werkzeug.middleware.proxy_fix import ProxyFix

from cupboard import instance
from cupboard.engine import garbage

#: Seconds that requests under way get to finish when the server is told to stop.
GRACE = 30
#: Threads of a process that wait for connections.
THREADS = 8

WSGI = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def default_workers() -> int:
    """One process more than this machine has cores, since some of them wait for the disk; at least 2, at most 8."""
    return max(2, min(len(os.sched_getaffinity(0)) + 1, 8))


def application(config: Path) -> WSGI:
    """The wiki as a WSGI application, for this server or any other.

    The configuration's ``TRUSTED_PROXIES`` says how many proxies' ``X-Forwarded-For`` and ``-Proto`` are believed. They
    have to leave ``Host`` as it is.

    :raises InstanceError: when the wiki can't be opened
    """
    app = instance.open_app(config)
    proxies = app.config.get("TRUSTED_PROXIES", 0)
    if proxies:
        # No others: a header that the proxy does not set would be the visitor's own.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)
    return app


def serve(
    config: Path,
    *,
    host: str,
    port: int,
    workers: int | None = None,
    access_log: bool = False,
    ready: Callable[[str, int], None] = lambda address, workers: None,
) -> None:
    """Serve the wiki until SIGINT or SIGTERM; both let requests under way finish. Ends the process with status 0.

    :param ready: called with the address and the number of processes as soon as connections are taken
    :raises InstanceError: when the wiki is not there, or the address can't be listened on
    """
    instance.require(config)
    # Opened here first, so that what is wrong is said once and not by each process; and what was imported is shared.
    app = instance.open_app(config)
    app.deinit_backends()
    listener = _listen(host, port)
    address = f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}/"
    count = workers or default_workers()
    give_back_terminal = _take_terminal_from_make()
    server = _Server(
        config,
        {
            "bind": f"fd://{listener.detach()}",
            "workers": count,
            "worker_class": _Worker,
            "threads": THREADS,
            "timeout": 120,
            "graceful_timeout": GRACE,
            "loglevel": "warning",
            "accesslog": "-" if access_log else None,
            "limit_request_line": 8190,
            # The proxy's headers are the application's business; see application().
            "forwarded_allow_ips": "",
            "control_socket_disable": True,
            "post_worker_init": lambda worker: garbage.spare_what_is_loaded(),
            "when_ready": lambda arbiter: ready(address, count),
        },
    )
    master = os.getpid()
    try:
        server.run()
    finally:
        if os.getpid() == master:  # the workers leave by this way too
            give_back_terminal()


class _Master(Arbiter):
    """Ends at the first Ctrl-C as at SIGTERM, letting requests finish, where gunicorn would cut them off.

    A second one doesn't wait for them.
    """

    handle_int = Arbiter.handle_term


class _Worker(ThreadWorker):
    """Leaves Ctrl-C, which a terminal sends to all, to the master."""

    def init_signals(self) -> None:
        super().init_signals()
        signal.signal(signal.SIGINT, signal.SIG_IGN)


class _Server(BaseApplication):
    """Gunicorn, set up by this module instead of by its command line."""

    def __init__(self, config: Path, settings: dict[str, Any]):
        self._config = config
        self._settings = settings
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._settings.items():
            self.cfg.set(name, value)

    def load(self) -> WSGI:
        return _OneAtATime(application(self._config))

    def run(self) -> None:
        _Master(self).run()


class _OneAtATime:
    """Lets one thread at a time into an application."""

    def __init__(self, app: WSGI):
        self._app = app
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._lock:
            return self._app(environ, start_response)


def _listen(host: str, port: int) -> socket.socket:
    """Listen on an address.

    :raises InstanceError: when it is taken, not allowed, or not this machine's
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
        return listener
    except OSError as error:
        reasons = {
            errno.EADDRINUSE: f"Port {port} is in use: stop what uses it, or choose another one",
            errno.EACCES: f"Port {port} may only be used by root: choose one above 1023",
        }
        reason = reasons.get(error.errno or 0, f"Can't listen on {host}, port {port}: {error.strerror or error}")
        raise instance.InstanceError(f"{reason}.") from error


def _take_terminal_from_make() -> Callable[[], None]:
    """Make Ctrl-C reach the server only, when `make` runs it on a terminal; `make` would call it an error.

    :returns: gives the terminal back
    """
    if "MAKELEVEL" not in os.environ:
        return lambda: None
    try:
        terminal = os.open("/dev/tty", os.O_RDWR)
        theirs = os.tcgetpgrp(terminal)
    except OSError:
        return lambda: None
    if theirs != os.getpgrp() or theirs == os.getpid():  # in the background, or not below make after all
        return lambda: None
    # A group that isn't the terminal's is stopped for taking it; and Ctrl-Z would stop us but not make, for ever.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
    os.setpgid(0, 0)
    os.tcsetpgrp(terminal, os.getpgrp())
    return lambda: os.tcsetpgrp(terminal, theirs)
