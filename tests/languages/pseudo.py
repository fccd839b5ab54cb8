"""A language in which each text of ours stands in brackets, ⟦so⟧; and what of a page stands outside of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from typing import Any

import pytest
from babel.support import Translations
from lxml import etree
from lxml import html as lxml_html

from cupboard import definitions, shapes
from cupboard.labels import Label
from cupboard.languages import LANGUAGES, choosing
from cupboard.legal import statuses
from tests.languages.finding import HUMAN

#: What it is called: a language that the wiki does not have, so that nothing which is kept for English is shown.
LANGUAGE = "eo"
_LETTERS = re.compile("[^\\W\\d_]")


class Bracketed(Translations):
    """Says each message in brackets, whatever it is."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        return f"⟦{singular if number == 1 else plural}⟧"

    ugettext, ungettext = gettext, ngettext


def use(app: Any, patch: pytest.MonkeyPatch) -> set[str]:
    """From now on the wiki has this language too, for who asks for :data:`LANGUAGE`, and so have definition pages.

    :return: the labels of definition pages, as they are read
    """
    patch.setattr(choosing, "LANGUAGES", (*LANGUAGES, LANGUAGE))
    labels: set[str] = set()

    def label_of(texts: Mapping[str, str], name: str) -> str:
        text = texts.get(name, "")
        labels.add(text)
        return Label(text, {LANGUAGE: f"⟦{text}⟧"}) if text else text

    for module in (shapes, statuses):
        patch.setattr(module, "label_of", label_of)
    definitions._assemble.cache_clear()
    definitions._parsed.cache_clear()
    with app.app_context():
        app.extensions["babel"].instance.domain_instance.cache[LANGUAGE, "messages"] = Bracketed()
    return labels


def outside(html: str) -> list[str]:
    """Texts and attributes of a page that stand outside of brackets; text that says what language it is in is
    skipped.
    """
    page = _Outside()
    page.feed(html)
    page.close()
    return page.found


def with_languages(html: str) -> list[tuple[str, str, bool]]:
    """Texts of a page's ``main``: each piece, the language that it says it is in, whether it stands in brackets."""
    texts = []
    for main in lxml_html.document_fromstring(html).cssselect("main"):
        for element in main.iter(etree.Element):
            texts += [(element, element.text)] + [(element.getparent(), element.tail)] * (element is not main)
    return [*_pieces(texts)]


def _pieces(texts: list[tuple[Any, str | None]]) -> Iterator[tuple[str, str, bool]]:
    depth = 0
    for element, text in texts:
        said = next((one.get("lang") for one in (element, *element.iterancestors()) if one.get("lang")), "")
        for piece in re.split("([⟦⟧])", text or ""):
            depth += {"⟦": 1, "⟧": -1}.get(piece, 0)
            if _LETTERS.search(piece):
                yield " ".join(piece.split()), said, depth > 0


class _Outside(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._depth = 0
        self._verbatim = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("code", "pre", "script", "style", "textarea"):
            self._verbatim += 1
        named = dict(attrs)
        for name, value in attrs:
            button = name == "value" and tag == "input" and named.get("type") in ("submit", "button")
            if value and not self._depth and (name in HUMAN or button or name.startswith("data-say-")):
                self._see(re.sub("⟦.*⟧", "", value))

    def handle_endtag(self, tag: str) -> None:
        if tag in ("code", "pre", "script", "style", "textarea"):
            self._verbatim -= 1

    def handle_data(self, data: str) -> None:
        outside = ""
        for character in data:
            if character == "⟦":
                self._depth += 1
            elif character == "⟧":
                self._depth -= 1
            elif not self._depth:
                outside += character
        if not self._verbatim:
            self._see(outside)

    def _see(self, text: str) -> None:
        text = " ".join(text.split())
        if _LETTERS.search(text):
            self.found.append(text)
