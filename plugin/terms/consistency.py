"""What must not become of a definition page, given what it was: each with its place, and what to do instead.

A page that can be read can still break other pages: an id that case studies carry goes away, a term stays in use below
one that is retired, a question is made required that no page answers. Readers of one text alone can't see that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from cupboard.costbenefit.rates import Rates
from cupboard.legal.regimes import Regimes
from cupboard.shapes import DefinitionError
from cupboard.template import Field, Template
from cupboard.terms import places
from cupboard.tongue import L_, _
from cupboard.vocabulary import Term, Vocabulary

_ROOT = (1, 1)


def problems(
    before: Any, after: Any, text: str, used: Collection[str] | None = None, dismissed: Collection[str] | None = None
) -> list[DefinitionError]:
    """What is wrong with a definition page as the successor of another.

    :param before, after: what was read from the two: vocabularies, templates, regimes or rates; others have no
        such rules
    :param text: the page that ``after`` was read from
    :param used: ids that pages carry; None: any might be carried by some page
    :param dismissed: likewise, the changes of law, whose ids may be those of regimes too
    """
    if type(before) is not type(after):
        return []
    if isinstance(after, Vocabulary):
        return sorted(_of_vocabulary(before, after, text, used), key=_place)
    if isinstance(after, Template):
        return sorted(_of_template(before, after, text), key=_place)
    if isinstance(after, Regimes):
        return list(_of_regimes(before, after, used, dismissed))
    if isinstance(after, Rates):
        return list(_of_rates(before, after, used))
    return []


def _place(error: DefinitionError) -> tuple[int, int]:
    return error.line, error.column


def _of_vocabulary(
    before: Vocabulary, after: Vocabulary, text: str, used: Collection[str] | None
) -> Iterator[DefinitionError]:
    where = places.terms(text)
    removed = [id for id in _ids(before) if after.get(id) is None]
    missed = removed
    if used is not None:
        # whoever carries an id that leads to a term carries that term
        carried = {*used, *(term.id for id in used if (term := before.get(id)))}
        missed = [id for id in removed if id in carried]
    for id in _topmost(removed):
        if not any(f"{one}/".startswith(f"{id}/") for one in missed):
            continue
        if used is not None:
            said = _("{id} is missing, and case studies carry it or what is below it.")
        else:
            said = _("{id} is missing, and case studies may carry it or what is below it.")
        advice = _(
            "Put it back with retired: true, or with merged_into: and the id of the term that takes its place. "
            'If it was moved, add "formerly: [{id}]" to it where it stands now'
        )
        yield DefinitionError(f"{said} {advice}".format(id=id), *_nearest(where, id))
    live_below = {term.id for term in before.walk() if _is_stranded(term)}
    for term in after.walk():
        if _is_stranded(term) and term.id not in live_below:
            line, column = where[term.id].of("id")
            yield DefinitionError(
                _("{id} is in use, but {above}, above it, is not: move it below a term that is, or retire it too")
                .format(id=term.id, above=term.parent.id), line, column)


def _ids(vocabulary: Vocabulary) -> Iterator[str]:
    for term in vocabulary.walk():
        yield term.id
        yield from term.formerly


def _is_stranded(term: Term) -> bool:
    return not term.retired and term.parent is not None and term.parent.retired


def _topmost(ids: list[str]) -> list[str]:
    """Of ids those that are not below another of them."""
    there = set(ids)
    return [id for id in ids if not any(id[:place] in there for place, char in enumerate(id) if char == "/")]


def _nearest(where: dict[str, places.Place], id: str) -> tuple[int, int]:
    """Where a term should stand: at the nearest of those above it that are still there."""
    while id := id.rpartition("/")[0]:
        if id in where:
            return where[id].of("terms")
    return _ROOT


def _of_template(before: Template, after: Template, text: str) -> Iterator[DefinitionError]:
    where = places.fields(text)
    for field in after.fields:
        old = before.field(field.id)
        if old is None and field.required and not field.default:
            line, column = where[field.id].of("required")
            yield DefinitionError(
                _(
                    "{id} is new and required, and no page has it yet: give it a default, or leave it optional; it can "
                    "be made required later"
                ).format(id=field.id), line, column)
        if old is not None and _shape(old) != _shape(field):
            line, column = where[field.id].of("type")
            yield DefinitionError(
                _(
                    "{id} was {old} and would be {new}, which pages that have it can't follow: leave it as it was, "
                    "and add a new field with an id of its own"
                ).format(id=field.id, old=_SHAPES[_shape(old)], new=_SHAPES[_shape(field)]), line, column)


_SHAPES = {"text": L_("text"), "list": L_("a list"), "rows": L_("rows"), "section": L_("a section of the text")}


def _shape(field: Field) -> str:
    if field.type == "markup":
        return "section"
    return {"rows": "rows", "choices": "list", "terms": "list", "list": "list"}.get(field.type, "text")


def _of_regimes(
    before: Regimes, after: Regimes, used: Collection[str] | None, dismissed: Collection[str] | None
) -> Iterator[DefinitionError]:
    for said, old, new, carried in (
        (_("The regime {id} is missing, and case studies carry it: put it back; what is over has an end date"),
         before.regimes, after.regimes, used),
        (_("The change of law {id} is missing, and case studies carry it: put it back; what is over has an end date"),
         before.events, after.events, dismissed),
    ):
        there = {one.id for one in new}
        for one in old:
            if one.id not in there and (carried is None or one.id in carried):
                yield DefinitionError(said.format(id=one.id), *_ROOT)


def _of_rates(before: Rates, after: Rates, used: Collection[str] | None) -> Iterator[DefinitionError]:
    for what, old, new in (
        (_("schedule"), _schedules(before), _schedules(after)),
        (_("price index"), (one.id for one in before.deflators), {one.id for one in after.deflators}),
        (_("set of carbon values"), (one.id for one in before.carbon_values), {one.id for one in after.carbon_values}),
    ):
        for id in old:
            if id not in new and (used is None or id in used):
                if used is None:
                    said = _("The {what} {id} is missing, and case studies may carry it: put it back, "
                             "and add what is newer beside it")
                else:
                    said = _("The {what} {id} is missing, and case studies carry it: put it back, "
                             "and add what is newer beside it")
                yield DefinitionError(said.format(what=what, id=id), *_ROOT)


def _schedules(rates: Rates) -> list[str]:
    """What case studies can name of them: each, and the newest of a kind."""
    return list(dict.fromkeys([one.id for one in rates.schedules] + [one.kind for one in rates.schedules]))
