"""The values of a filter, each with how many case studies have it and where these are listed: sections, stages, themes.

The counts hold what the person who asks may read, and come with one question to the catalogue, however many values.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import url_for

from cupboard import catalogue, definitions
from cupboard.catalogue import FACETS, Query
from cupboard.catalogue.facets import Facet
from cupboard.lists import asking
from cupboard.vocabulary import Term


@dataclass(frozen=True)
class Count:
    """A value.

    :ivar note: what it means, in a sentence; empty where nobody wrote one
    :ivar url: where its case studies are listed
    :ivar share: of the greatest count, in hundredths
    """

    label: str
    note: str
    count: int
    url: str
    share: int = 0


def of(facet_id: str, scope: Query = Query(), under: str = "") -> list[Count]:
    """The values of a filter, in the order of their list; those of free text by their counts.

    :param facet_id: one of :data:`cupboard.catalogue.FACETS`
    :param scope: which case studies are counted
    :param under: of the contents hierarchy, the term whose narrower terms are counted; empty: the filter's own top
    """
    facet = FACETS[facet_id]
    results = catalogue.find(Query(per_page=1), scope, (facet_id,), (facet_id,))
    there = {value.id: value.count for offer in results.offers for top in offer.values for value in top.walk()}
    found = list(_terms(facet, scope, under, there) if facet.is_tree else _values(facet, scope, there))
    most = max((one.count for one in found), default=0)
    return [replace(one, share=100 * one.count // most) for one in found] if most else found


def _terms(facet: Facet, scope: Query, under: str, there: dict[str, int]) -> Iterator[Count]:
    contents = definitions.current().contents
    top = contents.get(under or facet.root or "")
    terms: tuple[Term, ...] = top.children if top else contents.terms
    for term in terms:
        if not term.retired:
            page = url_for("frontend.show_item", item_name=f"Contents/{term.id}")
            url = _list(facet, term.id, scope) if scope.is_filtered else page
            yield Count(term.label, term.note, there.get(term.id, 0), url)


def _values(facet: Facet, scope: Query, there: dict[str, int]) -> Iterator[Count]:
    labels = catalogue.shelves().labels(facet)
    for id in [*labels, *(id for id in there if id not in labels)]:
        yield Count(str(labels.get(id, id)), "", there.get(id, 0), _list(facet, id, scope))


def _list(facet: Facet, value: str, scope: Query) -> str:
    return asking.address("browse", replace(scope, include={**scope.include, facet.id: (value,)}))
