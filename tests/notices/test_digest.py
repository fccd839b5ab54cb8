"""What people get by mail: in words, once, and only what they may read."""

import pytest

from cupboard import instance
from cupboard.administration import links
from cupboard.following import drafts
from cupboard.notices.as_person import as_person
from tests.conftest import PEOPLE, set_acl
from tests.following.doing import age, begin, change, source, write_page
from tests.mailserver import html_of, text_of

CASE = "CaseStudies/phw-office-furniture"
WEEK = 7 * 86400
ADDRESSES = {name: f"{name}@example.org" for name in PEOPLE}


def itemid(app, name):
    with instance.inside(app) as storage:
        return storage[name].itemid


def page_of(app, name):
    return f"itemid:{itemid(app, name)}"


def test_a_change_is_told_in_words_with_a_link_to_the_difference(seeded_app, send, follow, mail, clock):
    follow("alice", page_of(seeded_app, CASE))
    clock.forward(60)
    change(seeded_app, CASE, by="editor1", result="134 tCO2e & more", sections={"Impact": "It lasted <b>longer</b>."})
    clock.forward(3600)
    assert send("weekly").sent == 1
    (message,) = mail.of("alice@example.org")
    assert [address for address, _ in mail.taken] == ["alice@example.org"]
    text, html = text_of(message), html_of(message)
    assert "result now 134 tCO2e & more" in text and "result now 134 tCO2e &amp; more" in html
    assert "Impact changed: now says “It lasted <b>longer</b>.”" in text and "<b>longer" not in html
    assert f"http://127.0.0.1:8080/+diff/{CASE}?rev1=" in text and "+diff/" in html
    assert message["Subject"].startswith("Changed: Furnishing a new headquarters")
    assert message["To"] == "alice@example.org" and "wiki@example.org" in message["From"]


def test_nothing_to_say_is_not_said_and_nothing_is_said_twice(seeded_app, send, follow, mail, clock):
    follow("alice", page_of(seeded_app, CASE))
    assert send("weekly").sent == 0
    clock.forward(WEEK)
    change(seeded_app, CASE, result="One")
    assert send("weekly").sent == 1
    assert send("weekly").sent == 0 and send("weekly").nothing == 0  # the same week
    clock.forward(WEEK)
    assert send("weekly").sent == 0  # nothing new
    change(seeded_app, CASE, result="Two")
    clock.forward(WEEK)
    assert send("weekly").sent == 1
    assert "result now Two" in text_of(mail.of("alice@example.org")[1]) and len(mail.taken) == 2


def test_what_was_there_before_it_was_a_favourite_is_no_news(seeded_app, send, follow, mail, clock):
    change(seeded_app, CASE, result="Before")
    clock.forward(30)
    follow("alice", page_of(seeded_app, CASE))
    clock.forward(60)
    assert send("weekly").sent == 0


def test_ones_own_changes_are_no_news(seeded_app, send, follow, mail, clock):
    follow("alice", page_of(seeded_app, CASE), "tags::contracts/food")
    clock.forward(60)
    change(seeded_app, CASE, by="alice", result="Mine")
    begin(seeded_app, "CaseStudies/mine", "Mine", ["contracts/food"], by="alice")
    assert send("weekly").sent == 0


def test_sections_and_kept_searches_tell_of_new_case_studies(seeded_app, send, follow, mail, clock, person):
    alice = seeded_app.test_client().sign_in("alice")
    alice.post("/+cupboard/searches", data={"name": "Bread", "search": "q=sourdough"})
    follow("alice", "tags::contracts/food", page_of(seeded_app, "users/alice/searches/Bread"))
    clock.forward(60)
    begin(seeded_app, "CaseStudies/bread", "Sourdough in gaols", ["contracts/energy"])
    begin(seeded_app, "CaseStudies/food", "Meals on wheels", ["contracts/food/school-meals"])
    clock.forward(60)
    assert send("weekly").sent == 1
    text = text_of(mail.of("alice@example.org")[0])
    assert "CONTRACTS – FOOD AND CATERING" in text and "New: Meals on wheels" in text
    assert "BREAD" in text and "New: Sourdough in gaols" in text


def test_one_message_a_person_and_never_anothers_address(seeded_app, send, follow, mail, clock):
    for name in ("alice", "buyer1", "editor1"):
        follow(name, page_of(seeded_app, CASE))
    clock.forward(60)
    change(seeded_app, CASE, result="Ask buyer1@example.org or editor1@example.org about it",
           contact_email="secret@example.org", contact_name="Jo Hidden")
    assert send("weekly").sent == 3
    assert sorted(address for address, _ in mail.taken) == [
        "alice@example.org", "buyer1@example.org", "editor1@example.org"]
    for address, message in mail.taken:
        everything = message.as_string() + text_of(message) + html_of(message)
        for other in {*ADDRESSES.values(), "secret@example.org", "Jo Hidden"} - {address}:
            assert other not in everything


@pytest.mark.parametrize("acl", ["editor1:read", "All:", "CupboardEditorsGroup:read,write"])
def test_a_page_that_may_not_be_read_any_more_is_not_told_of(seeded_app, send, follow, mail, clock, acl):
    follow("alice", page_of(seeded_app, CASE), "tags::contracts/furniture")
    clock.forward(60)
    change(seeded_app, CASE, result="A secret result")
    set_acl(seeded_app, CASE, acl)
    assert send("weekly").sent == 0 and mail.taken == []


def test_plain_pages_are_followed_by_name_by_pattern_and_by_page(seeded_app, send, follow, mail, clock):
    follow("alice", "name::Home", "nameprefix::Help", "namere::^Cont")
    clock.forward(60)
    for name in ("Home", "Help/Rights", "Contents"):
        write_page(seeded_app, name, source(seeded_app, name) + "\n\nA sentence that is new.\n")
    assert send("weekly").sent == 1
    text = text_of(mail.of("alice@example.org")[0])
    assert text.count("A sentence that is new.") == 3


def test_a_page_that_was_deleted_is_told_of(seeded_app, send, follow, mail, clock):
    follow("alice", page_of(seeded_app, CASE))
    clock.forward(60)
    editor = seeded_app.test_client().sign_in("editor1")
    editor.post(f"/+delete/{CASE}", data={"comment": "", "submit": "Delete"})
    clock.forward(60)
    assert send("weekly").sent == 1
    assert "Deleted: Furnishing a new headquarters" in text_of(mail.of("alice@example.org")[0])


def test_how_often_is_chosen_for_all_and_for_each(seeded_app, send, follow, mail, clock, people_db, person):
    follow("alice", page_of(seeded_app, CASE))
    follow("alice", "tags::contracts/food", emails="daily")
    follow("alice", "tags::contracts/energy", emails="none")
    clock.forward(60)
    change(seeded_app, CASE, result="Weekly news")
    begin(seeded_app, "CaseStudies/food", "Daily news", ["contracts/food"])
    begin(seeded_app, "CaseStudies/energy", "No news", ["contracts/energy"])
    assert send("daily").sent == 1
    text = text_of(mail.taken[0][1])
    assert "Daily news" in text and "Weekly news" not in text and "No news" not in text
    assert send("weekly").sent == 1
    text = text_of(mail.taken[1][1])
    assert "Weekly news" in text and "Daily news" not in text
    people_db.choose(person("alice"), "none")
    change(seeded_app, CASE, result="Other news")
    clock.forward(WEEK)
    assert send("weekly", "now").sent == 0


def test_a_choice_that_changes_leaves_nothing_out(seeded_app, send, follow, mail, clock, people_db, person):
    follow("alice", page_of(seeded_app, CASE))
    clock.forward(3 * 86400)
    change(seeded_app, CASE, result="Three days old")
    clock.forward(2 * 86400)
    people_db.choose(person("alice"), "now")
    assert send("now").sent == 1 and "Three days old" in text_of(mail.taken[0][1])
    people_db.choose(person("alice"), "weekly")
    assert send("weekly").sent == 0  # that was told


def test_a_law_change_reaches_followers_of_the_cases_it_touches(seeded_app, send, follow, mail, clock):
    change(seeded_app, CASE, jurisdiction="wales", year="2016",
           legal_status=[{"id": "a1", "status": "legal_team", "date": "2016-05-03", "jurisdiction": "wales"}])
    follow("alice", page_of(seeded_app, CASE))
    follow("buyer1", "tags::contracts/furniture")
    follow("editor1", page_of(seeded_app, "Home"))
    clock.forward(60)
    event = ("- id: test-2026\n  date: '2026-11-01'\n  title: A rule for furniture\n  effect: tightens\n  regimes: []\n"
             "  jurisdictions: [wales]\n  statuses: []\n  terms: []\n  link: https://example.org/\n"
             "  confidence: unverified\n  source: a test\n")
    text = source(seeded_app, "Cupboard/Regimes").replace("\nevents:\n", "\nevents:\n" + event, 1)
    from tests.following.doing import _store

    _store(seeded_app, "Cupboard/Regimes", text.encode(), "", "text/x-cupboard-definition;charset=utf-8",
           "cupboard-definition")
    clock.forward(60)
    report = send("weekly")
    assert "A rule for furniture" in text_of(mail.of("alice@example.org")[0])
    assert "A rule for furniture" in text_of(mail.of("buyer1@example.org")[0])
    assert report.sent == 2 and not mail.of("editor1@example.org")
    clock.forward(WEEK)
    assert send("weekly").sent == 0  # told once


def test_whoever_began_a_case_study_is_asked_after_a_year_and_told_of_questions(seeded_app, send, mail, clock):
    begin(seeded_app, "CaseStudies/mine", "Mine of old", ["contracts/food"], by="alice")
    clock.forward(60)
    assert send("weekly").sent == 0
    age(seeded_app, "CaseStudies/mine", years=2)
    write_page(seeded_app, "CaseStudies/mine/Discussion", "How many schools took part?", by="buyer1")
    clock.forward(WEEK)
    assert send("weekly").sent == 1
    text = text_of(mail.of("alice@example.org")[0])
    assert "Is it still so?" in text and "/+cupboard/still-true/CaseStudies/mine" in text
    assert "/+modify/CaseStudies/mine" in text
    assert "About Mine of old:" in text and "How many schools took part?" in text
    clock.forward(WEEK)
    assert send("weekly").sent == 0


def test_a_change_of_law_reaches_the_contact_point_that_has_an_account(seeded_app, send, mail, clock):
    change(seeded_app, CASE, contact_email="Buyer1@example.org", jurisdiction="wales", year="2016",
           legal_status=[{"id": "a1", "status": "legal_team", "date": "2016-05-03", "jurisdiction": "wales"}])
    clock.forward(60)
    assert send("weekly").sent == 1  # what is the matter with it already, once
    text = text_of(mail.of("buyer1@example.org")[0])
    assert "YOUR CASE STUDIES" in text and "The law this relied on changed" in text
    clock.forward(WEEK)
    assert send("weekly").sent == 0


def test_a_link_that_died_is_told_to_whoever_began_the_case_study(seeded_app, seeded, send, mail, clock):
    begin(seeded_app, "CaseStudies/mine", "Mine", ["contracts/food"], by="alice",
          resources=[{"kind": "contract", "title": "The contract", "link": "https://example.org/gone.pdf"}])
    assert send("weekly").sent == 0
    links._write(seeded, {"https://example.org/gone.pdf": links.Checked(clock.now, "404 Not Found", clock.now)})
    clock.forward(WEEK)
    assert send("weekly").sent == 1
    assert "A link does not work any more: The contract" in text_of(mail.of("alice@example.org")[0])
    clock.forward(WEEK)
    assert send("weekly").sent == 0


def test_a_draft_that_waits_is_told_once(seeded_app, send, mail, clock, person):
    alice = seeded_app.test_client().sign_in("alice")
    alice.post("/+modify/Home?contenttype=text/x.moin.wiki;charset=utf-8&itemtype=default", data={
        "preview": "Preview", "content_form_data_text": "A draft", "meta_form_summary": "", "comment": "",
    })
    with as_person(seeded_app, person("alice")):
        found = drafts.of("alice")
    assert [draft.name for draft in found] == ["Home"]
    assert send("weekly").sent == 0
    clock.forward(WEEK)
    assert send("weekly").sent == 1 and "YOUR DRAFT WAITS" in text_of(mail.taken[0][1])
    clock.forward(WEEK)
    assert send("weekly").sent == 0


def test_disabled_accounts_and_those_without_address_get_nothing(seeded_app, send, follow, mail, clock):
    from moin import user

    for name in ("alice", "buyer1"):
        follow(name, page_of(seeded_app, CASE))
    with instance.inside(seeded_app):
        for name, key, value in (("alice", "disabled", True), ("buyer1", "email", "")):
            account = user.User(auth_username=name)
            account.profile[key] = value
            account.save(force=True)
    clock.forward(60)
    change(seeded_app, CASE, result="News")
    assert send("weekly").sent == 0 and mail.taken == []


def test_moins_own_mail_is_not_sent(seeded_app, mail, follow, monkeypatch):
    from moin.mail import sendmail

    monkeypatch.setattr(sendmail, "sendmail", lambda *a, **k: pytest.fail("Moin sent mail"))
    monkeypatch.setattr("moin.utils.notifications.sendmail", lambda *a, **k: pytest.fail("Moin sent mail"))
    follow("alice", "name::Home")
    editor = seeded_app.test_client().sign_in("editor1")
    answer = editor.post(
        "/+modify/Home?contenttype=text/x.moin.wiki;charset=utf-8&itemtype=default",
        data={
            "content_form_data_text": "Other text",
            "meta_form_summary": "",
            "meta_form_acl": "All:read",
            "comment": "",
            "submit": "OK",
        },
    )
    assert answer.status_code == 302 and "Other text" in source(seeded_app, "Home")


def test_editors_hear_once_of_a_new_account_and_see_how_much_waits(seeded_app, send, mail, clock):
    from moin import user

    from cupboard.accounts import newcomers

    with instance.inside(seeded_app):
        waits = {newcomers.STATE: newcomers.WAITING}
        assert user.create_user("carol", "correct-horse-7", "carol@example.org", **waits) is None
    clock.forward(60)
    send("weekly")
    text = text_of(mail.of("editor1@example.org")[0])
    assert text.splitlines()[:3] == ["NEW ACCOUNTS WAIT FOR AN EDITOR", "", "* carol"] and "/+cupboard/waiting" in text
    assert "carol@example.org" not in text and "carol" in html_of(mail.of("editor1@example.org")[0])
    assert not {"alice@example.org", "buyer1@example.org"} & {address for address, _ in mail.taken}
    clock.forward(WEEK)
    send("weekly")
    assert len(mail.of("editor1@example.org")) == 1
    pages = {name: seeded_app.test_client().sign_in(name).get("/+cupboard/mine").text for name in ("editor1", "alice")}
    assert "Waiting for an editor (1)" in pages["editor1"] and "Waiting" not in pages["alice"]
    assert "Waiting for an editor (1)" in seeded_app.test_client().sign_in("admin").get("/+admin/superuser").text
