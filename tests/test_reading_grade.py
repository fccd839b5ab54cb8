"""What people are asked and told can be read after nine years of school: Flesch-Kincaid grade, as textstat counts it.

textstat counts syllables by the hyphenation patterns that come with it; it asks nobody for anything. A formula of words
per sentence and syllables per word says little of three words, so labels and short messages are judged together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import textstat
import yaml
from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "seed_pages"
HIGHEST = 9
#: From so many words on, a text is judged by itself.
LONG = 20

PAGES = [*sorted((SEEDS / "Help").rglob("*.moin")), SEEDS / "Help.moin"]
TEMPLATES = [SEEDS / "Cupboard" / "Template.yaml", *sorted((SEEDS / "Cupboard" / "Template").glob("*.yaml"))]
DEFINITIONS = [*TEMPLATES, SEEDS / "Cupboard" / "LegalStatuses.yaml", SEEDS / "Cupboard" / "Endorsement.yaml"]
#: Keys of a definition page whose values people read beside a question.
GUIDANCE = {"help", "note", "missing", "who", "evidence"}


def grade(*texts: str) -> float:
    """The grade of texts that are read one after the other, each at least a sentence."""
    sentences = [text if text.endswith((".", "?", "!", ":")) else f"{text}." for text in map(str.strip, texts) if text]
    return textstat.flesch_kincaid_grade("\n".join(sentences))


def words(markup: str) -> list[str]:
    """The sentences and cells of a page in Moin's markup."""
    found = []
    for line in markup.splitlines():
        if line.startswith(("#", "<<", "===")) or not line.strip("-= "):
            continue
        line = re.sub(r"\[\[(?:[^]|]*\|)?([^]]*)\]\]", r"\1", line.strip("= "))
        line = re.sub(r"<<[^>]*>>|'''?|`|\{\{\{|\}\}\}|^(?:\*|\d+\.)\s", "", line)
        found += [cell.strip() for cell in re.split(r"\|\||::", line) if cell.strip()]
    return found


def said(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """(key, text) of all texts in a definition page."""
    if isinstance(value, dict):
        for name, one in value.items():
            yield from said(one, name)
    elif isinstance(value, list):
        for one in value:
            yield from said(one, key)
    elif isinstance(value, str) and value.strip():
        yield key, value.strip()


def hard(texts: list[str]) -> list[tuple[float, str]]:
    """Those of the texts that are long and hard; all of them as one, when they are hard together."""
    found = [(grade(text), text) for text in texts if len(text.split()) >= LONG]
    found.append((grade(*texts), "all of it together"))
    return [one for one in found if one[0] > HIGHEST]


def test_the_grade_tells_plain_words_from_an_office() -> None:
    assert grade("Say what was done. Use words that a friend would use.") < 4
    office = (
        "Notwithstanding the aforementioned contractual obligations, procurement professionals necessarily prioritise "
        "demonstrable sustainability considerations throughout organisational activities."
    )
    assert grade(office) > 20


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_help_page_can_be_read(page: Path) -> None:
    assert grade(*words(page.read_text(encoding="utf-8"))) <= HIGHEST


@pytest.mark.parametrize("page", DEFINITIONS, ids=lambda page: page.stem)
def test_labels_and_guidance_of_a_form_can_be_read(page: Path) -> None:
    texts = list(said(yaml.safe_load(page.read_text(encoding="utf-8"))))
    assert hard([text for key, text in texts if key in GUIDANCE]) == []
    assert hard([text for key, text in texts if key == "label"]) == []


def test_what_our_pages_and_errors_say_can_be_read() -> None:
    methods = [("**.py", "python"), ("**.html", "jinja2")]
    keywords = {"_": None, "L_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "problem": None}
    texts = []
    for folder in ("plugin", "macros", "parsers", "themes"):
        for _path, _line, message, _comments, _context in extract_from_dir(ROOT / folder, methods, keywords=keywords):
            for text in (message,) if isinstance(message, str) else message:
                texts.append(re.sub(r"<[^>]*>|[%{]\(?\w*[)}]s?", " it ", text))
    assert len(texts) > 200, "extraction finds them"
    assert hard(texts) == []
