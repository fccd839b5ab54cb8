"""Lists on wiki pages, by macros."""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

import pytest
from lxml import html as lxml_html

from cupboard.macros import SectionIndex, Stories
from tests.catalogue.listed import put, titles, wiki_page


@pytest.mark.parametrize(("call", "expected"), [
    ("<<SectionIndex(contracts/food)>>", {"Meals"}),
    ("<<SectionIndex(contracts)>>", {"Meals", "Lights"}),
    ("<<SectionIndex(contracts, without_term=contracts/food)>>", {"Lights"}),
    ("<<SectionIndex(region=\"Wales\")>>", {"Lights"}),
    ("<<SectionIndex(region=\"scotland, wales\", sort=year)>>", {"Meals", "Lights"}),
    ("<<SectionIndex(words=\"light*\", sort=relevance)>>", {"Lights"}),
    ("<<SectionIndex(year_from=2015)>>", {"Lights"}),
    ("<<SectionIndex(search=\"term=contracts/food&region=scotland\")>>", {"Meals"}),
    ("<<SectionIndex(organisation=\"Anytown Council; Other, Ltd\")>>", {"Meals", "Lights"}),
    ("<<SectionIndex(rows=1)>>", {"Lights"}),
])  # fmt: skip
def test_section_index_shows_what_it_is_told(app: Any, client: Any, call: str, expected: set[str]) -> None:
    put(app, "CaseStudies/a", title="Meals", year="2010", categories=["contracts/food/school-meals"])
    put(app, "CaseStudies/b", title="Lights", year="2020", region="wales", categories=["contracts/energy"])
    wiki_page(app, "Page", call)
    assert set(titles(client.get("/Page").text)) == expected


@pytest.mark.parametrize(("call", "said"), [
    ("<<SectionIndex(contracts/fod)>>", "no term &#39;contracts/fod&#39;"),
    ("<<SectionIndex(region=atlantis)>>", "region has no value"),
    ("<<SectionIndex(rows=0)>>", "rows must be a whole number from 1 to 100"),
    ("<<SectionIndex(view=grid)>>", "view must be one of cards, columns"),
    ("<<SectionIndex(colums=title)>>", "there is no argument &#39;colums&#39;"),
    ("<<SectionIndex(columns=\"title, colour\")>>", "columns must be one of"),
    ("<<SectionIndex(facets=price)>>", "facets must be one of"),
    ("<<SectionIndex(facets=\"all, region\")>>", "facets must be one of"),
    ("<<SectionIndex(sort=random)>>", "sort must be one of"),
    ("<<SectionIndex(term=\",\")>>", "term is empty"),
    ("<<SectionIndex(without_term=\";\")>>", "without_term is empty"),
    ("<<SectionIndex(year_from=2020, year_to=2010)>>", "year_from must not be after year_to"),
    ("<<SectionIndex(search=\"regoin=wales\")>>", "search: lists have no filter 'regoin'"),
    ("<<SectionIndex(search=\"meals\")>>", "search: lists have no filter 'meals'"),
    ("<<SectionIndex(search=\"year-from=x\")>>", "is not a year"),
    (f"<<SectionIndex(words={'x' * 301})>>", "words must be 300 characters or fewer"),
    (f"<<SectionIndex(rows={'9' * 5000})>>", "rows must be a whole number from 1 to 100"),
    ("<<SavedSearch(alice/nothing)>>", "name must be that of a search that is kept"),
])  # fmt: skip
def test_a_wrong_argument_is_named_in_the_page(app: Any, client: Any, call: str, said: str) -> None:
    wiki_page(app, "Page", call)
    shown = client.get("/Page")
    assert shown.status_code == 200 and said.replace("&#39;", "'") in shown.text.replace("&#39;", "'")


def test_columns(app: Any, client: Any) -> None:
    put(app, "CaseStudies/a", title="Meals", year="2010")
    wiki_page(app, "Page", '<<SectionIndex(contracts/food, columns="title, organisation, year, status")>>')
    page = lxml_html.fromstring(client.get("/Page").text)
    assert [cell.text_content() for cell in page.cssselect(".c-columns th[scope=col]")] == [
        "Title",
        "Organisation",
        "Year",
        "Legal status",
    ]
    assert [cell.text_content().strip() for cell in page.cssselect(".c-columns tbody tr > *")] == [
        "Meals",
        "Anytown Council",
        "2010",
        "Not stated",
    ]


def test_a_reader_narrows_the_first_list_of_a_page_only(app: Any, client: Any) -> None:
    put(app, "CaseStudies/a", title="Meals")
    put(app, "CaseStudies/b", title="Lights", region="wales")
    wiki_page(app, "Page", "<<SectionIndex(contracts)>>\n\n<<SectionIndex(rows=1)>>\n")
    both = client.get("/Page?region=scotland").text
    assert titles(both) == ["Meals", "Lights"] and both.count('id="list-form"') == 1
    assert 'href="/+cupboard/browse">See all 2 case studies' in both


def test_the_manual_names_every_argument() -> None:
    from cupboard.macros import SectionIndex, _lists

    missing = [
        name
        for name in ("term", *_lists.ARGUMENTS, *_lists.FILTERS)
        if not re.search(rf"\b{name}\b", SectionIndex.__doc__)
    ]
    assert missing == [] and "without_term" in SectionIndex.__doc__
    help_page = (resources.files("cupboard.seed_pages") / "Help" / "FindACase.moin").read_text(encoding="utf-8")
    assert [name for name in ("term", *_lists.FILTERS) if not re.search(rf"\b{name}\b", help_page)] == []


@pytest.mark.parametrize(("facets", "asked", "offered"), [
    ("region, year", "", ["region", "year"]),
    ("year", "", ["year"]),
    ("region", "", ["region"]),
    ("region", "?year-from=1990", ["region", "year"]),  # the form sends what was chosen
    ("none", "", []),
])  # fmt: skip
def test_the_filters_are_those_that_the_page_names(
    app: Any, client: Any, facets: str, asked: str, offered: list[str]
) -> None:
    put(app, "CaseStudies/a", title="Meals", year="2010")
    wiki_page(app, "Page", f'<<SectionIndex(facets="{facets}")>>')
    page = lxml_html.fromstring(client.get(f"/Page{asked}").text)
    assert [one.get("data-facet") for one in page.cssselect(".c-facet")] == offered


def test_what_the_manual_gives_as_an_example_shows_a_list(app: Any) -> None:
    from moin.app import before_wiki

    calls = [(macro, arguments) for macro in (SectionIndex, Stories)
             for arguments in re.findall(r"^    <<\w+(?:\((.+)\))?>>$", macro.__doc__, re.M)]  # fmt: skip
    assert len(calls) > 8
    for macro, arguments in calls:
        with app.test_request_context("/"):
            before_wiki()
            shown = macro.Macro().macro(None, [arguments], None, "")
        assert "c-list-head" in "".join(shown.itertext()), arguments
