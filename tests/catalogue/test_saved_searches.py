"""Searches that people keep."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from lxml import html as lxml_html

from cupboard import instance
from tests.catalogue.listed import put, titles, wiki_page
from tests.catalogue.test_freshness import send
from tests.conftest import set_acl
from tests.test_editing import Writer


def test_a_search_is_kept_listed_placed_and_replaced(app: Any) -> None:
    alice, other = app.test_client().sign_in("alice"), app.test_client()
    put(app, "CaseStudies/a", title="Meals")
    put(app, "CaseStudies/b", title="Lights", region="wales")
    answer = alice.post(
        "/+cupboard/searches",
        data={"name": "Food in  Scotland", "search": "region=scotland&term=contracts/food&page=3"},
    )
    assert answer.status_code == 302
    kept = alice.get("/+cupboard/searches").text
    assert "/+cupboard/browse?region=scotland&amp;term=contracts/food" in kept
    assert "&lt;&lt;SavedSearch(alice/Food in Scotland)&gt;&gt;" in kept
    wiki_page(app, "Page", "<<SavedSearch(alice/Food in Scotland)>>")
    for client in (alice, other):
        assert titles(client.get("/Page").text) == ["Meals"]
        assert titles(client.get("/users/alice/searches/Food in Scotland").text) == ["Meals"]
    alice.post("/+cupboard/searches", data={"name": "Food in Scotland", "search": "region=wales"})
    assert titles(other.get("/Page").text) == ["Lights"]
    assert app.test_client().sign_in("buyer1").get("/+cupboard/searches").text.count("SavedSearch(") == 0


def test_a_search_that_is_kept_anew_keeps_its_readers(app: Any) -> None:
    alice, other = app.test_client().sign_in("alice"), app.test_client()
    for rules in ("alice:read,write,admin All:", "alice:read,write All:"):
        alice.post("/+cupboard/searches", data={"name": "Mine", "search": "region=scotland"})
        set_acl(app, "users/alice/searches/Mine", rules)
        assert alice.post("/+cupboard/searches", data={"name": "Mine", "search": "region=wales"}).status_code == 302
        assert "region=wales" in alice.get("/+cupboard/searches").text
        assert other.get("/users/alice/searches/Mine").status_code == 403


def test_a_search_that_is_kept_is_renamed_and_deleted_on_its_own_page(app: Any) -> None:
    alice = Writer(app, "alice")
    alice.client.post("/+cupboard/searches", data={"name": "Mine", "search": "region=scotland"})
    send(alice, "/+rename/users/alice/searches/Mine", target="alice/searches/Scotland")
    kept = alice.client.get("/+cupboard/searches").text
    assert "SavedSearch(alice/Scotland)" in kept and "SavedSearch(alice/Mine)" not in kept
    # elsewhere there are to be pages above it, as Moin has it
    refused = alice.client.post("/+rename/users/alice/searches/Scotland", data={"target": "nobody/Scotland"})
    assert "missing" in refused.text
    send(alice, "/+delete/users/alice/searches/Scotland", comment="")
    assert "SavedSearch(" not in alice.client.get("/+cupboard/searches").text


@pytest.mark.parametrize(("data", "said"), [
    ({"name": "", "search": "region=wales"}, "Give the search a name"),
    ({"name": "x" * 81, "search": "region=wales"}, "80 characters"),
    ({"name": "../evil", "search": "region=wales"}, "begins with a letter or digit"),
    ({"name": "a/b", "search": "region=wales"}, "letters, digits"),
    ({"name": "Nothing", "search": "page=2"}, "Search for something"),
    ({"name": "Nothing", "search": ""}, "Search for something"),
    ({"name": "Big", "search": "region=" + "x" * 300}, "shorten it"),
])  # fmt: skip
def test_a_search_that_can_not_be_kept_says_why(app: Any, data: dict[str, str], said: str) -> None:
    answer = app.test_client().sign_in("alice").post("/+cupboard/searches", data=data)
    assert answer.status_code == 400 and said in answer.text and "There is a problem" in answer.text


def test_a_kept_search_can_not_smuggle_markup_into_its_page(app: Any) -> None:
    alice = app.test_client().sign_in("alice")
    search = urlencode({"q": '")>> <<Include(Secret)>> [[x]] "', "organisation": 'A ">> B'})
    assert alice.post("/+cupboard/searches", data={"name": "Odd", "search": search}).status_code == 302
    with instance.inside(app) as storage:
        with storage.get_item(namespace="users", name_exact="alice/searches/Odd")["current"].data as data:
            markup = data.read().decode()
    assert markup.count(">>") == 1 and markup.count("<<") == 1 and "[[" not in markup
    assert alice.get("/users/alice/searches/Odd").status_code == 200


def test_a_section_s_list_is_kept_with_what_its_page_fixes(app: Any) -> None:
    alice, other = app.test_client().sign_in("alice"), app.test_client()
    put(app, "CaseStudies/a", title="Meals", categories=["contracts/food/school-meals"])
    put(app, "CaseStudies/b", title="Milk", categories=["contracts/food"], region="wales")
    put(app, "CaseStudies/c", title="Lights", categories=["contracts/energy"], region="wales")
    wiki_page(app, "Page", "<<SectionIndex(contracts/food, without_region=england-london)>>")
    for asked, expected in (
        ("", ["Meals", "Milk"]),
        ("region=wales", ["Milk"]),
        ("term=contracts/food/school-meals", ["Meals"]),
    ):
        page = lxml_html.fromstring(alice.get(f"/Page?{asked}").text)
        search = page.cssselect(".c-list-foot input[name=search]")[0].get("value")
        assert alice.post("/+cupboard/searches", data={"name": "Mine", "search": search}).status_code == 302
        assert sorted(titles(other.get("/users/alice/searches/Mine").text)) == expected, search
        feed = ElementTree.fromstring(other.get(f"/+cupboard/browse.atom?{search}").data)
        assert len(feed.findall("{*}entry")) == len(expected)
    # what no address says can't be kept
    assert "Keep this search" not in alice.get("/Page?term=contracts/energy").text
    assert "Keep this search" not in other.get("/Page").text


def test_searches_are_kept_with_an_account(client: Any) -> None:
    assert client.get("/+cupboard/searches").status_code == 403
    assert client.post("/+cupboard/searches", data={"name": "x", "search": "region=wales"}).status_code == 403
    assert "Keep this search" not in client.get("/+cupboard/browse?region=wales").text


def test_another_site_can_not_keep_a_search(app: Any) -> None:
    alice = app.test_client().sign_in("alice")
    answer = alice.post(
        "/+cupboard/searches", data={"name": "x", "search": "region=wales"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("name", ["Food & drink", "Food, drink", "It's (all) mine", "Food & drink, R&D"])
def test_the_line_to_copy_shows_the_search_whatever_signs_its_name_has(app: Any, name: str) -> None:
    alice = app.test_client().sign_in("alice")
    put(app, "CaseStudies/a", title="Meals")
    answer = alice.post("/+cupboard/searches", data={"name": name, "search": "region=scotland"})
    assert answer.status_code == 302
    page = lxml_html.fromstring(alice.get("/+cupboard/searches").text)
    own = next(a.get("href") for a in page.cssselect("main a") if a.text_content() == name)
    assert titles(alice.get(own).text) == ["Meals"]
    line = page.cssselect("main code")[0].text_content()
    wiki_page(app, "Page", line)
    assert titles(alice.get("/Page").text) == ["Meals"]
