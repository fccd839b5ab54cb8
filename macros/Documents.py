"""
Documents - lists primary documents: the papers of case studies, such as contracts and specifications.

    Each is shown with its kind, type and size, who may use it, its case study and the legal status of that. The list,
    its count and its filters hold what you may open, nothing else.

Parameters:

    area (id of a contract area; all): only papers of case studies under it. Cupboard/Contents shows the ids.

    kind, region, rights, status (ids or labels, with commas between; any): only papers with one of these values. Kinds
        are those that the form asks for: contract, specification, evaluation-model, committee-report and so on.

    without_* (ids or labels, with commas between; none): only papers without these values: without_area, without_kind
        and so on.

    words (text; any): only papers of case studies with these words, in the text or in one of its papers.

    rows (whole number from 1 to 100; 25): how many a page of the list holds. With it there are no filters, and a link
        leads to the whole list.

Notes:

    This is a block macro: it stands on a line of its own.

Examples:
    <<Documents>>
    <<Documents(contracts/food)>>
    <<Documents(kind="contract, specification", rights="open, public-sector", rows=10)>>
"""

from dataclasses import replace

from flask import g
from moin.macros._base import MacroBlockBase

from cupboard import definitions
from cupboard.catalogue import BadQuery, Query, documents
from cupboard.fragments import fragment
from cupboard.lists import asking
from cupboard.macros._arguments import BadArgument, read_arguments, refused, whole_number
from cupboard.primary_documents.listing import DocumentListing
from cupboard.tongue import _

_FILTERS = tuple(id for id in documents.FACETS if id != "area")
_NAMES = ("words", "rows", *_FILTERS, *(f"without_{id}" for id in documents.FACETS))


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "area", _NAMES)
            return _shown(given, _scope(given))
        except BadArgument as bad:
            return refused(self, bad, alternative)


def _scope(given):
    include, exclude = {}, {}
    for id in documents.FACETS:
        for name, chosen in ((id, include), (f"without_{id}", exclude)):
            if name in given:
                chosen[id] = tuple(_known(id, name, one) for one in _values(given[name], name))
    return Query(text=given.get("words", ""), include=include, exclude=exclude)


def _values(text, name):
    found = [one for part in text.split(";" if ";" in text else ",") if (one := " ".join(part.split()))]
    if not found:
        raise BadArgument(_("{name} is empty: say what it should be, or leave it out").format(name=name))
    return found


def _known(id, name, value):
    """A value as the pages have it; its label will do."""
    if id == "area":
        if definitions.current().contents.get(value) is None:
            raise BadArgument(_("the contents hierarchy has no term {value!r}; Cupboard/Contents lists them").format(
                value=value
            ))
        return value
    labels = documents.shelves().labels(documents.FACETS[id])
    for known, label in labels.items():
        if value.casefold() in (known, str(label).casefold()):
            return known
    raise BadArgument(_("{name} must be one of {labels}, not {value!r}").format(
        name=name, labels=", ".join(labels), value=value
    ))


def _shown(given, scope):
    rows = whole_number(given.get("rows", "25"), "rows", 1, 100)
    # the first list with filters on a page takes what the reader asks from the page's address
    is_asked = "rows" not in given and not g.get("cupboard_list_shown")
    query, notices = Query(), ()
    if is_asked:
        g.cupboard_list_shown = True
        try:
            query, notices = asking.read_request(documents.FACETS, documents.SORTS)
        except BadQuery as bad:
            notices = (str(bad),)
    how = asking.shown_arguments() if is_asked else []
    results = documents.find(replace(query, per_page=rows), scope, None if is_asked else (), asking.whole_facets(how))
    shown = DocumentListing(results, asking.here(), notices=notices, arguments=how, can_page=is_asked)
    return fragment("documents_listing.html", listing=shown, rest=asking.address("documents", scope))
