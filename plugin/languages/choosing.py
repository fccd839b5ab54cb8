"""Flask-Babel as Moin sets it up, with our languages and catalogues, and a choice that reads ``en-GB, cy`` rightly.

Moin looks for an exact match first, so that this browser would get Welsh.
"""

from __future__ import annotations

from collections.abc import Callable

import moin.app
import moin.i18n
from babel import Locale
from flask import Flask, has_request_context, request
from flask_babel import Babel, Domain
from moin import current_app, flaskg
from werkzeug.utils import cached_property

from cupboard.engine import Replacement, put
from cupboard.languages import in_templates, written
from cupboard.languages.catalogues import LANGUAGES, Catalogues

_NAMES = [(language, Locale.parse(language).display_name) for language in LANGUAGES]


class OurBabel(Babel):
    """Flask-Babel with the languages of this folder instead of those that Moin has."""

    def list_translations(self) -> list[Locale]:
        """What somebody may choose in the settings."""
        return [Locale.parse(language) for language in LANGUAGES]

    @cached_property
    def domain_instance(self) -> Domain:
        domain = Domain(domain=self.domain)
        domain.cache = Catalogues(domain.translation_directories)
        return domain


#: Holds the language that a reader chose by a button (:mod:`cupboard.web.language_choice`).
COOKIE = "reads_in"


def reader_locale() -> str:
    """The locale of the account's settings, of the browser's cookie, of its wishes, or the wiki's, in this order."""
    user = getattr(flaskg, "user", None)  # none yet while a request begins
    if user and user.locale is not None:
        return user.locale
    if has_request_context():
        if (chosen := request.cookies.get(COOKIE, "")) in LANGUAGES:
            return chosen
        for wish, quality in request.accept_languages:
            language = wish.lower().partition("-")[0]
            if quality and language in LANGUAGES:
                return language
        return current_app.cfg.language_default if current_app.cfg.language_default in LANGUAGES else "en"
    return current_app.cfg.locale_default


def offered() -> list[tuple[str, str]]:
    """Languages to choose from at the top of a page, each with its name for itself.

    None where a choice would do nothing or harm: for an account that names a language, and on what answers a form, as
    what was typed would be lost.
    """
    user = getattr(flaskg, "user", None)
    if request.method == "POST" or (user and user.locale is not None):
        return []
    return _NAMES


def _i18n_init(original: Callable[[Flask], None]) -> Callable[[Flask], None]:
    def i18n_init(app: Flask) -> None:
        # {% trans %} is written over several lines; what is translated is a sentence
        app.jinja_env.policies["ext.i18n.trimmed"] = True
        OurBabel(app, locale_selector=reader_locale, timezone_selector=moin.i18n.get_timezone)
        in_templates.put_into(app.jinja_env)
        written.put_into(app.jinja_env)

    return i18n_init


def install() -> None:
    """Have our texts translated in applications made from now on."""
    put(Replacement(moin.app, "i18n_init", _i18n_init))
