"""What differs between two revisions of a definition page, in words, and which ids pages carry that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cupboard.template import Field, Template
from cupboard.tongue import _, and_
from cupboard.vocabulary import Term, Vocabulary


@dataclass(frozen=True)
class Consequence:
    """One difference.

    :ivar sentence: what it is
    :ivar ids: those that pages may carry and that it is about
    :ivar retag: (old id, new id): what pages could carry instead; None: they are right as they are
    :ivar field: of a template, the field that it is about
    """

    sentence: str
    ids: tuple[str, ...] = ()
    retag: tuple[str, str] | None = None
    field: str = ""


def differences(before: Any, after: Any) -> list[Consequence]:
    """What changes from one revision to the next; empty when nothing that counts does."""
    if isinstance(before, Vocabulary) and isinstance(after, Vocabulary):
        return [*_of_vocabulary(before, after)]
    if isinstance(before, Template) and isinstance(after, Template):
        return [*_of_template(before, after)]
    return []


def _of_vocabulary(before: Vocabulary, after: Vocabulary) -> Iterator[Consequence]:
    old, new = ({term.id: term for term in one.walk()} for one in (before, after))
    known = set()
    for id, term in old.items():
        now = new.get(id) or after.get(id)
        if now is None:
            yield Consequence(_("“{label}” ({id}) is gone").format(label=term.label, id=id), (id,))
            continue
        known.add(now.id)
        if now.id != id and id not in new:
            yield Consequence(
                _("“{label}” moves: {id} is {now} now, and the old id leads to it").format(
                    label=term.label, id=id, now=now.id
                ), (id,), (id, now.id))
        yield from _of_term(term, now, after)
    for id, term in new.items():
        if id not in known:
            if term.parent:
                said = _("“{label}” ({id}) is new, and forms offer it under “{above}”")
            else:
                said = _("“{label}” ({id}) is new, and forms offer it")
            yield Consequence(said.format(label=term.label, id=id, above=term.parent and term.parent.label))


def _of_term(old: Term, now: Term, after: Vocabulary) -> Iterator[Consequence]:
    if old.label != now.label:
        yield Consequence(_("“{old}” is called “{new}”: every page shows the new name at once").format(
            old=old.label, new=now.label
        ), (old.id,))
    if now.merged_into and now.merged_into != old.merged_into:
        target = after.get(now.merged_into)
        yield Consequence(
            _(
                "“{label}” ({id}) is merged into “{into}” ({into_id}): lists and searches show its case studies "
                "there, and forms offer it no more"
            ).format(label=now.label, id=old.id, into=target.label, into_id=target.id), (old.id,), (old.id, target.id))
    elif now.retired and not old.retired:
        yield Consequence(
            _("“{label}” ({id}) is retired: forms offer it no more, and pages that have it still show it").format(
                label=now.label, id=now.id
            ), (old.id,))
    elif old.retired and not now.retired:
        yield Consequence(_("“{label}” ({id}) is in use again: forms offer it").format(
            label=now.label, id=now.id
        ), (old.id,))
    said = [
        name
        for name, one, other in (
            (_("short name"), old.short, now.short),
            (_("scope note"), old.note, now.note),
            (_("other names"), old.aliases, now.aliases),
            (_("codes"), dict(old.codes), dict(now.codes)),
            (_("further facts"), dict(old.extra), dict(now.extra)),
        )
        if one != other
    ]
    if said:
        yield Consequence(_("“{label}” has another {what}").format(label=now.label, what=and_(said)), (old.id,))


def _of_template(before: Template, after: Template) -> Iterator[Consequence]:
    for field in before.fields:
        now = after.field(field.id)
        if now is None:
            yield Consequence(
                _("“{label}” is asked no more: pages that answer it keep the answer, under “Earlier fields”").format(
                    label=field.label
                ),
                field=field.id)
        else:
            yield from _of_field(field, now)
    for field in after.fields:
        if before.field(field.id) is None:
            if field.required:
                said = _("“{label}” is a new question ({type}, required); it is empty on every page")
            else:
                said = _("“{label}” is a new question ({type}); it is empty on every page")
            yield Consequence(said.format(label=field.label, type=field.type), field=field.id)


def _of_field(old: Field, now: Field) -> Iterator[Consequence]:
    if old.label != now.label:
        yield Consequence(_("“{old}” is called “{new}”").format(old=old.label, new=now.label), field=now.id)
    if now.required and not old.required:
        yield Consequence(_("“{label}” is required: pages without it are asked for it at their next edit").format(
            label=now.label
        ), field=now.id)
    if old.required and not now.required:
        yield Consequence(_("“{label}” can be left empty").format(label=now.label), field=now.id)
    if old.type != now.type:
        yield Consequence(_("“{label}” is of type {new}, and was {old}").format(
            label=now.label, new=now.type, old=old.type
        ), field=now.id)
    if now.vocabulary and now.vocabulary != old.vocabulary:
        yield Consequence(_("“{label}” is answered with the terms of {vocabulary}").format(
            label=now.label, vocabulary=now.vocabulary
        ), field=now.id)
        return
    there = {choice.id for choice in now.choices}
    for choice in old.choices:
        if choice.id not in there:
            yield Consequence(
                _("“{label}” offers “{choice}” no more: pages that have it keep it, marked").format(
                    label=now.label, choice=choice.label
                ), (choice.id,),
                field=now.id)
    there = {choice.id for choice in old.choices}
    for choice in now.choices:
        if choice.id not in there:
            yield Consequence(_("“{label}” also offers “{choice}”").format(
                label=now.label, choice=choice.label
            ), field=now.id)
    columns = {column.id for column in old.columns}, {column.id for column in now.columns}
    if columns[0] != columns[1]:
        yield Consequence(_("“{label}” has other columns").format(label=now.label), field=now.id)
