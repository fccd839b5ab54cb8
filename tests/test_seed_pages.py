"""The definitions, pages and case studies that a new wiki starts with agree with each other and with their own
rules.
"""

from __future__ import annotations

import re
from importlib import resources
from typing import Any

import pytest

from cupboard import definitions, frontmatter, seeding
from cupboard.audiences import AUDIENCES
from cupboard.frontmatter import Node
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.legal.assertions import AUTHORED, EVIDENCE_KINDS
from cupboard.legal.regimes import Regimes
from cupboard.template import Field, Template
from cupboard.vocabulary import Term, Vocabulary

SEEDS = resources.files("cupboard.seed_pages")
#: Names in ``cases.yaml`` that are not the template's own.
RENAMED = {"primary_resources": "resources"}
RENAMED_COLUMNS = {"url": "link"}


def definition(name: str) -> str:
    return (SEEDS / "Cupboard" / f"{name}.yaml").read_text(encoding="utf-8")


def plain(node: Node) -> Any:
    """A node of the strict reader without its places."""
    if isinstance(node.value, list):
        return [plain(item) for item in node.value]
    if isinstance(node.value, dict):
        return {key: plain(item) for key, item in node.value.items()}
    return node.value


TEMPLATE = Template.load(definition("Template"))
CONTENTS = Vocabulary.load(definition("Contents"))
STATUSES = Vocabulary.load(definition("LegalStatuses"))
CPV = Vocabulary.load(definition("CPV"))
PROCLASS = Vocabulary.load(definition("ProClass"))
TYPES = Vocabulary.load(definition("OrganisationTypes"))
VOCABULARIES = {"contents": CONTENTS, "legal-statuses": STATUSES, "organisation-types": TYPES}
REGIMES = Regimes.load(definition("Regimes"))
OF_REGIMES = {
    "regimes": {regime.id for regime in REGIMES.regimes},
    "law-changes": {event.id for event in REGIMES.events},
}
CASES = plain(frontmatter.read("records:\n" + seeding.shipped_records(CASE_STUDY)))["records"]
PAGES = {page.name: page.data.decode() for page in seeding.shipped_pages()}
AREAS = CONTENTS.get("contracts").children

case_by_case = pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])


def known_ids(field: Field) -> set[str]:
    if field.vocabulary:
        if field.vocabulary in OF_REGIMES:
            return OF_REGIMES[field.vocabulary]
        return {term.id for term in VOCABULARIES[field.vocabulary].walk() if not term.retired}
    return {choice.id for choice in field.choices}


# ---- case studies ---------------------------------------------------------------------------------------------------


@case_by_case
def test_a_case_fills_fields_of_the_template_with_ids_that_it_offers(case):
    for name, value in case.items():
        if name == "id":
            continue
        field = TEMPLATE.field(RENAMED.get(name, name))
        if field.type == "rows":
            columns = {column.id: column for column in field.columns}
            for row in value:
                for column_name, cell in row.items():
                    column = columns[RENAMED_COLUMNS.get(column_name, column_name)]
                    assert column.type != "choice" or cell in known_ids(column), (name, column_name)
        elif field.type in ("choice", "choices", "terms"):
            given = {value} if isinstance(value, str) else set(value)
            assert given and given <= known_ids(field), name


@case_by_case
def test_a_case_fills_every_field_that_the_template_needs(case):
    needed = {field.id for field in TEMPLATE.fields if field.required} - {"provenance"}  # the import sets that one
    assert needed <= {RENAMED.get(name, name) for name, value in case.items() if value}


@case_by_case
def test_a_case_has_a_short_result_with_a_number_or_says_that_there_is_none(case):
    assert len(case["result"]) <= 160
    assert re.search(r"\d", case["result"]) or "no figures yet" in case["result"]


@case_by_case
def test_a_result_that_rests_on_forecasts_or_targets_alone_says_so(case):
    if {row["basis"] for row in case["figures"]} <= {"forecast", "target"}:
        assert re.search(r"expect|forecast|target|promise|plan", case["result"])


@case_by_case
def test_a_result_of_figures_that_only_a_supplier_gives_says_so(case):
    if {row["basis"] for row in case["figures"]} == {"reported_by_supplier"}:
        assert "supplier reports" in case["result"]


@case_by_case
def test_every_figure_says_what_it_is_how_it_is_known_and_where(case):
    assert case["figures"]
    for row in case["figures"]:
        assert row["measure"] and row["result"] and row["basis"]
        assert re.match(r"https?://[^/]+", row["source"])


@case_by_case
def test_a_legal_status_comes_with_evidence_and_says_what_it_covers(case):
    for row in case.get("legal_status", []):
        assert row["evidence"].startswith("http") and row["note"]


@case_by_case
def test_a_case_names_its_source_and_no_contact_person(case):
    assert case["source_title"] and case["source_url"].startswith("http")
    assert not [name for name in case if name.startswith("contact")]


@case_by_case
def test_a_case_ticks_no_term_above_another_that_it_ticks(case):
    ticked = case["categories"]
    assert len(ticked) == len(set(ticked))
    assert not [(above, below) for above in ticked for below in ticked if below.startswith(f"{above}/")]


def test_no_two_cases_share_an_id_or_a_title():
    for name in ("id", "title"):
        values = [case[name] for case in CASES]
        assert len(values) == len(set(values))


# ---- definitions ----------------------------------------------------------------------------------------------------


def all_fields() -> list[Field]:
    return [part for field in TEMPLATE.fields for part in (field, *field.columns)]


def test_every_field_has_a_label_and_every_one_outside_a_table_has_help():
    assert not [field.id for field in all_fields() if not field.label]
    assert not [field.id for field in TEMPLATE.fields if not field.help]


def test_the_three_sections_come_with_guidance_and_an_example():
    sections = [field for field in TEMPLATE.fields if field.type == "markup"]
    assert [field.section for field in sections] == ["Context", "Action", "Impact"]
    assert all(field.help and field.example for field in sections)


def test_every_field_stands_in_a_group_and_every_group_has_one():
    assert {field.group for field in TEMPLATE.fields} == {group.id for group in TEMPLATE.groups}


def test_every_choice_has_an_id_of_its_own_and_a_label():
    for field in all_fields():
        ids = [choice.id for choice in field.choices]
        assert len(ids) == len(set(ids)), field.id
        assert all(re.fullmatch(r"[a-z0-9][a-z0-9_-]*", choice.id) and choice.label for choice in field.choices)


def test_a_field_that_asks_for_terms_names_a_vocabulary_that_is_there():
    made = {*definitions.OF_RATES, *OF_REGIMES}
    assert {field.vocabulary for field in all_fields() if field.vocabulary} == {*VOCABULARIES, *made}


def test_the_hierarchy_has_the_six_sections_of_the_workshop():
    assert [term.id for term in CONTENTS.terms] == [
        "change-process", "internal-engagement", "external-engagement", "contracts", "impact-tools",
        "primary-documents",
    ]  # fmt: skip
    assert len(AREAS) == 22
    assert all(term.children for term in (*CONTENTS.terms, *AREAS))


def codes_of_areas(scheme: str) -> set[str]:
    return {code for area in AREAS for code in area.codes.get(scheme, ())}


def test_every_cpv_division_leads_to_a_contract_area():
    assert len(CPV.terms) == 45
    assert codes_of_areas("cpv") == {division.id for division in CPV.terms}


def test_every_proclass_heading_leads_to_a_contract_area():
    assert len(PROCLASS.terms) == 32
    assert codes_of_areas("proclass") == {heading.label for heading in PROCLASS.terms}


def test_an_area_is_found_by_each_of_its_proclass_headings():
    for area in AREAS:
        for heading in area.codes.get("proclass", ()):
            assert area in CONTENTS.find(heading)


def test_every_legal_status_says_what_it_means_who_may_say_so_and_on_what_evidence():
    assert [term.id for term in STATUSES.terms] == [
        "not_stated", "officer_view", "legal_team", "governance", "external_advice", "central_body",
        "let_unchallenged", "tested_upheld", "under_challenge", "not_lawful",
    ]  # fmt: skip
    for term in STATUSES.terms:
        assert term.note and term.extra["who"] and term.extra["evidence"], term.id
        assert 0 < len(term.short.split()) <= 2, term.id
        assert term.extra["group"] in ("supported", "unreviewed", "contested")
        assert int(term.extra.get("life_months", "1")) > 0


# ---- pages ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("term", [*CONTENTS.terms, *AREAS], ids=lambda term: term.id)
def test_every_section_and_contract_area_has_a_page_with_its_list_and_a_link_to_add_to_it(term: Term):
    text = PAGES[f"Contents/{term.id}"]
    heading, introduction = text.split("\n\n")[:2]
    assert heading == f"= {term.label} ="
    assert introduction.endswith(".")
    assert f"\n<<SectionIndex({term.id})>>\n" in text
    assert f"[[+cupboard/new?category={term.id}|" in text


def test_every_section_and_contract_area_can_be_reached_from_the_contents():
    for term in (*CONTENTS.terms, *AREAS):
        assert f"[[Contents/{term.id}|{term.label}]]" in PAGES["Contents"]
    assert "<<Counts(term, view=cards)>>" in PAGES["Home"], "the sections"


def test_every_page_is_linked_and_every_link_leads_to_a_page():
    linked = {"Home"}
    for name, text in PAGES.items():
        if name.startswith("Cupboard/"):
            continue
        for target in re.findall(r"\[\[([^]|]+)", text):
            address, _, _ = target.partition("?")
            if not address.startswith(("+cupboard/", "https://", "http://")):
                assert target in PAGES, (name, target)
                linked.add(target)
    linked |= {one.page for one in AUDIENCES.values()}  # the macro Audiences
    linked |= {"Help"} | {name for name in PAGES if name.startswith("Cupboard/")}  # the theme and the editors' help
    assert not set(PAGES) - linked


def test_a_page_has_one_level_1_heading_and_it_comes_first():
    for name, text in PAGES.items():
        if not name.startswith("Cupboard/"):
            assert [at.start() for at in re.finditer(r"^= .+ =$", text, re.MULTILINE)] == [0], name


def test_help_explains_every_legal_status():
    for term in STATUSES.terms:
        assert f"<<LegalStatus({term.id})>>" in PAGES["Help/LegalStatus"]


def test_the_form_asks_for_all_that_an_author_says_of_legality_and_for_nothing_that_the_wiki_signs():
    field = TEMPLATE.field("legal_status")
    assert field.signed and {column.id for column in field.columns} == set(AUTHORED)
    assert {choice.id: choice.label for choice in field.column("evidence_kind").choices} == EVIDENCE_KINDS
    assert field.column("jurisdiction").choices == TEMPLATE.field("jurisdiction").choices


def test_each_definition_page_that_ships_is_known_and_no_other() -> None:
    shipped = {page.name for page in seeding.shipped_pages(everything=False)}
    assert shipped == set(definitions.pages()), "health shows these"
    assert all(map(definitions.is_definition, shipped))
