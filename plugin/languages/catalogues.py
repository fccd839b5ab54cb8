"""Catalogues: Moin's and ours in one, read from .po files."""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

FOLDER = Path(__file__).resolve().parent.parent / "translations"
#: English, and each language that has a folder.
LANGUAGES = ("en", *sorted(path.parent.name for path in FOLDER.glob("*/LC_MESSAGES")))
#: A comment above an entry that nobody who speaks the language has read; who has read it deletes the comment.
_REVIEW = "awaits review"

_waiting: dict[str, bool] = {}


class Catalogues(dict[tuple[str, str], Translations]):
    """What Flask-Babel's domain keeps its catalogues in: (locale, domain) -> all words of that locale.

    Takes the place of a plain dict, so that ours are read into Moin's where Flask-Babel would load Moin's alone.

    :param folders: of catalogues of Moin's and the deployment's, ``.mo`` files
    """

    def __init__(self, folders: list[str]) -> None:
        super().__init__()
        self._folders = folders

    def __missing__(self, key: tuple[str, str]) -> Translations:
        locale, domain = key
        words = Translations()
        for folder in self._folders:
            _add(words, Translations.load(folder, [locale], domain))
        for catalogue in read(locale):
            _add(words, _compiled(catalogue))
        self[key] = words
        return words


def read(locale: str) -> list[Catalog]:
    """Our catalogues of a locale, such as ``cy`` or ``cy_GB``; none for English."""
    language = locale.partition("_")[0]
    found = []
    for path in sorted((FOLDER / language / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            found.append(read_po(file, locale=language, abort_invalid=True))
    return found


def awaits_review(language: str) -> bool:
    """Whether texts in a language still have to be read by somebody who speaks it: an entry's comment says so."""
    if language not in _waiting:
        comments = (comment for words in read(language) for message in words for comment in message.user_comments)
        _waiting[language] = any(_REVIEW in comment for comment in comments)
    return _waiting[language]


def _compiled(catalogue: Catalog) -> Translations:
    file = io.BytesIO()
    write_mo(file, catalogue)
    file.seek(0)
    return Translations(file)


def _add(words: Translations, more: Translations) -> None:
    words.merge(more)
    if isinstance(more, Translations):
        words.plural = more.plural  # merge() leaves it out
