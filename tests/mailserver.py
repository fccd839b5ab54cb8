"""A real mail server on the loopback, which can fail in the ways mail servers fail."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
import socket
import time
from collections import Counter
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class MailServer:
    """Keeps what it takes.

    :ivar dead: addresses that it says do not exist
    :ivar greylists: whether it asks to try later, the first time it sees an address
    :ivar hangs: whether it says nothing when it has a message
    :ivar drops: how many times it hangs up in the middle of a message
    :ivar refuses: an answer that it gives to every message
    """

    dead: set[str] = field(default_factory=set)
    greylists: bool = False
    hangs: bool = False
    drops: int = 0
    refuses: str = ""
    taken: list[tuple[str, EmailMessage]] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def __enter__(self) -> MailServer:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, timeout=20)
        self._controller.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._controller.stop(no_assert=True)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def recipients(self) -> list[str]:
        """The addresses that it took a message to, in order."""
        return [address for address, _ in self.taken]

    def of(self, address: str) -> list[EmailMessage]:
        """The messages to one address."""
        return [message for recipient, message in self.taken if recipient == address]

    def wait_for(self, count: int = 1, *, to: str | None = None, seconds: float = 10) -> list[EmailMessage]:
        """The messages, when there are so many; they are sent beside the request."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            found = [message for _, message in self.taken] if to is None else self.of(to)
            if len(found) >= count:
                return found
            time.sleep(0.02)
        raise AssertionError(f"{len(found)} messages to {to or 'anybody'} instead of {count}: {self.recipients}")

    def none_after(self, seconds: float = 0.3) -> bool:
        time.sleep(seconds)
        return not self.taken

    async def handle_RCPT(self, server: SMTP, session, envelope, address: str, options) -> str:  # noqa: N802
        self.seen[address] += 1
        if address in self.dead:
            return "550 5.1.1 No such user here"
        if self.greylists and self.seen[address] == 1:
            return "450 4.2.0 Greylisted, try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session, envelope) -> str:  # noqa: N802
        if self.hangs:
            await asyncio.sleep(3)
            return "250 too late"
        if self.drops:
            self.drops -= 1
            server.transport.close()
            return "250 never heard"
        if self.refuses:
            return self.refuses
        for address in envelope.rcpt_tos:
            self.taken.append((address, email.message_from_bytes(envelope.content, policy=email.policy.default)))
        return "250 OK"


def text_of(message: EmailMessage) -> str:
    return message.get_body(("plain",)).get_content()


def html_of(message: EmailMessage) -> str:
    return message.get_body(("html",)).get_content()


def link_in(message: EmailMessage) -> str:
    """The first address in a message, without scheme and host."""
    return re.search(r"https?://[^/\s]+(/\S*)", text_of(message))[1]
