"""What changed between two versions, in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cupboard.changes import QUOTED, changes, cut, plain_changes
from cupboard.document import Document, parse
from cupboard.template import Template
from cupboard.vocabulary import Vocabulary

TEMPLATE = Template.load("""
kind: template
title: Case study
groups:
- {id: all, label: All}
fields:
- {id: title, label: Title, type: text, group: all}
- {id: result, label: Result in one sentence, type: text, group: all}
- id: region
  label: Region
  type: choice
  group: all
  choices: [{id: wales, label: Wales}, {id: scotland, label: Scotland}]
- {id: categories, label: Sections, type: terms, vocabulary: contents, group: all}
- id: figures
  label: Figures
  type: rows
  group: all
  columns: [{id: measure, label: Measure, type: text}, {id: result, label: Result, type: text}]
- {id: legal_status, label: Legal status, type: rows, group: all, columns: [{id: status, label: Status, type: text}]}
- {id: impact, label: Impact, type: markup, section: Impact, group: all}
""")
WORDS = {"contents": Vocabulary.load("""
kind: vocabulary
title: Contents
terms:
- {id: food, label: Food}
- {id: energy, label: Energy}
""")}
BEFORE = Document.new(
    {"title": "A", "result": "90 tCO2e", "region": "wales", "categories": ["food"],
     "figures": [{"measure": "CO2e saved", "result": "90"}], "legal_status": [{"status": "advised"}]},
    {"Impact": "It saved carbon. It cost nothing."},
)


def said(before=BEFORE, sections=None, **fields):
    in_words = {"legal_status": lambda values: " ".join(row["status"] for row in values.get("legal_status", []))}
    return changes(before, before.edit(fields=fields, sections=sections or {}), TEMPLATE, WORDS, in_words)


def test_nothing_changed_says_nothing():
    assert said() == []


@pytest.mark.parametrize("fields, words", [
    ({"result": "134 tCO2e"}, "result now 134 tCO2e"),
    ({"region": "scotland"}, "region now Scotland"),
    ({"categories": ["food", "energy"]}, "sections: added Energy"),
    ({"categories": ["energy"]}, "sections: added Energy; removed Food"),
    ({"categories": []}, "sections removed"),
    ({"figures": [{"measure": "CO2e saved", "result": "134"}]}, "figures: 1 changed (CO2e saved, 134)"),
    ({"figures": []}, "figures removed"),
    ({"legal_status": [{"status": "under challenge"}]}, "legal status now “under challenge”"),
    ({"colour": "green"}, "colour now green"),
])
def test_a_field_is_named_by_its_label_and_its_values_by_theirs(fields, words):
    assert said(**fields) == [words]


def test_a_section_is_quoted_where_it_says_something_new():
    assert said(sections={"Impact": "It saved carbon. The supplier was re-let."}) == [
        "Impact changed: now says “The supplier was re-let.”"]
    assert said(sections={"Next": "More."}) == ["Next added: now says “More.”"]
    assert said(sections={"Impact": "It saved carbon."}) == ["Impact changed"]


def test_a_quotation_is_short_and_without_markup():
    (words,) = said(sections={"Impact": "See [[Home|the page]] for '''all''' of it: " + "long " * 100})
    assert "See the page for all of it" in words and len(words) < QUOTED + 50


def test_a_page_that_cannot_be_read_only_says_that_it_changed():
    assert changes(BEFORE, parse(b"---\n: :\n---\n"), TEMPLATE, WORDS) == ["text changed"]


def test_plain_pages_are_compared_by_sentence():
    assert plain_changes("One. Two.", "One. Two. Three.") == ["now says “Three.”"]
    assert plain_changes("One.", "= Two =\n\nOne.") == ["now says “Two”"]
    assert plain_changes("One. Two.", "One.") == ["text changed"]


texts = st.text(max_size=60)


@given(st.dictionaries(st.sampled_from(["title", "result", "region", "colour"]), texts), texts)
def test_whatever_is_written_gives_short_plain_phrases(fields, section):
    try:
        after = BEFORE.edit(fields=fields, sections={"Impact": section})
    except ValueError:
        return
    found = changes(BEFORE, after, TEMPLATE, WORDS)
    assert bool(found) or after.fields == BEFORE.fields
    assert all(0 < len(phrase) < 400 and "\n" not in phrase for phrase in found)


@given(st.text(), st.integers(2, 80))
def test_a_cut_text_is_never_longer_than_asked(text, most):
    assert len(cut(text, most)) <= most
