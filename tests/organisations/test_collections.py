"""Collections on the page of an organisation: found in the form, followed through renames, shown when they are
missing.
"""

from __future__ import annotations

from typing import Any

import pytest

from cupboard.references import dead
from tests.catalogue import making

PAGE = "Organisations/anytown-council"
OK = {"comment": "", "submit": "OK"}
GONE = "there is no page of this name that you can read"


@pytest.fixture
def collected(town: Any) -> Any:
    """The town with a collection of two case studies, put together by a member in the form."""
    town.save("CaseStudies/bins", making.text("Bins for all"))
    writer = town.as_("member")
    form = writer.get(f"/+modify/{PAGE}")
    rows = {"collections-0-title": "Where to begin", "collections-0-case": "CaseStudies/bins",
            "collections-0-note": "It is easy.", "collections-1-case": town.case,
            "collections-1-note": "It is cheap."}  # fmt: skip
    assert writer.post(f"/+modify/{PAGE}", form.data(), **rows).status == 303
    return town


def shown(town: Any, kind: str) -> list[str]:
    """What the collection shows to somebody of a kind, in its order."""
    page = town.as_(kind).get(f"/{PAGE}").page
    return [
        " ".join(one.text_content().split())
        for one in page.xpath("//h2[@id='collection-1']/following-sibling::ol[1]/li")
    ]


def test_a_collection_is_shown_in_its_order_with_its_reasons(collected: Any) -> None:
    assert collected.read(PAGE).document.fields["collections"] == [
        {"title": "Where to begin", "case": "CaseStudies/bins", "note": "It is easy."},
        {"case": collected.case, "note": "It is cheap."},
    ]
    first, second = shown(collected, "nobody")
    assert first.startswith("It is easy. Bins for all") and second.startswith("It is cheap. School meals")


def test_a_case_study_that_is_renamed_stays_even_where_another_takes_its_name(collected: Any) -> None:
    editor = collected.as_("editor").client
    assert editor.post("/+rename/CaseStudies/bins", data={"target": "CaseStudies/boxes", **OK}).status_code == 302
    assert shown(collected, "nobody")[0].startswith("It is easy. Bins for all")
    collected.save("CaseStudies/bins", making.text("Quite another", organisation="Elsewhere Council"))
    assert shown(collected, "nobody")[0].startswith("It is easy. Bins for all")
    assert "Quite another" not in collected.as_("nobody").get(f"/{PAGE}").text
    assert "now CaseStudies/boxes" in collected.as_("member").get(f"/+modify/{PAGE}").text


def test_one_that_was_deleted_is_missing_for_who_can_mend_it_and_for_the_check(collected: Any) -> None:
    assert collected.inside(lambda storage: list(dead.dead(storage))) == []
    assert collected.as_("editor").client.post("/+delete/CaseStudies/bins", data=OK).status_code == 302
    for kind in ("member", "editor"):
        first, second = shown(collected, kind)
        assert "CaseStudies/bins" in first and GONE in first and "Choose another page" in first, kind
        page = collected.as_(kind).get(f"/{PAGE}").page
        assert page.xpath("//a[contains(., 'Choose another page')]/@href")[0].endswith("#collections-0-case")
    for kind in ("nobody", "plain"):
        (only,) = shown(collected, kind)
        assert only.startswith("It is cheap. School meals"), kind
    assert len(collected.inside(lambda storage: list(dead.dead(storage)))) == 1


def test_one_that_may_not_be_read_is_not_told_from_one_that_is_missing(collected: Any) -> None:
    collected.acl("CaseStudies/bins", "editor1:read,write All:")
    assert shown(collected, "editor")[0].startswith("It is easy. Bins for all")
    assert GONE in shown(collected, "member")[0] and "Bins for all" not in shown(collected, "member")[0]
    text = collected.as_("nobody").get(f"/{PAGE}").text
    assert "CaseStudies/bins" not in text and "Bins for all" not in text and GONE not in text


def test_pages_from_before_with_a_pasted_address_are_still_shown(town: Any) -> None:
    town.save("CaseStudies/bins", making.text("Bins for all"))
    rows = [{"title": "Where to begin", "case": "https://wiki.example.org/CaseStudies/bins"}, {"case": f"/{town.case}"}]
    town.organisation("Oldtown Council", collections=rows)
    page = town.as_("nobody").get("/Organisations/oldtown-council").page
    cards = page.xpath("//h2[@id='collection-1']/following-sibling::ol[1]/li")
    assert ["Bins for all" in cards[0].text_content(), "School meals" in cards[1].text_content()] == [True, True]


def test_an_address_that_is_none_is_shown_as_missing_to_who_may_mend_it(collected: Any) -> None:
    writer = collected.as_("member")
    form = writer.get(f"/+modify/{PAGE}")
    answer = writer.post(f"/+modify/{PAGE}", form.data(), **{"collections-0-case": "http://[x/CaseStudies/bins"})
    assert answer.status == 303
    assert collected.read(PAGE).document.fields["collections"][0]["case"] == "http://[x/CaseStudies/bins"
    assert collected.as_("member").get(f"/{PAGE}").status == 200
