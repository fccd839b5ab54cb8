"""The kind of page that tells how a public body changed the way it buys: the change story."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from cupboard import kinds
from cupboard.days import Span
from cupboard.document import Document
from cupboard.fields import rows_of, text_of
from cupboard.kinds import Kind, Reference
from cupboard.template import Problem, in_row
from cupboard.tongue import L_, _

if TYPE_CHECKING:
    from cupboard.definitions import Definitions

ACTIONS, CASES = "actions", "cases"

#: Sections of a story -> those of a case study in which the catalogue's full text has them.
_AS_IN_A_CASE = {"why it began": "Context", "results": "Impact"}


class Part(NamedTuple):
    title: str
    text: str


@dataclass(frozen=True)
class _AsCaseStudy:
    """A story as the catalogue reads it."""

    fields: Mapping[str, Any]
    sections: tuple[Part, ...]
    preamble: str
    error: None = None


def cases_of(row: Mapping[str, str]) -> list[str]:
    """The names of the pages that an action refers to."""
    return list(dict.fromkeys(name for line in row.get(CASES, "").splitlines() if (name := line.strip())))


def year_of(fields: Mapping[str, Any]) -> str:
    """The year by which a story is sorted: the last one it tells of, or else the one in which it began."""
    spans = (Span.read(text_of(fields, name)) for name in ("until", "started"))
    return next((str(span.first.year) for span in spans if span), "")


def _references(document: Document) -> Iterator[Reference]:
    rows = rows_of(document.fields, ACTIONS)
    for place, row in enumerate(rows, start=1):
        for name in cases_of(row):
            yield Reference(CASES, name, place, len(rows))


def _catalogued(document: Document) -> _AsCaseStudy:
    rows = rows_of(document.fields, ACTIONS)
    told = "\n\n".join(row[column] for row in rows for column in ("what", "met") if row.get(column))
    ids = document.fields.get("categories", ())
    categories = [ids] if isinstance(ids, str) else list(ids)
    steps = [row["step"] for row in rows if row.get("step")]
    fields = {
        **document.fields,
        "kind": STORY.listed_as,
        "year": year_of(document.fields),
        "categories": list(dict.fromkeys([*categories, *steps])),
    }
    sections = [Part(_AS_IN_A_CASE.get(one.title.strip().casefold(), one.title), one.text) for one in document.sections]
    return _AsCaseStudy(fields, (*sections, Part("Action", told)), document.preamble)


def _levels(document: Document, in_force: Definitions) -> Iterator[Problem]:
    """A level is one of a theme, and a theme without the level that was reached says nothing."""
    field = in_force.template_of(STORY).field(ACTIONS)
    for number, row in enumerate(rows_of(document.fields, ACTIONS) if field else ()):
        if (row.get("before") or row.get("after")) and not row.get("theme"):
            message = in_row(field.label, number, _("Select the theme that the levels are of"))
            yield Problem(ACTIONS, message, number, "theme")
        elif (row.get("theme") or row.get("before")) and not row.get("after"):
            yield Problem(ACTIONS, in_row(field.label, number, _("Select the level after")), number, "after")


STORY = kinds.register(
    Kind(
        id="change-story",
        content_type="text/x-change-story",
        noun=L_("change story"),
        plural=L_("change stories"),
        template="Cupboard/Template/Story",
        prefix="Stories",
        listed=True,
        further_problems=_levels,
        references=_references,
        catalogued=_catalogued,
        listed_as="change_story",
        seeds="stories.yaml",
    )
)
