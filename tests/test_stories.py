"""Change stories through the web: the form, the timeline, references picked and mended, lists, macros, seeds."""

from __future__ import annotations

import re
from typing import Any

import pytest
from lxml import html

from cupboard import catalogue, definitions, importing, instance, pages, seeding
from cupboard.catalogue import Query
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.kinds.change_story import STORY, year_of
from cupboard.references import table
from cupboard.stories.earlier import move

NEW = "/+cupboard/new/change-story"
GOOD = {
    "edit.editor": "form", "edit.do": "save", "title": "From one champion to the way we always buy",
    "result": "Local firms took 41% of spend in 2010", "organisation": "Anytown Council",
    "organisation_type": "council", "region": "wales", "started": "2005", "until": "2010-03",
    "why": "Half of the budget went to suppliers.", "results": "It is how we buy now.",
    "categories": ["change-process"], "provenance": "organisation",
    "actions-0-when": "2005", "actions-0-step": "change-process/baseline", "actions-0-what": "We counted.\n\nTwice.",
    "actions-0-met": "Doubt.", "actions-0-theme": "measurement", "actions-0-before": "0", "actions-0-after": "2",
    "actions-0-cases": ["CaseStudies/kent-led", "CaseStudies/lancashire-led"],
    "actions-1-what": "We wrote a policy.", "actions-1-cases": ["CaseStudies/kent-led"],
}  # fmt: skip


@pytest.fixture
def alice(seeded_client: Any) -> Any:
    return seeded_client.sign_in("alice")


def parsed(answer: Any) -> Any:
    return html.fromstring(answer.get_data(as_text=True))


def words(element: Any) -> str:
    return " ".join(element.text_content().split())


def save(client: Any, **changes: Any) -> str:
    answer = client.post(NEW, data={**GOOD, **changes})
    assert answer.status_code == 303, words(parsed(answer).cssselect(".c-error-summary")[0])
    return answer.location


def test_a_story_is_told_as_a_timeline_with_the_cases_at_their_place(alice: Any) -> None:
    page = parsed(alice.get(save(alice)))
    assert words(page.cssselect(".c-kind")[0]) == "Change story"
    assert "2005 to 2010-03" in words(page.cssselect(".c-facts")[0])
    first, second = page.cssselect("ol.c-timeline > li")
    assert first.get("id") == "step-1" and words(first.cssselect("h3")[0]) == "Step 1: Knowing where we are"
    assert words(first.cssselect(".c-timeline__when")[0]) == "2005"
    for told in ("We counted.", "Twice.", "What it met: Doubt.",
                 "Flexible Framework, Measurement and results: from not started to level 2 (Embed)"):
        assert told in words(first)
    assert [card.cssselect("a")[0].get("href") for card in first.cssselect(".c-card")] == [
        "/CaseStudies/kent-led", "/CaseStudies/lancashire-led"]
    assert len(second.cssselect(".c-card")) == 1
    chart = page.cssselect("figure svg[role=img]")[0]
    assert "Measurement and results: from 0 to 2" in words(chart.cssselect("desc")[0])
    table = page.xpath("//table[caption='Levels of the Flexible Framework, action by action']")[0]
    assert [words(cell) for cell in table.cssselect("tbody tr")[0]] == [
        "1", "2005", "Measurement and results", "Not started", "2 (Embed)"]
    headings = [words(one) for one in page.cssselect("h2")]
    assert headings[:3] == ["Why it began", "What was done", "Results"]


def test_a_case_says_by_itself_of_which_stories_it_is_part(alice: Any) -> None:
    save(alice)
    part = parsed(alice.get("/CaseStudies/kent-led")).cssselect(".c-part-of li")[0]
    assert words(part) == "From one champion to the way we always buy, steps 1 and 2 of 2"
    assert part.cssselect("a")[0].get("href") == "/Stories/from-one-champion-to-the-way-we-always-buy#step-1"
    assert not parsed(alice.get("/CaseStudies/tfl-lighting")).cssselect(".c-part-of")


def test_what_is_missing_from_a_story_is_asked_for_at_its_place(alice: Any) -> None:
    bad = {**GOOD, "why": "", "actions-0-theme": "", "actions-1-what": "", "actions-1-when": "2006",
           "actions-2-what": "We went on.", "actions-2-theme": "people"}
    answer = alice.post(NEW, data=bad)
    assert answer.status_code == 422
    links = {one.get("href"): words(one) for one in parsed(answer).cssselect(".c-error-summary a")}
    assert links == {
        "#why": "Say why it began",
        "#actions-1-what": "Row 2 of actions: enter what was done",
        "#actions-0-theme": "Row 1 of actions: select the theme that the levels are of",
        "#actions-2-after": "Row 3 of actions: select the level after",
    }
    none = {key: value for key, value in GOOD.items() if not key.startswith("actions")}
    assert "Add at least one action" in words(parsed(alice.post(NEW, data=none)))


def test_pages_are_found_by_words_and_ticked_without_javascript(alice: Any) -> None:
    typed = {**GOOD, "edit.find": "actions-1-cases", "actions-1-cases-find": "walking aids"}
    form = parsed(alice.post(NEW, data={key: value for key, value in typed.items() if key != "edit.do"}))
    field = form.get_element_by_id("actions-1-cases")
    boxes = {box.get("value"): box.get("checked") is not None for box in field.cssselect("input[type=checkbox]")}
    assert boxes["CaseStudies/kent-led"] and boxes["CaseStudies/mft-walking-aids"] is False
    assert form.get_element_by_id("actions-0-what").text.strip() == "We counted.\n\nTwice."
    ticked = ["CaseStudies/kent-led", "CaseStudies/mft-walking-aids"]
    page = parsed(alice.get(save(alice, **{"actions-1-cases": ticked})))
    assert len(page.cssselect("#step-2 .c-card")) == 2


def test_words_that_nobody_pressed_find_for_are_looked_for_and_not_lost(alice: Any) -> None:
    answer = alice.post(NEW, data={**GOOD, "actions-0-cases-find": "gowns"})
    assert answer.status_code == 200 and "ashford-reusable-gowns" in answer.get_data(as_text=True)
    answer = alice.post(NEW, data={**GOOD, "actions-0-cases-find": "zzzz"})
    assert "No page that you can read was found for “zzzz”" in words(parsed(answer))
    assert parsed(answer).get_element_by_id("actions-0-cases-find").get("value") == "zzzz"


def test_a_page_is_suggested_while_its_words_are_typed(alice: Any) -> None:
    found = alice.get("/+cupboard/pages?q=walking+ai").get_json()["pages"]
    wanted = {"CaseStudies/mft-walking-aids", "CaseStudies/sherwood-forest-walking-aids"}
    assert {one["name"] for one in found} >= wanted
    assert all("(" in one["label"] for one in found)
    assert alice.get("/+cupboard/pages?q=CaseStudies/kent-led").get_json()["pages"][0]["name"] == "CaseStudies/kent-led"
    for odd in ("", "%00", "*", '"', "-", "a" * 5000, "%F0%9F%90%A4", "AND+OR+NOT", "<script>"):
        assert alice.get(f"/+cupboard/pages?q={odd}").status_code == 200
    assert alice.post(NEW, data={**GOOD, "edit.find": "nothing-0-here"}).status_code == 400


def test_a_renamed_case_is_followed_even_where_another_takes_its_name(alice: Any, seeded_app: Any) -> None:
    story = save(alice)
    title = words(parsed(alice.get(story)).cssselect("#step-2 .c-card a")[0])
    assert alice.post("/+rename/CaseStudies/kent-led", data={"target": "CaseStudies/kent-lights"}).status_code == 302
    with instance.inside(seeded_app) as storage:
        other = pages.read("CaseStudies/kent-lights", storage=storage).document.edit(fields={"title": "Quite another"})
        pages.save(CASE_STUDY, "CaseStudies/kent-led", other, storage=storage)
    (link,) = parsed(alice.get(story)).cssselect("#step-2 .c-card h3 a, #step-2 .c-card h4 a")
    assert (words(link), link.get("href")) == (title, "/CaseStudies/kent-lights")


def test_a_renamed_case_is_followed_and_a_deleted_one_is_missing_with_a_way_to_mend_it(alice: Any) -> None:
    story = save(alice)
    assert alice.post("/+rename/CaseStudies/kent-led", data={"target": "CaseStudies/kent-lights"}).status_code == 302
    page = parsed(alice.get(story))
    assert page.cssselect("#step-2 .c-card a")[0].get("href") == "/CaseStudies/kent-lights"
    assert "Part of these stories" in words(parsed(alice.get("/CaseStudies/kent-lights")))

    admin = alice.sign_in("admin")
    assert admin.post("/+delete/CaseStudies/kent-lights", data={"comment": ""}).status_code == 302
    step = parsed(admin.get(story)).get_element_by_id("step-2")
    assert "CaseStudies/kent-led: there is no page of this name that you can read" in words(step)
    mend = step.cssselect(".c-missing a")[0].get("href")
    assert mend.endswith("#actions-1-cases")
    field = parsed(admin.get(mend)).get_element_by_id("actions-1-cases")
    assert "missing: untick it" in words(field)
    admin.sign_out()
    assert not parsed(admin.get(story)).cssselect(".c-missing a"), "who may not write is not sent to a form"


def test_a_page_that_was_copied_shows_the_chain(alice: Any) -> None:
    edit = parsed(alice.get("/+modify/CaseStudies/kent-led")).cssselect("form.c-form")[0]
    sent = [*edit.form_values(), ("copied_from", "CaseStudies/lancashire-led"), ("edit.do", "save")]
    values: dict[str, list[str]] = {}
    for name, value in sent:
        values.setdefault(name, []).append(value)
    assert alice.post(edit.action, data=values).status_code == 303
    here = parsed(alice.get("/CaseStudies/kent-led"))
    assert [words(one) for one in here.xpath("//h2[.='Copied from']/following-sibling::ul[1]/li")] == [
        "Converting 152,000 street lights to LED, with refurbished lanterns in lean years (Lancashire County Council)"]
    chain = parsed(alice.get("/CaseStudies/lancashire-led")).cssselect(".c-lineage")[0]
    assert re.search(r"Converting 152,000 .* Copied by: .*\(Kent County Council", words(chain))
    assert words(chain.cssselect("[aria-current]")[0]).startswith("Converting 152,000")


def test_stories_are_listed_searched_and_marked_with_a_word(alice: Any, seeded_app: Any) -> None:
    save(alice, **{"actions-1-what": "We kept a rhubarb ledger."})
    found = parsed(alice.get("/+cupboard/browse?q=rhubarb"))
    assert words(found.cssselect(".c-card .c-kind")[0]) == "Change story"
    assert "Legal status" not in words(found.cssselect(".c-card")[0])
    by_step = parsed(alice.get("/+cupboard/browse?step=change-process/baseline&kind=change_story"))
    titles = [words(one) for one in by_step.cssselect(".c-card__title")]
    assert "From one champion to the way we always buy" in titles and len(titles) == 3
    assert "Change story" in words(by_step.cssselect(".c-listing__filters")[0])
    with instance.inside(seeded_app):
        assert catalogue.find(Query(include={"kind": ("change_story",)})).total == 6
        newest = catalogue.find(Query(sort="year", include={"kind": ("change_story",)})).entries
        assert [entry.fields.get("year") for entry in newest][:2] == ["2025", "2020"]


@pytest.mark.parametrize(
    "call, said",
    [
        ("<<Stories>>", "5 change stories"),
        ("<<Stories(change-process/priorities)>>", "1 change story"),
        ("<<Stories(region=wales)>>", "No change stories"),
        ("<<Stories(kind=case)>>", "Stories:"),
        ("<<StoryTimeline(Stories/manchester-social-value)>>", "Step 1: Knowing where we are"),
        ("<<StoryTimeline(Stories/nothing)>>", "there is no change story 'Stories/nothing'"),
        ("<<StoryTimeline(CaseStudies/kent-led)>>", "there is no change story"),
        ("<<StoryTimeline>>", "name the page of a change story"),
    ],
)
def test_macros_show_stories_and_say_what_is_wrong(seeded_app: Any, call: str, said: str) -> None:
    with instance.inside(seeded_app) as storage:
        types = {"contenttype": "text/x.moin.wiki;charset=utf-8", "itemtype": "default"}
        pages.store("Try", call.encode(), **types, storage=storage)
    assert said in words(parsed(seeded_app.test_client().get("/Try")))


def test_two_timelines_on_a_page_share_no_id(alice: Any, seeded_app: Any) -> None:
    name = save(alice).rpartition("/")[2]
    both = f"<<StoryTimeline(Stories/{name})>>\n\n<<StoryTimeline(Stories/manchester-social-value)>>\n".encode()
    with instance.inside(seeded_app) as storage:
        pages.store("Try", both, contenttype="text/x.moin.wiki;charset=utf-8", itemtype="default", storage=storage)
    ids = parsed(alice.get("/Try")).xpath("//main//@id")
    assert len(ids) == len(set(ids)) and f"{name}-step-1" in ids


def test_a_preview_shows_the_timeline_of_a_story_that_is_not_saved(alice: Any) -> None:
    page = parsed(alice.post(NEW, data={**GOOD, "edit.do": "preview"}))
    assert len(page.cssselect(".c-preview ol.c-timeline > li")) == 2
    assert page.cssselect(".c-preview .c-card a")[0].get("href") == "/CaseStudies/kent-led"


def test_a_story_without_sections_or_with_others_is_shown_whole(seeded_app: Any) -> None:
    with instance.inside(seeded_app) as storage:
        for name, text in {
            "Stories/short": b"---\ntitle: Short\nactions:\n- what: One thing\n---\nSome words.\n",
            "Stories/odd": b"---\ntitle: Odd\nactions: many\n---\n= Afterwards =\nMore.\n",
            "Stories/broken": b"---\ntitle: [\n---\n",
        }.items():
            pages.store(name, text, contenttype=STORY.stored_type, itemtype=STORY.item_type, storage=storage)
    client = seeded_app.test_client()
    assert "Some words." in words(parsed(client.get("/Stories/short"))) and "One thing" in words(
        parsed(client.get("/Stories/short")))
    assert "Afterwards" in words(parsed(client.get("/Stories/odd")))
    assert client.get("/Stories/broken").status_code == 200


def test_a_story_is_sorted_by_the_last_year_that_it_tells_of() -> None:
    assert year_of({"started": "2005", "until": "2010-03"}) == "2010"
    assert year_of({"started": "2005-04-01"}) == "2005" and year_of({"until": ["2010"]}) == ""


def test_seeded_stories_refer_to_pages_that_are_there(seeded_app: Any) -> None:
    with instance.inside(seeded_app) as storage:
        # without a place are the tools that case studies name
        links = [one for one in table.all_links(storage.reading()) if one.place]
        assert [(one.name, one.place) for one in links] == [("Stories/falkirk-community-benefits", 1)]
        assert links[0].target == pages.read(links[0].name, storage=storage).meta["itemid"]


def test_each_look_up_of_references_is_served_by_an_index(app: Any) -> None:
    with instance.inside(app) as storage:
        for statement in (table.FROM_SOURCES, table.TO_TARGET, table.ANY_UNBOUND):
            count = 2 if "?2" in statement else statement.count("?")
            plan = storage.reading().execute(f"EXPLAIN QUERY PLAN {statement}", ["[]"] * count)
            assert not [row[3] for row in plan if row[3].startswith("SCAN reference_link")]


def test_stories_that_were_seeded_as_cases_move_unless_they_were_edited(app: Any) -> None:
    record = ("- {{id: {id}, kind: case, title: Ten years, result: More, organisation: Anytown Council, "
              "region: wales, categories: [change-process], context: c, action: a, impact: i}}\n")
    ids = ("manchester-social-value", "preston-anchors")
    with instance.inside(app) as storage:
        importing.load("".join(record.format(id=id) for id in ids), storage=storage).raise_if_refused()
        for id in ids:  # as the template of that time let it
            page = pages.read(CASE_STUDY.name_of(id), storage=storage)
            document = page.document.edit(fields={"kind": "change_story"})
            edited = id == "preston-anchors"
            meta = {} if edited else {importing.CHECKSUM: importing._checksum(document)}
            pages.save(CASE_STUDY, page.name, document, storage=storage, meta=meta)
        before = pages.read("CaseStudies/manchester-social-value", storage=storage).meta["itemid"]
        seeding.sow(storage, progress=lambda what, done, total: None)
        now = pages.read("Stories/manchester-social-value", storage=storage)
        assert now.meta["itemid"] == before and now.meta["itemtype"] == STORY.item_type
        assert not pages.exists("CaseStudies/manchester-social-value", storage)
        assert pages.exists("CaseStudies/preston-anchors", storage)
        assert not pages.exists("Stories/preston-anchors", storage)
        assert move(seeding.shipped_records(STORY), storage, "") == {"preston-anchors"}


def test_a_template_that_lacks_new_questions_is_named(app: Any) -> None:
    with instance.inside(app) as storage:
        assert list(seeding.lacking()) == []
        for kind, left_out in ((CASE_STUDY, "builds_on"), (STORY, "cases")):
            page = storage[kind.template]["current"]
            with page.data as data:
                text = data.read().decode()
            start = re.search(rf"^ *- id: {left_out}$", text, re.MULTILINE).start()
            end = re.compile(r"^ *- id: ", re.MULTILINE).search(text, start + 5).start()
            pages.store(kind.template, (text[:start] + text[end:]).encode(), contenttype=definitions.CONTENT_TYPE,
                        itemtype=definitions.ITEM_TYPE, storage=storage)
    with instance.inside(app):
        assert list(seeding.lacking()) == [
            "Cupboard/Template lacks questions of the one that comes with the Cupboard: builds_on.",
            "Cupboard/Template/Story lacks questions of the one that comes with the Cupboard: cases in actions.",
        ]


def test_the_list_of_all_pages_says_what_is_in_it(seeded_app: Any) -> None:
    client = seeded_app.test_client()

    def shown(asked: str) -> tuple[str, str, str]:
        page = html.fromstring(client.get(f"/+cupboard/browse{asked}").text)
        feed = client.get(f"/+cupboard/browse.atom{asked}").text
        said = re.search("<title>.*?: (.*?)</title>", feed)[1]
        return page.cssselect("h1")[0].text, page.cssselect("#list")[0].text, said

    with instance.inside(seeded_app):
        cases, stories = (
            catalogue.find(query).total
            for query in (Query(exclude={"kind": ("change_story",)}), Query(include={"kind": ("change_story",)}))
        )
    assert cases > 1 and stories > 1
    both = "Case studies and change stories"
    assert shown("") == (both, f"{cases:,} case studies and {stories:,} change stories", both)
    assert shown("?kind=change_story") == ("Change stories", f"{stories:,} change stories", "Change stories")
    assert shown("?-kind=change_story")[:2] == shown("?kind=case&kind=cost_benefit")[:2]
    assert shown("?-kind=change_story") == ("Case studies", f"{cases:,} case studies", "Case studies")
    assert shown("?kind=case&kind=change_story")[0] == both
    assert shown("?q=nothingatall") == (both, "No case studies", f"{both}: “nothingatall”")
    assert shown("?q=nothingatall&kind=change_story")[:2] == ("Change stories", "No change stories")
