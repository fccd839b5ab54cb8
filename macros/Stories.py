"""
Stories - lists change stories: how public bodies changed the way they buy.

    Each is shown in short, as SectionIndex does. The list, its count and its filters hold what you may read, nothing
    else.

Parameters:

    term (id of a term; all stories): only stories under it, or with an action of this change step. Cupboard/Contents
        shows the ids.

    area, step, theme, stage, effort, status, flagged, reviewed, regime, change, region, jurisdiction, sector,
    organisation,
        audience, endorsed, payback, has, without_*, words, year_from, year_to, search, sort, rows, view, columns (as
        SectionIndex takes them; as there): which stories, and how they are shown.

    facets (as SectionIndex takes them; none): the filters beside the list.

Notes:

    This is a block macro: it stands on a line of its own.

Examples:
    <<Stories>>
    <<Stories(change-process/policy)>>
    <<Stories(region="scotland, wales", sort=year, rows=10)>>
"""

from dataclasses import replace

from moin.macros._base import MacroBlockBase

from cupboard.kinds.change_story import STORY
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.macros._lists import ALL_ARGUMENTS, scope_of, show

ARGUMENTS = tuple(name for name in ALL_ARGUMENTS if name != "kind")


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "term", ARGUMENTS)
            given.setdefault("facets", "none")
            scope = scope_of(given)
            scope = replace(scope, include={**scope.include, "kind": (STORY.listed_as,)})
            return show(given, scope, noun=(STORY.noun, STORY.plural))
        except BadArgument as bad:
            return refused(self, bad, alternative)
