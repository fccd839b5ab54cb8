"""Sends one message to one person, by the mail settings of the wiki.

A message is handed to the mail server beside the request, so that nobody waits for it and no answer's time tells
whether there was anybody to write to.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from typing import Any

from flask_babel import force_locale
from moin import current_app

from cupboard.mail.smtp import Connection, NotTaken, Refused, Server

#: Seconds before each attempt: some servers take a message from somebody they don't know at the second one only.
PAUSES = (0, 5, 90)
_log = logging.getLogger(__name__)


def is_possible() -> bool:
    """Whether the wiki has a mail server and an address to write from."""
    return bool(current_app.cfg.mail_enabled)


@contextmanager
def in_language_of(account: Any) -> Iterator[None]:
    """Sentences that are made meanwhile are in the language set in an account, or else in the wiki's own.

    :param account: of whoever the message is for; None: it is for whoever asks, in their language
    """
    if account is None:
        yield
        return
    with force_locale(account.locale or current_app.cfg.locale_default):
        yield


def send(to: str, subject: str, text: str, *, reply_to: str = "", wait: bool = False) -> None:
    """Send a message soon. That it could not be sent is logged, without the address.

    :param wait: return when it was handed over; for commands, which end
    :raises ValueError: when an address or the subject can't stand in a message's head
    """
    config = current_app.cfg
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = config.mail_from, to, subject
    if reply_to:
        message["Reply-To"] = reply_to
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="cupboard.invalid")
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no holiday notes, please
    message.set_content(text)
    sender = parseaddr(config.mail_from)[1]
    arguments = (message, Server.of_config(config), sender, to)
    if wait:
        _hand_over(*arguments)
    else:
        threading.Thread(target=_hand_over, args=arguments, daemon=True).start()


def _hand_over(message: EmailMessage, server: Server, sender: str, recipient: str) -> None:
    for pause in PAUSES:
        time.sleep(pause)
        try:
            connection = Connection(server)
            try:
                connection.send(message, sender, recipient, lambda: None)
            finally:
                connection.close()
            return
        except NotTaken:
            continue
        except Refused:
            break
    # not what the server said: it often has the address in it
    _log.error("The mail server %s did not take a message", server.host)
