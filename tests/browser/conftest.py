"""A real Chromium against ``cupboard serve``, started as a user starts it.

Where no Chromium is found these tests are skipped with a reason; in CI that is a failure, since nothing would be shown.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.conftest import CONFIG, PASSWORD

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")

#: Without these, Chromium looks up its maker's hosts at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

#: axe's tags: WCAG 2.2 at level AA, and good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if CHROMIUM or os.environ.get("CI"):
        return
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.skip(reason="no Chromium: install the package chromium, or set CHROMIUM"))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    assert CHROMIUM, "CI needs a Chromium: install the package chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(made_once: Callable[[bool], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a seeded wiki that is to be served; one for each module of tests."""
    folder = tmp_path_factory.mktemp("served") / "wiki"
    shutil.copytree(made_once(True), folder)
    return folder


@pytest.fixture(scope="module")
def site(served: Path) -> Iterator[str]:
    """The address of that wiki, served by two processes."""
    with serving(served) as address:
        yield address


@contextmanager
def serving(folder: Path, settings: Mapping[str, str] = {}) -> Iterator[str]:
    """Serve the wiki in a folder by two processes; gives its address, without a slash at its end.

    :param settings: environment variables, besides the folder; ``{address}`` in one stands for the wiki's address
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    settings = {name: value.format(address=address) for name, value in settings.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "cupboard.cli", "--config", str(CONFIG), "serve", "--port", str(port), "--workers", "2"],
        env={**os.environ, "CUPBOARD_WIKI": str(folder), **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(150):
        try:
            with urlopen(f"{address}/Home", timeout=10):
                return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.2)
    raise AssertionError(
        f"the wiki did not start: {process.stdout.read().decode() if process.poll() is not None else ''}"
    )


@pytest.fixture(params=["with JavaScript", "without JavaScript"])
def javascript(request: pytest.FixtureRequest) -> bool:
    return request.param == "with JavaScript"


@pytest.fixture
def visitors(chromium: Browser, site: str) -> Iterator[Callable[..., Page]]:
    """Open another person's browser: ``visitors("alice")`` signs in through the form, ``visitors()`` does not."""
    contexts: list[BrowserContext] = []

    def visit(name: str | None = None, **options: Any) -> Page:
        context = chromium.new_context(base_url=site, viewport={"width": 1280, "height": 900}, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        if name:
            sign_in(page, name)
        return page

    yield visit
    for context in contexts:
        context.close()


def sign_in(page: Page, name: str) -> None:
    page.goto("/+login")
    page.get_by_label("Name").first.fill(name)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.locator("main").get_by_role("button").first.click()
    page.wait_for_load_state()


def violations(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe finds wrong with a page, one line each.

    :param rules: ids of the rules to look at; all of :data:`RULES` when not given
    """
    only = {"type": "rule", "values": rules} if rules else RULES
    found = Axe().run(page, options={"runOnly": only}).response["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]



