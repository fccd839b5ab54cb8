"""Favourites and My Cupboard through the web."""

import json

import pytest

from cupboard import instance
from tests.conftest import set_acl
from tests.following.doing import age, begin, change, clock, source, write_page  # noqa: F401

CASE = "CaseStudies/phw-office-furniture"


def itemid(app, name):
    with instance.inside(app) as storage:
        return storage[name].itemid


def subscriptions(app, name):
    from moin import user

    with instance.inside(app):
        return list(user.User(auth_username=name).subscriptions)


def post(client, favourite, wanted="yes", **more):
    return client.post("/+cupboard/favourite", data={"favourite": favourite, "wanted": wanted, **more})


@pytest.fixture
def alice(seeded_app):
    return seeded_app.test_client().sign_in("alice")


def test_the_button_on_a_case_study_adds_moins_subscription_and_says_so(seeded_app, alice):
    page = alice.get(f"/{CASE}").text
    one = f"itemid:{itemid(seeded_app, CASE)}"
    assert "Add to favourites" in page and one in page
    answer = post(alice, one, back=f"/{CASE}")
    assert answer.status_code == 302 and answer.location == f"/{CASE}"
    assert subscriptions(seeded_app, "alice") == [one]
    page = alice.get(f"/{CASE}").text
    assert "In your favourites: remove" in page and "In 1 person’s favourites" in page
    post(alice, one, "no")
    assert subscriptions(seeded_app, "alice") == []
    assert "Add to favourites" in alice.get(f"/{CASE}").text


def test_a_section_is_followed_by_its_term(seeded_app, alice):
    page = alice.get("/Contents/contracts/food").text
    assert "Add section to favourites" in page and "tags::contracts/food" in page
    post(alice, "tags::contracts/food")
    assert subscriptions(seeded_app, "alice") == ["tags::contracts/food"]
    assert "In your favourites: remove" in alice.get("/Contents/contracts/food").text


def test_a_term_without_a_page_has_its_button_on_the_list(alice):
    page = alice.get("/+cupboard/browse?term=contracts/food/school-meals").text
    assert "tags::contracts/food/school-meals" in page


def test_what_moins_settings_say_is_a_favourite_here(seeded_app, alice):
    one = f"itemid:{itemid(seeded_app, CASE)}"
    data = {"part": "subscriptions", "subscriptions": f"{one}\r\nnameprefix::Help\r\ntags::contracts/energy"}
    alice.post("/+usersettings", data=data)
    page = alice.get("/+cupboard/mine").text
    assert "furniture" in page and "Pages whose name begins with Help" in page and "Energy" in page
    assert "In your favourites: remove" in alice.get(f"/{CASE}").text
    post(alice, "nameprefix::Help", "no")
    assert "nameprefix" not in alice.get("/+usersettings").text.split("Favourites as rules")[-1].split("</textarea>")[0]


def test_a_get_of_moins_own_buttons_changes_nothing(seeded_app, alice):
    for address in (f"/+subscribe/{CASE}", f"/+quicklink/{CASE}"):
        answer = alice.get(address)
        assert answer.status_code == 200 and "<button" in answer.text
    from moin import user

    with instance.inside(seeded_app):
        account = user.User(auth_username="alice")
        assert not account.subscriptions and not account.quicklinks
    alice.post("/+cupboard/quicklink", data={"name": CASE})
    with instance.inside(seeded_app):
        assert user.User(auth_username="alice").quicklinks


def test_another_site_can_add_nothing(seeded_app, alice):
    answer = alice.post("/+cupboard/favourite", data={"favourite": "tags::contracts/food"},
                        headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and subscriptions(seeded_app, "alice") == []


@pytest.mark.parametrize("method, address", [
    ("get", "/+cupboard/mine"), ("post", "/+cupboard/favourite"), ("post", "/+cupboard/mine/seen"),
    ("get", "/+cupboard/mine.csv"), ("get", "/+cupboard/mine.json"), ("get", "/+cupboard/mine/favourite"),
    ("get", f"/+subscribe/{CASE}"), ("post", "/+cupboard/quicklink"),
])
def test_nobody_has_favourites_without_an_account(seeded_client, method, address):
    answer = getattr(seeded_client, method)(address)
    assert answer.status_code == 403 and "Sign in" in answer.text


def test_a_page_that_may_not_be_read_can_be_removed_and_shows_nothing_of_itself(seeded_app, alice):
    one = f"itemid:{itemid(seeded_app, CASE)}"
    post(alice, one)
    set_acl(seeded_app, CASE, "editor1:read")
    for address in ("/+cupboard/mine", "/+cupboard/mine.csv", "/+cupboard/mine.json",
                    f"/+cupboard/mine/favourite?favourite={one}"):
        text = alice.get(address).text
        assert "furniture" not in text.lower(), address
    assert "that you can't read now" in alice.get("/+cupboard/mine").text.replace("&#39;", "'")
    post(alice, one, "no")
    assert subscriptions(seeded_app, "alice") == []
    assert post(alice, one).status_code == 404 and subscriptions(seeded_app, "alice") == []


@pytest.mark.parametrize("wrong", ["", "x", "itemid:", "itemid:nothere", "tags::nothere", "tags:users:contracts",
                                   "namere::.*", "itemid:../x", "itemid:" + "a" * 600])
def test_what_can_be_no_favourite_is_refused_in_words(seeded_app, alice, wrong):
    assert post(alice, wrong).status_code in (400, 404)
    assert subscriptions(seeded_app, "alice") == []


@pytest.mark.parametrize("back", ["https://example.org/", "//example.org/", "/\\example.org", "javascript:1", "/a\nb"])
def test_the_way_back_never_leaves_the_wiki(alice, back):
    assert post(alice, "tags::contracts/food", back=back).location == "/+cupboard/mine"


def test_what_changed_is_told_in_words_until_it_is_marked_as_seen(seeded_app, alice, clock):
    post(alice, f"itemid:{itemid(seeded_app, CASE)}")
    clock.forward(60)
    change(seeded_app, CASE, result="Now 150 tCO2e was saved")
    page = alice.get("/+cupboard/mine").text
    assert "result now Now 150 tCO2e was saved" in page and "+diff" in page
    assert "result now" in alice.get("/+cupboard/mine").text  # looking changes nothing
    clock.forward(60)
    alice.post("/+cupboard/mine/seen", data={})
    assert "result now" not in alice.get("/+cupboard/mine").text


def test_new_case_studies_of_a_section_and_of_a_search_are_shown(seeded_app, alice, clock):
    post(alice, "tags::contracts/food")
    alice.post("/+cupboard/searches", data={"name": "Bread", "search": "q=sourdough"})
    alice.post("/+cupboard/mine/seen")
    clock.forward(60)
    begin(seeded_app, "CaseStudies/sourdough", "Sourdough for all schools", ["contracts/food"])
    page = alice.get("/+cupboard/mine").text
    assert page.count("1 new") == 2 and page.count("Sourdough for all schools") == 2
    set_acl(seeded_app, "CaseStudies/sourdough", "editor1:read")
    page = alice.get("/+cupboard/mine").text
    assert "1 new" not in page and "Sourdough for all schools" not in page


def test_a_note_is_private_and_goes_with_the_export(seeded_app, alice):
    one = "tags::contracts/food"
    post(alice, one)
    answer = alice.post("/+cupboard/mine/favourite",
                        data={"favourite": one, "note": "=ask <Jo>", "frequency": "daily"})
    assert answer.status_code == 302
    page = alice.get("/+cupboard/mine").text
    assert "=ask &lt;Jo&gt;" in page and "once a day" in page
    buyer = seeded_app.test_client().sign_in("buyer1")
    post(buyer, one)
    assert "ask" not in buyer.get("/+cupboard/mine").text.split('id="sections"')[1].split("searches")[0]
    assert "'=ask <Jo>" in alice.get("/+cupboard/mine.csv").text
    exported = json.loads(alice.get("/+cupboard/mine.json").text)["favourites"]
    assert exported[0]["note"] == "=ask <Jo>" and exported[0]["subscription"] == one
    too_long = alice.post("/+cupboard/mine/favourite", data={"favourite": one, "note": "x" * 1001, "frequency": ""})
    assert too_long.status_code == 400 and "x" * 1001 in too_long.text and "1,000 characters" in too_long.text


def test_the_macro_shows_each_reader_their_own(seeded_app, alice):
    write_page(seeded_app, "Mine", "= Mine =\n\n<<Favourites(rows=5)>>\n\n<<Favourites(rows=0)>>\n")
    post(alice, "tags::contracts/energy")
    page = alice.get("/Mine").text
    assert "Energy" in page and "rows must be a whole number" in page
    assert "Sign in" in seeded_app.test_client().get("/Mine").text
    assert "Contracts – Energy" not in seeded_app.test_client().sign_in("buyer1").get("/Mine").text


def test_one_click_confirms_a_case_study_after_a_page_that_asks(seeded_app, alice):
    assert "still true" in alice.get(f"/+cupboard/still-true/{CASE}").text
    before = source(seeded_app, CASE)
    assert "confirmed:" not in before
    assert alice.post(f"/+cupboard/still-true/{CASE}").status_code == 302
    added = [line for line in source(seeded_app, CASE).splitlines() if line not in before.splitlines()]
    assert len(added) == 1 and added[0].startswith("confirmed:")
    set_acl(seeded_app, CASE, "All:read")
    assert alice.post(f"/+cupboard/still-true/{CASE}").status_code == 403


def test_a_case_study_that_nobody_confirmed_in_time_is_marked_and_still_listed(seeded_app, alice):
    change(seeded_app, CASE, confirmed="2020-05-03")  # earlier than its own first version: that counts
    assert "Not confirmed since" not in alice.get(f"/{CASE}").text
    age(seeded_app, CASE, years=3)
    page = alice.get(f"/{CASE}").text
    assert "Not confirmed since" in page and "I know that it is still true" in page
    listed = alice.get("/+cupboard/browse?q=furniture").text
    assert CASE in listed and listed.count("<dt>Not confirmed since</dt>") == 1
    alice.post(f"/+cupboard/still-true/{CASE}")
    assert "Not confirmed since" not in alice.get(f"/{CASE}").text


def test_my_cupboard_has_an_order_that_is_chosen_and_shows_drafts_and_what_wants_attention(seeded_app, alice):
    for name, title in (("CaseStudies/zebra", "Zebra bread"), ("CaseStudies/apple", "Apple bread")):
        begin(seeded_app, name, title, ["contracts/food"], by="alice")
        post(alice, f"itemid:{itemid(seeded_app, name)}")
    age(seeded_app, "CaseStudies/apple", 2)
    first = {}
    for sort in ("title", "changed", "added", "status", "nonsense"):
        shown = alice.get(f"/+cupboard/mine?sort={sort}").text.partition('id="pages"')[2]
        first[sort] = "apple" if shown.index("Apple bread") < shown.index("Zebra bread") else "zebra"
    assert first["title"] == "apple" and first["changed"] == first["nonsense"] == "zebra"
    shown = alice.get("/+cupboard/mine").text
    attention = shown.partition('id="attention"')[2].partition('id="pages"')[0]
    assert "Apple bread" in attention and "Is it still so?" in attention and "It is still true" in attention
    assert 'id="drafts"' not in shown
    alice.post("/+modify/Home?contenttype=text/x.moin.wiki;charset=utf-8&itemtype=default", data={
        "preview": "Preview", "content_form_data_text": "A draft", "meta_form_summary": "", "comment": ""})
    drafts = alice.get("/+cupboard/mine").text.partition('id="drafts"')[2].partition("</ul>")[0]
    assert "/+modify/Home" in drafts and "not saved since" in drafts
    others = seeded_app.test_client().sign_in("buyer1").get("/+cupboard/mine").text
    assert 'id="drafts"' not in others and "Apple bread" not in others
