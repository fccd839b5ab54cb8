"""
CaseStudy - shows a case study in short, as lists do.

Parameters:

    page (name of a page; needed): the case study to show. If you may not read it, or it does not exist, the macro says
        that it is not there.

Notes:

    This is a block macro: it stands on a line of its own.

Examples:
    <<CaseStudy(CaseStudies/nhs-furniture)>>
"""

from moin.macros._base import MacroBlockBase

from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.macros._pages import case_view


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "page")
            view = case_view(given.get("page", ""))
        except BadArgument as bad:
            return refused(self, bad, alternative)
        return fragment("one_card.html", view=view)
