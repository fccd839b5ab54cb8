"""Flask-Babel as Moin sets it up, with our languages and catalogues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import moin.app
import moin.i18n
from babel import Locale
from flask import Flask
from flask_babel import Babel, Domain
from werkzeug.utils import cached_property

from cupboard.engine import Replacement, put

from . import in_templates
from .catalogues import LANGUAGES, Catalogues


class OurBabel(Babel):
    """Flask-Babel with the languages of this folder instead of those that Moin has."""

    def list_translations(self) -> list[Locale]:
        """What a reader may choose; Moin asks for it at each request of somebody who has chosen none."""
        return _LOCALES

    @cached_property
    def domain_instance(self) -> Domain:
        domain = Domain(domain=self.domain)
        domain.cache = Catalogues(domain.translation_directories)
        return domain


_LOCALES = [Locale.parse(language) for language in LANGUAGES]


def _i18n_init(original: Callable[[Flask], None]) -> Callable[[Flask], None]:
    def i18n_init(app: Flask) -> None:
        # {% trans %} is written over several lines; what is translated is a sentence
        app.jinja_env.policies["ext.i18n.trimmed"] = True
        OurBabel(app, locale_selector=moin.i18n.get_locale, timezone_selector=moin.i18n.get_timezone)
        in_templates.put_into(app.jinja_env)

    return i18n_init


def install() -> None:
    """Have our texts translated in applications made from now on."""
    put(Replacement(moin.app, "i18n_init", _i18n_init))
