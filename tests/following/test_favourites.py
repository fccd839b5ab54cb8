"""A favourite is a subscription: read, written, and matched with pages as Moin matches them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupboard.following.favourites import KINDS, PAGE, Favourite, covering, of_page, of_term, read_all

names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=30)
favourites = st.one_of(
    st.builds(Favourite, st.just(PAGE), st.uuids().map(lambda one: one.hex)),
    st.builds(Favourite, st.sampled_from(KINDS[1:]), names, st.sampled_from(["", "users", "help-en"])),
)


@given(favourites)
def test_a_favourite_reads_back_as_it_was_written(one):
    assert Favourite.read(one.subscription) == one


@given(st.text(max_size=40))
def test_whatever_stands_in_a_profile_is_a_favourite_or_nothing(text):
    one = Favourite.read(text)
    assert one is None or one.subscription == text


@pytest.mark.parametrize("text", ["", "itemid", "itemid:", "tags", "tags:", "tags::", "tags:food", "url:x", "name:x"])
def test_what_is_no_subscription_is_no_favourite(text):
    assert Favourite.read(text) is None


def test_a_term_means_the_case_studies_that_carry_it_or_one_below():
    meta = {"itemid": "1", "namespace": "", "name": ["CaseStudies/a"], "tags": ["contracts", "contracts/food"]}
    assert of_term("contracts").covers(meta) and of_term("contracts/food").covers(meta)
    assert not of_term("contracts/energy").covers(meta)
    assert not of_term("contracts").covers({**meta, "namespace": "users"})


def test_a_page_that_was_deleted_is_still_meant_by_its_name():
    assert Favourite.read("name::Home").covers({"itemid": "1", "namespace": "", "name": [], "name_old": ["Home"]})


def test_a_pattern_that_is_none_means_no_page():
    assert not Favourite.read("namere::(").covers({"itemid": "1", "namespace": "", "name": ["("]})


def test_what_names_one_page_comes_before_what_names_many():
    meta = {"itemid": "7", "namespace": "", "name": ["Help/Rights"], "tags": ["a"]}
    found = covering(read_all(["namere::Help", "tags::a", "itemid:7", "nope", "itemid:7"]), meta)
    assert found == [of_page("7"), of_term("a"), Favourite("namere", "Help")]


@given(st.lists(names, min_size=1, max_size=3), names)
def test_covering_agrees_with_moin(page_names, value):
    from moin.utils.subscriptions import get_matched_subscription_patterns

    meta = {"namespace": "", "name": page_names}
    for kind in ("nameprefix", "namere"):
        one = Favourite(kind, value if kind == "nameprefix" else re.escape(value))
        assert bool(get_matched_subscription_patterns([one.subscription], **meta)) == one.covers(meta)
