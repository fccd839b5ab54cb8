"""
People - lists people who want to be found, with ways to narrow the list.

    Each person is shown with what they show to you: name, role, organisation, region, interests, what they can help
    with, what they look for. The list and its numbers hold what you may see, nothing else.

Parameters:

    interest (id of a term; all people): only people who are interested in it, or in a term below it. Cupboard/Contents
        shows the ids.

    helps (id of a term; none): only a short list of the people who can help with it.

    region, audience, organisation, role (ids, with commas between; any): only people with one of these values.

    words (text; any): only people with these words in what they say.

    rows (whole number from 1 to 100; 25): how many a page of the list holds. With rows there are no filters, and a link
        leads to the whole list.

Notes:

    This is a block macro: it stands on a line of its own.

Examples:
    <<People>>
    <<People(contracts/food)>>
    <<People(region="scotland, wales", rows=5)>>
    <<People(helps=contracts/energy)>>
"""

from dataclasses import replace

from moin.macros._base import MacroBlockBase
from moin.utils.tree import html

from cupboard import definitions
from cupboard.catalogue import BadQuery, Query
from cupboard.fragments import fragment
from cupboard.lists import asking
from cupboard.macros._arguments import BadArgument, read_arguments, refused, whole_number
from cupboard.macros._people import people_who_can_help
from cupboard.people import finding
from cupboard.people.views import PeopleListing
from cupboard.tongue import _

_FILTERS = ("region", "audience", "organisation", "role")


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            return _shown(read_arguments(arguments, "interest", ("helps", "words", "rows", *_FILTERS)))
        except BadArgument as bad:
            return refused(self, bad, alternative)


def _shown(given):
    for name in ("interest", "helps"):
        if given.get(name) and definitions.current().contents.get(given[name]) is None:
            raise BadArgument(_("the contents hierarchy has no term {term!r}; Cupboard/Contents lists them").format(
                term=given[name]
            ))
    if given.get("helps"):
        return html.div(children=list(people_who_can_help(Query(include={"term": (given["helps"],)}))))
    include = {
        name: tuple(one for part in given[name].split(",") if (one := part.strip()))
        for name in ("interest", *_FILTERS)
        if given.get(name)
    }
    scope = Query(text=given.get("words", ""), include=include)
    rows = whole_number(given.get("rows", "25"), "rows", 1, 100)
    is_short = "rows" in given
    query, notices = Query(), ()
    if not is_short:
        try:
            query, notices = asking.read_request(finding.FACETS)
        except BadQuery as bad:
            notices = (str(bad),)
    how = [] if is_short else asking.shown_arguments()
    results = finding.find(replace(query, per_page=rows), scope, asking.whole_facets(how))
    shown = PeopleListing(results, asking.here(), notices=notices, arguments=how, can_page=not is_short)
    return fragment("people_listing.html", listing=shown, rest=asking.address("people", scope))
