"""
Endorsements - shows endorsements that are in force: the newest, those of one case study, or those an organisation gave.

    Only case studies that you may read are shown.

Parameters:

    page (name of a page; the newest of all are shown): a case study, or an organisation. If you may not read that page,
        or it does not exist, the macro says that it is not there.

    rows (whole number from 1 to 50; 10): how many at most.

    view (lines or cards; lines): cards show each case study in short, as lists do, and each one once.

Notes:

    This is a block macro: it stands on a line of its own.

Examples:
    <<Endorsements>>
    <<Endorsements(rows=3, view=cards)>>
    <<Endorsements(CaseStudies/school-meals)>>
    <<Endorsements(Organisations/anytown-council, rows=20)>>
"""

from itertools import islice

from moin.macros._base import MacroBlockBase

from cupboard import catalogue, definitions, kinds, pages
from cupboard.endorsement.view import Statements
from cupboard.fields import text_of
from cupboard.fragments import fragment
from cupboard.kinds.organisation import ORGANISATION
from cupboard.lists import cards
from cupboard.macros._arguments import BadArgument, read_arguments, refused, whole_number
from cupboard.tongue import _

MOST = 50


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "page", ("rows", "view"))
            rows = whole_number(given.get("rows", "10"), "rows", 1, MOST)
            view = given.get("view", "lines")
            if view not in ("lines", "cards"):
                raise BadArgument(_("view must be lines or cards, not {view!r}").format(view=view))
            return _shown(given.get("page", ""), rows, view)
        except BadArgument as bad:
            return refused(self, bad, alternative)


def _shown(name, rows, view):
    page = _page(name) if name else None
    if page and kinds.of_meta(page.meta) is not ORGANISATION:
        signed = Statements(page.name, text_of(page.document.fields, "organisation"))
        return fragment("endorsements_of_case.html", views=signed.endorsements[:rows])
    found = catalogue.signed(MOST * 4, organisation=page.meta["itemid"] if page else None)
    if view == "lines":
        return fragment("endorsements.html", signed=found[:rows], cards=[])
    once = {one.entry.itemid: one.entry for one in found}
    summaries = cards.summaries(islice(once.values(), rows), definitions.current(), 3)
    return fragment("endorsements.html", signed=[], cards=list(summaries))


def _page(name):
    page = pages.readable(name)
    kind = kinds.of_meta(page.meta) if page else None
    if kind is None or not (kind.listed or kind is ORGANISATION) or page.document.error:
        raise BadArgument(_("there is no case study and no organisation {name!r}").format(name=name))
    return page
