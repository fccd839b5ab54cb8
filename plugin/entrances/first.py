"""What of a case study an audience sees first: on its page, and in short in lists.

A part that a case study has nothing for is left out; everything is on the page again at its own place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from flask import url_for

from cupboard.audiences import choosing
from cupboard.labels import joined
from cupboard.tongue import L_, _

if TYPE_CHECKING:
    from cupboard.case_studies.view import CaseView

#: In a list, how many figures, papers or labels stand in a part.
IN_SHORT = 2
ON_THE_PAGE = 4


class Line(NamedTuple):
    """One thing that a part says.

    :ivar words: what it says
    :ivar about: what is said of that, in lighter print
    :ivar url: where it leads; empty: nowhere
    :ivar is_rest: whether it only says how many there are besides
    """

    words: str
    about: str = ""
    url: str = ""
    is_rest: bool = False


@dataclass(frozen=True)
class Part:
    """One thing that an audience sees first.

    :ivar id: its name in :attr:`cupboard.audiences.Audience.parts`
    """

    id: str
    label: str
    lines: tuple[Line, ...]


def parts(view: CaseView, in_short: bool = False) -> tuple[Part, ...]:
    """What the person who asks sees first of a case study; nothing for who said nothing.

    :param in_short: for a list
    """
    audience = choosing.current()
    if audience is None:
        return ()
    most = IN_SHORT if in_short else ON_THE_PAGE
    found = []
    for id in audience.parts:
        label, lines_of = PARTS[id]
        if in_short and id in ("legal", "contact", "brief"):
            continue  # a summary has them anyway, or is short enough
        if lines := list(lines_of(view)):
            more = len(lines) - most
            rest = Line(_("{count} more").format(count=more), url=_rest(view, id), is_rest=True)
            found.append(Part(id, str(label), (*lines[:most], *([rest] if more > 0 else ()))))
    return tuple(found)


def in_order(view: CaseView) -> tuple:
    """The key facts, those first that the audience of the person who asks needs first."""
    audience = choosing.current()
    if audience is None:
        return view.facts
    places = {id: place for place, id in enumerate(audience.facts)}
    return tuple(sorted(view.facts, key=lambda fact: places.get(fact.id, len(places))))


def _figures(view: CaseView) -> list[Line]:
    return [
        Line(row["result"], joined(filter(None, (row.get("measure"), row.get("period"), row.get("basis")))))
        for row in view.figures
        if row.get("result")
    ]


def _paid(view: CaseView) -> list[Line]:
    costs = view.costs
    return [Line(costs.sentence, url=_at(view, "costs-and-benefits"))] if costs.is_shown else []


def _documents(view: CaseView) -> list[Line]:
    return [
        Line(one.title, joined(filter(None, (one.kind, one.format, one.rights))), one.url or "")
        for one in view.resources
    ]


def _areas(view: CaseView) -> list[Line]:
    return [
        Line(term.label, url=url_for("frontend.show_item", item_name=f"Contents/{term.id}"))
        for section, terms in view.sections
        if section.id == "contracts"
        for term in terms
    ]


def _words(field: str) -> Callable[[CaseView], list[Line]]:
    return lambda view: [Line(word) for word in view.words(field)]


def _state(view: CaseView) -> list[Line]:
    words = joined(view.words("next_state"))
    return [Line(words, view.text("next_date"))] if words else []


def _legal(view: CaseView) -> list[Line]:
    return [Line(view.legal.word, url=_at(view, "legal-status") if view.legal.rows else "")]


def _contact(view: CaseView) -> list[Line]:
    role = view.text("contact_role")
    return [Line(role, url=_at(view, "contact-point"))] if role else []


def _brief(view: CaseView) -> list[Line]:
    if view.is_story or not view.is_page:
        return []
    return [Line(_("The whole of it on one page, to print"), url=f"{view.url}?view=brief")]


def _rest(view: CaseView, part: str) -> str:
    """Where all of a part stands."""
    places = {"result_figures": "figures", "documents": "primary-resources"}
    return _at(view, places[part]) if part in places else view.url


def _at(view: CaseView, place: str) -> str:
    return f"{view.url if view.is_page else ''}#{place}"


PARTS: Mapping[str, tuple[L_, Callable[[CaseView], list[Line]]]] = {
    "result_figures": (L_("In numbers"), _figures),
    "paid": (L_("Did it pay?"), _paid),
    "themes": (L_("Themes"), _words("themes")),
    "state": (L_("Where it is now"), _state),
    "documents": (L_("Papers to copy"), _documents),
    "stages": (L_("Procurement stages"), _words("stages")),
    "areas": (L_("Contract areas"), _areas),
    "effort": (L_("Effort"), _words("effort")),
    "legal": (L_("Is it lawful?"), _legal),
    "contact": (L_("Whom to ask"), _contact),
    "brief": (L_("Brief"), _brief),
}
"""By name: what readers call it, and what it says of a case study."""
