"""What may become of a definition page, on every way of saving through the web.

The page's own editor asks :func:`problems` and shows them at their lines. Moin's editors, revert, rename and delete
meet the same rules at the gate. A revision that was let through says so in its metadata: see :mod:`cupboard.in_force`.
"""

from __future__ import annotations

import io

from flask import abort, make_response
from moin.constants.keys import NAME, NAMESPACE, TRASH
from moin.themes import render_template

from cupboard import definitions, gate
from cupboard.catalogue.carrying import carried, types_of_organisations, written
from cupboard.gate import Sent
from cupboard.in_force import CHECKED, checksum
from cupboard.legal.view import DISMISSALS, ROWS
from cupboard.shapes import DefinitionError
from cupboard.terms import consistency
from cupboard.tongue import _

#: The field of case studies that carries the ids of a definition page, and by which readers find them.
CARRIED_IN = {
    definitions.CONTENTS: ("categories",),
    definitions.LEGAL_STATUSES: ("status",),
    definitions.REGIMES: ("regime",),
    definitions.ORGANISATION_TYPES: ("organisation_type",),
}


#: Where pages have such ids besides, and nobody looks for them: the field, and the column where it has rows.
WRITTEN_IN = {
    definitions.LEGAL_STATUSES: ((ROWS, "status"),),
    definitions.REGIMES: ((ROWS, "regime"),),
    definitions.DISCOUNT_RATES: (("schedule", ""), ("deflator", ""), ("carbon_values", "")),
}


def install() -> None:
    gate.add(_guard)


def problems(page: str, text: str) -> list[DefinitionError]:
    """What is wrong with a text that is to be a definition page's next revision; in the order of its lines."""
    try:
        after = definitions.read(page, text)
    except DefinitionError as error:
        return [error]
    dismissed = written(DISMISSALS, "event") if page == definitions.REGIMES else ()
    return consistency.problems(definitions.in_force_of(page), after, text, used(page), dismissed)


def used(page: str) -> frozenset[str]:
    """The ids of a definition page that pages carry, whoever may read them."""
    found = [carried(field) for field in CARRIED_IN.get(page, ())]
    found += [written(field, column) for field, column in WRITTEN_IN.get(page, ())]
    if page == definitions.ORGANISATION_TYPES:
        found.append(types_of_organisations())
    return frozenset().union(*found)


def _guard(sent: Sent) -> None:
    stays = [] if sent.meta.get(TRASH) else _definitions_among(sent.meta)
    for page in _definitions_among(sent.current.meta if sent.current is not None else {}):
        if page not in stays and (text := definitions.shipped(page)) is not None and (found := problems(page, text)):
            _refuse(page, found, _("Without this page the one that came with the Cupboard would count again."))
    sent.meta.pop(CHECKED, None)
    if not stays:
        return
    data = sent.data.read()
    text = data.decode("utf-8", "surrogateescape")
    for page in stays:
        if found := problems(page, text):
            _refuse(page, found)
    sent.meta[CHECKED] = checksum(text)
    sent.data = io.BytesIO(data)


def _definitions_among(meta: dict) -> list[str]:
    return [] if meta.get(NAMESPACE) else [name for name in meta.get(NAME) or () if definitions.is_definition(name)]


def _refuse(page: str, found: list[DefinitionError], why: str = "") -> None:
    text = render_template(
        "cupboard/definition_refused.html", title=_("This can't be saved"), page=page, errors=found, why=why
    )
    abort(make_response(text, 422))
