"""A list under an address of its own, of whatever is listed there."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlencode

from flask import redirect, request
from flask.typing import ResponseReturnValue
from moin.themes import render_template

from cupboard.catalogue import BadQuery
from cupboard.catalogue.query import SORTS
from cupboard.lists import asking, listing
from cupboard.tongue import _
from cupboard.views import blueprint


def without_empty() -> ResponseReturnValue | None:
    """Where to go on when a form sent its empty boxes too: the address that people keep has none of them."""
    if all(request.args.values()):
        return None
    kept = [(name, value) for name, value in request.args.items(multi=True) if value]
    return redirect(f"{request.path}?{urlencode(kept, safe='/')}" if kept else request.path)


def answer(
    template: str,
    title: str,
    facets: Collection[str],
    find: Callable[..., Any],
    made: Callable[..., listing.Listing],
    sorts: Collection[str] = SORTS,
    **context: Any,
) -> ResponseReturnValue:
    """The page of a list, narrowed by whatever the address says.

    :param template: is given the list as ``listing``
    :param facets: by which the list can be narrowed
    :param find: answers a query; ``whole`` says of which facets all values are wanted
    :param made: what makes a list of results
    :param sorts: its orders
    :param context: what the template uses besides
    """
    if leading_on := without_empty():
        return leading_on
    query, notices = asking.read_request(facets, sorts)
    how = asking.shown_arguments()
    results = find(query, whole=asking.whole_facets(how))
    shown = made(results, asking.here(), notices=notices, arguments=how)
    return render_template(template, title=title, listing=shown, **context)


@blueprint.errorhandler(BadQuery)
def refused(bad: BadQuery) -> ResponseReturnValue:
    """What an address asks of a list that can't be answered: a page that says why."""
    return render_template("cupboard/bad_query.html", title=_("That list can't be made"), message=str(bad)), 400
