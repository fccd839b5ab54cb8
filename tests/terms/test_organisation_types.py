"""Types of organisation are a definition page: forms, filters, labels and import follow it, old templates go on."""

import re

import pytest
from lxml import html as lxml_html

from cupboard import definitions, importing, instance, pages
from cupboard.document import parse
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.kinds.organisation import ORGANISATION
from tests.catalogue.making import text
from tests.terms.test_guard import put, save, text_of
from tests.terms.test_term_form import change, words

TYPES = definitions.ORGANISATION_TYPES
CASE = "CaseStudies/of-a-health-body"
LIST = "/+cupboard/browse"


@pytest.fixture
def editor(client, app):
    with instance.inside(app) as storage:
        pages.save(CASE_STUDY, CASE, parse(text("Beds", organisation_type="nhs")), storage=storage)
        pages.save(CASE_STUDY, "CaseStudies/of-a-council", parse(text("Desks")), storage=storage)
        body = b"---\nname: Anytown Police\ntype: police\n---\n"
        pages.save(ORGANISATION, "Organisations/anytown-police", parse(body), storage=storage)
    return client.sign_in("editor1")


def options(client, address, name="organisation_type"):
    """By id, the words of a select, and the id that is chosen."""
    found = lxml_html.fromstring(client.get(address).text).cssselect(f"select[name={name}] option")
    return {one.get("value"): one.text_content().strip() for one in found if one.get("value")}, [
        one.get("value") for one in found if one.get("selected") is not None and one.get("value")
    ]


def facet(client, query=""):
    """By id, the label and the count of the boxes of the facet."""
    shown = lxml_html.fromstring(client.get(f"{LIST}?{query}").text)
    (part,) = shown.cssselect("[data-facet=sector]")
    return {
        box.get("value"): " ".join(box.getparent().text_content().split())
        for box in part.cssselect("input[name=sector]")
    }


def test_a_type_that_is_relabelled_is_called_so_in_forms_filters_and_pages_at_once(editor):
    assert options(editor, "/+cupboard/new")[0]["nhs"] == "NHS or health body"
    assert change(editor, "nhs", "revise", page=TYPES, label="Health service").status_code == 303
    for address, name in (("/+cupboard/new", "organisation_type"), ("/+cupboard/new/change-story", "organisation_type"),
                          ("/+cupboard/new/organisation", "type")):
        assert options(editor, address, name)[0]["nhs"] == "Health service", address
    assert options(editor, f"/+modify/{CASE}")[1] == ["nhs"]
    assert facet(editor)["nhs"].startswith("Health service")
    assert (
        "Health service" in words(editor.get(f"{LIST}?sector=nhs"))
        and "Desks" not in editor.get(f"{LIST}?sector=nhs").text
    )
    assert "Health service" in editor.get(f"/{CASE}").text
    change(editor, "police", "revise", page=TYPES, label="Police force")
    assert "Police force" in editor.get("/Organisations/anytown-police").text


def test_the_page_of_types_counts_case_studies_and_offers_the_form(editor):
    shown = words(editor.get(f"/{TYPES}"))
    assert re.search(r"nhs 1 case study", shown) and "Police" in shown
    assert f"page={TYPES}" in editor.get(f"/{TYPES}").text.replace("%2F", "/")


def test_a_retired_type_stays_on_who_has_it_and_is_offered_to_nobody_else(editor, app):
    assert change(editor, "nhs", "retire", page=TYPES).status_code == 303
    assert "nhs" not in options(editor, "/+cupboard/new")[0]
    said, chosen = options(editor, f"/+modify/{CASE}")
    assert said["nhs"] == "NHS or health body (no longer in the list)" and chosen == ["nhs"]
    assert "NHS or health body (no longer in the list)" in words(editor.get(f"/{CASE}"))
    assert facet(editor)["nhs"].startswith("NHS or health body")
    with instance.inside(app):
        assert pages.read(CASE).document.fields["organisation_type"] == "nhs"


def test_a_merged_type_is_found_under_the_one_it_went_into(editor):
    assert change(editor, "nhs", "merge", page=TYPES, into="agency").status_code == 303
    there = facet(editor)
    assert "nhs" not in there and re.fullmatch("Agency or other public body .*1.*", there["agency"])
    for id in ("agency", "nhs"):
        shown = editor.get(f"{LIST}?sector={id}")
        assert "Beds" in shown.text and "Desks" not in shown.text, id
        assert facet(editor, f"sector={id}")["agency"]
    assert "Agency or other public body" in words(editor.get(f"/{CASE}"))


@pytest.mark.parametrize("id", ["nhs", "police"])
def test_a_type_that_a_case_study_or_an_organisation_has_can_not_be_removed(editor, app, id):
    before = text_of(app, TYPES)
    answer = save(editor, app, re.sub(f"- id: {id}\n  label: .*\n", "", before), TYPES)
    assert answer.status_code == 422 and f"{id} is missing" in answer.text and "retired: true" in answer.text
    assert save(editor, app, re.sub("- id: fire\n  label: .*\n", "", before), TYPES).status_code == 303


def test_an_import_takes_a_type_by_its_id_or_its_name(editor, app):
    assert change(editor, "nhs", "revise", page=TYPES, label="Health service").status_code == 303
    record = (
        "- id: {0}\n  title: {0}\n  organisation: {0}\n  organisation_type: {1}\n  region: wales\n  result: Less\n"
        "  categories: [contracts/food]\n  context: C\n  action: A\n  impact: I\n"
    )
    with instance.inside(app) as storage:
        told = record.format("health-one", "Health service") + record.format("police-two", "police")
        importing.load(told, storage=storage, kind=CASE_STUDY).raise_if_refused()
        assert pages.read("CaseStudies/health-one").document.fields["organisation_type"] == "nhs"
        assert pages.read("CaseStudies/police-two").document.fields["organisation_type"] == "police"
        refused = importing.load(record.format("three", "guild"), storage=storage, kind=CASE_STUDY)
        with pytest.raises(Exception, match="guild"):
            refused.raise_if_refused()


def test_a_template_with_choices_of_its_own_goes_on_and_can_follow_the_page_later(editor, app):
    new = text_of(app, definitions.TEMPLATE)
    own = "  choices:\n  - {id: council, label: Municipality}\n  - {id: nhs, label: Clinic}\n"
    old = new.replace("  vocabulary: organisation-types\n", own)
    put(app, old, definitions.TEMPLATE)
    assert options(editor, "/+cupboard/new")[0] == {"council": "Municipality", "nhs": "Clinic"}
    assert facet(editor)["nhs"].startswith("Clinic") and "Clinic" in editor.get(f"/{CASE}").text
    assert save(editor, app, new, definitions.TEMPLATE).status_code == 303
    assert facet(editor)["nhs"].startswith("NHS or health body") and "NHS or health body" in editor.get(f"/{CASE}").text
