"""
Search - a large search box for case studies, with how many there are and of how many organisations.

    The numbers hold what you may read, nothing else.

Parameters:

    label (text; Search the case studies): what stands above the box.

Notes:

    This is a block macro: it stands on a line of its own.

Examples:
    <<Search>>
    <<Search(label="What do you want to buy?")>>
"""

from moin.macros._base import MacroBlockBase

from cupboard.catalogue import Query
from cupboard.entrances.numbers import Numbers
from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.tongue import _


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, None, ("label",))
        except BadArgument as bad:
            return refused(self, bad, alternative)
        label = given.get("label") or _("Search the case studies")
        return fragment("search.html", label=label, numbers=Numbers(Query(), 0))
