"""A language that marks each sentence of Python that went through the catalogues."""

from __future__ import annotations

from gettext import NullTranslations

import pytest
from flask_babel import get_locale

from cupboard import tongue

#: Stands before each translated sentence.
MARK = "¿"


class Marked(NullTranslations):
    def gettext(self, message: str) -> str:
        return f"{MARK}{message}"

    def ngettext(self, one: str, many: str, count: int) -> str:
        return f"{MARK}{one if count == 1 else many}"


@pytest.fixture
def marked(monkeypatch: pytest.MonkeyPatch) -> str:
    """Readers of Welsh read Python's sentences in English with :data:`MARK` before each; the mark."""
    ours = tongue._translations

    def translations() -> NullTranslations:
        locale = get_locale()
        return Marked() if locale is not None and locale.language == "cy" else ours()

    monkeypatch.setattr(tongue, "_translations", translations)
    return MARK
