"""A change story is confirmed and endorsed as a case study is, and can be a favourite."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from cupboard import pages
from cupboard.document import Document
from cupboard.kinds.change_story import STORY
from tests.organisations.conftest import ENDORSER, OWN

NAME = "Stories/one-champion"


@pytest.fixture
def story(town: Any) -> str:
    told = Document.new({
        "title": "One champion", "result": "Local firms took more", "organisation": OWN, "organisation_type": "council",
        "region": "wales", "started": "2005", "provenance": "public-sources", "categories": ["change-process"],
        "actions": [{"when": "2005", "what": "We counted."}],
    }, {"Why it began": "Money.", "Results": "Less waste."}, ())  # fmt: skip
    town.inside(lambda storage: pages.save(STORY, NAME, told, storage=storage))
    return NAME


def test_a_story_says_that_its_organisation_confirmed_it_and_who_endorsed_it(town: Any, story: str) -> None:
    reader = town.as_("nobody")
    before = reader.get(f"/{story}").text
    assert "Summarised from public sources, not confirmed" in before and "Endorse this" not in before
    offered = town.as_("plain").get(f"/{story}").text
    assert "Confirm it for the organisation" in offered and "Endorse this for an organisation that may" in offered
    assert town.sign("member", "endorse", story).status == 403 and town.sign("endorser", "confirm", story).status == 403
    assert town.sign("member", "confirm", story).status == 303
    assert town.sign("endorser", "endorse", story).status == 303
    shown = reader.get(f"/{story}")
    assert "Summarised from public sources" not in shown.text
    assert OWN in shown.page.cssselect(".c-notice--success")[0].text_content()
    said = shown.page.xpath("//h2[@id='endorsements']/following-sibling::ul[1]")[0].text_content()
    assert f"Endorsed by {ENDORSER} on revision 1" in said
    card = (
        reader.get("/+cupboard/browse?endorsed=endorsed&kind=change_story").page.cssselect(".c-card")[0].text_content()
    )
    assert f"Endorsed by {ENDORSER}, {date.today().year}" in card


def test_a_story_that_was_endorsed_can_not_be_deleted_by_who_wrote_it(town: Any, story: str) -> None:
    assert town.sign("endorser", "endorse", story).status == 303
    writer = town.as_("plain")
    assert writer.client.post(f"/+delete/{story}", data={"comment": "", "submit": "OK"}).status_code == 403
    assert writer.get(f"/{story}").status == 200


def test_a_story_is_starred_and_stands_in_my_cupboard(town: Any, story: str) -> None:
    writer = town.as_("plain")
    favourite = f"itemid:{town.itemid(story)}"
    page = writer.get(f"/{story}").text
    assert "Add to favourites" in page and favourite in page
    assert "One champion" not in writer.get("/+cupboard/mine").text
    answer = writer.client.post(
        "/+cupboard/favourite", data={"favourite": favourite, "wanted": "yes", "back": f"/{story}"}
    )
    assert answer.status_code == 302
    assert "In your favourites: remove" in writer.get(f"/{story}").text
    mine = writer.get("/+cupboard/mine").page
    assert [one.get("href") for one in mine.xpath("//a[normalize-space()='One champion']")] == [f"/{story}"]
    town.acl(story, "All:")
    assert "One champion" not in writer.get("/+cupboard/mine").text


def test_the_box_for_words_says_what_the_list_is_of(town: Any, story: str) -> None:
    reader = town.as_("nobody")
    shown = reader.get("/+cupboard/browse?kind=change_story").page
    assert shown.cssselect("label[for=list-words]")[0].text_content() == "Search these change stories"
    assert shown.cssselect("#list")[0].text_content() == "1 change story"
    for address, said in (("browse", "case studies and change stories"), ("browse?-kind=change_story", "case studies")):
        shown = reader.get(f"/+cupboard/{address}").page
        assert shown.cssselect("label[for=list-words]")[0].text_content() == f"Search these {said}"
