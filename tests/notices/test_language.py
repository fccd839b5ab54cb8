"""Mail is in the language of whoever it is for, not of whoever causes it."""

from __future__ import annotations

from typing import Any

import pytest

from cupboard import instance
from tests.conftest import Client
from tests.following.doing import change
from tests.languages.conftest import marked  # noqa: F401

CASE = "CaseStudies/phw-office-furniture"


def speaks_welsh(app: Any, name: str) -> str:
    """The account's item id."""
    from moin import user

    with instance.inside(app):
        account = user.User(auth_username=name)
        account.profile["locale"] = "cy"
        account.save(force=True)
        return account.itemid


def test_a_digest_is_in_the_language_of_its_recipient(  # noqa: F811
    seeded_app: Any, send: Any, follow: Any, mail: Any, clock: Any, marked: str
) -> None:
    speaks_welsh(seeded_app, "alice")
    with instance.inside(seeded_app) as storage:
        itemid = storage[CASE].itemid
    for name in ("alice", "buyer1"):
        follow(name, f"itemid:{itemid}")
    clock.forward(60)
    change(seeded_app, CASE, by="editor1", result="134 tCO2e")
    clock.forward(3600)
    assert send("weekly").sent == 2
    (welsh,), (english,) = mail.of("alice@example.org"), mail.of("buyer1@example.org")
    assert welsh["Subject"].startswith(f"{marked}Changed: ") and english["Subject"].startswith("Changed: ")
    texts = [one.get_body(("plain",)).get_content() for one in (welsh, english)]
    assert f"{marked}result now 134 tCO2e" in texts[0] and "result now 134 tCO2e" in texts[1]
    assert marked not in texts[1]


def test_who_asks_in_english_for_a_new_password_of_a_welsh_account_gets_it_in_welsh(  # noqa: F811
    app: Any, client: Client, marked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cupboard.mail import mailing

    speaks_welsh(app, "alice")
    sent: list[str] = []
    monkeypatch.setattr(mailing, "is_possible", lambda: True)
    monkeypatch.setattr(mailing, "send", lambda to, subject, text, **more: sent.append(subject))
    for name in ("alice", "buyer1"):
        answer = client.post("/+lostpass", data={"lostpass_username": name}, headers={"Accept-Language": "en"})
        assert answer.status_code in (200, 303)
    assert [marked in subject for subject in sent] == [True, False]
