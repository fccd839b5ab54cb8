"""Long pages of people who are signed in are compressed, where that gives nothing away."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

HERE = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "document", "Accept-Encoding": "gzip, br"}
FORM = "/+cupboard/new"


@pytest.fixture
def alice(app: Any) -> Any:
    return app.test_client().sign_in("alice")


def is_small(answer: Any) -> bool:
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    return answer.headers.get("Content-Encoding") == "gzip"


def test_a_form_is_compressed_and_the_same(alice: Any) -> None:
    plain, small, typed = (alice.get(FORM, headers=sent) for sent in ({}, HERE, {**HERE, "Sec-Fetch-Site": "none"}))
    assert not is_small(plain) and is_small(small) and small.data == typed.data
    assert len(small.data) < len(plain.data) / 4
    assert gzip.decompress(small.data) == plain.data and small.headers["ETag"] == plain.headers["ETag"]
    assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, small))
    assert alice.get(FORM, headers={**HERE, "If-None-Match": small.headers["ETag"]}).status_code == 304


def test_so_is_what_our_script_fetches(alice: Any) -> None:
    assert is_small(alice.get("/+cupboard/new", headers={**HERE, "Sec-Fetch-Dest": "empty"}))


def test_so_is_what_answers_it_when_something_is_wrong(alice: Any) -> None:
    answer = alice.post(FORM, data={"edit.editor": "form", "edit.do": "save"}, headers=HERE)
    assert is_small(answer) and b"There is a problem" in gzip.decompress(answer.data)


OTHERS = (
    {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Sec-Fetch-Site": ""},
    {"Sec-Fetch-Dest": "image"}, {"Sec-Fetch-Dest": "iframe"}, {"Sec-Fetch-Dest": ""},
    {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Site": "none"},
    {"Accept-Encoding": ""}, {"Accept-Encoding": "gzip;q=0, br"},
)  # fmt: skip


def test_what_a_person_did_not_ask_for_here_is_not(alice: Any) -> None:
    for changed in OTHERS:
        answer = alice.get(FORM, headers={**HERE, **changed})
        assert answer.status_code == 200 and not is_small(answer), changed


def test_nor_are_short_pages_and_those_that_are_compressed_where_they_are_kept(app: Any, alice: Any) -> None:
    assert not is_small(alice.get("/+cupboard/mine", headers=HERE))
    reader = app.test_client()
    first, kept = (reader.get("/+cupboard/browse", headers=HERE) for _ in range(2))
    assert not is_small(first) and gzip.decompress(kept.data) == first.data
