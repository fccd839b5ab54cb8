"""
CategoryCheckboxes - tick boxes of a part of the contents hierarchy, to find the case studies under what is ticked.

Parameters:

    term (id of a term; the whole hierarchy): the term whose children are offered. Cupboard/Contents shows the ids.

Notes:

    This is a block macro: it stands on a line of its own. It works without JavaScript. Case studies under any of the
    ticked terms are found.

Examples:
    <<CategoryCheckboxes(contracts)>>
"""

from moin.macros._base import MacroBlockBase

from cupboard import definitions
from cupboard.editing.boxes import branches_of
from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.tongue import _


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            id = read_arguments(arguments, "term").get("term")
            contents = definitions.current().contents
            term = contents.get(id) if id else None
            if id and term is None:
                raise BadArgument(_("the contents hierarchy has no term {term!r}; Cupboard/Contents lists them").format(
                    term=id
                ))
        except BadArgument as bad:
            return refused(self, bad, alternative)
        branches = branches_of(term.children or (term,) if term else contents.terms, set())
        return fragment("category_checkboxes.html", term=term, title=contents.title, branches=branches)
