"""An editor changes the hierarchy in a form: sees what follows, saves, and forms, lists and pages follow at once."""

import html
import re

import pytest
from moin.constants.keys import COMMENT, CURRENT

from cupboard import definitions, instance
from tests.conftest import set_acl
from tests.terms.test_guard import CONTENTS, current, put, save, text_of

CHANGE = "/+cupboard/terms/change"
FOOD = "contracts/food"


@pytest.fixture
def editor(seeded_client):
    return seeded_client.sign_in("editor1")


def change(client, term, action, step="save", page=CONTENTS, **given):
    return client.post(CHANGE, data={"page": page, "term": term, "action": action, "step": step, **given})


def words(answer):
    """A page as it reads, without its tags."""
    return " ".join(html.unescape(re.sub("<[^>]*>", " ", answer.text)).split())


def test_the_page_shows_counts_codes_and_a_way_to_change_each_term(editor):
    shown = editor.get(f"/{CONTENTS}").text
    assert "page=Cupboard/Contents&amp;term=contracts/food" in shown.replace("%2F", "/")
    assert "15 Food, beverages, tobacco and related products" in words(editor.get(f"/{CONTENTS}"))
    assert "/Cupboard/CPV#term-15" in shown and "/Cupboard/ProClass#term-catering" in shown
    assert re.search(r"contracts/food</code> <span class=\"c-terms__count\">\d+ case stud", shown)


def test_a_reader_sees_counts_of_what_may_be_read_and_no_way_to_change(seeded_client, seeded_app):
    before = seeded_client.get(f"/{CONTENTS}").text
    assert CHANGE not in before
    count = int(re.search(r"contracts/food</code> <span class=\"c-terms__count\">(\d+)", before)[1])
    with instance.inside(seeded_app):
        from cupboard import catalogue

        results = catalogue.find(catalogue.Query(include={"term": ("contracts/food",)}))
        assert results.total == count
        hidden = results.entries[0].name
    set_acl(seeded_app, hidden, "All:")
    after = seeded_client.get(f"/{CONTENTS}").text
    assert int(re.search(r"contracts/food</code> <span class=\"c-terms__count\">(\d+)", after)[1]) == count - 1


@pytest.mark.parametrize("name", [None, "alice"])
def test_who_may_not_write_the_page_gets_403_everywhere(seeded_client, seeded_app, name):
    if name:
        seeded_client.sign_in(name)
    text = text_of(seeded_app)
    assert seeded_client.get(CHANGE, query_string={"page": CONTENTS, "term": "contracts/food"}).status_code == 403
    for step in ("preview", "save"):
        answer = change(seeded_client, "contracts/food", "retire", step)
        assert answer.status_code == 403 and "Food and catering" not in answer.text
    assert text_of(seeded_app) == text


def test_the_consequences_are_shown_before_anything_is_saved(editor, seeded_app):
    text = text_of(seeded_app)
    answer = change(editor, "contracts/food/school-meals", "merge", "preview", into="contracts/food")
    said = words(answer)
    assert answer.status_code == 200
    assert "is merged into “Food and catering” (contracts/food)" in said
    assert re.search("Local and organic school meals|case studies carry it|case study carries it", said)
    assert "What forms would offer" in said
    assert text_of(seeded_app) == text


def test_a_merge_is_seen_at_once_and_the_old_id_stays(editor, seeded_app):
    listed = editor.get("/+cupboard/browse?term=contracts/food/school-meals")
    heading = re.search(r"\d+ case stud(y|ies)", words(listed))[0]
    merged = change(editor, "contracts/food/school-meals", "merge", into="contracts/energy", comment="Too narrow")
    assert merged.status_code == 303
    assert current(seeded_app).contents.get("contracts/food/school-meals").id == "contracts/energy"
    merged = editor.get("/+cupboard/browse?term=contracts/food/school-meals")
    energy = editor.get("/+cupboard/browse?term=contracts/energy")
    assert re.search(r"\d+ case stud(y|ies)", words(merged))[0] == re.search(r"\d+ case stud(y|ies)", words(energy))[0]
    assert heading and ">School meals<" not in editor.get("/+cupboard/new").text
    with instance.inside(seeded_app) as storage:
        assert storage[CONTENTS][CURRENT].meta[COMMENT] == (
            "Merge “School meals” (contracts/food/school-meals) into “Energy and water” (contracts/energy). Too narrow")


@pytest.mark.parametrize(
    "term, action, given, holds",
    [
        (FOOD, "revise", {"label": "Food", "cpv": "15 03"}, lambda get: (
            get(FOOD).label == "Food" and get(FOOD).codes["cpv"] == ("15", "03")
        )),
        (FOOD, "revise", {"aliases": "Canteens\nDinners"}, lambda get: "Dinners" in get(FOOD).aliases),
        (FOOD, "add", {"label": "Prison meals"}, lambda get: get(f"{FOOD}/prison-meals").label == "Prison meals"),
        ("", "add", {"label": "A section", "local": "section"}, lambda get: get("section").label == "A section"),
        (FOOD, "move", {"above": "external-engagement"}, lambda get: get(FOOD).id == "external-engagement/food"),
        (FOOD, "split", {"parts": "Meals\nSnacks: salty"}, lambda get: get(f"{FOOD}/snacks-salty")),
        (FOOD, "retire", {}, lambda get: get(f"{FOOD}/school-meals").retired),
    ],
)
def test_each_kind_of_change(editor, seeded_app, term, action, given, holds):
    answer = change(editor, term, action, "preview", **given)
    assert answer.status_code == 200 and "Before you save" in answer.text
    assert change(editor, term, action, **given).status_code == 303
    assert holds(current(seeded_app).contents.get)
    assert "Case studies and change stories" in editor.get("/+cupboard/browse").text


def test_what_cannot_be_done_is_said_and_nothing_typed_is_lost(editor, seeded_app):
    text = text_of(seeded_app)
    answer = change(editor, "contracts", "add", label="Food <b>", local="food", note="What is eaten")
    assert answer.status_code == 422
    assert "The id contracts/food is there already" in answer.text
    assert "Food &lt;b&gt;" in answer.text and "What is eaten" in answer.text
    answer = change(editor, "contracts", "revise", label="")
    assert answer.status_code == 422 and "Give the term a name" in answer.text
    answer = change(editor, "contracts/food", "explode")
    assert answer.status_code == 422 and "Choose what is to be changed" in answer.text
    assert editor.get(CHANGE, query_string={"page": CONTENTS, "term": "no-such"}).status_code == 404
    assert editor.get(CHANGE, query_string={"page": "Home"}).status_code == 404
    assert text_of(seeded_app) == text


def test_statuses_are_changed_in_the_same_form_with_their_own_facts(editor, seeded_app):
    page = definitions.LEGAL_STATUSES
    form = editor.get(CHANGE, query_string={"page": page, "term": "legal_team"}).text
    assert 'name="evidence"' in form and 'name="cpv"' not in form
    assert change(editor, "legal_team", "revise", page=page, label="Our lawyers agreed").status_code == 303
    assert current(seeded_app).legal_statuses.get("legal_team").label == "Our lawyers agreed"
    answer = change(editor, "legal_team", "revise", page=page, label="")
    assert answer.status_code == 422


def test_a_change_by_text_is_previewed_with_its_consequences(editor, seeded_app):
    text = text_of(seeded_app).replace("label: Food and catering", "label: Food")
    with instance.inside(seeded_app) as storage:
        base = storage[CONTENTS][CURRENT].revid
    url = f"/+modify/{CONTENTS}?itemtype=cupboard-definition&contenttype=text/x-cupboard-definition;charset%3Dutf-8"
    sent = {"edit.base": base, "edit.editor": "text", "edit.text": text, "edit.do": "preview"}
    answer = editor.post(url, data=sent)
    assert "“Food and catering” is called “Food”" in words(answer)
    template = text_of(seeded_app, definitions.TEMPLATE)
    with instance.inside(seeded_app) as storage:
        base = storage[definitions.TEMPLATE][CURRENT].revid
    more = template.rstrip("\n") + "\n- {id: colour, label: Colour, type: text, help: Of the lorries}\n"
    sent |= {"edit.base": base, "edit.text": more}
    answer = editor.post(url.replace(CONTENTS, definitions.TEMPLATE), data=sent)
    assert "“Colour” is a new question" in words(answer) and "Of the lorries" in answer.text


def test_a_form_that_mends_a_broken_page_saves_what_is_in_force(editor, seeded_app):
    put(seeded_app, "kind: vocabulary\nterms: [")
    assert change(editor, "contracts/food", "revise", label="Food").status_code == 303
    with instance.inside(seeded_app):
        assert definitions.standing(CONTENTS).rejected == ()
        assert definitions.current().contents.get("contracts/food").label == "Food"


def test_the_source_is_shown_in_colours_when_asked_for(seeded_client):
    assert "<pre" not in seeded_client.get(f"/{CONTENTS}").text
    shown = seeded_client.get(f"/{CONTENTS}?source=1").text
    assert '<span class="nt">' in shown and "Ids are for ever" in shown


def test_a_case_with_an_old_id_keeps_it_until_somebody_changes_its_labels(editor, seeded_app):
    assert change(editor, "contracts/food", "move", above="external-engagement").status_code == 303
    with instance.inside(seeded_app):
        from cupboard.catalogue.carrying import carriers

        name = carriers("categories", ["contracts/food/school-meals"])[0].name
    form = editor.get(f"/+modify/{name}").text
    assert re.search(r'value="contracts/food/school-meals" checked', form)
    assert "no longer in the list" not in form.partition("Figures")[0].partition("Labels")[2]
    assert "School meals" in editor.get(f"/{name}").text


def test_another_site_can_change_nothing(editor, seeded_app):
    text = text_of(seeded_app)
    data = {"page": CONTENTS, "term": "contracts/food", "action": "retire", "step": "save"}
    assert editor.post(CHANGE, data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert text_of(seeded_app) == text and save(editor, seeded_app, text).status_code == 303


@pytest.mark.parametrize("asked", ["Canteens and such", "15", "15810000-9", "catering"])
def test_a_search_by_another_name_or_a_code_finds_the_term(editor, asked):
    assert change(editor, "contracts/food", "revise", aliases="Catering\nCanteens and such").status_code == 303
    found = editor.get("/+cupboard/browse", query_string={"q": asked})
    assert "Sections about" in found.text and "/Contents/contracts/food" in found.text
    boxes = editor.get("/+cupboard/browse", query_string={"find-area": asked[:8] if asked[0] != "1" else "15"}).text
    facet = boxes.partition('data-facet="area"')[2].partition("</details>")[0]
    assert 'value="contracts/food"' in facet and 'value="contracts/energy"' not in facet
