"""
SectionIndex - lists the case studies under a term of the contents hierarchy, newest first.

    Each is shown in short: title, result, organisation, region, year, legal status, primary resources and contact
    point. The list and its count hold what you may read, nothing else. Children are included: contracts/food finds
    contracts/food/school-meals.

Parameters:

    term: the id of the term, as the page Cupboard/Contents shows it. Without one, all case studies are listed.

    rows: how many a page of the list holds, from 1 to 100. The default is 25.

Notes:

    This is a block macro: it stands on a line of its own.

Examples:
    <<SectionIndex(contracts/food)>>
    <<SectionIndex(contracts/food, rows=10)>>
    <<SectionIndex>>
"""

from moin.macros._base import MacroBlockBase, fail_message

from cupboard import catalogue, definitions, views
from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, whole_number


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "term", ["rows"])
            rows = whole_number(given.get("rows", str(catalogue.PER_PAGE)), "rows", 1, 100)
            terms = (_term(given["term"]).id,) if given.get("term") else ()
        except BadArgument as bad:
            return fail_message(f"SectionIndex: {bad}", alternative)
        results = catalogue.find(catalogue.Query(terms, views.page_number(), rows))
        return fragment("results.html", results=results, page_url=views.page_url, level=2)


def _term(id):
    term = definitions.current().contents.get(id)
    if term is None:
        raise BadArgument(f"the contents hierarchy has no term {id!r}; Cupboard/Contents lists them")
    return term
