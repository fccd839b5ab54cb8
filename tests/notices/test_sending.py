"""The run against a real mail server that fails in the ways mail servers fail."""

import socket
import threading
import time

import pytest

from cupboard.following.private import Private
from cupboard.mail.outbox import BACK_OFF, Notice, Outbox
from cupboard.mail.smtp import Server
from cupboard.notices import background, sending
from tests.following.doing import change
from tests.mailserver import text_of
from tests.notices.test_digest import CASE, page_of

NAMES = ("alice", "buyer1", "editor1")


@pytest.fixture
def news(seeded_app, follow, clock):
    """Something to tell three people."""
    for name in NAMES:
        follow(name, page_of(seeded_app, CASE))
    clock.forward(60)
    change(seeded_app, CASE, result="News")
    clock.forward(60)


def addresses(mail):
    return sorted(address for address, _ in mail.taken)


EVERYONE = [f"{name}@example.org" for name in NAMES]


def test_a_server_that_cannot_be_reached_loses_nothing(news, send, mail, clock):
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        report = send("weekly", server=Server("127.0.0.1", nobody.getsockname()[1], timeout=1))
    assert (report.sent, report.later) == (0, 3) and report.server
    assert send().sent == 0  # not before its time
    clock.forward(BACK_OFF[0] + 1)
    assert send().sent == 3 and addresses(mail) == EVERYONE


def test_a_server_that_hangs_is_given_up_after_a_while(news, send, mail, clock):
    mail.hangs = True
    began = time.monotonic()
    report = send("weekly")
    assert time.monotonic() - began < 20
    assert report.sent == 0 and report.later == 3 and mail.taken == []
    mail.hangs = False
    clock.forward(BACK_OFF[0] + 1)
    assert send().sent == 3 and addresses(mail) == EVERYONE


def test_a_server_that_hangs_up_midway_gets_the_rest_on_a_new_connection(news, send, mail, clock):
    mail.drops = 1
    report = send("weekly")
    assert (report.sent, report.later) == (2, 1)
    clock.forward(BACK_OFF[0] + 1)
    assert send().sent == 1 and addresses(mail) == EVERYONE


def test_greylisting_is_waited_for(news, send, mail, clock):
    mail.greylists = True
    assert send("weekly").later == 3
    clock.forward(BACK_OFF[0] + 1)
    assert send("weekly").sent == 3 and addresses(mail) == EVERYONE


def test_a_dead_address_is_remembered_shown_to_its_owner_and_tried_again_when_asked(
    seeded_app, news, send, mail, clock, people_db, person
):
    mail.dead = {"alice@example.org"}
    report = send("weekly")
    assert (report.sent, report.failed) == (2, 1)
    assert people_db.person(person("alice")).dead == "alice@example.org"
    alice = seeded_app.test_client().sign_in("alice")
    for address in ("/+cupboard/mine", "/+cupboard/emails", "/+usersettings"):
        assert "Mail to alice@example.org comes back" in alice.get(address).text
    buyer = seeded_app.test_client().sign_in("buyer1")
    assert "comes back" not in buyer.get("/+cupboard/emails").text
    clock.forward(7 * 86400)
    asked = mail.seen["alice@example.org"]
    change(seeded_app, CASE, result="More news")
    send("weekly")
    assert mail.seen["alice@example.org"] == asked  # nobody knocks again
    alice.post("/+cupboard/emails", data={"try": "again"})
    mail.dead = set()
    clock.forward(7 * 86400)
    assert send("weekly").sent == 1
    assert "More news" in text_of(mail.of("alice@example.org")[0])  # what went lost meanwhile is told


def test_a_server_that_refuses_for_good_is_given_up_and_the_news_is_in_the_next_message(news, send, mail, clock):
    mail.refuses = "554 5.7.1 Looks like spam"
    send("weekly")
    for wait in BACK_OFF:
        clock.forward(wait + 1)
        report = send()
    assert report.failed == 3 and mail.taken == []
    mail.refuses = ""
    clock.forward(7 * 86400)
    assert send("weekly").sent == 3 and "result now News" in text_of(mail.taken[0][1])


def test_a_message_keeps_its_id_and_what_it_tells_when_it_is_sent_again(
    seeded_app, news, send, mail, clock, monkeypatch
):
    class Killed(BaseException):
        pass

    def killed(*_):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(Outbox, "sent", killed)  # killed after the server's answer, before it is written down
        with pytest.raises(Killed):
            send("weekly")
    assert len(mail.taken) == 1
    clock.forward(60)
    change(seeded_app, CASE, result="Later news")
    assert send("weekly").sent == 3
    ids = [message["Message-ID"] for _, message in mail.taken]
    assert len(ids) == 4 and len(set(ids)) == 3 and len(mail.of(mail.taken[0][0])) == 2
    first, copy = mail.of(mail.taken[0][0])
    assert text_of(first) == text_of(copy) and "Later news" not in text_of(copy)
    clock.forward(7 * 86400)
    assert send("weekly").sent == 1  # the later news, which the others have
    assert "Later news" in text_of(mail.taken[-1][1])


def test_a_person_who_changed_their_mind_since_gets_nothing(news, send, mail, clock, people_db, person):
    mail.greylists = True
    send("weekly")
    people_db.choose(person("alice"), "none")
    clock.forward(BACK_OFF[0] + 1)
    send()
    assert addresses(mail) == EVERYONE[1:]


def test_two_runs_at_once_write_to_nobody_twice(seeded_app, news, send, mail):
    runs = [threading.Thread(target=send, args=("weekly",)) for _ in range(3)]
    for one in runs:
        one.start()
    for one in runs:
        one.join()
    assert addresses(mail) == EVERYONE


def test_messages_are_sent_at_a_bounded_rate(news, send, mail):
    pauses = []
    send("weekly", rate=30, sleep=pauses.append)
    assert pauses == [2.0, 2.0, 2.0]


def test_without_a_mail_server_it_says_so(seeded_app, people_db):
    with pytest.raises(sending.CannotSend, match="CUPBOARD_MAIL_SERVER"):
        sending.run(seeded_app, people_db)


def test_a_save_starts_at_once_mail_and_does_not_wait_for_the_mail_server(
    seeded_app, follow, mail, people_db, monkeypatch
):
    monkeypatch.setattr(background, "SETTLE", 0.1)
    seeded_app.cfg.mail_from, seeded_app.cfg.mail_smarthost = "wiki@example.org", f"127.0.0.1:{mail.port}"
    seeded_app.cfg.mail_enabled = True
    follow("alice", page_of(seeded_app, CASE), emails="now")
    editor = seeded_app.test_client().sign_in("editor1")
    editor.post(f"/+cupboard/still-true/{CASE}")
    for _ in range(200):
        if mail.taken:
            break
        time.sleep(0.1)
    assert addresses(mail) == ["alice@example.org"] and "last confirmed now" in text_of(mail.taken[0][1])
    told = threading.Event()
    monkeypatch.setattr(sending, "run", lambda *_: told.wait(20))  # a server that never answers
    background.wake(seeded_app)
    time.sleep(0.3)
    change(seeded_app, CASE, confirmed="2020-01-01")
    began = time.monotonic()
    assert editor.post(f"/+cupboard/still-true/{CASE}").status_code == 302
    assert time.monotonic() - began < 10  # half of what the thread is held up for
    told.set()


def test_at_once_mail_tells_what_was_saved(seeded_app, follow, mail, send, clock):
    follow("alice", page_of(seeded_app, CASE), emails="now")
    follow("buyer1", page_of(seeded_app, CASE))
    clock.forward(60)
    change(seeded_app, CASE, result="At once")
    assert send("now").sent == 1 and addresses(mail) == ["alice@example.org"]
    clock.forward(5)
    assert send("now").sent == 0
    change(seeded_app, CASE, result="And again")
    assert send("now").sent == 1 and "And again" in text_of(mail.taken[1][1])


def test_the_outbox_gives_up_after_the_last_try(tmp_path):
    outbox = Outbox(Private(tmp_path))
    assert outbox.plan(["p"], "weekly", "2026-W47", 0) == 1
    assert outbox.plan(["p"], "weekly", "2026-W48", 0) == 0  # one waits already
    now = 0
    for wait in BACK_OFF:
        (notice,) = outbox.due(now)
        assert outbox.later(notice, "451", now) and outbox.due(now) == []
        now += wait
    (notice,) = outbox.due(now)
    assert not outbox.later(notice, "451", now) and outbox.due(now + 10**9) == []
    assert outbox.counts() == {"failed": 1} and outbox.waiting()[0][0] == "failed"
    assert outbox.plan(["p"], "weekly", "2026-W49", now) == 1


def test_what_was_told_is_remembered_with_the_message(tmp_path):
    outbox = Outbox(Private(tmp_path))
    outbox.plan(["p"], "daily", "2026-11-22", 5)
    notice = Notice("p", "daily", "2026-11-22")
    outbox.sent(notice, {"r1", "r2"}, {"tags::a": 7})
    assert outbox.told("p") == {"r1", "r2"} and outbox.told_until("p") == {"tags::a": 7}
    outbox.private.forget("p")
    assert outbox.told("p") == frozenset() and outbox.counts() == {}
