"""A real mail server for tests, which keeps what it gets."""

from __future__ import annotations

import email
import email.policy
import re
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from aiosmtpd.controller import Controller


class Mailbox:
    """What was sent to whom.

    :ivar envelopes: (addresses that the server was given, message)
    """

    def __init__(self) -> None:
        self.envelopes: list[tuple[list[str], Any]] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.envelopes.append((list(envelope.rcpt_tos), message))
        return "250 OK"

    def wait_for(self, count: int = 1, *, to: str | None = None, seconds: float = 10) -> list[Any]:
        """The messages, when there are so many; they are sent beside the request."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = [message for rcpt, message in self.envelopes if to is None or rcpt == [to]]
            if len(found) >= count:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{len(found)} messages to {to or 'anybody'} instead of {count}: {self.addresses}")

    def none_after(self, seconds: float = 0.3) -> bool:
        time.sleep(seconds)
        return not self.envelopes

    @property
    def addresses(self) -> list[str]:
        return [address for rcpt, _message in self.envelopes for address in rcpt]

    def clear(self) -> None:
        self.envelopes.clear()


def text_of(message: Any) -> str:
    return message.get_body(("plain",)).get_content()


def link_in(message: Any) -> str:
    """The first address in a message, without scheme and host."""
    return re.search(r"https?://[^/\s]+(/\S*)", text_of(message))[1]


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, str]]:
    """A mailbox, and the server's ``host:port``."""
    mailbox = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(mailbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield mailbox, f"127.0.0.1:{port}"
    finally:
        controller.stop()
