"""Labels that a definition page gives in several languages."""

from __future__ import annotations

from typing import Any

import pytest
from babel import Locale
from markupsafe import Markup

from cupboard import tongue
from cupboard.labels import Label, in_each_language, joined
from cupboard.shapes import DefinitionError
from cupboard.template import Template
from cupboard.vocabulary import Vocabulary

TERMS = """\
kind: vocabulary
title: Food
terms:
- id: milk
  label: Milk & cream
  label_cy: Llaeth & hufen
  colour: white
"""
FIELDS = """\
kind: template
title: Page
groups:
- {id: all, label: All, label_cy: Popeth}
fields:
- {id: title, label: Title, label_cy: Teitl, type: text, group: all, help: Say it., help_cy: Dywedwch.}
"""


@pytest.fixture
def language(monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(code: str | None) -> None:
        monkeypatch.setattr(tongue, "_locale", lambda: Locale.parse(code) if code else None)

    return use


def test_a_label_is_in_the_readers_language_where_it_is_shown_and_english_to_machines(language: Any) -> None:
    label = Vocabulary.load(TERMS).terms[0].label
    language("cy_GB")
    assert str(label) == f"{label}" == "Llaeth & hufen" and Markup("{}").format(label) == "Llaeth &amp; hufen"
    assert label == "Milk & cream" and {label: 1}["Milk & cream"] and "".join([label]) == "Milk & cream"
    for other in ("en", "de", None):
        language(other)
        assert str(label) == f"{label}" == "Milk & cream" and Markup("{}").format(label) == "Milk &amp; cream"


def test_a_term_is_found_by_its_label_in_each_language_and_keeps_its_other_keys() -> None:
    terms = Vocabulary.load(TERMS)
    assert [term.id for text in ("milk & cream", "llaeth & hufen") for term in terms.find(text)] == ["milk", "milk"]
    assert dict(terms.terms[0].extra) == {"label_cy": "Llaeth & hufen", "colour": "white"}


def test_a_templates_labels_and_help_may_be_there_in_other_languages(language: Any) -> None:
    template = Template.load(FIELDS)
    language("cy")
    assert (str(template.groups[0].label), str(template.fields[0].label), str(template.fields[0].help)) == (
        "Popeth", "Teitl", "Dywedwch.",
    )  # fmt: skip


def test_labels_in_a_list_or_shortened_are_in_the_readers_language_too(language: Any) -> None:
    label = Vocabulary.load(TERMS).terms[0].label
    several, short = joined([label, "1 < 2"]), in_each_language(label, lambda text: text[:4])
    language("cy")
    assert (str(several), str(short)) == ("Llaeth & hufen, 1 < 2", "Llae") and several == "Milk & cream, 1 < 2"
    assert Markup("{}").format(several) == "Llaeth &amp; hufen, 1 &lt; 2"
    language("en")
    assert (str(several), str(short)) == ("Milk & cream, 1 < 2", "Milk")
    assert type(joined(["a", "b"])) is str and joined([]) == "" and in_each_language("abc", str.upper) == "ABC"


@pytest.mark.parametrize("mistake", ["labl_cy: Teitl", "label_cymraeg: Teitl", "label_cy: [Teitl]", "type_cy: text"])
def test_a_mistyped_label_is_refused(mistake: str) -> None:
    with pytest.raises(DefinitionError):
        Template.load(FIELDS.replace("label_cy: Teitl", mistake))


def test_what_needs_no_other_language_is_plain_text() -> None:
    assert type(Vocabulary.load(TERMS.replace("label_cy", "title_cy")).terms[0].label) is str
    assert type(Vocabulary.load(TERMS).terms[0].label) is Label
