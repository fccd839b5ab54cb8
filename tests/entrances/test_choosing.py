"""A reader says what they do, without an account: by the address, or by a cookie that a button sets and forgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from lxml import html

from cupboard import instance
from cupboard.audiences import AUDIENCES
from cupboard.audiences.choosing import COOKIE
from tests.catalogue.making import text
from tests.catalogue.test_exactness import store
from tests.conftest import Client, counted_requests

CASE = "CaseStudies/lamps"
FIRST = {
    "strategic-lead": "In numbers", "practitioner": "Papers to copy", "leader": "In numbers",
    "service-manager": "Contract areas",
}  # fmt: skip


@pytest.fixture
def shop(app: Any) -> Any:
    fields = {
        "figures": [{"measure": "Energy used", "result": "9.2 million kWh", "basis": "measured_self"}],
        "resources": [{"kind": "specification", "title": "Lamp specification", "link": "https://example.org/lamps.pdf"}],
        "stages": ["specify"], "effort": "longer", "next_state": "running", "themes": ["climate"], "year": "2020",
        "contact_role": "Street lighting team",
    }  # fmt: skip
    with instance.inside(app) as storage:
        store(storage, CASE, text(title="Lamps", **fields))
    return app


@pytest.fixture
def made(shop: Any) -> Iterator[Callable[[], int]]:
    """How many pages Moin has been asked for since the last time this was asked."""
    with counted_requests(shop) as since:
        yield since


def first_part(answer: Any) -> str:
    """What stands first for the reader's audience; empty where nothing does."""
    assert answer.status_code == 200
    found = html.document_fromstring(answer.text).cssselect(".c-first dt")
    return found[0].text_content() if found else ""


def choose(client: Client, audience: str, **more: Any) -> Any:
    return client.post("/+cupboard/for", data={"audience": audience, **more})


@pytest.mark.parametrize("address", [f"/{CASE}", "/+cupboard/browse"])
def test_an_address_says_what_comes_first_for_one_page_and_sets_no_cookie(shop: Any, address: str) -> None:
    client = shop.test_client()
    assert first_part(client.get(address)) == ""
    for id in AUDIENCES:
        answer = client.get(f"{address}?for={id}")
        assert first_part(answer) == FIRST[id]
        assert "Set-Cookie" not in answer.headers
    assert first_part(client.get(f"{address}?for=nobody-known")) == ""


def test_addresses_that_a_list_leads_to_keep_what_its_own_says(shop: Any) -> None:
    page = html.document_fromstring(shop.test_client().get("/+cupboard/browse?for=leader&region=scotland").text)
    assert "for=leader" in page.cssselect(".c-chosen__clear")[0].get("href")
    assert page.cssselect("#list-form input[name=for]")[0].get("value") == "leader"


def test_key_facts_come_in_the_order_that_an_audience_needs(shop: Any) -> None:
    def facts(audience: str) -> list[str]:
        page = html.document_fromstring(shop.test_client().get(f"/{CASE}?for={audience}").text)
        return [one.text_content() for one in page.cssselect(".c-facts dt")]

    assert facts("everybody")[:2] == ["Organisation", "Type of organisation"]
    assert facts("practitioner")[0] == "Procurement stages" and facts("strategic-lead")[0] == "Themes"
    assert len({frozenset(facts(one)) for one in ("everybody", *AUDIENCES)}) == 1, "an audience misses a fact"


def test_a_button_has_it_remembered_and_another_has_it_forgotten(shop: Any) -> None:
    client = shop.test_client()
    answer = choose(client, "leader", back=f"/{CASE}")
    assert (answer.status_code, answer.location) == (303, f"/{CASE}")
    (cookie,) = answer.headers.getlist("Set-Cookie")
    assert cookie.startswith(f"{COOKIE}=leader;")
    assert all(part in cookie for part in ("HttpOnly", "SameSite=Lax", "Path=/"))
    page = html.document_fromstring(client.get(f"/{CASE}").text)
    assert (
        page.cssselect(".c-first") and "Change this, or have it forgotten" in page.cssselect("footer")[0].text_content()
    )
    assert first_part(client.get(f"/{CASE}?for=practitioner")) == "Papers to copy", "the address counts more"
    assert first_part(client.get(f"/{CASE}?for=everybody")) == ""
    chosen = html.document_fromstring(client.get("/+cupboard/for").text).cssselect("button[aria-current]")
    assert [one.get("value") for one in chosen] == ["leader"]
    answer = choose(client, "")
    assert "Max-Age=0" in answer.headers["Set-Cookie"]
    assert first_part(client.get(f"/{CASE}")) == ""


def test_without_a_page_to_go_back_to_the_entrance_is_next(shop: Any) -> None:
    for back in ("", "https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"):
        assert choose(shop.test_client(), "practitioner", back=back).location == "/For/Buyers"


def test_reading_and_other_sites_choose_nothing(shop: Any) -> None:
    client = shop.test_client()
    assert "Set-Cookie" not in client.get("/+cupboard/for?audience=leader").headers
    refused = client.post("/+cupboard/for", data={"audience": "leader"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403 and "Set-Cookie" not in refused.headers
    assert f"{COOKIE}=;" in choose(client, "admiral").headers["Set-Cookie"], "nobody we know is chosen"


@pytest.mark.parametrize("address", [f"/{CASE}", "/+cupboard/browse", "/+cupboard/for"])
def test_a_kept_page_is_given_only_to_readers_with_the_same_choice(
    shop: Any, made: Callable[[], int], address: str
) -> None:
    clients = {id: shop.test_client() for id in ("", *AUDIENCES)}
    for id, client in clients.items():
        if id:
            choose(client, id)
    made()
    fresh = {id: client.get(address) for id, client in clients.items()}
    assert made() == len(clients), "the page of one choice was given to another"
    kept = {id: client.get(address) for id, client in clients.items()}
    assert made() == 0, "a choice costs readers what is kept"
    for id in clients:
        assert kept[id].data == fresh[id].data
    assert (
        len({answer.data for answer in fresh.values()})
        == len({answer.headers["ETag"] for answer in fresh.values()})
        == 5
    )
    assert all("Cookie" in answer.headers["Vary"] for answer in (*fresh.values(), *kept.values()))
    tag = fresh["leader"].headers["ETag"]
    assert clients["leader"].get(address, headers={"If-None-Match": tag}).status_code == 304
    assert clients["practitioner"].get(address, headers={"If-None-Match": tag}).status_code == 200


def test_cookies_that_are_no_choice_are_the_same_as_none(shop: Any, made: Callable[[], int]) -> None:
    plain = shop.test_client()
    page = plain.get(f"/{CASE}").data
    made()
    for odd in ("admiral", '"lead\\145r"x', "leader%20", "", "é"):
        client = shop.test_client(use_cookies=False)
        assert client.get(f"/{CASE}", headers={"Cookie": f"{COOKIE}={odd}; other=1"}).data == page
    assert made() == 0
    quoted = shop.test_client(use_cookies=False).get(f"/{CASE}", headers={"Cookie": f'{COOKIE}="leader"'})
    assert first_part(quoted) == "In numbers", "what is kept for nobody's choice was given to a leader"


def test_signed_in_people_have_it_too(shop: Any) -> None:
    client = shop.test_client().sign_in("alice")
    choose(client, "service-manager")
    assert first_part(client.get(f"/{CASE}")) == "Contract areas"
    assert first_part(client.get("/+cupboard/browse")) == "Contract areas"
