"""
CostBenefit - shows what a case study cost, gained and came to: the answer, charts, rows and working.

Parameters:

    page (name of a page; needed): the case study to show. If you may not read it, or it does not exist, the macro says
        that it is not there.

Notes:

    This is a block macro: it stands on a line of its own. What can't be worked out is said instead of a result.

Examples:
    <<CostBenefit(CaseStudies/anytown-lighting)>>
"""

from moin.macros._base import MacroBlockBase

from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.macros._pages import case_view
from cupboard.tongue import _


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "page")
            view = case_view(given.get("page", ""))
            if not view.costs.is_shown:
                raise BadArgument(_("{page} gives no costs and benefits").format(page=given["page"]))
        except BadArgument as bad:
            return refused(self, bad, alternative)
        return fragment("cost_benefit.html", view=view, linked=True, heading_id=f"{view.costs.prefix}-heading")
