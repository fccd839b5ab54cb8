"""`cupboard serve`, started as a user starts it: a server process on a port of its own."""

import http.client
import os
import pty
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

from cupboard import instance, serving
from tests.conftest import CONFIG

CUPBOARD = [sys.executable, "-m", "cupboard.cli", "--config", str(CONFIG), "serve"]


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def start(wiki, port):
    """Start `cupboard serve` and wait until it answers; ended after the test, whatever happens."""
    started = []

    def start(*options, **popen):
        process = subprocess.Popen(
            [*CUPBOARD, "--port", str(port), *options],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **popen,
        )  # fmt: skip
        started.append(process)
        for _ in range(200):
            if process.poll() is not None:
                raise AssertionError(process.stdout.read())
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                return process
            except OSError:
                time.sleep(0.1)
        raise AssertionError("it does not answer")

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def get(port, path="/Cupboard/Template", **headers):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers=headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read().decode(), answer.headers


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_with_several_processes_and_ends_cleanly(start, port, signum):
    process = start("--workers", "2")
    body, _ = get(port)
    workers = children(process.pid)

    process.send_signal(signum)
    output, _ = process.communicate(timeout=30)

    assert "<html" in body
    assert len(workers) == 2
    assert process.returncode == 0
    assert output == f"The Cupboard is at http://127.0.0.1:{port}/ (2 processes). Press Ctrl-C to stop it.\n"
    assert not [pid for pid in workers if os.path.exists(f"/proc/{pid}")]


def test_requests_are_logged_only_when_asked_for(start, port):
    process = start("--workers", "1", "--access-log")
    get(port)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert '"GET /Cupboard/Template HTTP/1.1" 200' in output


def test_a_port_in_use_is_said_in_one_line(wiki, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = subprocess.run([*CUPBOARD, "--port", str(port)], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert done.stderr == f"Error: Port {port} is in use: stop what uses it, or choose another one.\n"


def test_an_address_that_is_not_this_machines_is_said_in_one_line(wiki, port):
    done = subprocess.run(
        [*CUPBOARD, "--port", str(port), "--host", "192.0.2.1"], capture_output=True, text=True, timeout=30
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: Can't listen on 192.0.2.1") and done.stderr.count("\n") == 1


def test_connections_on_which_nothing_is_sent_hold_nobody_up(start, port):
    """Browsers open some in advance; a worker that waited for what comes on them would answer nobody else."""
    start("--workers", "1")
    idle = [socket.create_connection(("127.0.0.1", port)) for _ in range(serving.THREADS - 1)]
    body, _ = get(port)
    assert "<html" in body
    for connection in idle:
        connection.close()


def test_a_request_under_way_is_finished_when_the_server_is_stopped(start, port):
    process = start("--workers", "1")
    get(port)
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest("POST", "/+login")
    connection.putheader("Content-Type", "application/x-www-form-urlencoded")
    connection.putheader("Content-Length", "7")
    connection.endheaders()
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    time.sleep(0.5)
    connection.send(b"foo=bar")
    assert connection.getresponse().status == 422
    process.communicate(timeout=30)
    assert process.returncode == 0


def test_ctrl_c_on_a_terminal_reaches_all_processes_and_ends_cleanly(wiki, port):
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [*CUPBOARD, "--port", str(port), "--workers", "2"])
    for _ in range(100):
        try:
            get(port)
            break
        except OSError:
            time.sleep(0.1)
    os.write(terminal, b"\x03")
    output = b""
    try:
        while chunk := os.read(terminal, 4096):
            output += chunk
    except OSError:
        pass  # all have left the terminal
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert b"Traceback" not in output


def test_forwarded_headers_count_only_when_a_proxy_is_trusted(wiki, monkeypatch):
    def seen():
        app = serving.application(CONFIG)

        @app.route("/+seen")
        def view():
            from flask import request

            return f"{request.host_url} {request.remote_addr}"

        headers = {
            "Host": "wiki.example.org",
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "203.0.113.1, 198.51.100.7",
            "X-Forwarded-Host": "evil.example",
            "X-Forwarded-Prefix": "/evil",
            "X-Forwarded-Port": "1",
        }
        return app.test_client().get("/+seen", headers=headers).text

    assert seen() == "http://wiki.example.org/ 127.0.0.1"
    monkeypatch.setenv("CUPBOARD_TRUSTED_PROXIES", "1")
    assert seen() == "https://wiki.example.org/ 198.51.100.7"


def test_a_process_works_on_one_request_at_a_time():
    inside, most = 0, 0

    def app(environ, start_response):
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        time.sleep(0.01)
        inside -= 1
        return [b""]

    one_at_a_time = serving._OneAtATime(app)
    threads = [threading.Thread(target=one_at_a_time, args=({}, None)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 1


def test_it_refuses_to_serve_half_a_wiki(wiki):
    (wiki / instance.MARKER).touch()
    done = subprocess.run([*CUPBOARD], capture_output=True, text=True, timeout=30)
    assert done.returncode == 1
    assert "half made" in done.stderr and done.stderr.count("\n") == 1
