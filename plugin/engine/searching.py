"""Searching: what is typed and holds no word, such as three quotation marks, finds nothing instead of failing.

Whoosh's filter that goes by how the first token is used asks for a first token where there is none, and the reader
got an error instead of a page.
"""

from itertools import chain

from whoosh.analysis.filters import MultiFilter

from .replacement import Replacement


def _call(original):
    def __call__(self, tokens):
        first = next(tokens, None)
        return iter(()) if first is None else original(self, chain([first], tokens))

    return __call__


REPLACEMENTS = (Replacement(MultiFilter, "__call__", _call),)
