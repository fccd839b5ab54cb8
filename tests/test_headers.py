"""What answers say beside their content: the browser's policy, and how long it may keep what."""

from __future__ import annotations

import gzip
import io
import re
from typing import Any

import pytest

from cupboard import instance
from cupboard.web import headers, static_files
from tests.conftest import Client

PAGES = ["/Home", "/CaseStudies", "/+cupboard/browse", "/+history/Home", "/+login", "/+search?q=food", "/+admin/user"]


@pytest.mark.parametrize("address", [*PAGES, "/Unwritten", "/robots.txt", "/+nothing/here", "/static/none.css"])
def test_every_answer_says_what_a_page_may_do(seeded_client: Client, address: str) -> None:
    answer = seeded_client.get(address)
    assert answer.headers["Content-Security-Policy"] == headers.POLICY
    assert "Content-Security-Policy-Report-Only" not in answer.headers
    assert {name: answer.headers[name] for name in headers.ALWAYS} == headers.ALWAYS


def test_the_policy_allows_nothing_inline_and_nobody_else() -> None:
    assert "unsafe" not in headers.POLICY and "http" not in headers.POLICY and "*" not in headers.POLICY
    for needed in ("object-src 'none'", "base-uri 'self'", "form-action 'self'", "frame-ancestors 'self'"):
        assert needed in headers.POLICY


def test_a_request_that_another_site_caused_is_refused_with_the_same_policy(client: Client) -> None:
    answer = client.post("/+login", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert answer.headers["Content-Security-Policy"] == headers.POLICY


@pytest.mark.parametrize(
    ("contenttype", "policy"),
    [("image/png", headers.SANDBOX), ("application/pdf", headers.PDF), ("text/html;charset=utf-8", headers.SANDBOX)],
)
def test_what_people_uploaded_gets_no_part_in_this_wiki(app: Any, contenttype: str, policy: str) -> None:
    with instance.inside(app) as storage:
        meta = {
            "name": ["Upload"],
            "contenttype": contenttype,
            "itemtype": "default",
            "namespace": "",
            "action": "SAVE",
        }
        content = io.BytesIO(b"<script>alert(1)</script>")
        storage["Upload"].store_revision({**meta, "address": "127.0.0.1"}, content, trusted=True)
    for address in ("/+get/Upload", "/+download/Upload"):
        answer = app.test_client().get(address)
        assert answer.status_code == 200
        assert answer.headers["Content-Security-Policy"] == policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("address", [page for page in PAGES if "search" not in page])  # which says how long it took
def test_a_page_that_did_not_change_is_not_sent_again(seeded_client: Client, address: str) -> None:
    first = seeded_client.get(address)
    assert first.headers["Cache-Control"] == "no-cache"
    assert {"Accept-Language", "Cookie"} <= set(first.headers["Vary"].replace(",", " ").split())
    again = seeded_client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Content-Security-Policy"] == headers.POLICY


def test_a_page_that_changed_is_sent(seeded_app: Any) -> None:
    reader, alice = seeded_app.test_client(), seeded_app.test_client().sign_in("alice")
    tag = reader.get("/Help").headers["ETag"]
    alice.post(
        "/+modify/Help?contenttype=text/x.moin.wiki;charset=utf-8&itemtype=default&template=",
        data={
            "content_form_data_text": "= Help =\nOther words.",
            "comment": "",
            "meta_form_acl": "None",
            "meta_form_name": "Help",
        },
    )
    again = reader.get("/Help", headers={"If-None-Match": tag})
    assert again.status_code == 200 and "Other words" in again.text


def test_what_a_signed_in_person_sees_is_kept_by_their_browser_only(seeded_client: Client) -> None:
    page = seeded_client.sign_in("alice").get("/Home")
    assert page.headers["Cache-Control"] == "private, no-cache"
    assert seeded_client.get("/Home", headers={"If-None-Match": page.headers["ETag"]}).status_code == 304
    other = seeded_client.sign_in("buyer1").get("/Home", headers={"If-None-Match": page.headers["ETag"]})
    assert other.status_code == 200


def test_style_and_script_are_one_file_each_and_kept_for_a_year(seeded_client: Client) -> None:
    html = seeded_client.get("/CaseStudies").text
    styles, scripts = re.findall(r'<link rel="stylesheet" href="([^"]*)"', html), re.findall(r"<script[^>]*>", html)
    assert len(styles) == len(scripts) == 1
    assert " defer" in scripts[0]
    for address in (styles[0], re.search(r'src="([^"]*)"', scripts[0])[1]):
        answer = seeded_client.get(address, headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "Set-Cookie" not in answer.headers
        plain = seeded_client.get(address)
        assert "Content-Encoding" not in plain.headers and gzip.decompress(answer.data) == plain.data


def test_style_and_script_are_small() -> None:
    assert len(static_files.load("site.css").compressed) < 30_000
    assert len(static_files.load("site.js").compressed) < 20_000


def test_an_address_of_another_version_gets_what_there_is_and_does_not_keep_it(client: Client) -> None:
    answer = client.get("/static/cupboard/0123456789ab/site.css")
    assert answer.status_code == 200 and b".c-button" in answer.data
    assert answer.headers["Cache-Control"] == "no-cache"
    assert client.get("/static/cupboard/0123456789ab/passwd").status_code == 404
    assert client.get("/static/cupboard/0123456789ab/../../wikiconfig.py").status_code == 404


def test_all_sources_of_style_are_sent_colours_first() -> None:
    sent = static_files.load("site.css").content.decode()
    assert sent.index(":root {") < sent.index(".c-listing")
    assert "/*" not in sent


@pytest.mark.parametrize("address", ["/+lookup", "/+tickets", "/+tickets/query", "/+new"])
def test_what_moin_left_unfinished_is_not_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
