"""Statements of organisations, told to those who follow the case study, its section, or began it, and may read them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cupboard.days import shown, today
from tests.conftest import set_acl
from tests.following.doing import begin
from tests.mailserver import html_of, text_of
from tests.notices.test_digest import page_of
from tests.organisations.conftest import ENDORSER, OWN, Town

CASE = Town.case
WEEK = 7 * 86400


@pytest.fixture
def town(seeded_app, clock):
    made = Town(seeded_app)
    clock.forward(60)  # what happens in the second in which a favourite is added may be told or not
    return made


def signed_on(day=None):
    return f"Endorsed by {ENDORSER} on revision 1, {shown(day or today())}"


def search(app, name, asked):
    """Keep a search; returns the subscription that follows it."""
    app.test_client().sign_in(name).post("/+cupboard/searches", data={"name": "Meals", "search": asked})
    return page_of(app, f"users/{name}/searches/Meals")


def test_what_is_signed_is_told_in_words_to_those_who_follow_whatever_it_concerns(
    seeded_app, town, send, follow, mail, clock
):
    """A page, a section, names; a kept search; the organisation's page; the page of who signs. In mail and My
    Cupboard.
    """
    begin(seeded_app, "CaseStudies/bread", "Sourdough", ["contracts/food"], organisation=OWN)
    followed = {
        "alice": page_of(seeded_app, "CaseStudies/bread"), "buyer1": "tags::contracts",
        "plain1": "nameprefix::CaseStudies/bread", "other1": search(seeded_app, "other1", "q=sourdough"),
        "manager1": page_of(seeded_app, "Organisations/anytown-council"),
        "supplier1": page_of(seeded_app, "Organisations/the-national-body"),
    }  # fmt: skip
    for name, favourite in followed.items():
        follow(name, favourite)
    other = search(seeded_app, "member1", "q=nothing-of-the-kind")
    follow("member1", other, page_of(seeded_app, "Organisations/otherton-council"))
    clock.forward(60)
    assert town.sign("endorser", name="CaseStudies/bread").status == 303
    clock.forward(60)
    assert send("weekly").sent == len(followed)
    for name, favourite in followed.items():
        (message,) = mail.of(f"{name}@example.org")
        browser = seeded_app.test_client().sign_in(name)
        mine = browser.get("/+cupboard/mine").text
        is_rule = favourite.startswith("nameprefix")  # My Cupboard names the rule, and not what is new on its pages
        for text in (text_of(message), html_of(message), *([] if is_rule else [mine])):
            assert signed_on() in text and "endorsed-by-the-national-body" in text, name
            assert "kind: endorsement" not in text and "endorser1" not in text
        assert is_rule or "Sourdough" in mine and "Mark all as seen" in mine
        browser.post("/+cupboard/mine/seen", data={"until": str(clock.now)})
        assert signed_on() not in browser.get("/+cupboard/mine").text
    assert signed_on() not in seeded_app.test_client().sign_in("member1").get("/+cupboard/mine").text
    clock.forward(WEEK)
    assert send("weekly").sent == 0


def test_that_an_endorsement_came_to_its_end_is_told_once(seeded_app, town, send, follow, mail, clock):
    begin(seeded_app, "CaseStudies/bread", "Sourdough", ["contracts/food"], by="editor1", organisation=OWN)
    town.sign("endorser", name="CaseStudies/bread")
    until = next(one.statement.until for one in town.statements("CaseStudies/bread"))
    days = (until - today()).days
    clock.forward(86400 * (days - 10))
    followed = {"alice": "nameprefix::CaseStudies/bread", "plain1": page_of(seeded_app, "CaseStudies/bread"),
                "buyer1": "tags::contracts", "other1": search(seeded_app, "other1", "q=sourdough"),
                "manager1": page_of(seeded_app, "Organisations/anytown-council")}
    for name, favourite in followed.items():
        follow(name, favourite)
    readers = {f"{name}@example.org": name for name in (*followed, "editor1")}
    said = f"ended on {shown(until)}"
    for days, times in ((9, 0), (8, 1), (7, 0)):
        mail.taken.clear()
        clock.forward(days * 86400)
        send("weekly")
        for address, name in readers.items():
            assert sum(text_of(one).count(said) for one in mail.of(address)) == times, (days, address)
            mine = seeded_app.test_client().sign_in(name).get("/+cupboard/mine").text
            assert name in ("alice", "editor1") or (said in mine) == (days != 9), (days, name)
    set_acl(seeded_app, "CaseStudies/bread", "editor1:read All:")
    assert said not in seeded_app.test_client().sign_in("plain1").get("/+cupboard/mine").text


def test_a_withdrawal_and_a_confirmation_are_told_and_ones_own_signature_is_not(
    seeded_app, town, send, follow, mail, clock
):
    for name in ("alice", "endorser1", "member1"):
        follow(name, page_of(seeded_app, CASE))
    clock.forward(60)
    town.sign("endorser")
    clock.forward(60)
    send("weekly")
    assert not mail.of("endorser1@example.org") and signed_on() in text_of(mail.of("alice@example.org")[0])
    clock.forward(WEEK)
    page = town.statements()[0]
    reason = {"reason": "Figures were wrong"}
    assert town.as_("endorser").client.post(f"/+cupboard/withdraw/{page.itemid}", data=reason).status_code == 303
    town.sign("member", "confirm")
    clock.forward(60)
    send("weekly")
    text = text_of(mail.of("alice@example.org")[1])
    assert f"{signed_on(page.statement.on)}; withdrawn on {shown(today())}: “Figures were wrong”" in text
    assert "Confirmed by Anytown Council on revision 1" in text
    (own,) = mail.of("member1@example.org")[1:]
    assert "withdrawn on" in text_of(own) and "Confirmed by" not in text_of(own)


def test_whoever_began_a_case_study_hears_that_it_was_endorsed(seeded_app, town, send, mail, clock):
    begin(seeded_app, "CaseStudies/bread", "Sourdough", ["contracts/food"], by="alice")
    clock.forward(60)
    town.sign("endorser", name="CaseStudies/bread")
    clock.forward(60)
    send("weekly")
    (message,) = mail.of("alice@example.org")
    assert "YOUR CASE STUDIES" in text_of(message) and text_of(message).count(signed_on()) == 1
    clock.forward(WEEK)
    assert send("weekly").sent == 0


def test_at_once_mail_is_woken_by_a_signature(seeded_app, town, monkeypatch):
    from cupboard.notices import background

    woken = []
    monkeypatch.setattr(background, "wake", lambda app, **details: woken.append(str(details["fqname"])))
    town.sign("endorser")
    assert woken == [f"{CASE}/endorsed-by-the-national-body"]


READABLE = ("All:read", "alice:read", "Known:read")
HIDDEN = ("All:", "editor1:read All:", "-alice:read All:read")


def test_a_statement_is_told_to_those_only_who_may_read_it_and_the_case_study(
    seeded_app, town, send, follow, mail, clock
):
    follow("alice", page_of(seeded_app, CASE), "nameprefix::CaseStudies", "tags::contracts")
    town.sign("endorser")
    statement = town.statements()[0].page
    alice = seeded_app.test_client().sign_in("alice")

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(case=st.sampled_from(READABLE + HIDDEN), own=st.sampled_from(READABLE + HIDDEN), words=st.integers(0, 10**9))
    def one_week(case, own, words):
        mail.taken.clear()
        set_acl(seeded_app, CASE, "All:read,write")
        set_acl(seeded_app, statement, "All:read,write")
        clock.forward(WEEK)
        send("weekly")
        mail.taken.clear()
        clock.forward(WEEK)
        assert town.sign("endorser", says=f"In words {words}").status == 303
        set_acl(seeded_app, CASE, case)
        set_acl(seeded_app, statement, own)
        clock.forward(60)
        send("weekly")
        shown_to_alice = "".join(text_of(one) + html_of(one) for one in mail.of("alice@example.org"))
        assert (ENDORSER in shown_to_alice) == (case in READABLE and own in READABLE)
        assert (ENDORSER in alice.get("/+cupboard/mine").text) == (case in READABLE and own in READABLE)

    one_week()
