"""The macros, on a wiki page that somebody wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from lxml import html as lxml_html

from cupboard import instance, pages
from tests.conftest import set_acl

CASE = "CaseStudies/phw-office-furniture"


MACROS = Path(__file__).resolve().parent.parent / "macros"


@pytest.fixture
def show(seeded_app: Any) -> Callable[..., Any]:
    """Put wiki text on a page and return the page's main part as a reader gets it."""

    def shown(text: str, reader: str | None = None, query: str = "") -> Any:
        with instance.inside(seeded_app) as storage:
            pages.store(
                "Trial", text.encode(), contenttype="text/x.moin.wiki;charset=utf-8", itemtype="default",
                storage=storage,
            )  # fmt: skip
        client = seeded_app.test_client()
        if reader:
            client.sign_in(reader)
        answer = client.get(f"/Trial{query}")
        assert answer.status_code == 200
        return lxml_html.fromstring(answer.get_data(as_text=True)).get_element_by_id("main")

    return shown


def text_of(element: Any) -> str:
    return " ".join(element.text_content().split())


def test_section_index_lists_counts_and_pages(show: Callable[..., Any]) -> None:
    page = show("<<SectionIndex(contracts/furniture)>>")
    cards = page.cssselect(".c-card")
    assert len(cards) >= 3 and f"{len(cards)} case studies" in text_of(page)
    first = show("<<SectionIndex(rows=10, facets=region)>>")
    second = show("<<SectionIndex(rows=10, facets=region)>>", query="?page=2")
    titles = [
        {link.text_content() for link in one.cssselect(".c-card__title a")} for one in (first, second)
    ]
    assert len(titles[0]) == len(titles[1]) == 10 and not titles[0] & titles[1]
    assert "38" in text_of(first)


@pytest.mark.parametrize("page", ["?page=0", "?page=-1", "?page=99999999", "?page=x", "?page=", "?page=1&page=2"])
def test_any_page_number_gives_a_list(show: Callable[..., Any], page: str) -> None:
    assert show("<<SectionIndex(rows=10, facets=region)>>", query=page).cssselect(".c-card")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("SectionIndex(contracts/nothing)", "contracts/nothing"),
        ("SectionIndex(rows=0)", "rows must be a whole number from 1 to 100"),
        ("SectionIndex(contracts, colour=red)", "colour"),
        ("SectionIndex(contracts, contracts)", "twice"),
        ("CaseStudy", "name the page"),
        ("CaseStudy(CaseStudies/nothing)", "CaseStudies/nothing"),
        ("CaseStudy(Home)", "no case study"),
        ("LegalStatus(approved)", "legal_team"),
        ("CategoryCheckboxes(nothing)", "nothing"),
        ("CaseStudyForm(CaseStudies/nothing)", "CaseStudies/nothing"),
        ("CaseStudyForm(category=nothing)", "nothing"),
        (f"CaseStudyForm({CASE}, category=contracts)", "category is for a new case study"),
    ],
)
def test_a_bad_argument_is_named_in_the_page(show: Callable[..., Any], call: str, words: str) -> None:
    page = show(f"before\n\n<<{call}>>\n\nafter", reader="alice")
    assert words in text_of(page) and "after" in text_of(page)
    assert "execution failed" not in text_of(page)


def test_a_case_is_shown_in_short(show: Callable[..., Any]) -> None:
    card = show(f"<<CaseStudy({CASE})>>").cssselect(".c-card")[0]
    for words in ("Furnishing a new headquarters", "134 tCO2e", "Public Health Wales NHS Trust", "2016", "Not stated"):
        assert words in text_of(card)


def test_a_case_that_a_reader_may_not_read_looks_like_one_that_is_not_there(
    show: Callable[..., Any], seeded_app: Any
) -> None:
    set_acl(seeded_app, CASE, "alice:read")
    hidden = text_of(show(f"<<CaseStudy({CASE})>>"))
    missing = text_of(show("<<CaseStudy(CaseStudies/missing-one)>>"))
    assert hidden.replace(CASE, "X") == missing.replace("CaseStudies/missing-one", "X")
    assert "Furnishing" in text_of(show(f"<<CaseStudy({CASE})>>", reader="alice"))
    assert "Furnishing" not in text_of(show("<<SectionIndex(contracts/furniture, rows=100)>>"))


def test_a_legal_status_is_a_word_with_its_meaning(show: Callable[..., Any]) -> None:
    page = show("It was <<LegalStatus(under_challenge)>> then.")
    badge = page.cssselect(".c-tag")[0]
    meaning = page.get_element_by_id(badge.get("aria-describedby")).text_content()
    assert badge.text_content() == "Under challenge" and "investigation is open" in meaning


def test_the_legal_status_of_a_case_study_is_a_word_that_leads_to_who_says_so(
    show: Callable[..., Any], seeded_app: Any
) -> None:
    link = show(f"Now: <<LegalStatus({CASE})>>").cssselect(".c-badge")[0]
    assert "Not stated" in link.text_content() and link.get("href").endswith(f"{CASE}#legal-status")
    set_acl(seeded_app, CASE, "alice:read")
    assert "no case study" in text_of(show(f"<<LegalStatus({CASE})>>"))


def test_tick_boxes_of_a_branch_find_cases_under_any_of_them(show: Callable[..., Any], seeded_app: Any) -> None:
    form = show("<<CategoryCheckboxes(contracts)>>").cssselect("form.c-form")[0]
    values = {box.get("value") for box in form.cssselect("input[type=checkbox]")}
    assert {"contracts/food", "contracts/food/school-meals"} <= values and form.get("method") == "get"
    found = seeded_app.test_client().get(
        form.get("action"), query_string={"term": ["contracts/food/school-meals", "contracts/furniture/office"]}
    )
    assert "Furnishing a new headquarters" in found.get_data(as_text=True)


def test_the_form_stands_in_a_page_for_those_who_may_write(show: Callable[..., Any]) -> None:
    assert "Sign in" in text_of(show("<<CaseStudyForm>>"))
    new = show("<<CaseStudyForm(category=contracts/food)>>", reader="alice").cssselect("form.c-form")[0]
    ticked = [box.get("value") for box in new.cssselect("input[type=checkbox][checked]")]
    assert ticked == ["contracts/food"] and new.get("action").endswith("/+cupboard/new")
    edit = show(f"<<CaseStudyForm({CASE})>>", reader="alice").cssselect("form.c-form")[0]
    assert edit.cssselect("input[name=title]")[0].get("value").startswith("Furnishing")
    assert edit.cssselect("input[name='edit.base']")[0].get("value")


def test_every_macro_has_a_manual() -> None:
    from importlib import import_module, resources

    names = [file.name[:-3] for file in resources.files("cupboard.macros").iterdir() if file.name[:1].isupper()]
    assert {"CaseStudy", "CaseStudyForm", "CategoryCheckboxes", "LegalStatus", "SectionIndex"} <= set(names)
    for name in names:
        manual = import_module(f"cupboard.macros.{name}").__doc__
        assert manual and manual.strip().startswith(f"{name} - ") and f"<<{name}" in manual, name


def test_every_macro_that_is_called_wrongly_shows_its_manual_folded(show: Callable[..., Any]) -> None:
    names = sorted(path.stem for path in MACROS.glob("[A-Z]*.py") if "refused(" in path.read_text())
    assert len(names) >= 20
    page = show("\n\n".join(f"<<{name}(no_such_argument=<b>)>>" for name in names))
    manuals = {one.cssselect("summary")[0].text: one.cssselect("pre")[0].text for one in page.cssselect("details")
               if one.cssselect("pre")}  # fmt: skip
    assert list(manuals) == [f"How {name} is written" for name in names]
    for name, manual in zip(names, manuals.values(), strict=True):
        assert manual.startswith(f"{name} - ") and f"<<{name}" in manual.partition("Examples:")[2]
    assert not page.cssselect("b")
