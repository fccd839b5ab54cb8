"""What depends on nothing but the language in force, asked for hundreds of times a page and worked out once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import g
from flask_babel import get_locale

_Found = TypeVar("_Found")


def once(make: Callable[[], _Found]) -> Callable[[], _Found]:
    """A function that keeps what ``make()`` says where Flask-Babel keeps the language, until that is another one."""
    name = f"cupboard_{make.__module__}_{make.__name__}"

    def kept() -> _Found:
        try:
            here = g._flask_babel
            locale, found = getattr(here, name)
            if locale is here.babel_locale:
                return found
        except (AttributeError, RuntimeError):
            pass
        found, locale = make(), get_locale()
        if locale is not None:
            setattr(g._flask_babel, name, (locale, found))
        return found

    kept.__doc__ = make.__doc__
    return kept
