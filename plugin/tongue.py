"""The language that the reader of a sentence reads. Knows no Moin: a wiki says who reads, with :func:`use`.

Whatever a person reads is marked where it is written, and is English where nothing else is known: on the command line,
in tests of the domain::

    _("Give the term a name")
    _("There is no term {term}").format(term=id)
    N_("{count} case study", "{count} case studies", count).format(count=count)
    LABELS = {"open": L_("Waiting for an editor")}    # made once, read in many languages

Placeholders have names, since another language may want them in another order; a sentence is never put together from
pieces. Values are put in afterwards, so that a text with a brace or a per cent sign in it does no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from gettext import NullTranslations
from typing import Any

from babel import Locale

_ENGLISH = NullTranslations()


def _translations() -> NullTranslations:
    return _ENGLISH


def _locale() -> Locale | None:
    return None


def use(translations: Callable[[], NullTranslations], locale: Callable[[], Locale | None]) -> None:
    """From now on take sentences from ``translations()`` and the language's ways of writing days from ``locale()``.

    Both are asked anew each time, as the next reader may read another language.
    """
    global _translations, _locale
    _translations, _locale = translations, locale


def _(message: str) -> str:
    """The sentence in the reader's language; itself where there is no translation."""
    return _translations().gettext(message) if message else ""  # gettext answers the empty text with its header


def N_(one: str, many: str, count: int) -> str:
    """The sentence for so many: ``one`` and ``many`` are English, other languages may have more forms.

    ``count`` chooses the form and is not put in: ``N_("{count} day", "{count} days", n).format(count=n)``.
    """
    return _translations().ngettext(one, many, count)


def locale() -> Locale | None:
    """The reader's language; None where nobody said."""
    return _locale()


def language() -> str:
    """The reader's language as a key for what is kept: what was said in one is not shown to readers of another."""
    return str(_locale() or "en")


def and_(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return _listed(words, _("{these} and {last}"))


def or_(words: Sequence[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    return _listed(words, _("{these} or {last}"))


def _listed(words: Sequence[str], last_two: str) -> str:
    return last_two.format(these=", ".join(words[:-1]), last=words[-1]) if len(words) > 1 else "".join(words)


class L_:
    """A sentence that is made before its reader is known, at the top of a module: translated whenever it is read.

    It does what a text does in templates, formatting, comparison and as a key. What asks for a true ``str`` (``join``,
    JSON, the database) gets ``str(it)``.
    """

    __slots__ = ("_values", "message")

    def __init__(self, message: str, **values: object) -> None:
        """
        :param values: of the placeholders; without any, what reads it may put them in
        """
        self.message, self._values = message, values

    def __str__(self) -> str:
        return _(self.message).format(**self._values) if self._values else _(self.message)

    def __repr__(self) -> str:
        return f"L_({self.message!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __getattr__(self, name: str) -> Any:
        # no `__html__`: unlike Flask-Babel's, a lazy text is escaped as others are
        if name.startswith("_") or name == "message":
            raise AttributeError(name)
        return getattr(str(self), name)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, L_):  # the same in every language, so that it can be part of what is kept in a dict
            return (self.message, self._values) == (other.message, other._values)
        return str(self) == other if isinstance(other, str) else NotImplemented

    def __lt__(self, other: str | L_) -> bool:
        return str(self) < str(other)

    def __hash__(self) -> int:
        return hash(self.message)

    def __bool__(self) -> bool:
        return bool(self.message)

    def __len__(self) -> int:
        return len(str(self))

    def __iter__(self) -> Any:
        return iter(str(self))

    def __contains__(self, part: str) -> bool:
        return part in str(self)

    def __getitem__(self, index: int | slice) -> str:
        return str(self)[index]

    def __add__(self, other: str) -> str:
        return str(self) + str(other)

    def __radd__(self, other: str) -> str:
        return str(other) + str(self)
