"""What the macros that show lists of case studies have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from flask import g

from cupboard import catalogue, definitions
from cupboard.audiences import choosing
from cupboard.catalogue import FACETS, BadQuery, Query
from cupboard.catalogue import query as addresses
from cupboard.fragments import fragment
from cupboard.lists import asking, listing
from cupboard.macros._arguments import BadArgument, whole_number
from cupboard.tongue import _

#: Arguments of a list, besides the term and those named after a facet.
ARGUMENTS = ("words", "year_from", "year_to", "sort", "rows", "view", "columns", "facets", "search")
FILTERS = tuple(id for id in FACETS if id != "term")
#: A filter beside the list that is no facet: it is chosen by its first and last one.
_YEAR = "year"
#: What else the address of a list may say.
_NAMES = ("q", "year-from", "year-to", "sort", "page", "show", choosing.NAME)
ALL_ARGUMENTS = (*ARGUMENTS, *FILTERS, *(f"without_{id}" for id in FACETS))


def scope_of(given: Mapping[str, str]) -> Query:
    """What the arguments of a macro limit its list to.

    :raises BadArgument: for a value that nothing has or could have
    """
    query = search(given["search"], "search") if "search" in given else Query()
    include = {id: tuple(values) for id, values in query.include.items()}
    exclude = {id: tuple(values) for id, values in query.exclude.items()}
    if given.get("term"):
        include["term"] = _known_values("term", "term", given)
    for id in FACETS:
        if id in given and id != "term":
            include[id] = _known_values(id, id, given)
        if f"without_{id}" in given:
            exclude[id] = _known_values(id, f"without_{id}", given)
    years = {name: whole_number(given[name], name, addresses.FIRST_YEAR, addresses.LAST_YEAR)
             for name in ("year_from", "year_to") if name in given}
    since, until = years.get("year_from", query.since), years.get("year_to", query.until)
    if since is not None and until is not None and since > until:
        raise BadArgument(_("year_from must not be after year_to"))
    if len(given.get("words", "")) > addresses.MAX_TEXT:
        raise BadArgument(_("words must be {most} characters or fewer").format(most=addresses.MAX_TEXT))
    sort = given.get("sort", query.sort)
    if sort and sort not in addresses.SORTS:
        raise BadArgument(_("sort must be one of {sorts}, not {sort!r}").format(
            sorts=", ".join(addresses.SORTS), sort=sort
        ))
    return Query(
        text=given.get("words", query.text),
        include=include,
        exclude=exclude,
        since=since,
        until=until,
        sort=sort,
    )


def search(text: str, name: str) -> Query:
    """Read a search as the address of a list has it.

    :raises BadArgument: when it can't be answered
    """
    pairs = parse_qsl(text.lstrip("?"), keep_blank_values=True)
    known = {*_NAMES, *(sign + id for id in FACETS for sign in ("", "-", "find-"))}
    if unknown := [one for one, _value in pairs if one not in known]:
        raise BadArgument(_("{name}: lists have no filter {filter!r}").format(name=name, filter=unknown[0]))
    try:
        query, corrected = addresses.read(pairs, FACETS)
    except BadQuery as bad:
        raise BadArgument(f"{name}: {bad}") from bad
    if corrected:
        raise BadArgument(f"{name}: {corrected[0]}")
    return query


def show(given: Mapping[str, str], scope: Query, **more: Any) -> Any:
    """Make the list of a macro call.

    The first list with filters on a page takes what the reader asks from the page's address. The others show how they
    begin, with a link to the rest.

    :param more: further arguments of the listing
    :raises BadArgument: when an argument can't be used
    """
    rows = whole_number(given.get("rows", str(catalogue.PER_PAGE)), "rows", 1, 100)
    view = _one_of(given.get("view", "columns" if "columns" in given else "cards"), "view", ("cards", "columns"))
    columns = [_one_of(one, "columns", listing.COLUMNS) for one in _values(given.get("columns", ""))]
    offered = _offered(given.get("facets", "none" if "rows" in given else "all"))
    is_asked = not g.get("cupboard_list_shown") and (offered is None or offered)
    notices: tuple[str, ...] = ()
    query = Query()
    if is_asked:
        g.cupboard_list_shown = True
        try:
            query, notices = asking.read_request()
        except BadQuery as bad:
            notices = (str(bad),)
    query = replace(query, sort=query.sort or scope.sort, per_page=rows)
    if not query.sort and scope.text and not query.text:
        query = replace(query, sort="newest")
    how = asking.shown_arguments() if is_asked else []
    counted = None if offered is None else [id for id in offered if id != _YEAR]
    results = catalogue.find(query, scope, counted if is_asked else (), asking.whole_facets(how))
    shown = listing.Listing(
        results,
        asking.here(),
        notices=notices,
        view=view,
        arguments=how,
        can_page=bool(is_asked),
        has_years=bool(is_asked) and (offered is None or _YEAR in offered),
        **({"columns": columns} if columns else {}),
        **more,
    )
    return fragment("section_index.html", listing=shown, rest=asking.address("browse", scope))


def _values(text: str) -> list[str]:
    """The values of an argument: with semicolons between, or with commas when there is no semicolon."""
    return [one for part in text.split(";" if ";" in text else ",") if (one := " ".join(part.split()))]


def _term(id: str) -> str:
    if definitions.current().contents.get(id) is None:
        raise BadArgument(
            _("the contents hierarchy has no term {term!r}; Cupboard/Contents lists them").format(term=id)
        )
    return id


def _known_values(facet: str, argument: str, given: Mapping[str, str]) -> tuple[str, ...]:
    values = tuple(_known(facet, value) for value in _values(given[argument]))
    if not values:
        raise BadArgument(_("{argument} is empty: say what it should be, or leave it out").format(argument=argument))
    return values


def _known(facet: str, value: str) -> str:
    """A value as the pages have it; its label will do."""
    if FACETS[facet].is_tree:
        return _term(value)
    labels = catalogue.shelves().labels(FACETS[facet])
    if not labels or value in labels:
        return value
    for id, label in labels.items():
        if label.casefold() == value.casefold():
            return id
    raise BadArgument(_("{facet} has no value {value!r}. There are: {labels}").format(
        facet=facet, value=value, labels=", ".join(labels)
    ))


def _one_of(value: str, name: str, known: tuple[str, ...]) -> str:
    if value not in known:
        raise BadArgument(_("{name} must be one of {known}, not {value!r}").format(
            name=name, known=", ".join(known), value=value
        ))
    return value


def _offered(text: str) -> tuple[str, ...] | None:
    if text == "all":
        return None
    if text == "none":
        return ()
    names = _values(text)
    known = (*FACETS, _YEAR) if len(names) > 1 else ("all", "none", *FACETS, _YEAR)
    return tuple(_one_of(one, "facets", known) for one in names)
