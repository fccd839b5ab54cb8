"""Statements of organisations, told to those who follow the case study, its section, or began it, and may read them."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cupboard.days import shown
from cupboard.legal_status.view import today
from tests.conftest import set_acl
from tests.following.doing import begin
from tests.notices.test_digest import html_of, page_of, text_of
from tests.organisations.conftest import ENDORSER, Town

CASE = Town.case
WEEK = 7 * 86400


@pytest.fixture
def town(seeded_app, clock):
    made = Town(seeded_app)
    clock.forward(60)  # what happens in the second in which a favourite is added may be told or not
    return made


def signed_on(day=None):
    return f"Endorsed by {ENDORSER} on revision 1, {shown(day or today())}"


@pytest.mark.parametrize("favourite", ["page", "tags::contracts", "nameprefix::CaseStudies/school"])
def test_an_endorsement_is_told_in_words_to_those_who_follow(seeded_app, town, send, follow, mail, clock, favourite):
    begin(seeded_app, "CaseStudies/bread", "Sourdough", ["contracts/food"])
    name = "CaseStudies/bread" if favourite.startswith("tags") else CASE
    follow("alice", page_of(seeded_app, name) if favourite == "page" else favourite)
    clock.forward(60)
    assert town.sign("endorser", name=name).status == 303
    clock.forward(60)
    assert send("weekly").sent == 1
    (message,) = mail.of("alice@example.org")
    for text in (text_of(message), html_of(message)):
        assert signed_on() in text and "endorsed-by-the-national-body" in text
        assert "kind: endorsement" not in text and "endorser1" not in text
    clock.forward(WEEK)
    assert send("weekly").sent == 0


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

    one_week()
