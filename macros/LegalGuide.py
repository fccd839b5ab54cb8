"""
LegalGuide - the table of all legal statuses: what each means, who may say it, on what evidence, and for how long.

Notes:

    This is a block macro: it stands on a line of its own. It takes no parameters. The table is made from the page
    Cupboard/LegalStatuses, so it changes with it.

Examples:
    <<LegalGuide>>
"""

from moin.macros._base import MacroBlockBase

from cupboard import definitions
from cupboard.fragments import fragment
from cupboard.legal.statuses import CONTESTED, SUPPORTED, UNREVIEWED
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.tongue import L_

GROUPS = {
    SUPPORTED: L_("Somebody competent stands behind it"),
    UNREVIEWED: L_("Nobody competent has looked, or it is not a test of the law"),
    CONTESTED: L_("Its lawfulness is contested"),
}


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            read_arguments(arguments, None)
        except BadArgument as bad:
            return refused(self, bad, alternative)
        statuses = [one for one in definitions.current().statuses if not one.retired]
        return fragment("legal_guide.html", statuses=statuses, groups=GROUPS)
