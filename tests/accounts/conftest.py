"""A wiki where anybody may make an account, with a mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from limits import parse

from cupboard.accounts import throttle
from tests.conftest import PASSWORD, Client, opened
from tests.mailserver import MailServer, link_in

NEWCOMER = "carol"


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[MailServer]:
    with MailServer() as server:
        monkeypatch.setenv("CUPBOARD_MAIL_SERVER", server.address)
        monkeypatch.setenv("CUPBOARD_MAIL_FROM", "wiki@example.org")
        monkeypatch.setenv("CUPBOARD_SELF_REGISTRATION", "1")
        yield server


@pytest.fixture
def app(mailbox: MailServer, wiki: Path) -> Iterator[Any]:
    yield from opened()


def few(monkeypatch: pytest.MonkeyPatch, **rules: tuple[str, str]) -> None:
    """Make rules that are soon broken."""
    changed = {name.replace("_", "-"): throttle.Rule(*map(parse, rule)) for name, rule in rules.items()}
    monkeypatch.setattr(throttle, "RULES", {**throttle.RULES, **changed})


def registration(name: str = NEWCOMER, **other: str) -> dict[str, str]:
    form = {"username": name, "password1": PASSWORD, "password2": PASSWORD, "email": f"{name}@example.org", **other}
    return {f"register_{key}": value for key, value in form.items()}


@pytest.fixture
def join(app: Any, mailbox: MailServer) -> Callable[..., Client]:
    """Make an account as a person does, and sign in: ``join("carol")``."""

    def make(name: str = NEWCOMER) -> Client:
        visitor = app.test_client()
        visitor.post("/+register", data=registration(name))
        link = link_in(mailbox.wait_for(to=f"{name}@example.org")[-1])
        assert visitor.get(link).status_code == 200
        key = link.partition("key=")[2]
        assert visitor.post("/+verifyemail", data={"key": key, "name": name}).location.endswith("/joined")
        return app.test_client().sign_in(name)

    return make
