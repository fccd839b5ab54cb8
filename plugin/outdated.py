"""What a page already said, and a template asks otherwise since: it stays, is shown, and blocks nobody's edit.

A template is revised while pages stay as they are. A page that was stored lacks what is required now, has a value of a
field that is no longer asked for, or a choice that is no longer offered. Whoever edits it is asked, and may go on
without an answer: what is wrong with a value that an edit doesn't touch is not that edit's fault.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cupboard.document import Document
from cupboard.template import Field, Problem, Template


def split(
    template: Template, before: Document, after: Document, found: Iterable[Problem], found_before: Iterable[Problem]
) -> tuple[list[Problem], list[Problem]]:
    """Tell apart what an edit made wrong, and what was so before.

    :param before: the page as it is stored; empty for a new one
    :param found: what is wrong with ``after``
    :param found_before: what is wrong with ``before``, by the same template
    :returns: those that an edit must put right, and those that it is only asked to
    """
    if not before.text or before.error:
        return list(found), []
    sides: tuple[list[Problem], list[Problem]] = [], []
    known = {(problem.field, problem.column) for problem in found_before}
    for problem in found:
        field = template.field(problem.field)
        was_there = field is not None and (problem.field, problem.column) in known
        sides[was_there and _is_untouched(field, problem.row, before, after)].append(problem)
    return sides


def _is_untouched(field: Field, row: int | None, before: Document, after: Document) -> bool:
    old, new = _value(field, before), _value(field, after)
    if row is None or old == new:
        return old == new
    return isinstance(old, list) and isinstance(new, list) and row < len(new) and new[row] in old


def _value(field: Field, document: Document) -> Any:
    return document.section(field.section) if field.section else document.fields.get(field.id)


@dataclass(frozen=True)
class Earlier:
    """A field of a page that the template doesn't ask for.

    :ivar label: as it was asked for last; its name in the page where it never was
    :ivar values: what the page says, one text each; of rows, one each
    """

    label: str
    values: tuple[str, ...]


def earlier_fields(template: Template, document: Document, asked_before: Mapping[str, Field]) -> list[Earlier]:
    """What a page says under names that its template doesn't know, in the page's order.

    :param asked_before: by id, fields of earlier revisions of the template
    """
    found = []
    for name, value in document.fields.items():
        if template.field(name) is None and value:
            field = asked_before.get(name)
            found.append(Earlier(field.label if field else name, tuple(_texts(value, field))))
    return found


def _texts(value: Any, field: Field | None) -> Iterable[str]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            labels = {column.id: column for column in field.columns} if field else {}
            yield "; ".join(
                f"{labels[name].label if name in labels else name}: {_word(text, labels.get(name))}"
                for name, text in one.items()
                if text
            )
        else:
            yield _word(one, field)


def _word(value: Any, field: Field | None) -> str:
    if not isinstance(value, str):
        return str(value)
    return next((choice.label for choice in field.choices if choice.id == value), value) if field else value
