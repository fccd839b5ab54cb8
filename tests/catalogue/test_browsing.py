"""Lists under their own address: filters, words, orders, feeds, and whatever strangers send."""

from __future__ import annotations

import random
import re
import sqlite3
from typing import Any
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import html as lxml_html

from cupboard import catalogue, fragments, instance
from cupboard.catalogue import FACETS, Query, fulltext, legal, memory, similar, tables
from cupboard.macros import LawChanges, LegalGuide, LegalStatus, SavedSearch, SectionIndex, _lists
from tests.catalogue.listed import heading, put, titles, total
from tests.catalogue.making import text
from tests.catalogue.test_freshness import send
from tests.test_editing import Writer


def test_all_seeded_cases_are_listed_in_pages_of_25(seeded_client: Any) -> None:
    first = seeded_client.get("/+cupboard/browse").text
    assert (
        heading(first) == "33 case studies and 5 change stories"
        and len(titles(first)) == 25
        and "1 to 25 of 38" in first
    )
    second = seeded_client.get("/+cupboard/browse?page=2").text
    assert len(titles(second)) == 13 and not set(titles(first)) & set(titles(second))
    assert titles(seeded_client.get("/+cupboard/browse?page=99").text) == titles(second)


def test_filters_are_boxes_with_counts_and_links_that_take_them_away(seeded_client: Any) -> None:
    page = lxml_html.fromstring(seeded_client.get("/+cupboard/browse?region=scotland&-theme=climate").text)
    box = page.cssselect("input[name=region][value=scotland]")[0]
    assert box.get("checked") is not None
    chosen = [link.text_content() for link in page.cssselect(".c-chosen a")]
    assert chosen == ["Take away Region: Scotland ×", "Take away Not Themes: Climate change and carbon ×", "Clear all"]
    links = [link.get("href") for link in page.cssselect(".c-chosen a")]
    assert links == ["/+cupboard/browse?-theme=climate", "/+cupboard/browse?region=scotland", "/+cupboard/browse"]
    assert page.cssselect("input[type=hidden][name='-theme'][value=climate]")
    count = int(re.search(r"\((\d+)\)", box.getparent().text_content())[1])
    assert total(seeded_client.get("/+cupboard/browse?region=scotland&-theme=climate").text) == count


def test_every_offered_value_shows_as_many_as_it_says(seeded_client: Any) -> None:
    page = lxml_html.fromstring(seeded_client.get("/+cupboard/browse?q=contract").text)
    boxes = page.cssselect(".c-box")
    assert len(boxes) > 40
    for box in random.Random(1).sample(boxes, 25):
        control = box.cssselect("input")[0]
        count = int(re.search(r"\((\d+)\)$", box.text_content().strip())[1])
        address = "/+cupboard/browse?" + urlencode({"q": "contract", control.get("name"): control.get("value")})
        assert total(seeded_client.get(address).text) == count, address


def test_a_long_facet_shows_some_then_those_that_were_asked_for(seeded_client: Any) -> None:
    def organisations(address: str) -> list[str]:
        page = lxml_html.fromstring(seeded_client.get(address).text)
        return [box.get("value") for box in page.cssselect("input[type=checkbox][name=organisation]")]

    assert len(organisations("/+cupboard/browse")) == 12
    assert len(organisations("/+cupboard/browse?show=organisation")) > 30
    found = organisations("/+cupboard/browse?find-organisation=nhs")
    assert 0 < len(found) < 30 and all("nhs" in one.lower() for one in found)
    both = organisations(
        "/+cupboard/browse?find-organisation=nhs&organisation=Preston+City+Council+with+Lancashire+anchor+institutions"
    )
    assert set(both) > set(found)


def test_what_was_searched_for_is_marked_and_nothing_else_is_markup(app: Any, client: Any) -> None:
    put(app, "CaseStudies/a", title="<b>Meals</b> & more", sections={"Impact": "We served <i>lentils</i> daily."})
    page = client.get("/+cupboard/browse?q=meal").text
    assert "&lt;b&gt;<mark>Meals</mark>&lt;/b&gt; &amp; more" in page
    page = client.get("/+cupboard/browse?q=lentils").text
    assert "&lt;i&gt;<mark>lentils</mark>&lt;/i&gt;" in page and "<i>" not in page


def test_a_misspelt_word_gets_a_suggestion_that_finds_something(app: Any, client: Any) -> None:
    put(app, "CaseStudies/a", title="Recycled furniture")
    page = lxml_html.fromstring(client.get("/+cupboard/browse?q=furnitrue+recycled").text)
    link = page.cssselect("a[data-suggestion]")[0]
    assert link.text == "furniture recycled"
    assert heading(client.get(link.get("href")).text) == "1 case study"


def test_title_and_result_weigh_more(app: Any, client: Any) -> None:
    put(app, "CaseStudies/a", title="Other", sections={"Impact": "Bicycles once."})
    put(app, "CaseStudies/b", title="Bicycles for nurses")
    put(app, "CaseStudies/c", title="Third", result="More bicycles")
    assert titles(client.get("/+cupboard/browse?q=bicycle").text) == ["Bicycles for nurses", "Third", "Other"]


def test_a_common_word_is_ordered_by_where_it_stands(app: Any, client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fulltext, "RANKED", 0)
    for number in range(4):
        put(app, f"CaseStudies/t{number}", title=f"Timber {number}")
        put(app, f"CaseStudies/o{number}", title=f"Other {number}", sections={"Action": "Timber, timber, timber."})
        put(app, f"CaseStudies/r{number}", title=f"Result {number}", result="Timber was used")
    found = titles(client.get("/+cupboard/browse?q=timber").text)
    assert [title.split()[0] for title in found] == ["Timber"] * 4 + ["Result"] * 4 + ["Other"] * 4
    two = catalogue_page(app, Query("timber", page=2, per_page=5))
    assert two == found[5:10]


def catalogue_page(app: Any, query: Query) -> list[str]:
    from moin.app import before_wiki

    with app.test_request_context("/"):
        before_wiki()
        return [entry.fields["title"] for entry in catalogue.find(query).entries]


@pytest.mark.parametrize(("typed", "expected"), [
    ("sustain*", {"Sustainable timber", "Environmental policies"}),
    ("sustainab*", {"Sustainable timber", "Environmental policies"}),
    ("sustainabl*", {"Sustainable timber", "Environmental policies"}),  # as "sustainable" does
    ("environmenta*", {"Environmental policies"}),
    ("polic*", {"Environmental policies"}),
    ("policie*", {"Environmental policies"}),
    ("procurem*", {"Sustainable timber"}),
    ("cost-benefi*", {"Environmental policies"}),
    ("-sustainab*", {"Timber"}),
    ("timber -procurem*", {"Timber"}),
    ("tim*", {"Sustainable timber", "Timber"}),
    ("tumb*", set()),
])  # fmt: skip
def test_a_beginning_finds_words_whose_stems_are_shorter(
    app: Any, client: Any, typed: str, expected: set[str]
) -> None:
    put(app, "CaseStudies/a", title="Sustainable timber", sections={"Action": "Procurement did it."})
    put(app, "CaseStudies/b", title="Environmental policies", sections={"Impact": "Sustainability by cost-benefits."})
    put(app, "CaseStudies/c", title="Timber")
    page = client.get("/+cupboard/browse?" + urlencode({"q": typed})).text
    assert set(titles(page)) == expected
    assert ("<mark>" in page) == bool(expected and typed[0] != "-")


def test_orders(app: Any, client: Any) -> None:
    put(app, "CaseStudies/a", title="A", year="2010", organisation="Zeal Council")
    put(app, "CaseStudies/b", title="B", year="2020", organisation="acorn Trust")
    put(app, "CaseStudies/c", title="C", organisation="Middle Council")
    put(app, "CaseStudies/a", title="A", year="2010", organisation="Zeal Council", themes=["air"])
    shown = {sort: titles(client.get(f"/+cupboard/browse?sort={sort}").text) for sort in ("year", "organisation")}
    assert shown == {"year": ["B", "A", "C"], "organisation": ["B", "C", "A"]}


def test_empty_boxes_leave_the_address(client: Any) -> None:
    answer = client.get("/+cupboard/browse?q=&region=scotland&-region=&sort=newest")
    assert answer.status_code == 302 and answer.headers["Location"] == "/+cupboard/browse?region=scotland&sort=newest"


def test_too_much_is_refused_with_a_sentence(client: Any) -> None:
    for address in (
        "/+cupboard/browse?region=" + "x" * 300,
        "/+cupboard/browse?" + "&".join(f"region={n}" for n in range(150)),
    ):
        answer = client.get(address)
        assert answer.status_code == 400 and "<h1>That list can&#39;t be made</h1>" in answer.text
    assert client.get("/+cupboard/browse.atom?region=" + "x" * 300).status_code == 400


NAMES = [
    *FACETS,
    *(f"-{id}" for id in FACETS),
    "q",
    "page",
    "sort",
    "year-from",
    "year-to",
    "show",
    "find-organisation",
    "rev",
]
NASTY = st.sampled_from([
    "' OR 1=1 --", "<script>alert(1)</script>", "\x00", "a" * 150, '"', "\\", "{title} : x", "NEAR(a b)", "*",
    "-", "../..",
    ",",
    ";",
    "9" * 5000,
    "%", "\ud7ff", "\u202e", "🍏", "contracts/food/", "/", "=", "&", "'; DROP TABLE catalogue_case; --", "1e9",
    "-1", "٣",
])  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(NAMES) | st.text(max_size=8), NASTY | st.text(min_size=1, max_size=30)), max_size=8
    )
)
def test_hostile_addresses_get_a_page_or_a_sentence(seeded_client: Any, pairs: list[tuple[str, str]]) -> None:
    asked = urlencode([(name, value) for name, value in pairs if value.strip()], errors="surrogatepass")
    for path in (
        "/+cupboard/browse",
        "/+cupboard/browse.atom",
        "/+cupboard/legal",
        "/CaseStudies",
        "/Contents/contracts/food",
    ):
        answer = seeded_client.get(f"{path}?{asked}")
        assert answer.status_code in (200, 302, 400), (path, asked)
        assert "<script>alert" not in answer.text


@pytest.mark.parametrize(
    "raw", ["%00", "%ff%fe", "q=%c3", "q=%ed%a0%80", "%", "q=" + quote("\x1b[31m"), "page=%0a1", "&&&=&"]
)
def test_raw_bytes_in_addresses(seeded_client: Any, raw: str) -> None:
    assert seeded_client.get(f"/+cupboard/browse?{raw}").status_code in (200, 302, 400)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    NASTY | st.text(max_size=90),
    NASTY | st.text(max_size=60),
    st.dictionaries(st.sampled_from(NAMES), NASTY, max_size=3),
)
def test_hostile_searches_are_kept_or_refused_with_a_sentence(
    app: Any, name: str, search: str, more: dict[str, str]
) -> None:
    alice = app.test_client().sign_in("alice")
    sent = {"name": name, "search": search if not more else urlencode(more, errors="surrogatepass")}
    answer = alice.post(
        "/+cupboard/searches", data={key: value.encode("utf-8", "replace") for key, value in sent.items()}
    )
    assert answer.status_code in (302, 400), sent
    assert "<script>alert" not in alice.get("/+cupboard/searches").text


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from([*_lists.ALL_ARGUMENTS, "term", "name", ""]), NASTY | st.text(max_size=30)),
        max_size=4,
    )
)
def test_a_macro_never_raises_whatever_its_arguments(app: Any, given_: list[tuple[str, str]]) -> None:
    from moin.app import before_wiki

    text_ = ", ".join(f'{name}="{value}"' if name else value for name, value in given_)
    with app.test_request_context("/?region=scotland"):
        before_wiki()
        for macro in (SectionIndex, SavedSearch, LegalStatus, LawChanges, LegalGuide):
            shown = macro.Macro().macro(None, [text_], None, text_)
            if not isinstance(shown, str):
                html = [one for one in shown.itertext() if isinstance(one, fragments._Rendered)]  # written as it is
                assert "<script>alert" not in "".join(html)


# -- the feed, and more like this --------------------------------------------------------------------------------------


def test_the_feed_is_well_formed_and_narrowed_like_the_list(seeded_client: Any) -> None:
    answer = seeded_client.get("/+cupboard/browse.atom?region=scotland")
    assert answer.mimetype == "application/atom+xml" and "private" in answer.headers["Cache-Control"]
    entries = ElementTree.fromstring(answer.data).findall("{http://www.w3.org/2005/Atom}entry")
    assert len(entries) == total(seeded_client.get("/+cupboard/browse?region=scotland").text)
    title = ElementTree.fromstring(answer.data).find("{*}title").text
    assert title.endswith("Case studies and change stories: Scotland")


def test_the_feed_escapes(app: Any, client: Any) -> None:
    put(app, "CaseStudies/a", title="A & <b>", result=']]> & "quoted"')
    feed = ElementTree.fromstring(client.get("/+cupboard/browse.atom?q=%3Cb%3E").data)
    assert feed.find(".//{*}entry/{*}title").text == "A & <b>"


def test_an_entry_of_a_feed_is_the_same_whatever_its_page_is_called(app: Any) -> None:
    put(app, "CaseStudies/a", title="Meals")
    admin = Writer(app, "admin")

    def entry() -> tuple[str, str]:
        one = ElementTree.fromstring(admin.client.get("/+cupboard/browse.atom").data).find(".//{*}entry")
        return one.find("{*}id").text, one.find("{*}link").get("href")

    before = entry()
    send(admin, "/+rename/CaseStudies/a", target="CaseStudies/b")
    assert before == (entry()[0], "http://localhost/CaseStudies/a") and entry()[1] == "http://localhost/CaseStudies/b"


def test_a_case_page_leads_to_cases_like_it(app: Any, client: Any) -> None:
    put(app, "CaseStudies/a", title="Meals in schools", themes=["climate"])
    put(app, "CaseStudies/b", title="Meals in hospitals", themes=["climate"])
    put(
        app,
        "CaseStudies/c",
        title="Street lights",
        categories=["contracts/energy"],
        region="wales",
        organisation="X",
        organisation_type="nhs",
    )
    page = client.get("/CaseStudies/a").text
    assert "More like this" in page
    after = page.partition("More like this")[2]
    assert "Meals in hospitals" in after and "Street lights" not in after
    assert "More like this" not in client.get("/CaseStudies/c").text


# -- statements --------------------------------------------------------------------------------------------------------


def test_every_statement_is_served_by_an_index(app: Any) -> None:
    with instance.inside(app) as storage:
        connection = storage.reading()
        for module in (catalogue, memory, fulltext, similar, legal):
            for name, statement in module.STATEMENTS.items():
                plan = [
                    row[3]
                    for row in connection.execute("EXPLAIN QUERY PLAN " + statement, ("1",) * parameters(statement))
                ]
                scans = [
                    step
                    for step in plan
                    if step.startswith("SCAN") and not re.search(r"VIRTUAL TABLE|catalogue_state", step)
                ]
                assert not scans, (module.__name__, name, plan)
                assert not any("TEMP B-TREE" in step for step in plan) or name == "rank", (name, plan)


def parameters(statement: str) -> int:
    numbered = re.findall(r"\?(\d+)", statement)
    return max(map(int, numbered)) if numbered else statement.count("?")


def test_statements_on_saving_are_served_by_an_index() -> None:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE revision (itemid TEXT, latest INTEGER, mtime INTEGER)")
    connection.execute("CREATE INDEX revision_item ON revision (itemid, latest, mtime)")
    asked: list[str] = []
    tables.Catalogue().create(connection)
    connection.set_trace_callback(asked.append)
    from tests.catalogue.making import meta, opened

    for _ in range(2):
        tables.Catalogue().put(connection, meta("CaseStudies/a"), "", opened(text()))
        tables.Catalogue().put(
            connection, meta("CaseStudies/a/x.pdf", contenttype="application/pdf"), "words", opened(b"")
        )
    tables.Catalogue().drop(connection, "CaseStudies/a/x.pdf")
    connection.set_trace_callback(None)
    for statement in {one for one in asked if not one.startswith(("--", "PRAGMA"))}:
        for row in connection.execute("EXPLAIN QUERY PLAN " + statement):
            assert not row[3].startswith("SCAN") or re.search(
                r"VIRTUAL TABLE|catalogue_state|CONSTANT ROW|json_each|\(subquery", row[3]
            ), (statement[:200], row[3])
