"""The kind of page that the Cupboard is for: the case study."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from cupboard import kinds
from cupboard.costbenefit import page as costbenefit
from cupboard.document import Document
from cupboard.kinds import Kind, Reference
from cupboard.kinds.tool import USED
from cupboard.template import Problem, in_row
from cupboard.tongue import L_

if TYPE_CHECKING:
    from cupboard.definitions import Definitions


def _costs_and_benefits(document: Document, in_force: Definitions) -> Iterator[Problem]:
    """What is wrong with its costs and benefits, which have rules of their own."""
    for field, message, row, column in costbenefit.problems(document.fields, in_force.rates):
        asked = in_force.template_of(CASE_STUDY).field(field)
        if asked:
            yield Problem(field, message if row is None else in_row(asked.label, row, message), row, column)


#: The fields that say from which others a case study comes.
ORIGINS = ("copied_from", "builds_on")


def names_in(document: Document, field: str) -> list[str]:
    """The names of pages in a field, in order."""
    value = document.fields.get(field, ())
    names = value.splitlines() if isinstance(value, str) else value
    return list(dict.fromkeys(name.strip() for name in names if isinstance(name, str) and name.strip()))


def _references(document: Document) -> Iterator[Reference]:
    for field in (*ORIGINS, USED):
        yield from (Reference(field, name) for name in names_in(document, field))


CASE_STUDY = kinds.register(
    Kind(
        id="case-study",
        content_type="text/x-case-study",
        noun=L_("case study"),
        plural=L_("case studies"),
        template="Cupboard/Template",
        prefix="CaseStudies",
        listed=True,
        signs_legal_status=True,
        further_problems=_costs_and_benefits,
        references=_references,
        seeds="cases.yaml",
    )
)
