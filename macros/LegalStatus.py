"""
LegalStatus - shows a legal status as a word with its definition, or the legal status that a case study has now.

Parameters:

    status (id of a status, or name of a page; needed): a status, as the page Cupboard/LegalStatuses shows it, or a case
        study. If you may not read that page, or it does not exist, the macro says that it is not there.

Notes:

    The definition of a status shows on focus and on hover, and screen readers say it. Of a case study, the worst that
    is said comes first, then the strongest support; see the page itself for who says so.

Examples:
    An approach that was <<LegalStatus(legal_team)>> is not the same as one that was <<LegalStatus(tested_upheld)>>.
    The furniture: <<LegalStatus(CaseStudies/nhs-furniture)>>
"""

from flask import g
from moin.macros._base import MacroInlineBase

from cupboard import definitions
from cupboard.fragments import inline_fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.macros._pages import case_view
from cupboard.tongue import _


class Macro(MacroInlineBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            id = read_arguments(arguments, "status").get("status", "")
            if "/" in id:
                return inline_fragment("legal_of_case.html", view=case_view(id))
            statuses = definitions.current().statuses
            if id not in statuses:
                raise BadArgument(_("there is no legal status {id!r}. There are: {statuses}").format(
                    id=id, statuses=", ".join(one.id for one in statuses)
                ))
        except BadArgument as bad:
            return refused(self, bad, alternative)
        g.cupboard_badges = g.get("cupboard_badges", 0) + 1
        return inline_fragment("legal_badge.html", status=statuses[id], id=f"legal-badge-{g.cupboard_badges}")
