"""The legal status of all case studies of a list: who has taken an approach, and what is said of whether it is
lawful.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from flask.typing import ResponseReturnValue
from moin.themes import render_template

from cupboard import catalogue, definitions
from cupboard.catalogue import FACETS, Results
from cupboard.catalogue.facets import Value
from cupboard.legal.view import Statement
from cupboard.lists import asking
from cupboard.lists.cards import CardView
from cupboard.tongue import _
from cupboard.views import blueprint

#: How many case studies are shown with what is said of them; the counts hold all.
MOST = 500


@dataclass(frozen=True)
class Line:
    """Something that is said, and the case study of which it is said."""

    view: CardView
    statement: Statement


class Across:
    """What is said of the case studies of a list.

    :param results: with the facet ``status``; the first :data:`MOST` of the list
    """

    def __init__(self, results: Results):
        in_force = definitions.current()
        self.results = results
        self.views = [CardView(entry, in_force) for entry in results.entries]

    @property
    def title(self) -> str:
        """What the list is about."""
        shelves, chosen = catalogue.shelves(), self.results.query.include
        words = [shelves.label(FACETS[facet], value) for facet, values in chosen.items() for value in values]
        if not words:
            return _("Legal status of all case studies")
        return _("Legal status: {words}").format(words=", ".join(words))

    @cached_property
    def lines(self) -> list[Line]:
        """All that holds today: what is contested first, then the strongest support; of two alike the newer first."""
        lines = [Line(view, one) for view in self.views for one in view.legal.live if one.status.id != "not_stated"]
        return sorted(lines, key=lambda line: (line.statement.status.weight, -_day(line.statement)))

    @cached_property
    def unstated(self) -> list[CardView]:
        """The case studies of which nothing is said."""
        return [view for view in self.views if all(one.status.id == "not_stated" for one in view.legal.live)]

    @property
    def organisations(self) -> int:
        """How many different ones the case studies shown are of."""
        return len({" ".join(view.text("organisation").split()).casefold() for view in self.views} - {""})

    @property
    def counts(self) -> list[Value]:
        """The statuses that are live in the list, each with the number of case studies that have it."""
        return [value for offer in self.results.offers for value in offer.values if value.count]

    @property
    def is_cut(self) -> bool:
        return self.results.total > len(self.views)


def _day(one: Statement) -> int:
    when = one.assertion.when
    return when.last.toordinal() if when else 0


@blueprint.route("/legal")
def legal() -> ResponseReturnValue:
    """What is said about the law in all case studies of a list, so that a lawyer sees it at once."""
    query, notices = asking.read_request()
    whole = replace(query, page=1, per_page=MOST)
    across = Across(catalogue.find(whole, offered=("status",)))
    return render_template(
        "cupboard/legal_across.html",
        title=across.title,
        across=across,
        notices=notices,
        browse=asking.address("browse", query),
    )
