"""How macros read the page that they are told to show."""

from __future__ import annotations

from cupboard import definitions, pages
from cupboard.case_studies.view import CaseView
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.macros._arguments import BadArgument
from cupboard.tongue import _


def case_view(name: str) -> CaseView:
    """A case study as the person who asks sees it.

    :raises BadArgument: when there is none of this name, or this person may not read it
    """
    if not name:
        raise BadArgument(_("name the page of a case study"))
    page = pages.readable(name, CASE_STUDY)
    if page is None:
        raise BadArgument(_("there is no case study {name!r}").format(name=name))
    return CaseView(page.name, page.document, definitions.current())
