"""Requests that another site sends change nothing; a reader's own, and programs', go through."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupboard.web import crosssite

HERE = "https://wiki.example.org"


def verdict(method="POST", endpoint="frontend.modify_item", query=(), origin=HERE, **headers):
    return crosssite.verdict(
        method, endpoint, query, {name.replace("_", "-"): value for name, value in headers.items()}, origin
    )


@pytest.mark.parametrize("site", ["same-origin", "none"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_what_the_reader_did_here_goes_through(method, site):
    assert verdict(method, Sec_Fetch_Site=site) is None


@pytest.mark.parametrize("site", ["cross-site", "same-site", "", "SAME-ORIGIN", "same-origin, none"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
def test_what_another_site_sends_is_refused(method, site):
    assert verdict(method, Sec_Fetch_Site=site)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "TRACE"])
def test_reading_from_anywhere_goes_through(method):
    assert verdict(method, "frontend.show_item", Sec_Fetch_Site="cross-site", Origin="https://evil.example") is None


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("endpoint", sorted(crosssite.CHANGING_ENDPOINTS))
def test_addresses_that_change_something_when_read_are_refused_from_elsewhere(method, endpoint):
    assert verdict(method, endpoint, Sec_Fetch_Site="cross-site")
    assert verdict(method, endpoint, Sec_Fetch_Site="same-site")
    assert verdict(method, endpoint, Referer="https://evil.example/page")
    assert verdict(method, endpoint, Sec_Fetch_Site="same-origin") is None
    assert verdict(method, endpoint, Sec_Fetch_Site="none") is None
    assert verdict(method, endpoint, Referer=f"{HERE}/Home") is None
    assert verdict(method, endpoint) is None


@pytest.mark.parametrize("name", ["login_submit", "logout_submit"])
def test_signing_in_or_out_by_query_is_refused_from_elsewhere(name):
    assert verdict("GET", "frontend.show_item", {name: ""}, Sec_Fetch_Site="cross-site")
    assert verdict("GET", None, {name: ""}, Sec_Fetch_Site="cross-site")
    assert verdict("GET", "frontend.show_item", {name: ""}, Sec_Fetch_Site="same-origin") is None


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "http://wiki.example.org",  # another scheme
        "https://wiki.example.org:8443",  # another port
        "https://example.org",
        "https://sub.wiki.example.org",
        "https://wiki.example.org.evil.example",
        "https://evil.example#wiki.example.org",
        "https://wiki.example.org@evil.example",
        "https://wiki.example.org.",
        "null",
        "",
        "wiki.example.org",
        "https://",
        "https://wiki.example.org:port",
        "https://[::1",
        "file:///etc/passwd",
    ],
)
def test_another_origin_is_refused(origin):
    assert verdict(Origin=origin)
    assert verdict(Referer=origin)


@pytest.mark.parametrize(
    ("origin", "here"),
    [
        ("https://wiki.example.org", "https://wiki.example.org"),
        ("https://wiki.example.org:443", "https://wiki.example.org/"),
        ("HTTPS://WIKI.EXAMPLE.ORG", "https://wiki.example.org"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://localhost", "http://localhost:80"),
    ],
)
def test_the_same_origin_goes_through_however_it_is_written(origin, here):
    assert verdict(Origin=origin, origin=here) is None
    assert verdict(Referer=f"{origin}/Home?x=1", origin=here) is None


def test_sec_fetch_site_counts_before_origin_and_origin_before_referer():
    assert verdict(Sec_Fetch_Site="cross-site", Origin=HERE, Referer=HERE)
    assert verdict(Sec_Fetch_Site="same-origin", Origin="null") is None
    assert verdict(Origin="https://evil.example", Referer=HERE)
    assert verdict(Origin=HERE, Referer="https://evil.example") is None


def test_a_program_that_says_nothing_goes_through():
    assert verdict() is None


@given(st.text(), st.sampled_from(["Origin", "Referer"]))
def test_no_header_whatever_breaks_the_decision(value, name):
    result = verdict(**{name: value})
    assert result is None or isinstance(result, str)


# -- in the wiki ------------------------------------------------------------------------------------------------------

CROSS = {"Sec-Fetch-Site": "cross-site"}


def test_every_address_that_takes_a_post_refuses_it_from_elsewhere(app):
    """All of Moin's forms and ours: none is forgotten, because none is asked for."""
    client = app.test_client().sign_in("admin")
    addresses = [rule for rule in app.url_map.iter_rules() if "POST" in rule.methods]
    assert len(addresses) > 20
    for rule in addresses:
        address = rule.rule.replace("+<rev>", "+current")
        for argument in rule.arguments:
            address = address.replace(f"<itemname:{argument}>", "Home").replace(f"<{argument}>", "Home")
            address = address.replace(f"<path:{argument}>", "Home")
        answer = client.post(address, headers=CROSS)
        assert (answer.status_code, "Nothing was changed" in answer.text) == (403, True), rule


def test_a_form_posted_from_here_is_taken(client):
    client.sign_in("alice")
    answer = client.post("/+login", headers={"Sec-Fetch-Site": "same-origin"})
    assert answer.status_code == 422 and "There is a problem" in answer.text


def test_another_site_can_neither_sign_in_nor_out(client):
    form = {"login_submit": "1", "login_username": "alice", "login_password": "correct-horse-7"}
    for answer in (
        client.post("/+login", data=form, headers=CROSS),
        client.get("/", query_string=form, headers=CROSS),
        client.post("/", data=form, headers={"Origin": "https://evil.example"}),
    ):
        assert answer.status_code == 403
        assert "Set-Cookie" not in answer.headers

    client.sign_in("alice")
    assert client.get("/+logout", headers=CROSS).status_code == 403
    assert client.get("/?logout_submit=1", headers=CROSS).status_code == 403
    assert "alice" in client.get("/Cupboard/Template").text


@pytest.mark.parametrize("action", ["subscribe", "quicklink"])
def test_another_site_can_not_subscribe_or_link_for_a_reader(client, action):
    client.sign_in("alice")
    address = f"/+{action}/Cupboard/Template"
    assert client.get(address, headers=CROSS).status_code == 403
    assert client.get(address, headers={"Referer": "https://evil.example/"}).status_code == 403
    # From our own pages it is only a question, with a button that posts.
    assert client.get(address, headers={"Referer": "http://localhost/Cupboard/Template"}).status_code == 200
    for posting in ("favourite", "quicklink"):
        form = {"name": "Cupboard/Template"}
        assert client.post(f"/+cupboard/{posting}", data=form, headers=CROSS).status_code == 403


def test_the_refusal_says_what_to_do_and_keeps_to_the_wikis_folder(app):
    answer = app.test_client().post("/Home", headers=CROSS, environ_overrides={"SCRIPT_NAME": "/wiki<&>"})
    assert answer.status_code == 403
    assert 'href="/wiki&lt;&amp;&gt;/"' in answer.text
