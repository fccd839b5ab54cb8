"""Vocabularies: paths of ids, retired and merged terms, codes, and errors that say what to write instead."""

from importlib import resources

import pytest

from cupboard.shapes import DefinitionError
from cupboard.vocabulary import Vocabulary

TEXT = """\
kind: vocabulary
title: Contents
terms:
- id: contracts
  label: Contracts
  note: By what is bought.
  terms:
  - id: food
    label: Food and catering
    short: Food
    aliases: [Catering, Canteens]
    cpv: ['15', '03', '09']
    proclass: Catering
    terms:
    - {id: school-meals, label: School meals}
  - {id: meals, label: Meals, merged_into: contracts/food/school-meals}
  - {id: feasts, label: Banquets, merged_into: contracts/meals}
  - {id: coal, label: Coal, retired: true}
- id: not_stated
  label: Not stated
  group: unreviewed
  life_months: 024
"""


@pytest.fixture(scope="module")
def contents():
    return Vocabulary.load(TEXT)


def test_ids_are_paths_from_the_top(contents):
    assert [term.id for term in contents.walk()] == [
        "contracts", "contracts/food", "contracts/food/school-meals", "contracts/meals", "contracts/feasts",
        "contracts/coal", "not_stated"]
    meals = contents.get("contracts/food/school-meals")
    assert [term.label for term in meals.path] == ["Contracts", "Food and catering", "School meals"]
    assert meals.parent is contents.get("contracts/food") and meals.parent.children == (meals,)


def test_codes_keep_their_leading_zeros(contents):
    assert contents.get("contracts/food").codes == {"cpv": ("15", "03", "09"), "proclass": ("Catering",)}


def test_further_names_are_kept_as_text(contents):
    assert contents.get("not_stated").extra == {"group": "unreviewed", "life_months": "024"}


def test_a_merged_term_is_found_as_what_it_is_now(contents):
    meals = contents.get("contracts/food/school-meals")
    assert contents.get("contracts/meals") is meals and contents.get("contracts/feasts") is meals
    assert contents.find("banquets") == [meals]
    merged = [term for term in contents.walk() if term.merged_into]
    assert len(merged) == 2 and all(term.retired for term in merged)


def test_a_retired_term_is_still_found(contents):
    assert contents.get("contracts/coal").label == "Coal" and contents.get("contracts/coal").retired


def test_an_unknown_id_is_none(contents):
    assert contents.get("contracts/steel") is None and contents.get("Catering") is None


@pytest.mark.parametrize("words", ["Food and catering", " FOOD  and catering", "food", "catering", "canteens", "09"])
def test_terms_are_found_by_their_words_and_codes_in_any_case(contents, words):
    assert contents.find(words) == [contents.get("contracts/food")]


def test_what_no_term_is_called_is_not_found(contents):
    assert contents.find("foo") == [] and contents.find("") == []


def test_terms_cannot_be_changed(contents):
    with pytest.raises(AttributeError):
        contents.terms[0].label = "x"
    with pytest.raises(TypeError):
        contents.get("not_stated").extra["group"] = "x"


@pytest.mark.parametrize("before, after, line, at, words", [
    ("kind: vocabulary", "kind: template", 1, "template", "kind: vocabulary"),
    ("kind: vocabulary\n", "", 1, "title: Conte", "no kind"),
    ("title: Contents", "title: ", 2, " ", "must not be empty"),
    ("title: Contents", "titel: Contents", 1, "kind: vocabu", "no title"),
    ("title: Contents", "title: Contents\nmore: x", 3, "more: x", '"more"'),
    ("- id: contracts", "- id: Contracts", 4, "Contracts", "small letters"),
    ("- id: contracts", "- id: a/b", 4, "a/b", "small letters"),
    ("- id: contracts\n  label: Contracts", "- id: contracts", 4, "id: contract", "no label"),
    ("label: Contracts", "label: [a]", 5, "[a]", "must be text"),
    ("id: meals", "id: food", 16, "food, label:", "first is on line 8"),
    ("[Catering, Canteens]", "{a: b}", 11, "{a: b}", "list of texts"),
    ("['15', '03', '09']", "[food]", 12, "[food]", "two to eight digits"),
    ("retired: true", "retired: maybe", 18, "maybe}", "true or false"),
    ("contracts/food/school-meals", "school-meals", 16, "school-meals", "whole id"),
    ("contracts/food/school-meals", "contracts/feasts", 16, "contracts/fe", "merged into itself"),
    ("group: unreviewed", "group: [x]", 21, "group: [x]", '"group"'),
    ("- {id: school-meals, label: School meals}", "- school meals", 15, "school meals", "names and values"),
    ("    - {id: school-meals, label: School meals}", "      school: meals", 15, "school: meal", "must be a list"),
    ("label: Coal", "label: *coal", 18, "*coal, retir", "Aliases"),
])
def test_a_broken_page_says_what_to_write_and_where(before, after, line, at, words):
    assert before in TEXT
    with pytest.raises(DefinitionError) as caught:
        Vocabulary.load(TEXT.replace(before, after, 1))
    assert words in caught.value.message
    assert caught.value.line == line
    assert TEXT.replace(before, after, 1).split("\n")[line - 1][caught.value.column - 1:].startswith(at)


@pytest.mark.parametrize("terms", ["", "terms:\n", "terms: []\n", "terms: {}\n", "terms: text\n"])
def test_a_vocabulary_without_terms_is_refused(terms):
    with pytest.raises(DefinitionError):
        Vocabulary.load(f"kind: vocabulary\ntitle: t\n{terms}")


@pytest.mark.parametrize("page", ["Contents", "LegalStatuses", "CPV", "ProClass"])
def test_the_vocabularies_of_a_new_wiki_can_be_used(page):
    text = (resources.files("cupboard.seed_pages") / f"Cupboard/{page}.yaml").read_text(encoding="utf-8")
    vocabulary = Vocabulary.load(text)
    assert all(vocabulary.get(term.id) for term in vocabulary.walk())
