"""Wiki markup: the pattern of inline markup is tried only where one of its twelve kinds can begin.

Moin's converter looks for links, macros, emphasis and so on with one pattern of twelve alternatives, and Python tries
all of them at each character of a page: half of the time that a page takes to convert, when it is first shown, when it
is saved and when it is indexed. Here a look at the next character comes first. What is found is the same.
"""

import re

from moin.converters.moinwiki_in import Converter

from .replacement import Replacement

# Each alternative begins with one of these, but the end of a comment, which begins with white space:
#   [[link]]  <<macro>>  {{{nowiki}}} `nowiki`  {{object}}  ''emphasis''  /* comment  ~+ +~ ~- -~ size
#   --(strike)--  ,,sub,,  ^super^  __underline__  &entity;
_BEGINNING = r"(?=[\[<{`'/~+\-),^_&]|\s+\*/)"


def _guarded(original):
    return re.compile(f"{_BEGINNING}(?:{original.pattern})", original.flags)


REPLACEMENTS = [
    Replacement(Converter, "inline_re", _guarded),
    Replacement(Converter, "inlinedesc_re", _guarded),
]
