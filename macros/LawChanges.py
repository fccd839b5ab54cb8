"""
LawChanges - the changes of law, newest first, with how many case studies each touches.

    The counts hold the case studies that you may read, nothing else. A change touches a case study when something that
    is said of its lawfulness is older than the change, and fits what the change names: law, place, status or subject.

Parameters:

    rows (whole number from 1 to 100; all): how many.

Notes:

    This is a block macro: it stands on a line of its own. The changes are those of the page
    Cupboard/Regimes; when an editor adds one there, the case studies are flagged at once.

Examples:
    <<LawChanges>>
    <<LawChanges(rows=3)>>
"""

from moin.macros._base import MacroBlockBase

from cupboard import catalogue, definitions
from cupboard.days import today
from cupboard.fragments import fragment
from cupboard.legal.regimes import CONFIDENCES
from cupboard.macros._arguments import BadArgument, read_arguments, refused, whole_number


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, None, ("rows",))
            rows = whole_number(given["rows"], "rows", 1, 100) if "rows" in given else None
        except BadArgument as bad:
            return refused(self, bad, alternative)
        regimes = definitions.current().regimes
        return fragment(
            "law_changes.html", events=regimes.events[:rows], counts=catalogue.law_changes(), confidences=CONFIDENCES,
            today=today(),
        )
