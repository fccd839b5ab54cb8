"""Addresses that people write: whatever they write, it is answered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupboard.kinds.organisation import cases_of
from cupboard.web_addresses import own_address, parts_of, site_name, web_address

ANY = st.text() | st.text().map("http://[".__add__) | st.text().map("https://".__add__) | st.text().map("//".__add__)


@given(ANY)
def test_no_text_is_an_error(text: str) -> None:
    parts_of(text), site_name(text), cases_of({"case": text})
    assert web_address(text) in (text, None)
    assert own_address(text) in (text, "")


@pytest.mark.parametrize("text", ["http://[x", "javascript:alert(1)", "//example.org", "example.org", "", "https://"])
def test_what_may_not_stand_in_a_link_is_no_web_address(text: str) -> None:
    assert web_address(text) is None


def test_a_site_is_called_by_its_host() -> None:
    assert site_name("https://www.example.org/a?b") == "example.org"
    assert site_name("http://[x") == "http://[x"


@pytest.mark.parametrize("asked", ["//example.org", "/\\example.org", "https://example.org", "/a\nb", "/" + "a" * 3000])
def test_only_an_address_of_this_wiki_is_led_back_to(asked: str) -> None:
    assert own_address(asked) == ""
    assert own_address("/CaseStudies?q=food") == "/CaseStudies?q=food"
