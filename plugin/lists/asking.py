"""What a request asks of a list, and the addresses that ask it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from cupboard.audiences import choosing
from cupboard.catalogue import query as addresses
from cupboard.catalogue.facets import FACETS
from cupboard.catalogue.query import Query

#: (query, further names and values) -> where a list is, narrowed so
Address = Callable[[Query, Collection[tuple[str, str]]], str]


def query_string(query: Query, more: Collection[tuple[str, str]] = ()) -> str:
    return urlencode([*query.pairs(), *more], safe="/")


def address(endpoint: str, query: Query, **how: Any) -> str:
    """Where a list is shown, narrowed by a query, from its first page on.

    :param how: for ``url_for``
    """
    asked = query_string(query.at(1))
    return url_for(f"frontend.cupboard.{endpoint}", **how) + (f"?{asked}" if asked else "")


def read_request(
    facets: Collection[str] = tuple(FACETS), sorts: Collection[str] = addresses.SORTS
) -> tuple[Query, tuple[str, ...]]:
    """What this request asks of a list.

    :param facets: those of the list
    :param sorts: its orders
    :raises BadQuery: when it asks for more than a list can sensibly be asked
    """
    return addresses.read(request.args.items(multi=True), facets, sorts)


def whole_facets(arguments: Collection[tuple[str, str]]) -> set[str]:
    """The facets of which all values are needed, to show them or to find some by their names."""
    return {value if name == "show" else name.removeprefix("find-") for name, value in arguments}


def shown_arguments() -> list[tuple[str, str]]:
    """How this request wants facets to be shown."""
    return [
        (name, " ".join(value.split())[:100])
        for name, value in request.args.items(multi=True)
        if value.strip() and (name == "show" or name.startswith("find-"))
    ][:50]


def here() -> Address:
    """The addresses of this page with other queries."""
    path, always = url_for(request.endpoint, **(request.view_args or {})), choosing.asked_for()

    def address(query: Query, more: Collection[tuple[str, str]] = ()) -> str:
        asked = query_string(query, [*more, *always])
        return f"{path}?{asked}" if asked else path

    return address
