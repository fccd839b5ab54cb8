"""The run: note who is due, then for each make the message as that person, send it, and write down that it was sent.

One process at a time sends; others wait for it. It can be killed at any moment, and run again at any moment.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from moin import log
from moin.constants.contenttypes import CONTENTTYPE_USER
from moin.constants.keys import CONTENTTYPE, ITEMID, LATEST_REVS, NAMESPACE
from moin.constants.namespaces import NAMESPACE_USERPROFILES
from whoosh.query import And, Term

from cupboard import catalogue
from cupboard.following.private import DAILY, LABELS, NONE, NOW, WEEKLY, Private
from cupboard.mail.outbox import Notice, Outbox
from cupboard.mail.smtp import Connection, DeadAddress, NoServer, NotTaken, Refused, Server
from cupboard.notices.as_person import as_person
from cupboard.notices.digest import compose, frequencies
from cupboard.notices.message import message

logging = log.getLogger(__name__)

#: Messages a minute, so that no mail server takes the wiki for a sender of spam.
RATE = 120
#: After so many failures to talk to the server one after the other, the rest waits for the next run.
_GIVE_UP = 3


class CannotSend(Exception):
    """Nothing can be sent; the message says why."""


@dataclass
class Report:
    """What a run did: how many messages were sent, had nothing to say, wait for another try, were given up."""

    sent: int = 0
    nothing: int = 0
    later: int = 0
    failed: int = 0
    server: str = ""

    def line(self) -> str:
        parts = [f"{self.sent} sent", f"{self.nothing} with nothing to say"]
        if self.later:
            parts.append(f"{self.later} to be tried again")
        if self.failed:
            parts.append(f"{self.failed} given up")
        return ", ".join(parts) + "." + (f" The mail server: {self.server}" if self.server else "")


def period(frequency: str, now: float) -> str:
    """What a period is called: a week, a day, or for at-once mail the moment."""
    when = datetime.fromtimestamp(now)
    if frequency == WEEKLY:
        year, week, _ = when.isocalendar()
        return f"{year}-W{week:02d}"
    return when.date().isoformat() if frequency == DAILY else f"{now:.6f}"


def run(
    app: Any,
    private: Private,
    planned: tuple[str, ...] = (NOW,),
    *,
    rate: int = RATE,
    server: Server | None = None,
    wait: float = 600,
    sleep: Callable[[float], None] = time.sleep,
) -> Report:
    """Plan the messages of these frequencies, and send all that are due, whatever was left over included.

    :param wait: seconds to wait for another process that is sending
    :raises CannotSend: when mail isn't set up, or another process does not come to an end
    """
    if not app.cfg.mail_enabled and server is None:
        raise CannotSend("Mail is not set up: set CUPBOARD_MAIL_SERVER and CUPBOARD_MAIL_FROM.")
    outbox = Outbox(private)
    for frequency in planned:
        people = list(_people(app, private, frequency))
        outbox.plan(people, frequency, period(frequency, time.time()))
    with _only_one(private, wait):
        report = _Run(app, outbox, server or Server.of_config(app.cfg), rate, sleep).send_all()
        outbox.tidy()
    return report


class _Run:
    def __init__(self, app: Any, outbox: Outbox, server: Server, rate: int, sleep: Callable[[float], None]):
        self.app, self.outbox, self.server, self.sleep = app, outbox, server, sleep
        self.pause = 60 / max(rate, 1)
        self.report = Report()
        self.connection: Connection | None = None
        self.failures = 0
        self.tried: set[str] = set()
        self.contacts: dict[str, set[str]] | None = None

    def send_all(self) -> Report:
        try:
            while waiting := [one for one in self.outbox.due() if one.key not in self.tried]:
                for notice in waiting:
                    self.tried.add(notice.key)
                    self._one(notice)
                    if self.failures >= _GIVE_UP:
                        return self.report
        finally:
            if self.connection:
                self.connection.close()
        return self.report

    def _one(self, notice: Notice) -> None:
        private = self.outbox.private
        # The person's rights, address and choices are those of this moment, not of the planning.
        with as_person(self.app, notice.itemid) as account:
            person = private.person(notice.itemid)
            kept = private.kept(notice.itemid)
            address = (account.email or "").strip() if account is not None else ""
            if account is None or not address or address == person.dead:
                return self._nothing(notice, {})
            private.tidy(notice.itemid, account.subscriptions)
            if notice.frequency not in frequencies(account.subscriptions, person, kept) - {NONE}:
                return self._nothing(notice, {})
            told = self.outbox.told(notice.itemid)
            told_until = self.outbox.told_until(notice.itemid)
            if self.contacts is None:
                self.contacts = catalogue.contacts()
            of_contact = self.contacts.get(address.casefold(), set())
            digest = compose(notice.frequency, person, kept, told, told_until, notice.until, notice.telling, of_contact)
            if not digest:
                return self._nothing(notice, digest.until)
            mail = message(notice, digest, address, str(LABELS[notice.frequency]))
        ended = False

        def ending() -> None:
            nonlocal ended
            self.outbox.ending(notice, digest.now, digest.told)
            ended = True

        try:
            if self.connection is None:
                self.connection = Connection(self.server)
            self.connection.send(mail, mail["From"].addresses[0].addr_spec, address, ending)
        except DeadAddress as error:
            private.address_died(notice.itemid, address)
            self.outbox.failed(notice, str(error))
            self.report.failed += 1
        except Refused as error:
            self._later(notice, str(error))
        except NoServer as error:
            self.connection = None
            self.failures += 1
            self.report.server = str(error)
            self._later(notice, str(error), maybe_taken=ended or notice.until > 0)
        except NotTaken as error:
            self._later(notice, str(error))
        else:
            self.outbox.sent(notice, digest.told, digest.until)
            self.failures = 0
            self.report.sent += 1
            self.sleep(self.pause)

    def _nothing(self, notice: Notice, until: dict[str, int]) -> None:
        self.outbox.nothing(notice, until)
        self.report.nothing += 1

    def _later(self, notice: Notice, why: str, maybe_taken: bool = False) -> None:
        logging.warning(f"a notice was not taken by the mail server: {why}")
        if self.outbox.later(notice, why, maybe_taken=maybe_taken):
            self.report.later += 1
        else:
            self.report.failed += 1


def _people(app: Any, private: Private, frequency: str) -> Iterator[str]:
    """Item ids of the accounts that may want mail with a frequency; who wants it indeed is asked when it is made."""
    general, with_favourites = private.choosers(frequency)
    with app.app_context():
        query = And([Term(CONTENTTYPE, CONTENTTYPE_USER), Term(NAMESPACE, NAMESPACE_USERPROFILES)])
        accounts = [(meta[ITEMID], meta.get("email")) for meta in
                    app.storage.search_meta(query, idx_name=LATEST_REVS, limit=None)]
    for itemid, address in accounts:
        if address and (general(itemid) or itemid in with_favourites):
            yield itemid


@contextmanager
def _only_one(private: Private, wait: float) -> Iterator[None]:
    """Hold the lock of those who send. The system lets go of it when a process ends, however it ends."""
    private.path.parent.mkdir(parents=True, exist_ok=True)
    with open(private.path.with_name(private.path.name + ".sending"), "a") as lock:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= until:
                    raise CannotSend("Another process is sending; what was planned will be sent by it or the next run.")
                time.sleep(0.2)
        yield
