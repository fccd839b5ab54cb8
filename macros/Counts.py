"""
Counts - the values of a filter, each with how many case studies have it and a link to them.

    The counts hold what you may read, nothing else.

Parameters:

    filter (term, area, step, theme, stage, effort, status, region, jurisdiction, sector, audience or kind; needed):
        whose values are counted. term stands for the sections of the contents hierarchy.

    under (id of a term; the top): with term only: the term whose narrower terms are counted.

    area, step, theme, stage, effort, status, flagged, reviewed, regime, change, region, jurisdiction, sector,
        organisation, audience, kind, endorsed, payback, has (as SectionIndex takes them; any): only case studies with
        one of these values are counted, and the links lead to those.

    empty (yes or no; yes): whether values that no case study has are there too.

    view (list, bars or cards; list): how the values are shown. Cards have a sentence each.

Notes:

    This is a block macro: it stands on a line of its own.

Examples:
    <<Counts(term, view=cards)>>
    <<Counts(theme, view=bars)>>
    <<Counts(stage, has=documents)>>
    <<Counts(area, effort=quick-win)>>
    <<Counts(term, under=contracts/food)>>
"""

from moin.macros._base import MacroBlockBase

from cupboard import definitions
from cupboard.entrances import counts
from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.macros._lists import FILTERS, scope_of
from cupboard.tongue import _

COUNTED = ("term", "area", "step", "theme", "stage", "effort", "status", "region", "jurisdiction", "sector", "audience",
           "kind")
VIEWS = ("list", "bars", "cards")


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "filter", ("under", "view", "empty", *FILTERS))
            wanted, under, view, empty = (given.pop(name, "") for name in ("filter", "under", "view", "empty"))
            if wanted not in COUNTED:
                raise BadArgument(_("say what is counted: one of {counted}, not {wanted!r}").format(
                    counted=", ".join(COUNTED), wanted=wanted
                ))
            if under and (wanted != "term" or definitions.current().contents.get(under) is None):
                raise BadArgument(_(
                    "under is the id of a term, with term only; Cupboard/Contents lists them, not {under!r}"
                ).format(under=under))
            if view and view not in VIEWS:
                raise BadArgument(_("view must be one of {views}, not {view!r}").format(
                    views=", ".join(VIEWS), view=view
                ))
            if empty and empty not in ("yes", "no"):
                raise BadArgument(_("empty must be yes or no, not {empty!r}").format(empty=empty))
            scope = scope_of(given)
        except BadArgument as bad:
            return refused(self, bad, alternative)
        found = [one for one in counts.of(wanted, scope, under) if one.count or empty != "no"]
        return fragment("counts.html", counts=found, view=view or "list")
