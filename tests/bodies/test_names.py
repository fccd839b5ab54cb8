"""When two texts name the same organisation, and which mail domains tell who works for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupboard.bodies.domains import domain_of, is_on, problem
from cupboard.bodies.names import called, keys_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("East Ayrshire Council", "  EAST AYRSHIRE   council "),
        ("Bath & North East Somerset Council", "Bath and North East Somerset Council"),
        ("Ashford and St. Peter's Hospitals", "Ashford and St Peter’s Hospitals"),
        ("The Rotherham NHS Foundation Trust", "Rotherham NHS Foundation Trust"),
        ("Cyngor Môn", "cyngor mon"),
        ("H.M. Revenue & Customs", "HM Revenue and Customs"),
    ],
)
def test_spellings_of_one_name_mean_one_organisation(one: str, other: str) -> None:
    assert called(one) == called(other) != ""


def test_other_words_mean_another_organisation() -> None:
    names = ["Kent County Council", "Kent Council", "County Council Kent", "Kent County", "The Body"]
    assert len({called(name) for name in names}) == len(names)


@given(st.text())
def test_a_name_means_the_same_however_often_it_is_reduced(text: str) -> None:
    once = called(text)
    if not once.startswith("the "):  # "The The" is "the": an article is taken off once
        assert called(once) == once
    assert called(f"  {text}\t") == once


def test_a_page_is_found_by_its_name_and_its_other_names() -> None:
    fields = {"name": "NHS National Services Scotland", "aliases": ["NSS", " nss ", "", {"odd": "row"}]}
    assert keys_of(fields) == ("nhs national services scotland", "nss")
    assert keys_of({"name": ["a list"]}) == () == keys_of({})


@pytest.mark.parametrize(
    ("domain", "said"),
    [("gmail.com", "Anybody can get"), ("@Outlook.com", "Anybody can get"), ("nhs.net", "share nhs.net"),
     ("gov.uk", "share gov.uk"), ("council", "not a mail domain"), ("a b.org", "not a mail domain"),
     ("x@anytown.gov.uk", "not a mail domain"), ("-a.org", "not a mail domain"), ("ａnytown.gov.uk", "not a mail")],
)  # fmt: skip
def test_a_domain_that_anybody_can_be_on_is_refused(domain: str, said: str) -> None:
    assert said in problem(domain)
    assert not is_on(f"somebody@{domain.removeprefix('@')}", [domain])


def test_an_address_counts_on_exactly_the_domain() -> None:
    domains = ["@Anytown.gov.uk", "gmail.com"]
    assert problem("anytown.gov.uk") == ""
    assert is_on("Jo.Bloggs@ANYTOWN.gov.uk", domains)
    for address in ("jo@schools.anytown.gov.uk", "jo@notanytown.gov.uk", "jo@anytown.gov.uk.evil.org", "jo@gmail.com",
                    "anytown.gov.uk", "@anytown.gov.uk", "a b@anytown.gov.uk",
                    "jo@anytown.gov.uk\n@x.org"):  # fmt: skip
        assert not is_on(address, domains), address
    assert domain_of("a@b@anytown.gov.uk") == "anytown.gov.uk"
