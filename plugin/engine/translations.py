"""Translations: the catalogue of a request's language is found once, not for each of the 70 words on a page.

``gettext`` goes through the application, its Babel extension, the domain and the locale for every word. What it finds
is kept on the same per-request object that Flask-Babel keeps the locale on, for as long as the locale stays the same;
``force_locale`` and ``refresh`` put another one there.
"""

import flask_babel
from flask_babel import Domain

from .replacement import Replacement


def _get_translations(original):
    def get_translations(self):
        context = flask_babel._get_current_context()
        if context is None:
            return original(self)
        kept = context.__dict__.get("_cupboard_translations")
        locale = context.__dict__.get("babel_locale")
        if kept is not None and locale is not None and kept[0] is locale and kept[1] is self:
            return kept[2]
        found = original(self)
        context._cupboard_translations = (context.__dict__.get("babel_locale"), self, found)
        return found

    return get_translations


REPLACEMENTS = [Replacement(Domain, "get_translations", _get_translations)]
