"""Labels that a definition page gives in several languages.

Beside ``label: Not stated`` a page may say ``label_cy: Heb ei nodi``, and likewise of each text that is read with
``Entries.label``: labels, short labels, notes and help. To the index, to lists, to what is stored and to whatever
compares texts such a label is the English one, the same in every language; only where it is put into a sentence or a
page is it in the reader's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from markupsafe import Markup, escape

from cupboard import tongue

_LANGUAGE = re.compile("[a-z]{2,3}")


class Label(str):
    """A text that is also there in other languages: ``str()``, formatting and templates give the reader's."""

    others: Mapping[str, str]

    def __new__(cls, text: str, others: Mapping[str, str] | None = None) -> Label:
        label = super().__new__(cls, text)
        label.others = others or {}
        return label

    def __str__(self) -> str:
        locale = tongue.locale()
        return self.others.get(locale.language if locale else "") or super().__str__()

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __html__(self) -> Markup:
        return escape(str(self))


def label_of(texts: Mapping[str, str], name: str) -> str:
    """The text of a name, with those of the same name and a language: ``label`` with ``label_cy``.

    :return: empty when there is none
    """
    text = texts.get(name, "")
    others = {language: texts[other] for other in texts if (language := language_of(other, name)) and texts[other]}
    return Label(text, others) if text and others else text


def joined(labels: Iterable[str], between: str = ", ") -> str:
    """Labels in one text, each in the reader's language where it is shown: ``str.join`` would take the English ones."""
    texts = tuple(labels)
    languages = {language for text in texts if isinstance(text, Label) for language in text.others}
    return Label(between.join(texts), {language: between.join(_in(text, language) for text in texts)
                                       for language in languages}) if languages else between.join(texts)  # fmt: skip


def _in(text: str, language: str) -> str:
    """The plain text of a language, and without that the English one."""
    return text.others.get(language) or str.__str__(text) if isinstance(text, Label) else text


def in_each_language(text: str, change: Callable[[str], str]) -> str:
    """What a change, such as shortening, makes of a text in each of its languages."""
    if not isinstance(text, Label):
        return change(text)
    return Label(change(_in(text, "")), {language: change(other) for language, other in text.others.items()})


def in_all_languages(text: str) -> tuple[str, ...]:
    """A label in each of its languages, English first; a text that is there in one language by itself."""
    return (text, *text.others.values()) if isinstance(text, Label) else (text,)


def language_of(other: str, name: str) -> str:
    """``cy`` of ``label_cy``, for ``label``; empty when it is another name."""
    start, _, language = other.rpartition("_")
    return language if start == name and _LANGUAGE.fullmatch(language) else ""
