"""
Organisations - lists the organisations that have a page, with the number of their case studies.

    Pages and counts are those of what you may read.

Notes:

    This is a block macro: it stands on a line of its own. It takes no parameters.

Examples:
    <<Organisations>>
"""

from moin.macros._base import MacroBlockBase

from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.organisation_pages.view import every


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            read_arguments(arguments, None)
        except BadArgument as bad:
            return refused(self, bad, alternative)
        return fragment("organisations.html", organisations=every())
