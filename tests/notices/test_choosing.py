"""Choosing how often, and the signed link that ends the mails."""

import pytest

from cupboard.notices.as_person import as_person
from cupboard.notices.message import end_token


@pytest.fixture
def alice(seeded_app):
    return seeded_app.test_client().sign_in("alice")


@pytest.fixture
def link(seeded_app, person):
    def link(name="alice", *subscription):
        with as_person(seeded_app, person(name)):
            return f"/+cupboard/unsubscribe/{end_token(person(name), *subscription)}"

    return link


def test_once_a_week_is_what_nobody_chose_otherwise(alice, people_db, person):
    page = alice.get("/+usersettings").text
    assert 'value="weekly" checked' in page
    assert alice.post("/+cupboard/emails", data={"frequency": "daily"}).status_code == 302
    assert people_db.person(person("alice")).frequency == "daily"
    assert people_db.person(person("buyer1")).frequency == "weekly"
    wrong = alice.post("/+cupboard/emails", data={"frequency": "hourly"})
    assert wrong.status_code == 400 and "Select how often" in wrong.text and "Error:" in wrong.text


def test_an_opened_link_changes_nothing_and_a_posted_one_ends_the_mails(seeded_app, link, people_db, person):
    stranger = seeded_app.test_client()
    answer = stranger.get(link())
    assert answer.status_code == 200 and "alice" not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer" and answer.headers["Cache-Control"] == "no-store"
    assert people_db.person(person("alice")).frequency == "weekly"
    answer = stranger.post(link(), data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and answer.mimetype == "text/plain"
    assert people_db.person(person("alice")).frequency == "none"
    assert people_db.person(person("buyer1")).frequency == "weekly"


def test_a_link_for_one_favourite_ends_that_one_only(seeded_app, link, people_db, person):
    itemid = person("alice")
    people_db.add(itemid, "tags::a")
    people_db.keep(itemid, "tags::b", frequency="daily")
    seeded_app.test_client().post(link("alice", "tags::a"))
    assert people_db.kept(itemid)["tags::a"].frequency == "none"
    assert people_db.kept(itemid)["tags::b"].frequency == "daily"
    assert people_db.person(itemid).frequency == "weekly"
    seeded_app.test_client().post(link())  # all: also those that were to be told daily
    assert people_db.kept(itemid)["tags::b"].frequency in ("", "none")


@pytest.mark.parametrize("change", [lambda one: one[:-1], lambda one: one + "x", lambda one: "WyJ4IiwiKiJd.abc"])
def test_a_link_that_was_not_made_here_ends_nothing(seeded_app, link, people_db, person, change):
    address, _, token = link().rpartition("/")
    assert seeded_app.test_client().post(f"{address}/{change(token)}").status_code == 404
    assert people_db.person(person("alice")).frequency == "weekly"


def test_a_copy_of_the_account_holds_it_and_its_end_removes_it(people_db, person):
    itemid = person("alice")
    people_db.choose(itemid, "daily")
    people_db.keep(itemid, "tags::a", note="mine")
    exported = people_db.export(itemid)
    assert exported["emails"] == "daily" and exported["favourites"][0]["note"] == "mine"
    people_db.forget(itemid)
    assert people_db.kept(itemid) == {} and not people_db.person(itemid).chosen and itemid not in people_db.people()


def test_nobody_else_can_read_the_file(people_db, person):
    people_db.choose(person("alice"), "daily")
    assert people_db.path.stat().st_mode & 0o077 == 0
