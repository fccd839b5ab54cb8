"""A wiki with a mail server: ``mail`` is the server, ``send("weekly")`` a run of ``cupboard digest``."""

from __future__ import annotations

import pytest

from cupboard import instance
from cupboard.following.private import Private
from cupboard.mail.smtp import Server
from cupboard.notices import sending
from tests.following.doing import clock  # noqa: F401
from tests.mailserver import MailServer


@pytest.fixture
def mail():
    with MailServer() as server:
        yield server


@pytest.fixture
def people_db(seeded):
    return Private(seeded)


@pytest.fixture
def send(seeded_app, mail, people_db):
    seeded_app.cfg.mail_from = "The Cupboard <wiki@example.org>"

    def send(*frequencies, **options):
        options = {"server": Server("127.0.0.1", mail.port, timeout=1), "rate": 6000, "sleep": lambda seconds: None,
                   **options}
        return sending.run(seeded_app, people_db, frequencies, **options)

    return send


@pytest.fixture
def follow(seeded_app, people_db):
    """``follow("alice", "tags::contracts/food", emails="daily")``: a favourite, as the button makes it."""

    def follow(name, *subscriptions, emails=None):
        from moin import user

        with instance.inside(seeded_app):
            account = user.User(auth_username=name)
            account.profile["subscriptions"] = [*account.subscriptions, *subscriptions]
            account.save(force=True)
            for one in subscriptions:
                people_db.add(account.itemid, one)
                if emails:
                    people_db.keep(account.itemid, one, frequency=emails)

    return follow


@pytest.fixture
def person(seeded_app):
    """``person("alice")``: the item id of an account."""
    from moin import user

    def person(name):
        with instance.inside(seeded_app):
            return user.User(auth_username=name).itemid

    return person


