"""The one-page brief: what stands on it, how it is shortened, who gets it. That it fits is measured in a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupboard import instance, pages
from cupboard.brief import views
from cupboard.brief.cutting import cut, words
from cupboard.kinds.case_study import CASE_STUDY
from tests.catalogue.making import text
from tests.catalogue.test_freshness import send
from tests.conftest import Client, set_acl
from tests.test_editing import Writer


@pytest.fixture
def case(seeded_client: Client) -> str:
    return re.search(
        r'class="c-card__title"><a href="(/CaseStudies/[^"]*)"', seeded_client.get("/+cupboard/browse").text
    )[1]


# ---- Shortening -----------------------------------------------------------------------------------------------------


def test_a_text_ends_with_its_last_whole_sentence() -> None:
    assert cut("It began. It grew (a lot). It ended well.", 30) == ("It began. It grew (a lot).", True)
    assert cut("It began.", 30) == ("It began.", False)


def test_a_text_without_an_end_in_time_ends_between_two_words() -> None:
    assert cut("One long sentence that does not end", 20) == ("One long sentence…", True)
    assert cut("Extraordinarily", 8) == ("Extraor…", True)


def test_an_abbreviation_is_no_end() -> None:
    assert cut("They bought goods, e.g. chairs and many desks.", 26).text == "They bought goods, e.g…"
    assert cut("Led by J. Smith and others of the council.", 20).text == "Led by J. Smith and…"


@given(st.text(max_size=300), st.integers(2, 200))
def test_a_cut_text_is_never_too_long_and_is_the_beginning_of_the_whole(text: str, most: int) -> None:
    shorter, is_short = cut(text, most)
    assert len(shorter) <= most
    assert " ".join(text.split()).startswith(shorter.removesuffix("…") if is_short else shorter)
    assert is_short == (shorter != " ".join(text.split()))


@given(st.text(max_size=300))
def test_the_words_of_any_markup_are_one_line(markup: str) -> None:
    assert "\n" not in words(markup)


def test_markup_leaves_its_words() -> None:
    markup = (
        "== More ==\n * It was '''new''', see [[Help|the help]] and [[Home]]. <<TableOfContents>>\n"
        "||a||b||\n * Then {{x.png}} ''this''."
    )
    assert words(markup) == "It was new, see the help and Home. Then this."


# ---- Pages ----------------------------------------------------------------------------------------------------------


def test_a_case_study_is_shown_on_one_sheet(seeded_client: Client, case: str) -> None:
    answer = seeded_client.get(f"{case}?view=brief")
    assert answer.status_code == 200
    assert answer.text.count('<article class="c-brief"') == 1 and answer.text.count("<h1") == 1
    for part in ("c-brief__figures", "Is it lawful?", "Not legal advice", "QR code", "What they did", f'href="{case}"'):
        assert part in answer.text
    assert len(re.findall(r"<li><strong>", answer.text)) <= 3


def test_the_short_link_leads_to_the_page_whatever_it_is_called(seeded_app: Any, case: str) -> None:
    reader = seeded_app.test_client()
    link = re.search(r'href="http://localhost(/\+cupboard/s/[0-9a-f]+)"', reader.get(f"{case}?view=brief").text)[1]
    assert reader.get(link).location == case
    admin = Writer(seeded_app, "admin")
    send(admin, f"/+rename{case}", target="Elsewhere")
    assert reader.get(link).location == "/Elsewhere"
    set_acl(seeded_app, "Elsewhere", "alice:read")
    assert reader.get(link).status_code == 404
    assert seeded_app.test_client().sign_in("alice").get(link).status_code == 302
    for wrong in ("zz", "0123456789", "..%2f", "0" * 40):
        assert reader.get(f"/+cupboard/s/{wrong}").status_code == 404


def test_a_brief_is_for_those_who_may_read_the_page(seeded_app: Any, case: str) -> None:
    reader = seeded_app.test_client()
    title = re.search("<h1[^>]*>(.*?)</h1>", reader.get(f"{case}?view=brief").text)[1]
    assert title in reader.get("/+cupboard/brief").text
    set_acl(seeded_app, case.lstrip("/"), "alice:read")
    assert reader.get(f"{case}?view=brief").status_code == 403
    assert title not in reader.get("/+cupboard/brief").text


def test_a_list_has_a_title_page_and_one_page_each(seeded_client: Client) -> None:
    html = seeded_client.get("/+cupboard/brief?term=contracts/food").text
    listed = int(re.search(r">(\d+) case stud", seeded_client.get("/+cupboard/browse?term=contracts/food").text)[1])
    assert html.count('<article class="c-brief"') == listed
    assert html.count("c-brief--cover") == 1 and html.count("<h1") == 1
    assert "Case studies: Food and catering" in html


def test_a_long_list_is_limited_and_says_so(seeded_client: Client) -> None:
    html = seeded_client.get("/+cupboard/brief").text
    assert html.count('<article class="c-brief"') == 20
    assert re.search(r"20 of \d+ case studies", html)


def test_an_empty_list_says_what_to_do(seeded_client: Client) -> None:
    html = seeded_client.get("/+cupboard/brief?q=zzzzzz").text
    assert "No case study is in this list." in html and "Choose others" in html


def test_what_cannot_be_asked_is_refused_with_a_sentence(seeded_client: Client) -> None:
    refused = seeded_client.get("/+cupboard/brief?" + "&".join(f"term=x{n}" for n in range(500)))
    assert (
        refused.status_code
        == seeded_client.get(refused.request.full_path.replace("brief", "browse")).status_code
        == 400
    )


def test_an_author_s_markup_stays_text(seeded_app: Any) -> None:
    with instance.inside(seeded_app) as storage:
        pages.store("CaseStudies/x", text(title="<script>alert(1)</script>"), contenttype=CASE_STUDY.stored_type,
            itemtype="case-study",
                    storage=storage)  # fmt: skip
    html = seeded_app.test_client().get("/CaseStudies/x?view=brief").text
    assert "<script>alert" not in html and "&lt;script&gt;" in html


def test_a_pdf_is_offered_where_it_can_be_made(seeded_client: Client, case: str) -> None:
    pytest.importorskip("weasyprint")
    answer = seeded_client.get(f"{case}?view=brief&format=pdf")
    assert answer.mimetype == "application/pdf" and answer.data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", answer.data)) in (0, 1)  # 0: the pages' objects are compressed
    assert ">PDF</a>" in seeded_client.get(f"{case}?view=brief").text


def test_without_the_program_for_it_the_page_says_how(
    seeded_client: Client, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "find_spec", lambda name: None)
    assert "Save as PDF" in seeded_client.get(f"{case}?view=brief").text
    assert seeded_client.get(f"{case}?view=brief&format=pdf").status_code == 404
    assert "pip install" in seeded_client.sign_in("admin").get(f"{case}?view=brief").text
