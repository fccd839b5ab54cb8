"""
SectionIndex - lists case studies: those under a term of the contents hierarchy, or all of them.

    Each is shown in short: title, result, organisation, region, year, legal status, primary resources and contact
    point. The list, its count and its filters hold what you may read, nothing else. Children are included:
    contracts/food finds contracts/food/school-meals.

Parameters:

    term (id of a term; all case studies): the term whose case studies are listed. Cupboard/Contents shows the ids.

    area, step, theme, stage, effort, status, flagged, reviewed, regime, change, region, jurisdiction, sector,
        organisation, audience, kind, endorsed, payback, has (ids or labels, with commas between; any): only case
        studies with one of these values. Put semicolons between values if one of them has a comma in it. has is
        documents or cost-benefit; payback is a number of years: 2, 5, 10 or 20; endorsed is endorsed or confirmed;
        flagged is law_changed, review_overdue or challenge_period_passed; reviewed is 6, 12 or 24, in months; change is
        the id of a change of law, as Cupboard/Regimes shows it.

    without_* (ids or labels, with commas between; none): only case studies without these values: without_term,
        without_area, without_region and so on, for each of the above.

    words (text; any): only case studies with these words, as the search box takes them: "school meals", sustain*,
        -catering.

    year_from, year_to (year; any): only case studies of these years.

    search (address of a list, after the question mark; none): all of the above at once.

    sort (newest, changed, year, organisation, or relevance if there are words; newest): the order.

    rows (whole number from 1 to 100; 25): how many a page of the list holds.

    view (cards or columns; cards, or columns if columns are named): how each case study is shown.

    columns (names of columns, with commas between; title, organisation, region, year, status): which columns, and in
        which order: title, result, organisation, region, year, status, resources, contact.

    facets (all, none, or names of filters with commas between; all, or none if rows is given): the filters beside the
        list: term, area, region and so on, and year. Where there are none, a link leads to the whole list.

Notes:

    Below the list of one term stand the people who say that they can help with it.

    This is a block macro: it stands on a line of its own. On a page with several lists, the first one with filters is
    the one that the reader can narrow and page through.

Examples:
    <<SectionIndex(contracts/food)>>
    <<SectionIndex(contracts/food, rows=10)>>
    <<SectionIndex(region="scotland, wales", has=documents, sort=year)>>
    <<SectionIndex(contracts/food, without_status=not_lawful, view=columns, columns="title, organisation, year")>>
    <<SectionIndex(words="living wage", facets="region, year", sort=relevance)>>
    <<SectionIndex>>
"""

from moin.macros._base import MacroBlockBase
from moin.utils.tree import html

from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.macros._lists import ALL_ARGUMENTS, scope_of, show
from cupboard.macros._people import people_who_can_help


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "term", ALL_ARGUMENTS)
            scope = scope_of(given)
            return html.div(children=[show(given, scope), *people_who_can_help(scope)])
        except BadArgument as bad:
            return refused(self, bad, alternative)
