"""What differs between two revisions of a definition page, in words, and which ids pages carry that it is about."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cupboard.template import Field, Template
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
            yield Consequence(f"“{term.label}” ({id}) is gone", (id,))
            continue
        known.add(now.id)
        if now.id != id and id not in new:
            yield Consequence(
                f"“{term.label}” moves: {id} is {now.id} now, and the old id leads to it", (id,), (id, now.id))
        yield from _of_term(term, now, after)
    for id, term in new.items():
        if id not in known:
            yield Consequence(f"“{term.label}” ({id}) is new, and forms offer it" + _below(term))


def _below(term: Term) -> str:
    return f" under “{term.parent.label}”" if term.parent else ""


def _of_term(old: Term, now: Term, after: Vocabulary) -> Iterator[Consequence]:
    if old.label != now.label:
        yield Consequence(f"“{old.label}” is called “{now.label}”: every page shows the new name at once", (old.id,))
    if now.merged_into and now.merged_into != old.merged_into:
        target = after.get(now.merged_into)
        yield Consequence(
            f"“{now.label}” ({old.id}) is merged into “{target.label}” ({target.id}): lists and searches show its case "
            "studies there, and forms offer it no more", (old.id,), (old.id, target.id))
    elif now.retired and not old.retired:
        yield Consequence(
            f"“{now.label}” ({now.id}) is retired: forms offer it no more, and pages that have it still show it", (old.id,))
    elif old.retired and not now.retired:
        yield Consequence(f"“{now.label}” ({now.id}) is in use again: forms offer it", (old.id,))
    said = [
        name
        for name, one, other in (
            ("short name", old.short, now.short),
            ("scope note", old.note, now.note),
            ("other names", old.aliases, now.aliases),
            ("codes", dict(old.codes), dict(now.codes)),
            ("further facts", dict(old.extra), dict(now.extra)),
        )
        if one != other
    ]
    if said:
        yield Consequence(f"“{now.label}” has another {' and '.join(said)}", (old.id,))


def _of_template(before: Template, after: Template) -> Iterator[Consequence]:
    for field in before.fields:
        now = after.field(field.id)
        if now is None:
            yield Consequence(
                f"“{field.label}” is asked no more: pages that answer it keep the answer, under “Earlier fields”",
                field=field.id)
        else:
            yield from _of_field(field, now)
    for field in after.fields:
        if before.field(field.id) is None:
            must = ", required" if field.required else ""
            yield Consequence(f"“{field.label}” is a new question ({field.type}{must}); it is empty on every page",
                              field=field.id)


def _of_field(old: Field, now: Field) -> Iterator[Consequence]:
    if old.label != now.label:
        yield Consequence(f"“{old.label}” is called “{now.label}”", field=now.id)
    if now.required and not old.required:
        yield Consequence(f"“{now.label}” is required: pages without it are asked for it at their next edit", field=now.id)
    if old.required and not now.required:
        yield Consequence(f"“{now.label}” can be left empty", field=now.id)
    if old.type != now.type:
        yield Consequence(f"“{now.label}” is of type {now.type}, and was {old.type}", field=now.id)
    if now.vocabulary and now.vocabulary != old.vocabulary:
        yield Consequence(f"“{now.label}” is answered with the terms of {now.vocabulary}", field=now.id)
        return
    there = {choice.id for choice in now.choices}
    for choice in old.choices:
        if choice.id not in there:
            yield Consequence(
                f"“{now.label}” offers “{choice.label}” no more: pages that have it keep it, marked", (choice.id,),
                field=now.id)
    there = {choice.id for choice in old.choices}
    for choice in now.choices:
        if choice.id not in there:
            yield Consequence(f"“{now.label}” also offers “{choice.label}”", field=now.id)
    columns = {column.id for column in old.columns}, {column.id for column in now.columns}
    if columns[0] != columns[1]:
        yield Consequence(f"“{now.label}” has other columns", field=now.id)
