"""
Favourites - shows what the person who reads the page follows: pages, sections, searches, with what is new.

    Each reader sees their own. The page "My Cupboard" shows the same, with drafts, export and the order to choose.

Parameters:

    rows (whole number from 1 to 100; all): how many of each kind are shown.

Notes:

    This is a block macro: it stands on a line of its own. Whoever is not signed in is told how favourites work.

Examples:
    <<Favourites>>
    <<Favourites(rows=5)>>
"""

from moin import flaskg
from moin.macros._base import MacroBlockBase

from cupboard.following.views import shown_of_mine
from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused, whole_number


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "rows")
            rows = whole_number(given["rows"], "rows", 1, 100) if "rows" in given else None
        except BadArgument as bad:
            return refused(self, bad, alternative)
        if not flaskg.user.valid:
            return fragment("mine_anonymous.html")
        return fragment("mine_parts.html", **shown_of_mine(rows=rows))
