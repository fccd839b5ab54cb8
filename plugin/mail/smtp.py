"""One mail to the mail server, in steps that leave only one moment in which it can't be known whether it was taken."""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP as AS_SENT

#: Answers to a recipient that mean that the address takes no mail, now or later. 552 is a mailbox that is full.
_DEAD = (550, 551, 553, 556)


class NotTaken(Exception):
    """The server did not take a message, and may later."""


class NoServer(NotTaken):
    """There is no talking to the server: it refuses, hangs, or hangs up. No other message would fare better now."""


class Refused(Exception):
    """The server will not take this message."""


class DeadAddress(Refused):
    """The server says that there is no such address."""


@dataclass(frozen=True)
class Server:
    """The mail server.

    :ivar timeout: seconds to wait for each answer
    """

    host: str
    port: int = 25
    username: str | None = None
    password: str | None = None
    timeout: float = 20.0

    @classmethod
    def of_config(cls, cfg: object) -> Server:
        """The one that Moin's settings name: ``mail_smarthost`` is ``host`` or ``host:port``."""
        host, _, port = str(cfg.mail_smarthost).partition(":")  # type: ignore[attr-defined]
        return cls(host, int(port or 25), cfg.mail_username, cfg.mail_password)  # type: ignore[attr-defined]


class Connection:
    """An open connection, for several messages one after the other.

    :raises NoServer: when it can't be opened
    """

    def __init__(self, server: Server):
        context = ssl.create_default_context()
        try:
            if server.port == 465:
                self._smtp = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
                self._smtp.ehlo_or_helo_if_needed()
            else:
                self._smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
                self._smtp.ehlo_or_helo_if_needed()
                if self._smtp.has_extn("starttls"):
                    # as Moin does: mail servers on the same machine seldom have a certificate that can be checked
                    self._smtp.starttls()
                    self._smtp.ehlo()
            if server.username and server.password:
                self._smtp.login(server.username, server.password)
            # The last dot goes out by itself. Without this it waits some 40 ms for the server to confirm what came
            # before: longer than all else in which a killed process could not know what became of its message.
            self._smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except (smtplib.SMTPException, OSError) as error:
            raise NoServer(_said(error)) from error

    def send(self, message: EmailMessage, sender: str, recipient: str, ending: Callable[[], None]) -> None:
        """Send one message to one address.

        :param ending: called when the server has all but the last dot, which says that it may take the message
        :raises NotTaken: try again later
        :raises Refused: don't
        """
        smtp = self._smtp
        try:
            # the server sees no dot alone on its line before the end
            text = message.as_bytes(policy=AS_SENT).replace(b"\r\n.", b"\r\n..")
            smtp.ehlo_or_helo_if_needed()
            if not recipient.isascii() and not smtp.has_extn("smtputf8"):
                raise Refused("the server can't write to an address with letters other than a to z")
            options = ["SMTPUTF8"] if not recipient.isascii() else []
            _check(smtp.mail(sender, options), "sender")
            _check(smtp.rcpt(recipient), "recipient")
            smtp.putcmd("data")
            answer = smtp.getreply()
            if answer[0] != 354:
                _check(answer, "message")
            smtp.send(text if text.endswith(b"\r\n") else text + b"\r\n")
            ending()
            smtp.send(b".\r\n")
            _check(smtp.getreply(), "message")
        except (NotTaken, Refused):
            with suppress(smtplib.SMTPException, OSError):
                smtp.rset()
            raise
        except (smtplib.SMTPException, OSError) as error:
            smtp.close()
            raise NoServer(_said(error)) from error

    def close(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self._smtp.quit()
        self._smtp.close()


def _check(answer: tuple[int, bytes], about: str) -> None:
    code, text = answer
    if 200 <= code < 300:
        return
    said = f"{code} {text.decode('utf-8', 'replace')}"
    if code == 421 or code == -1:
        raise NoServer(said)
    if about == "recipient" and code in _DEAD:
        raise DeadAddress(said)
    if code >= 500 and code != 552:
        raise Refused(said)
    raise NotTaken(said)


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
