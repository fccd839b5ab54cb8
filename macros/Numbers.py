"""
Numbers - case studies by their numbers, for people who have a minute: how many there are, and the figures of a few.

    Figures that were only promised or expected are left out. The numbers hold what you may read, nothing else.

Parameters:

    term (id of a term; all case studies): the term whose case studies count.

    area, step, theme, stage, effort, status, flagged, reviewed, regime, change, region, jurisdiction, sector,
        organisation, audience, kind, endorsed, payback, has, without_*, words, year_from, year_to, sort (as
        SectionIndex takes them; as there): which case studies, and in which order.

    rows (whole number from 1 to 12; 6): how many are shown one by one. With six the page prints on one sheet.

Notes:

    This is a block macro: it stands on a line of its own.

Examples:
    <<Numbers>>
    <<Numbers(audience=leader, rows=6)>>
    <<Numbers(contracts/energy, sort=year)>>
"""

from moin.macros._base import MacroBlockBase

from cupboard.entrances.numbers import Numbers
from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused, whole_number
from cupboard.macros._lists import ALL_ARGUMENTS, scope_of

NAMES = tuple(name for name in ALL_ARGUMENTS if name not in ("view", "columns", "facets", "search"))


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "term", NAMES)
            rows = whole_number(given.pop("rows", "6"), "rows", 1, 12)
            numbers = Numbers(scope_of(given), rows)
        except BadArgument as bad:
            return refused(self, bad, alternative)
        return fragment("numbers.html", numbers=numbers)
