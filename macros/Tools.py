"""
Tools - lists the tools that there are: what each is for, what it costs, how much work it is, who used it.

    Who used one is worked out from the case studies, of which only those count that you may read.

Notes:

    This is a block macro: it stands on a line of its own. It takes no parameters. A tool is a page of its own; the form
    for a new one is at /+cupboard/new/tool.

Examples:
    <<Tools>>
"""

from moin.macros._base import MacroBlockBase

from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.tools import listing


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            read_arguments(arguments, None)
        except BadArgument as bad:
            return refused(self, bad, alternative)
        return fragment("tools.html", tools=listing.tools())
