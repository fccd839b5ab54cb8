"""The address of a list and the query it stands for."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupboard.catalogue.facets import FACETS
from cupboard.catalogue.query import FIRST_YEAR, LAST_YEAR, MAX_TEXT, SORTS, BadQuery, Query, both, read

WRITABLE = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ue000\ue001\ufffe\uffff"),
    min_size=1,
    max_size=30,
)
VALUES = WRITABLE.map(lambda text: " ".join(text.split())).filter(bool)
CHOSEN = st.dictionaries(
    st.sampled_from(sorted(FACETS)), st.lists(VALUES, min_size=1, max_size=3, unique=True).map(tuple), max_size=4
)
YEARS = st.none() | st.integers(FIRST_YEAR, LAST_YEAR)


@st.composite
def queries(draw: st.DrawFn) -> Query:
    since, until = draw(YEARS), draw(YEARS)
    if since is not None and until is not None and since > until:
        since, until = until, since
    return Query(
        text=draw(st.just("") | VALUES), include=draw(CHOSEN), exclude=draw(CHOSEN), since=since, until=until,
        sort=draw(st.sampled_from(["", *SORTS])), page=draw(st.integers(1, 1000)),
    )  # fmt: skip


def same(one: Query, other: Query) -> bool:
    def plain(query: Query) -> tuple:
        chosen = [{name: sorted(values) for name, values in part.items()} for part in (query.include, query.exclude)]
        return query.text, *chosen, query.since, query.until, query.order, query.page

    return plain(one) == plain(other)


@given(queries())
def test_a_query_is_what_its_address_says(query: Query) -> None:
    address = urlencode(query.pairs(), safe="/")
    again, corrected = read(parse_qsl(address), FACETS)
    assert same(again, query) and corrected == ()
    assert again.pairs() == query.pairs()


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["q", "page", "sort", "year-from", "year-to", "region", "-term", "x"])
            | st.text(max_size=10),
            st.text(max_size=400),
        ),
        max_size=130,
    )
)
def test_any_address_gives_a_query_or_a_sentence(pairs: list[tuple[str, str]]) -> None:
    try:
        query, corrected = read(pairs, FACETS)
    except BadQuery as bad:
        assert str(bad).endswith(".")
        return
    assert 1 <= query.page <= 1_000_000 and len(query.text) <= MAX_TEXT
    assert read(query.pairs(), FACETS)[0].pairs() == query.pairs()
    assert all(sentence.endswith(".") for sentence in corrected)


def test_a_facet_repeated_means_either_and_a_minus_leaves_out() -> None:
    query, _ = read([("region", "wales"), ("region", "scotland"), ("-status", "not_lawful"), ("tab", "2")], FACETS)
    assert query.include == {"region": ("wales", "scotland")} and query.exclude == {"status": ("not_lawful",)}


def test_empty_boxes_of_a_form_ask_for_nothing() -> None:
    query, corrected = read([("q", " "), ("-region", ""), ("year-from", ""), ("sort", "")], FACETS)
    assert not query.is_filtered and query.pairs() == [] and corrected == ()


@pytest.mark.parametrize("value", ["0", "-1", "x", "1e3", "٣", "99999999999999999999", ""])
def test_a_page_that_is_none_is_the_first_one(value: str) -> None:
    assert read([("page", value)], FACETS)[0].page == 1


def test_years_the_wrong_way_round_are_turned() -> None:
    query, _ = read([("year-from", "2020"), ("year-to", "2010")], FACETS)
    assert (query.since, query.until) == (2010, 2020)


@pytest.mark.parametrize("value", ["20", "20x0", "3000", "-2010", "٢٠١٠"])
def test_a_year_that_is_none_is_named(value: str) -> None:
    query, corrected = read([("year-from", value)], FACETS)
    assert query.since is None and value in corrected[0]


FEW = st.dictionaries(st.sampled_from(["region", "theme"]), st.sets(st.sampled_from("abc"), min_size=1).map(
    lambda values: tuple(sorted(values))), max_size=2)  # fmt: skip
SMALL = st.builds(Query, include=FEW, exclude=FEW, since=st.none() | st.integers(2001, 2004),
                  until=st.none() | st.integers(2001, 2004))  # fmt: skip
PAGES = st.tuples(st.sets(st.sampled_from("abc")), st.sets(st.sampled_from("abc")), st.integers(2000, 2005))


def holds(query: Query, page: Any) -> bool:
    values, year = {"region": page[0], "theme": page[1]}, page[2]
    return (
        all(values[name] & set(chosen) for name, chosen in query.include.items())
        and not any(values[name] & set(chosen) for name, chosen in query.exclude.items())
        and (query.since or 0) <= year <= (query.until or 9999)
    )


@given(SMALL, SMALL, PAGES)
def test_what_two_queries_ask_together_is_one_query_if_it_is_any(scope: Query, query: Query, page: Any) -> None:
    together = both(scope, query)
    if together:
        assert holds(together, page) == (holds(scope, page) and holds(query, page))
    if (
        not scope.include.keys() & query.include.keys()
        and (scope.since or 0) <= (query.until or 9999)
        and (query.since or 0) <= (scope.until or 9999)
        and (scope.since or 0) <= (scope.until or 9999)
        and (query.since or 0) <= (query.until or 9999)
    ):
        assert together


def test_a_term_below_another_is_the_narrower_of_the_two() -> None:
    food, meals = (Query(include={"term": (term,)}) for term in ("contracts/food", "contracts/food/school-meals"))
    assert both(food, meals) == both(meals, food) == meals
    assert both(food, Query(include={"term": ("contracts/energy",)})) is None


def test_an_unknown_order_is_named_and_the_usual_one_taken() -> None:
    query, corrected = read([("sort", "<b>")], FACETS)
    assert query.order == "newest" and '"<b>"' in corrected[0]


def test_relevance_needs_words() -> None:
    assert Query(sort="relevance").order == "newest"
    assert Query(text="meals").order == "relevance"


def test_a_value_that_is_too_long_and_too_many_values_are_refused() -> None:
    with pytest.raises(BadQuery):
        read([("region", "x" * 201)], FACETS)
    with pytest.raises(BadQuery):
        read([("region", str(n)) for n in range(101)], FACETS)


def test_taking_a_filter_away_starts_at_the_first_page() -> None:
    query = Query(include={"region": ("wales", "scotland")}, exclude={"region": ("uk-wide",)}, page=4)
    assert query.without("region", "wales") == Query(
        include={"region": ("scotland",)}, exclude={"region": ("uk-wide",)}
    )
    assert query.without("region", "uk-wide").exclude == {}
