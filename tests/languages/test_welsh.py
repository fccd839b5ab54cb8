"""The Welsh catalogue says what every page says: navigation, tools, filters, forms, signing in, legal statuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from cupboard import seed_pages
from cupboard.labels import Label
from cupboard.languages import catalogues
from cupboard.template import Template
from cupboard.vocabulary import Vocabulary

THEME, OURS = "themes/cupboard/templates", "plugin/templates/cupboard"
SAID = [
    *(f"{THEME}/{name}.html" for name in ("layout", "parts", "itemviews", "login", "forms", "404")),
    *(
        f"{OURS}/{name}.html"
        for name in ("facets", "results", "list_foot", "star", "case_head", "case_foot", "legal", "error_summary")
    ),
]


@pytest.mark.parametrize("template", SAID)
def test_what_every_page_says_is_there_in_welsh(template: str) -> None:
    messages = [
        message for message in catalogues.read("cy")[-1] if template in (place for place, _ in message.locations)
    ]
    lacking = [
        message.id
        for message in messages
        if not (message.string if isinstance(message.string, str) else all(message.string))
    ]
    assert not lacking


def test_legal_statuses_and_questions_about_a_case_study_have_welsh_labels() -> None:
    folder = Path(seed_pages.__file__).parent / "Cupboard"
    statuses = Vocabulary.load((folder / "LegalStatuses.yaml").read_text()).walk()
    assert not [one.id for one in statuses if not _is_welsh(one.label)]
    template = Template.load((folder / "Template.yaml").read_text())
    asked = [*template.groups, *template.fields, *(column for field in template.fields for column in field.columns)]
    # a question that is added need not wait for its Welsh
    assert sum(_is_welsh(one.label) for one in asked) > 0.9 * len(asked) > 90


def _is_welsh(label: str) -> bool:
    return isinstance(label, Label) and "cy" in label.others
