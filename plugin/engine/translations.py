"""Translations: what a page's words need is found once, not for each of its hundred texts.

- ``gettext`` goes through the application, its Babel extension, the domain and the locale for every text. The catalogue
  that it finds is kept on the same per-request object that Flask-Babel keeps the locale on, for as long as the locale
  stays the same; ``force_locale`` and ``refresh`` put another one there.
- In a template each text is also looked up through two context functions, made safe HTML and filled in. One without
  variables comes out the same each time: it is kept with its catalogue.
- To choose a language, Moin has the folders of all catalogues listed at each request. Here that is done once per process.
"""

from weakref import WeakKeyDictionary

import flask_babel
import jinja2.ext
from flask_babel import Babel, Domain, get_babel
from jinja2 import pass_context

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


#: Texts that are kept of a catalogue. Templates have fewer; what is made of variables must not pile up.
MOST_TEXTS = 5000


def _make_new_gettext(original):
    def make(function):
        translated = original(function)
        known = WeakKeyDictionary()  # catalogue -> (is it escaped, text) -> what the page gets

        @pass_context
        def gettext(context, text, /, **variables):
            if variables:
                return translated(context, text, **variables)
            texts = known.setdefault(flask_babel.get_translations(), {})
            key = context.eval_ctx.autoescape, text
            found = texts.get(key)
            if found is None:
                if len(texts) >= MOST_TEXTS:
                    texts.clear()
                found = texts[key] = translated(context, text)
            return found

        return gettext

    return make


def _list_translations(original):
    known = {}

    def list_translations(self):
        babel = get_babel()
        key = tuple(babel.translation_directories), babel.default_locale
        if key not in known:
            known[key] = original(self)
        return list(known[key])

    return list_translations


REPLACEMENTS = [
    Replacement(Domain, "get_translations", _get_translations),
    Replacement(jinja2.ext, "_make_new_gettext", _make_new_gettext),
    Replacement(Babel, "list_translations", _list_translations),
]
