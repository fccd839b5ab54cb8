"""
Proposals - the proposals to change the contents hierarchy: open ones first, then those that were decided.

Notes:

    This is a block macro: it stands on a line of its own. It takes no parameters.

Examples:
    <<Proposals>>
"""

from moin.macros._base import MacroBlockBase
from moin.utils.interwiki import url_for_item

from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.nomenclature import proposals


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            read_arguments(arguments, None)
        except BadArgument as bad:
            return refused(self, bad, alternative)
        return fragment("proposals.html", proposals=proposals.every(), url=url_for_item)
