"""
CostBenefitTable - sets the costs and benefits of case studies side by side.

    Case studies stand in one table only where their numbers can be compared: to whom the sums are, over how many
    years, at which discount rates and in the prices of which year. Nothing is added up, because savings that are
    reported by two of them may be the same. The table holds what you may read, nothing else.

Parameters:

    term (id of a term; all case studies): compare the case studies under it. Cupboard/Contents shows the ids.

    years (whole number from 1 to 500; what each case study says): count so many years for every one, so that more of
        them can be compared.

    sort (title, npv, ratio, payback or basis; npv): the order of the rows. Readers can choose another by the table's
        headings.

Notes:

    This is a block macro: it stands on a line of its own. At most 100 case studies are compared, the newest first.

Examples:
    <<CostBenefitTable(contracts/energy)>>
    <<CostBenefitTable(contracts/highways, years=20, sort=payback)>>
"""

from flask import request
from moin.macros._base import MacroBlockBase

from cupboard import definitions
from cupboard.costbenefit.rates import MAX_HORIZON
from cupboard.fragments import fragment
from cupboard.lists import costs
from cupboard.macros._arguments import BadArgument, read_arguments, refused, whole_number
from cupboard.tongue import _


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "term", ("years", "sort"))
            term = given.get("term")
            if term and definitions.current().contents.get(term) is None:
                raise BadArgument(_("the contents hierarchy has no term {term!r}; Cupboard/Contents lists them").format(
                    term=term
                ))
            years = whole_number(given["years"], "years", 1, MAX_HORIZON) if "years" in given else None
            sort = given.get("sort", "npv")
            if sort not in costs.SORTS:
                raise BadArgument(_("sort must be one of {sorts}, not {sort!r}").format(
                    sorts=", ".join(costs.SORTS), sort=sort
                ))
        except BadArgument as bad:
            return refused(self, bad, alternative)
        asked = request.args.get("compare", "")
        compared = costs.compare(term, years, asked if asked in costs.SORTS else sort)
        return fragment("cost_benefit_table.html", compared=compared)
