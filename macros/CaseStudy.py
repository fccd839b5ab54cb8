"""
CaseStudy - shows a case study in short, as lists do.

Parameters:

    page: the name of its page. If you may not read it, or it does not exist, the macro says that it is not there.

Notes:

    This is a block macro: it stands on a line of its own.

Examples:
    <<CaseStudy(CaseStudies/nhs-furniture)>>
"""

from moin.macros._base import MacroBlockBase, fail_message
from moin.storage.middleware.exceptions import AccessDenied

from cupboard import definitions, pages
from cupboard.case_view import CaseView
from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "page")
            if not given.get("page"):
                raise BadArgument("name the page of a case study")
            view = _view(given["page"])
        except BadArgument as bad:
            return fail_message(f"CaseStudy: {bad}", alternative)
        return fragment("one_card.html", view=view)


def _view(name):
    try:
        page = pages.read(name)
    except AccessDenied:
        # Not told from a page that does not exist: that it does is nobody's business.
        page = None
    if page is None or page.meta["itemtype"] != pages.CASE_STUDY_ITEM_TYPE:
        raise BadArgument(f"there is no case study {name!r}")
    return CaseView(page.name, page.document, definitions.current())
