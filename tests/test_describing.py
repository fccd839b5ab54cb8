"""What a case study's page says of itself to other sites, and to people who want to cite or share it."""

from __future__ import annotations

import json
import re
from typing import Any

from lxml import html as lxml_html

from cupboard import instance, pages
from cupboard.kinds.case_study import CASE_STUDY
from tests.catalogue.making import text


def shown(app: Any, address: str) -> Any:
    return lxml_html.fromstring(app.test_client().get(address).text)


def store(app: Any, name: str = "CaseStudies/x", **fields: Any) -> str:
    with instance.inside(app) as storage:
        pages.store(name, text(**fields), contenttype=CASE_STUDY.stored_type, itemtype="case-study", storage=storage)
    return f"/{name}"


def test_a_case_study_tells_other_sites_what_it_is(seeded_app: Any) -> None:
    page = shown(seeded_app, store(seeded_app, title='Lots & "lots" </script>', result="Half the cost"))
    data = json.loads(page.cssselect('script[type="application/ld+json"]')[0].text)
    assert (data["@type"], data["headline"], data["abstract"]) == (
        "Article",
        'Lots & "lots" </script>',
        "Half the cost",
    )
    assert data["url"] == "http://localhost/CaseStudies/x" == page.cssselect('link[rel="canonical"]')[0].get("href")
    said = {one.get("property"): one.get("content") for one in page.cssselect("meta[property]")}
    assert said["og:title"] == 'Lots & "lots" </script>' and said["og:description"] == "Half the cost"


def test_it_can_be_cited_with_version_and_day_and_shared_by_a_short_link(seeded_app: Any) -> None:
    address = store(seeded_app, title="Lots")
    page = shown(seeded_app, address)
    cited = page.cssselect(".c-cite p")[0].text_content()
    assert re.search(r"“Lots”, .*, version 1, \d+ [A-Z][a-z]+ \d{4}, http://localhost/CaseStudies/x$", cited)
    link = page.cssselect("#c-share-link")[0].get("value")
    assert seeded_app.test_client().get(link).location == address
    assert page.cssselect('a[href^="mailto:?subject=Lots"]')


def test_the_parts_stand_in_their_order_and_a_long_page_begins_with_a_list_of_them(seeded_app: Any) -> None:
    reader = seeded_app.test_client()
    case = re.search(r'class="c-card__title"><a href="([^"]*)"', reader.get("/+cupboard/browse?has=cost-benefit").text)[
        1
    ]
    page = shown(seeded_app, case)
    headings = [one.text_content().replace("¶", "").strip() for one in page.cssselect("#moin-content-data h2")]
    order = ["On this page", "Legal status", "Context", "Action", "Impact", "Figures", "Primary resources",
        "Contact point",
             "What happened next"]  # fmt: skip
    places = [headings.index(one) for one in order if one in headings]
    assert places == sorted(places) and len(places) >= 5
    listed = page.cssselect("nav.c-contents a")
    assert len(listed) >= 5
    assert headings[0] == "On this page"
    assert [one.text_content() for one in listed] == headings[1:][: len(listed)]
    assert all(page.cssselect(f'[id="{one.get("href")[1:]}"]') for one in listed)


def test_other_pages_are_not_described(seeded_app: Any) -> None:
    for address in ("/Home", "/CaseStudies", "/+history/Home", "/Unwritten"):
        html = seeded_app.test_client().get(address).text
        assert "ld+json" not in html and "c-cite" not in html


def test_every_page_of_the_wiki_can_be_shared_as_it_is_now(seeded_app: Any) -> None:
    reader = seeded_app.test_client()
    for address, title in (("/Help/FindACase", "Find"), ("/Contents/contracts/food", "Food"), ("/Home", "The Sust")):
        page = shown(seeded_app, address)
        link = page.cssselect("#c-share-link")[0].get("value")
        assert reader.get(link).location == address
        assert page.cssselect(f'a[href^="mailto:?subject={title.replace(" ", "%20")}"]')
        assert page.cssselect("button[data-print][hidden]")
    with instance.inside(seeded_app) as storage:
        revid = storage["Home"]["current"].revid
    for address in ("/+history/Home", "/Unwritten", f"/+show/+{revid}/Home"):
        assert not shown(seeded_app, address).cssselect(".c-share")


def test_page_tools_come_down_to_what_people_need(seeded_app: Any) -> None:
    store(seeded_app, title="Lots")
    page = lxml_html.fromstring(seeded_app.test_client().sign_in("alice").get("/CaseStudies/x").text)
    plain = [one.text_content().strip() for one in page.cssselect(".c-tools__list > li > a")]
    assert plain == ["Edit", "History", "Print one page"]
    assert [one.text_content() for one in page.cssselect(".c-tools summary")] == ["Share", "More"]
