"""Sends one message to one person, by the mail settings of the wiki.

A message is handed to the mail server beside the request, so that nobody waits for it and no answer's time tells whether
there was anybody to write to.
"""

from __future__ import annotations

import logging
import smtplib
import ssl
import threading
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from moin import current_app

#: Seconds that the mail server gets for each of its answers.
TIMEOUT = 20
_log = logging.getLogger(__name__)


def is_possible() -> bool:
    """Whether the wiki has a mail server and an address to write from."""
    return bool(current_app.cfg.mail_enabled)


def send(to: str, subject: str, text: str, *, reply_to: str = "") -> None:
    """Send a message soon. That it could not be sent is logged, without the address.

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
    host, _, port = config.mail_smarthost.partition(":")
    account = (config.mail_username, config.mail_password)
    threading.Thread(target=_hand_over, args=(message, host, int(port or 25), account), daemon=True).start()


def _hand_over(message: EmailMessage, host: str, port: int, account: tuple[str | None, str | None]) -> None:
    try:
        tls = ssl.create_default_context()
        if not account[0]:
            # Nothing secret is sent: as between mail servers, an unverified key is better than none.
            tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
        if port == 465:
            server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=tls)
        else:
            server = smtplib.SMTP(host, port, timeout=TIMEOUT)
        with server:
            server.ehlo()
            if account[0] and port != 465 or server.has_extn("starttls"):
                server.starttls(context=tls)
                server.ehlo()
            if all(account):
                server.login(*account)
            server.send_message(message)
    except (OSError, smtplib.SMTPException) as error:
        # not the error's own text: it often has the address
        _log.error("A message could not be handed to the mail server %s: %s", host, type(error).__name__)
