"""Case studies from a YAML file: all checked before any is written, each told what became of it, nothing done twice."""

import textwrap

import pytest

from cupboard import importing, pages, seeding
from cupboard.importing.report import Status
from cupboard.kinds.case_study import CASE_STUDY

RICH = """\
# A comment.
- id: anytown-school-meals
  kind: case
  title: Fresh school meals by smaller lots
  result: Five farms won lots
  organisation: Anytown Council
  organisation_type: council
  region: scotland
  year: '2006'
  audiences: [practitioner]
  categories:
  - contracts/food/school-meals
  themes: [smes-vcse]
  stages: [specify]
  context: >-
    One large
    contract.
  action: |-
    Eight lots.

    Two of them small.
  impact: Five farms won.
  figures:
  - measure: Food miles
    baseline: ''
    result: A third fewer
    basis: measured_self
    source: https://www.example.org/report
  legal_status:
  - status: legal_team
    date: '2006-05-03'
  primary_resources:
  - {kind: contract, title: Conditions, url: "https://www.example.org/conditions", rights: open}
  awards: ["Anytown Awards 2006: winner"]
  next_state: running
  source_title: Anytown review
  source_url: https://www.example.org/review
"""

PLAIN = """\
- id: anytown-lights
  kind: cost_benefit
  title: Lights that use less
  organisation: Anytown Council
  region: England - East Midlands
  year: null
  context: Lights cost twice as much as ten years ago.
  action: Replaced them.
  impact: Energy use more than halved.
  figures:
  - {claim: "Energy use fell from 20 to 9 million kWh", basis: independent, source: "https://www.example.org/lights"}
  contract_area: highways
  themes: [climate, "Whole-life cost and value for money"]
  stages: [Specify, "Review, re-let or end"]
  source_title: A paper
  source_url: "https://www.example.org/lights"
  primary_resources: []
  endorsements: ["Anytown Awards 2019"]
  legal_status: "The report says that counsel was asked."
- id: anytown-policy
  kind: cost_benefit
  title: A policy for everything
  organisation: Anytown Council
  region: UK-wide
  context: None before.
  action: Wrote one.
  impact: Everybody uses it.
  figures: []
  contract_area: null
  themes: []
"""


@pytest.fixture
def load(storage):
    def load(text, **options):
        return importing.load(text, storage=storage, **options)

    return load


def statuses(report):
    return [outcome.status for outcome in report.outcomes]


def refusals(report):
    return [str(refusal) for outcome in report.outcomes for refusal in outcome.refusals]


def read(storage, name):
    return pages.read(f"CaseStudies/{name}", storage=storage)


def with_line(text, old, new):
    assert old in text
    return text.replace(old, new, 1)


# -- what a record becomes --------------------------------------------------------------------------------------------


def test_a_full_record_becomes_a_page_in_the_templates_order(load, storage):
    report = load(RICH)
    assert refusals(report) == []
    assert statuses(report) == [Status.CREATED]
    page = read(storage, "anytown-school-meals")
    assert page.document.text == textwrap.dedent("""\
        ---
        title: Fresh school meals by smaller lots
        kind: case
        result: Five farms won lots
        organisation: Anytown Council
        organisation_type: council
        region: scotland
        jurisdiction: scotland
        year: '2006'
        audiences:
        - practitioner
        categories:
        - contracts/food/school-meals
        themes:
        - smes-vcse
        stages:
        - specify
        figures:
        - measure: Food miles
          result: A third fewer
          basis: measured_self
          source: https://www.example.org/report
        legal_status:
        - status: legal_team
          date: '2006-05-03'
        resources:
        - kind: contract
          title: Conditions
          link: https://www.example.org/conditions
          rights: open
        next_state: running
        awards:
        - 'Anytown Awards 2006: winner'
        source_title: Anytown review
        source_url: https://www.example.org/review
        provenance: public-sources
        ---
        = Context =
        One large contract.
        = Action =
        Eight lots.

        Two of them small.
        = Impact =
        Five farms won.
        """)
    assert page.meta["comment"] == "Imported"


def test_labels_claims_plain_legal_statuses_and_contract_areas_are_understood(load, storage):
    report = load(PLAIN)
    assert refusals(report) == []
    fields = read(storage, "anytown-lights").document.fields
    assert fields["region"] == "england-east-midlands"
    assert fields["jurisdiction"] == "england"
    assert fields["result"] == "Energy use more than halved."
    assert fields["categories"] == ["contracts/highways"]
    assert fields["themes"] == ["climate", "whole-life-cost"]
    assert fields["stages"] == ["specify", "review"]
    assert fields["awards"] == ["Anytown Awards 2019"]
    assert fields["provenance"] == "public-sources"
    assert "year" not in fields and "resources" not in fields
    assert fields["legal_status"] == [
        {"status": "not_stated", "note": "The report says that counsel was asked."}
    ]
    assert fields["figures"] == [{
        "measure": "As stated in the source", "result": "Energy use fell from 20 to 9 million kWh",
        "basis": "independent", "source": "https://www.example.org/lights",
    }]  # fmt: skip
    assert read(storage, "anytown-policy").document.fields["categories"] == ["impact-tools"]


def test_a_result_is_made_of_the_impact_where_none_is_given(load, storage):
    long = "Half of it was saved in the first year. Nobody knows the rest."
    load(with_line(PLAIN, "Energy use more than halved.", long))
    assert read(storage, "anytown-lights").document.fields["result"] == "Half of it was saved in the first year."
    load(with_line(PLAIN, "Energy use more than halved.", "word " * 50))
    result = read(storage, "anytown-lights").document.fields["result"]
    assert len(result) <= 160 and result.endswith("word…")


def test_a_contract_area_joins_the_categories_that_are_given(load, storage):
    load(with_line(RICH, "  categories:\n", "  contract_area: food\n  categories:\n"))
    assert read(storage, "anytown-school-meals").document.fields["categories"] == [
        "contracts/food", "contracts/food/school-meals",
    ]  # fmt: skip


def test_the_file_may_start_with_a_marker_and_a_byte_order_mark(load):
    assert statuses(load("\ufeff---\n".encode() + RICH.encode())) == [Status.CREATED]


def test_all_case_studies_that_come_with_the_cupboard_can_be_imported(load):
    report = load(seeding.shipped_records(CASE_STUDY), dry_run=True)
    assert refusals(report) == []
    assert len(report.outcomes) > 30
    assert set(statuses(report)) == {Status.CREATED}


# -- again ------------------------------------------------------------------------------------------------------------


def test_importing_again_changes_nothing(load, storage):
    load(RICH)
    revid = read(storage, "anytown-school-meals").revid
    report = load(RICH)
    assert statuses(report) == [Status.UNCHANGED]
    assert read(storage, "anytown-school-meals").revid == revid


def test_a_changed_record_updates_its_page_and_no_other(load, storage):
    load(RICH + PLAIN)
    before = read(storage, "anytown-lights").revid
    changed = with_line(RICH, "Five farms won lots", "Six farms won lots")
    changed = with_line(changed, "  year: '2006'\n", "")
    report = load(changed + PLAIN)
    assert statuses(report) == [Status.UPDATED, Status.UNCHANGED, Status.UNCHANGED]
    fields = read(storage, "anytown-school-meals").document.fields
    assert fields["result"] == "Six farms won lots"
    assert "year" not in fields
    assert read(storage, "anytown-lights").revid == before


def edit(storage, name, fields, sections=None):
    page = read(storage, name)
    pages.save(CASE_STUDY, page.name, page.document.edit(fields, sections or {}), storage=storage)


def test_a_page_that_somebody_edited_is_kept(load, storage):
    load(RICH)
    edit(storage, "anytown-school-meals", {"contact_role": "Procurement team"})
    report = load(with_line(RICH, "Five farms won lots", "Six farms won lots"))
    assert statuses(report) == [Status.KEPT]
    assert read(storage, "anytown-school-meals").document.fields["result"] == "Five farms won lots"


def test_told_to_overwrite_it_keeps_what_the_record_does_not_mention(load, storage):
    load(RICH)
    edit(storage, "anytown-school-meals", {"contact_role": "Procurement team", "result": "Mine"}, {"More": "Text."})
    changed = with_line(RICH, "Five farms won lots", "Six farms won lots")
    assert statuses(load(changed, overwrite=True)) == [Status.UPDATED]
    document = read(storage, "anytown-school-meals").document
    assert document.fields["result"] == "Six farms won lots"
    assert document.fields["contact_role"] == "Procurement team"
    assert document.section("More") == "Text."
    assert statuses(load(changed, overwrite=True)) == [Status.UNCHANGED]


def test_a_page_that_was_there_before_any_import_is_kept(load, storage):
    load(RICH)
    document = read(storage, "anytown-school-meals").document
    pages.save(CASE_STUDY, "CaseStudies/mine", document, storage=storage)
    assert statuses(load(with_line(PLAIN, "anytown-lights", "mine"))) == [Status.KEPT, Status.CREATED]


def test_a_dry_run_says_what_would_be_done_and_writes_nothing(load, storage):
    report = load(RICH, dry_run=True)
    assert statuses(report) == [Status.CREATED]
    assert report.written == 0
    assert read(storage, "anytown-school-meals") is None
    assert list(report.lines())[-1].endswith("Nothing was written.")


# -- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "refusal"),
    [
        ("id: anytown-school-meals", "id: Anytown School Meals", "line 2: id: Use small letters"),
        ("id: anytown-school-meals", "id: ''", "line 2: id: Use small letters"),
        ("id: anytown-school-meals", f"id: {'a' * 81}", "line 2: id: Use small letters"),
        ("- id: anytown-school-meals\n ", "-", "line 2: id: Every case study needs an id"),
        ("  kind: case\n", "  kind: poem\n", "line 3: kind: 'poem' is not one of its choices"),
        ("  title: Fresh school meals by smaller lots\n", "", "line 2: title: "),
        ("Fresh school meals by smaller lots", "''", "line 4: title: "),
        ("Fresh school meals by smaller lots", "x" * 400, "line 4: title: "),
        ("Five farms won lots", "x" * 161, "line 5: result: "),
        ("scotland", "Atlantis", "line 8: region: 'Atlantis' is not one of its choices"),
        ("'2006'", "[2006]", "line 9: year: Write a text here"),
        ("[practitioner]", "practitioner", "line 10: audiences: Write a list here"),
        ("contracts/food/school-meals", "contracts/fud", "line 12: categories: 'contracts/fud' is not one"),
        ("  context: >-\n    One large\n    contract.\n", "", "line 2: context: "),
        ("    result: A third fewer\n", "", "line 24: figures: "),
        ("basis: measured_self", "basis: guess", "line 27: figures: 'guess' is not one of its choices"),
        ("https://www.example.org/report", "javascript:alert(1)", "line 28: figures: "),
        ("- status: legal_team", "- status: fine", "line 30: legal_status: 'fine' is not one of its choices"),
        ("  - measure: Food miles", "  - mesure: Food miles", "line 24: figures: Figures has no column mesure"),
        ("rights: open", "rights: mine", "line 33: primary_resources: 'mine' is not one of its choices"),
        ("  source_title:", "  sauce_title:", "line 36: sauce_title: The template has no field of this name"),
        (
            "  kind: case\n",
            "  kind: case\n  contract_area: wigs\n",
            "line 4: contract_area: 'wigs' is not a contract area",
        ),
        ("  awards:", "  resources: []\n  awards:", "line 32: primary_resources: This is another name of resources"),
    ],
)
def test_what_is_wrong_is_named_with_line_and_field_and_nothing_is_written(load, storage, old, new, refusal):
    report = load(PLAIN.replace("anytown", "othertown") + with_line(RICH, old, new))
    line, rest = refusal.removeprefix("line ").split(":", 1)
    line = int(line) + PLAIN.count("\n")
    assert [text for text in refusals(report) if text.startswith(f"line {line}:{rest}")], refusals(report)
    assert report.refused and report.written == 0
    assert read(storage, "othertown-lights") is None
    assert list(report.lines())[-1] == "1 of 3 records refused; nothing was written."


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("- id: a\n  title: x: y\n", "line 2: "),
        ("- id: a\n  id: b\n", "line 2: "),
        ("- &a id: x\n", "line 1: "),
        ("---\n- id: a\n- *b\n", "line 3: "),
        ("title: no list\n", "line 1: Write a list of case studies"),
        ("---\ntitle: no list\n", "line 2: Write a list"),
        ("- id: a\n- just a text\n", "line 2: Write a case study here"),
        ("just a text\n", "line 1: "),
        ("- id: a\n\tkind: case\n", "line 2: "),
        (b"- id: a\n  title: \xff\n", "line 2: This is not text in UTF-8"),
        ("- id: a\n  title: \0\n", "line 2: "),
        ("# a long file\n" * 100_000 + "- id: a\n  id: b\n", "line 100002: "),
    ],
)
def test_a_file_that_is_no_list_of_records_is_refused_at_its_line(load, text, refusal):
    report = load(text)
    assert report.refused
    assert refusals(report)[0].startswith(refusal), refusals(report)


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n"])
def test_a_file_without_records_does_nothing(load, text):
    assert load(text).outcomes == ()


def test_an_id_that_comes_twice_is_refused(load):
    report = load(RICH + RICH)
    assert refusals(report) == ["line 39: id: anytown-school-meals is on line 2 already"]


def test_everything_that_is_wrong_is_said_at_once(load):
    text = with_line(RICH, "kind: case", "kind: poem")
    text = with_line(text, "scotland", "Atlantis") + with_line(PLAIN, "UK-wide", "Moon")
    report = load(text)
    assert len(refusals(report)) == 3


def test_progress_reaches_its_end(load):
    steps = []
    load(RICH + PLAIN, progress=lambda *step: steps.append(step))
    assert steps[2] == ("Checking", 3, 3)
    assert steps[-1] == ("Case studies", 3, 3)
