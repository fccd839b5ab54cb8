"""Profiles: nothing is seen that was not shown, on any way to a page's bytes."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cupboard import instance, pages
from cupboard.document import Document
from cupboard.kinds.organisation import ORGANISATION
from cupboard.people import faces, record
from cupboard.people.profile import FIELDS
from tests.conftest import set_acl
from tests.following.doing import begin, change

#: What alice says in each field; each text can be told from all others.
ANSWERS = {"name": "Quagga Nameson", "organisation": "Quagga Orgtown", "role": "Quagga Rolemaker", "region": "wales",
           "interests": "contracts/food/school-meals", "can_help": "contracts/energy", "looking_for": "Quagga Lookfor",
           "about": "Quagga Aboutme"}
SIGNS = {
    "name": "Nameson",
    "organisation": "Orgtown",
    "role": "Rolemaker",
    "looking_for": "Lookfor",
    "about": "Aboutme",
}
ADDRESSES = ["/{}", "/+get/{}", "/+download/{}", "/+history/{}", "/+meta/{}", "/+highlight/{}", "/+content/{}",
             "/+indexable/{}", "/+feed/atom/{}", "/+diff/{}", "/+modify/{}", "/+show/+current/{}", "/+backrefs/{}"]
LISTS = ["/+cupboard/people", "/+cupboard/people?q=quagga", "/+cupboard/people?region=wales",
         "/+cupboard/people?interest=contracts/food", "/+search?q=quagga", "/+search?q=orgtown", "/+history",
         "/users/+history", "/+feed/atom", "/+index/users", "/+index/all", "/all", "/+cupboard/browse?q=quagga",
         "/users/+tags", "/Home"]
PAGES = ("users/alice", "users/alice/members", "users/alice/profile")


def fill_in(client: Any, shown_to: str, members_see: Any = (), public_sees: Any = (), **more: Any) -> Any:
    form = {**ANSWERS, "shown_to": shown_to, "members_see": list(members_see), "public_sees": list(public_sees), **more}
    base = client.get("/+cupboard/profile").text
    revid = base.partition('name="edit.base" value="')[2].partition('"')[0]
    answer = client.post("/+cupboard/profile", data={**form, "edit.base": revid})
    assert answer.status_code == 303, answer.text
    return answer


def what_is_seen(client: Any) -> set[str]:
    """The fields whose answers somebody gets to see, by any address."""
    found = set()
    for address in [one.format(page) for page in PAGES for one in ADDRESSES] + LISTS:
        answer = client.get(address)
        assert answer.status_code < 500, address
        text = answer.get_data(as_text=True)
        found |= {field for field, sign in SIGNS.items() if sign in text}
    return found


def test_nothing_is_seen_before_the_person_says_so(app):
    alice = app.test_client().sign_in("alice")
    page = alice.get("/+cupboard/profile").text
    assert '<option value="nobody" selected>' in page and " checked" not in page
    fill_in(alice, "nobody", FIELDS, FIELDS)
    for visitor in (app.test_client(), app.test_client().sign_in("buyer1"), app.test_client().sign_in("editor1")):
        assert what_is_seen(visitor) == set()
    assert "Nameson" in alice.get("/users/alice/profile").text


@pytest.mark.parametrize(
    ("shown_to", "members_see", "public_sees", "member", "anybody"),
    [
        ("public", ["role"], ["name"], {"name", "role"}, {"name"}),
        ("public", [], ["name", "about"], {"name", "about"}, {"name", "about"}),
        ("public", [], [], set(), set()),
        ("members", ["name", "looking_for"], ["organisation"], {"name", "looking_for"}, set()),
    ],
)
def test_each_field_is_seen_by_those_it_is_shown_to(app, shown_to, members_see, public_sees, member, anybody):
    fill_in(app.test_client().sign_in("alice"), shown_to, members_see, public_sees)
    assert what_is_seen(app.test_client().sign_in("buyer1")) == member
    assert what_is_seen(app.test_client()) == anybody


def test_the_feed_that_a_member_got_is_not_given_to_others(app):
    fill_in(app.test_client().sign_in("alice"), "public", ["role"], ["name"])
    for address in ("/+feed/atom/users/alice", "/+feed/atom"):
        app.test_client().sign_in("admin").get(address)
        assert SIGNS["role"] in app.test_client().sign_in("buyer1").get(address).text
        assert SIGNS["role"] not in app.test_client().get(address).text


def test_what_is_taken_back_is_gone_from_history_and_from_the_files_too(app, wiki):
    alice = app.test_client().sign_in("alice")
    fill_in(alice, "public", [], ["name", "organisation"])
    fill_in(alice, "public", [], ["name"])
    assert what_is_seen(app.test_client()) == {"name"}
    with instance.inside(app) as storage:
        assert len(list(storage["users/alice"].iter_revs())) == 1
    fill_in(alice, "public", [], ["name"], organisation="Elsewhere")
    stored = b"".join(path.read_bytes() for path in (wiki / "data").rglob("*") if path.is_file())
    assert b"Orgtown" not in stored and b"Elsewhere" in stored


def test_leaving_takes_all_of_it_away_at_once(app, wiki):
    alice = app.test_client().sign_in("alice")
    fill_in(alice, "public", ["role"], ["name", "organisation"])
    assert alice.get("/+cupboard/profile/remove").status_code == 200
    assert "Orgtown" in app.test_client().get("/users/alice").text, "a GET changes nothing"
    alice.post("/+cupboard/profile/remove")
    assert what_is_seen(app.test_client().sign_in("buyer1")) == what_is_seen(alice) == set()
    stored = b"".join(path.read_bytes() for path in (wiki / "data").rglob("*") if path.is_file())
    assert b"Orgtown" not in stored


def test_only_the_owner_and_administrators_change_a_profile(app):
    fill_in(app.test_client().sign_in("alice"), "public", [], ["name"])
    for who, status in (("buyer1", 403), ("editor1", 403), ("admin", 200)):
        assert app.test_client().sign_in(who).get("/+cupboard/profile/of/alice").status_code == status
    assert app.test_client().get("/+cupboard/profile").location.endswith("/+login")
    query = "contenttype=text/x-person;charset=utf-8&itemtype=person&template="
    buyer = app.test_client().sign_in("buyer1")
    for client, name in (
        (buyer, "users/alice"),
        (buyer, "users/buyer2"),
        (app.test_client().sign_in("alice"), "users/alice"),
    ):
        answer = client.post(
            f"/+modify/{name}?{query}", data={"edit.editor": "text", "edit.text": "---\nname: x\n---\n"}
        )
        assert answer.status_code == 403 or "/+cupboard/profile" in answer.location
    alice = app.test_client().sign_in("alice")
    assert alice.post("/+rename/users/alice", data={"target": "bob", "comment": ""}).status_code == 403
    assert alice.post("/+delete/users/alice", data={"comment": ""}).status_code == 403
    assert "Nameson" in app.test_client().get("/users/alice").text


def test_a_persons_pages_are_written_by_that_person(app):
    query = "contenttype=text/x.moin.wiki;charset=utf-8&itemtype=default&template="
    form = {"content_form_data_text": "= Mine =", "comment": "", "meta_form_name": "alice", "meta_form_acl": "None"}
    assert app.test_client().sign_in("buyer1").post(f"/+modify/users/alice?{query}", data=form).status_code == 403
    assert app.test_client().sign_in("alice").post(f"/+modify/users/alice?{query}", data=form).status_code == 302
    answer = app.test_client().sign_in("alice").post(
        "/+cupboard/profile", data={**ANSWERS, "shown_to": "public", "public_sees": ["name"]})
    assert answer.status_code == 422 and "rename or delete it" in answer.text
    assert "= Mine =" in app.test_client().get("/+get/users/alice").text


def test_a_search_that_is_kept_stays_readable_when_a_profile_is_for_members(app):
    alice = app.test_client().sign_in("alice")
    fill_in(alice, "members", ["name"])
    alice.post("/+cupboard/searches", data={"name": "Food", "search": "region=wales"})
    assert app.test_client().get("/users/alice/searches/Food").status_code == 200


def test_a_newcomers_profile_waits_like_any_page(app, join):
    carol = join()
    form = {**ANSWERS, "shown_to": "public", "public_sees": ["name"], "members_see": ["role"]}
    assert carol.post("/+cupboard/profile", data=form).status_code == 303
    assert app.test_client().get("/users/carol").status_code == 403
    assert "Nameson" not in app.test_client().sign_in("buyer1").get("/+cupboard/people").text
    assert "Nameson" in carol.get("/users/carol").text
    with instance.inside(app):
        from moin import user

        itemid = user.User(auth_username="carol").itemid
    app.test_client().sign_in("editor1").post("/+cupboard/waiting", data={"do": f"approve-account {itemid}"})
    assert "Nameson" in app.test_client().get("/users/carol").text
    assert "Rolemaker" not in app.test_client().get("/users/carol").text
    assert "Rolemaker" in app.test_client().sign_in("buyer1").get("/users/carol").text


def test_the_list_is_narrowed_by_interest_region_organisation_role_and_words(app):
    fill_in(app.test_client().sign_in("alice"), "public", [], FIELDS)
    visitor = app.test_client()
    for asked, is_found in (
        ("interest=contracts/food", True), ("interest=contracts/waste", False), ("region=wales", True),
        ("region=scotland", False), ("organisation=Quagga+Orgtown", True), ("role=Quagga+Rolemaker", True),
        ("q=lookf", True), ("q=zzz", False), ("-region=wales", False), ("region=wales&interest=contracts/food", True),
    ):  # fmt: skip
        page = visitor.get(f"/+cupboard/people?{asked}").text
        assert ("Nameson" in page) == is_found, asked
        assert ("1 person" in page) == is_found and ("Nobody" in page) != is_found
    assert visitor.get("/+cupboard/people?interest=%00&page=x&sort=%27").status_code == 200


def test_a_section_names_people_who_can_help(app):
    fill_in(app.test_client().sign_in("alice"), "members", ["name", "can_help"])
    with instance.inside(app) as storage:
        from cupboard.pages import store

        store("Sections/energy", b"<<SectionIndex(contracts/energy)>>\n", contenttype="text/x.moin.wiki;charset=utf-8",
              itemtype="default", storage=storage)
    assert "Nameson" in app.test_client().sign_in("buyer1").get("/Sections/energy").text
    assert "Nameson" not in app.test_client().get("/Sections/energy").text


def test_the_macro_lists_who_may_be_seen_narrowed_as_it_says(app):
    fill_in(app.test_client().sign_in("alice"), "public", FIELDS, ["name", "interests", "can_help", "region"])
    fill_in(app.test_client().sign_in("buyer1"), "members", FIELDS, name="Bo Okapi", region="scotland", interests="",
            can_help="", letters="no")
    asked = {
        "": (True, True),
        "contracts/food": (True, False),
        "helps=contracts/energy": (True, False),
        "region=scotland": (False, True),
        'region="scotland, wales", rows=5': (True, True),
        "organisation=Quagga Orgtown": (True, True),
        "words=okapi": (False, True),
        "contracts/waste": (False, False),
    }
    with instance.inside(app) as storage:
        for number, arguments in enumerate(asked):
            pages.store(f"Macro{number}", f"<<People({arguments})>>\n".encode(), storage=storage, itemtype="default",
                        contenttype="text/x.moin.wiki;charset=utf-8")
        pages.store("Wrong", b"<<People(nowhere/at-all)>>\n", storage=storage, itemtype="default",
                    contenttype="text/x.moin.wiki;charset=utf-8")
    member, visitor = app.test_client().sign_in("editor1"), app.test_client()
    for number, (arguments, (alice, buyer)) in enumerate(asked.items()):
        shown = member.get(f"/Macro{number}").text
        assert ("Nameson" in shown, "Okapi" in shown) == (alice, buyer), arguments
        assert "Okapi" not in visitor.get(f"/Macro{number}").text.replace("words=okapi", ""), arguments
    assert "Nameson" in visitor.get("/Macro0").text and "Rolemaker" not in visitor.get("/Macro0").text
    assert "nowhere/at-all" in visitor.get("/Wrong").text and visitor.get("/Wrong").status_code == 200


def test_a_person_and_an_organisation_are_starred_and_moins_subscriptions_say_the_same(app):
    """By the button, which Moin's settings show; and by Moin's settings, which the button shows."""
    alice, buyer = (app.test_client().sign_in(name) for name in ("alice", "buyer1"))
    fill_in(alice, "members", ["name"])
    fill_in(alice, "public", [], ["name"])
    with instance.inside(app) as storage:
        document = Document.new({"name": "Zebra Trust", "type": "council", "region": "scotland"}, {}, ())
        pages.save(ORGANISATION, "Organisations/zebra-trust", document, storage=storage)
    for address, name in (("/users/alice", "Quagga Nameson"), ("/Organisations/zebra-trust", "Zebra Trust")):
        shown = buyer.get(address).text
        one = re.search(r'name="favourite" value="(itemid:[0-9a-f]+)"', shown)[1]
        assert "Add to favourites" in shown and name not in buyer.get("/+cupboard/mine").text
        buyer.post("/+cupboard/favourite", data={"favourite": one, "back": address})
        assert "In your favourites: remove" in buyer.get(address).text
        assert one in buyer.get("/+usersettings").text and name in buyer.get("/+cupboard/mine").text
        buyer.post("/+usersettings", data={"part": "subscriptions", "subscriptions": ""})
        assert "Add to favourites" in buyer.get(address).text and name not in buyer.get("/+cupboard/mine").text
        buyer.post("/+usersettings", data={"part": "subscriptions", "subscriptions": one})
        assert "In your favourites: remove" in buyer.get(address).text and name in buyer.get("/+cupboard/mine").text
        if address == "/users/alice":
            alice.post("/+cupboard/profile/remove")
            mine = buyer.get("/+cupboard/mine").text
            assert name not in mine and "deleted, or that you can’t read now" in mine.replace("'", "’")


def test_people_like_me_are_those_who_agreed_and_it_says_why(app):
    alice, buyer = (app.test_client().sign_in(name) for name in ("alice", "buyer1"))
    assert "Only people who agreed" in buyer.get("/+cupboard/people/like-me").text
    fill_in(alice, "members", ["name", "interests"])
    answers = {**ANSWERS, "name": "Zebra Buyer", "shown_to": "members", "members_see": ["name", "interests"]}
    buyer.post("/+cupboard/profile", data={**answers, "suggest": "yes"})
    assert "Nameson" not in buyer.get("/+cupboard/people/like-me").text, "alice did not agree"
    fill_in(alice, "members", ["name", "interests"], suggest="yes")
    page = buyer.get("/+cupboard/people/like-me").text
    assert "Nameson" in page and "Interested in: School meals" in page
    fill_in(alice, "members", ["name"], suggest="yes")
    assert "Interested in" not in buyer.get("/+cupboard/people/like-me").text, "nor by what she does not show"


def test_people_like_me_say_what_both_follow_and_what_both_edited(app):
    """Only among those who agreed, on both sides; a case study only to who may read it; each with its reasons."""
    for number, title in enumerate(("Sourdough", "Hidden oats")):
        begin(app, f"CaseStudies/case-{number}", title, ["contracts/food"], by="admin")
        for name in ("alice", "buyer1", "editor1"):
            change(app, f"CaseStudies/case-{number}", by=name, result=f"As {name} has it")
    people = {name: app.test_client().sign_in(name) for name in ("alice", "buyer1", "editor1", "admin")}
    for name, client in people.items():
        agrees = {} if name == "editor1" else {"suggest": "yes"}
        fill_in(client, "members", ["name"], name=f"{name} Person", interests="", **agrees)
        client.post("/+cupboard/favourite", data={"favourite": "tags::contracts/energy"} if name != "admin" else {
            "favourite": "tags::contracts/waste"})
    shown = people["buyer1"].get("/+cupboard/people/like-me").text.partition("<main")[2]
    of_alice = shown.partition("alice Person")[2]
    assert "Both follow: Energy" in of_alice and "Both edited: Hidden oats, Sourdough" in of_alice
    assert "editor1 Person" not in shown, "editor1 did not agree, for all that they share"
    assert "admin Person" not in shown or "Both edited" in shown.partition("admin Person")[2]
    assert "Waste" not in shown and "Only people who agreed" in people["editor1"].get("/+cupboard/people/like-me").text
    set_acl(app, "CaseStudies/case-1", "alice:read All:")
    shown = people["buyer1"].get("/+cupboard/people/like-me").text
    assert "Both edited: Sourdough<" in shown and "oats" not in shown
    people["alice"].post("/+cupboard/favourite", data={"favourite": "tags::contracts/energy", "wanted": "no"})
    assert "Both follow" not in people["buyer1"].get("/+cupboard/people/like-me").text


WHO = {"name": "Nn", "organisation": "Oo", "role": "Rr", "looking_for": "Ll"}


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_lists_and_suggestions_show_only_what_each_reader_may_see(app, data):
    """Random profiles of three people, read by each kind of reader, in every list there is."""
    shown = {}
    with instance.inside(app):
        for account in ("alice", "buyer1", "editor1"):
            shown_to = data.draw(st.sampled_from(["nobody", "members", "public"]))
            members = data.draw(st.sets(st.sampled_from(FIELDS)))
            public = data.draw(st.sets(st.sampled_from(FIELDS)))
            suggest = data.draw(st.booleans())
            fields = {field: f"{account}{sign}" for field, sign in WHO.items()}
            fields |= {
                "region": "wales",
                "interests": ["contracts/food"],
                "shown_to": shown_to,
                "members_see": sorted(members),
                "public_sees": sorted(public),
                "suggest": ["yes"] if suggest else [],
            }
            from moin import flaskg
            from moin.storage.middleware.protecting import ProtectingMiddleware

            flaskg.storage = ProtectingMiddleware(app.storage, flaskg.user, app.cfg.acl_mapping)
            record.save(account, Document.new(fields, {}, ()))
            shown[account] = (shown_to, members, public, suggest)
    for reader in (None, "alice", "buyer1"):
        client = app.test_client()
        if reader:
            client.sign_in(reader)
        texts = {address: client.get(address).text for address in ("/+cupboard/people", "/+cupboard/people?q=alice",
                 "/+cupboard/people?region=wales", "/+search?q=alicenn", "/users/alice", "/users/+history")}
        if reader:
            texts["like-me"] = client.get("/+cupboard/people/like-me").text
        for account, (shown_to, members, public, suggest) in shown.items():
            if shown_to == "nobody" or (shown_to == "members" and reader is None):
                may = set()
            else:
                may = (public if shown_to == "public" else set()) | (members if reader else set())
            for field, sign in WHO.items():
                for address, text in texts.items():
                    own_search = address.startswith("/+search") and field == "name" and account == "alice"
                    if f"{account}{sign}" in text.replace("q=alicenn", "") and not own_search and account != reader:
                        assert field in may, (reader, account, field, address)
            if may & set(WHO) and "name" in may:
                assert f"{account}Nn" in texts["/+cupboard/people"]
            if reader in ("alice", "buyer1") and account != reader and not (suggest and shown[reader][3]):
                assert account not in texts["like-me"].partition("<main")[2].partition("</main>")[0]


def test_each_statement_is_served_by_an_index_or_reads_one_small_table(app):
    with instance.inside(app) as storage:
        plan = " ".join(
            str(row) for row in storage.reading().execute("EXPLAIN QUERY PLAN " + faces.STATEMENTS["faces"])
        )
        assert "TEMP B-TREE" not in plan
