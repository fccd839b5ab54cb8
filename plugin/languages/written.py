"""What people wrote on a page whose own words are in another language says which language it is in (WCAG 3.1.2).

A screen reader would else speak an English case study on a Welsh page by the rules of Welsh. What people write is in
the wiki's language (``language_default``), which Moin stores with each page. On a page in that language nothing is
said.

In templates: ``<p{{ written_in() }}>`` for an element of nothing but people's words, ``{{ text | written }}`` for words
in the middle of ours. A label that a definition page gives in the reader's language is no such word.
"""

from __future__ import annotations

from flask_babel import get_locale
from jinja2 import Environment
from markupsafe import Markup, escape
from moin import current_app

from cupboard.labels import Label
from cupboard.languages import remembering

_NOTHING = Markup()


@remembering.once
def foreign() -> str:
    """The language of what people write, when the page's own words are in another one; else empty."""
    locale, written = get_locale(), current_app.cfg.language_default
    return "" if locale is None or locale.language == written else written


def written_in() -> Markup:
    """The attribute of an element that holds people's words and nothing else."""
    language = foreign()
    return Markup(' lang="{}"').format(language) if language else _NOTHING


def written(words: str) -> str:
    """People's words, in an element that says their language where that is not the page's."""
    language = foreign()
    if not language or not any(map(str.isalpha, words)):
        return words
    if isinstance(words, Label) and get_locale().language in words.others:
        return words
    return Markup("<span{}>{}</span>").format(written_in(), escape(words))


def put_into(environment: Environment) -> None:
    """Let templates say it."""
    environment.globals["written_in"] = written_in
    environment.filters["written"] = written
