"""A WTForms form made from a template at run time, and the way from a page to the form and back.

A form shows a document; what comes back is compared with what was shown, and only the fields that differ are written.
So whatever a browser or a form can't show exactly (spaces at the end of a line, a key that the template does not know,
a choice that was retired) stays as it is unless somebody changed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import FieldList
from wtforms.form import BaseForm

from cupboard.attachments import limit, readable_size
from cupboard.definitions import GONE, Definitions
from cupboard.document import Document
from cupboard.editing.boxes import Branch, Option, branches_of, carried_in, values_in
from cupboard.editing.controls import control_for, normal, shown_in
from cupboard.fields import text_of
from cupboard.legal.assertions import STRIKING
from cupboard.legal.view import DISMISSALS, ROWS, LegalView, Statement
from cupboard.references import finding, shown
from cupboard.template import Field, Group, Problem, Template
from cupboard.tongue import _
from cupboard.vocabulary import Vocabulary

#: No page needs more; a form that sends more was not filled in by a person.
MOST_ROWS = 200

#: As many as a person can choose among.
_MOST_FOUND = 10


@dataclass(frozen=True)
class Found:
    """What was found of pages to refer to.

    :ivar words: what was looked for
    """

    words: str
    options: tuple[Option, ...]


class TooManyRows(ValueError):
    """More rows were sent than a form takes: nobody filled them in by hand.

    :ivar field: which has them
    :ivar rows: how many
    """

    def __init__(self, field: Field, rows: int):
        said = _("{label} has {rows:,} rows. A form takes {most} at most: add up what belongs together")
        super().__init__(said.format(label=field.label, rows=rows, most=MOST_ROWS))
        self.field, self.rows = field, rows


class PageForm:
    """The form of a structured page.

    :param definitions: vocabularies and rules in force
    :param template: what is asked
    :param document: the page that it starts from; an empty one for a new page
    :param sent: what the browser sent; None shows the document
    :param settled: the page as it is stored; signed rows that it has are shown and not asked for again
    :param may_strike: whether the person who fills it in is an editor, who may strike signed rows, dismiss changes of
        law, and is asked for what only editors change
    :param bindings: which items the names of pages in it mean
    :raises TooManyRows: when more rows were sent than a form takes, and than the page has
    """

    def __init__(
        self,
        definitions: Definitions,
        template: Template,
        document: Document,
        sent: MultiDict[str, Any] | None = None,
        settled: Document | None = None,
        may_strike: bool = False,
        bindings: Mapping[str, str] | None = None,
    ):
        self.definitions = definitions
        self.template = template
        self.document = document
        self.may_strike = may_strike
        self.bindings = bindings or {}
        #: id of a control for pages -> the words that were looked for, and what was found
        self.found: dict[str, Found] = {}
        self._settled = {
            field.id: _settled(field, document, settled) for field in self.template.fields if field.signed and settled
        }
        self._reasons = {
            index: " ".join(reason.split())
            for index in self._settled.get(ROWS, ())
            if may_strike and sent and (reason := sent.get(f"{ROWS}-strike-{index}", "").strip())
        }
        told = {
            field.id: shown_in(field, document, self._settled.get(field.id, ())) for field in self.template.fields
        }
        # What a page doesn't say yet is offered, and written once something else is.
        self._offered = {
            field.id: normal(field, "\n".join(field.default) if field.type == "list" else field.default)
            for field in self.template.fields
            if field.default and not told[field.id] and field.id not in document.fields
        }
        told |= self._offered
        self._shown = told
        if sent:
            _count_rows(self.template, sent, told)
        self.controls = BaseForm({field.id: control_for(field) for field in self.template.fields})
        self.controls.process(sent, data=told)

    # -- from the form to the page -----------------------------------------------------------------------------------

    def edited(self) -> Document:
        """The document with what was changed in the form.

        :raises DocumentError: when a section's text can't stand where it would stand; the message says why
        """
        fields: dict[str, Any] = {}
        sections: dict[str, str] = {}
        for field in self.template.fields:
            if field.editors and not self.may_strike:
                continue  # what was not asked comes back empty
            typed, shown = self._typed(field), self._shown[field.id]
            if field.type in ("choices", "terms"):
                # Boxes come back in the form's order; the page keeps its own.
                typed = [id for id in shown if id in typed] + [id for id in typed if id not in shown]
            if typed == shown and not (field.id == ROWS and self._reasons):
                continue
            if field.type == "markup":
                sections[field.section] = typed
            else:
                fields[field.id] = self._stored(field, typed)
        if fields or sections:
            fields = {id: self._stored(self.template.field(id), value) for id, value in self._offered.items()} | fields
        return self.document.edit(fields=fields, sections=sections, order=self.order)

    @property
    def order(self) -> Sequence[str]:
        return [*self.template.order, *self.template.sections]

    def _typed(self, field: Field) -> Any:
        data = self.controls[field.id].data
        if field.type == "rows":
            rows = [
                {column.id: normal(column, row.get(column.id)) for column in field.columns}
                | {"row": row.get("row") or ""}
                for row in data or ()
            ]
            return [row for row in rows if any(row[column.id] for column in field.columns)]
        return normal(field, data)

    def _stored(self, field: Field, typed: Any) -> Any:
        """What the page stores for what was typed; an emptied field goes away."""
        if field.type == "rows":
            settled = [self._struck(row, index) for index, row in self._settled_rows(field)]
            return settled + [self._stored_row(field, row) for row in typed] or None
        if field.type in ("list", "pages"):
            return [line.strip() for line in typed.splitlines() if line.strip()] or None
        return typed or None

    def _stored_row(self, field: Field, row: Mapping[str, str]) -> dict[str, str]:
        before = self._row_before(field, row["row"])
        typed = {column.id: row[column.id] for column in field.columns}
        was_shown = {column.id: normal(column, text_of(before, column.id)) for column in field.columns}
        kept = {key: value for key, value in before.items() if key not in typed or typed[key] == was_shown[key]}
        changed = {key: value for key, value in typed.items() if value != was_shown[key]}
        merged = {key: changed.get(key, kept.get(key)) for key in [*before, *changed] if key in changed or key in kept}
        return {key: value for key, value in merged.items() if value or key in kept}

    def _row_before(self, field: Field, number: str) -> Mapping[str, Any]:
        rows = self.document.fields.get(field.id, ())
        if isinstance(rows, str) or not number.isdigit() or int(number) >= len(rows):
            return {}
        row = rows[int(number)]
        return row if isinstance(row, Mapping) else {}

    # -- signed rows -------------------------------------------------------------------------------------------------

    @cached_property
    def legal(self) -> LegalView:
        """The legal status as the document has it."""
        return LegalView(self.document.fields, self.definitions)

    def statements(self, field: Field) -> list[Statement]:
        """The signed rows of the legal status that are stored already, in the page's order."""
        if field.id != ROWS:
            return []
        every = sorted((*self.legal.live, *self.legal.superseded, *self.legal.struck), key=lambda one: one.index)
        return [one for one in every if one.index in self._settled.get(ROWS, ())]

    def dismissed(self, field: Field) -> list[str]:
        """The dismissals of law changes that are stored already, in words."""
        settled = self._settled.get(DISMISSALS, ()) if field.id == DISMISSALS else ()
        return [said for index, said in enumerate(self.legal.dismissals) if index in settled]

    def reason(self, index: int) -> str:
        """Why a row is to be struck, as typed."""
        return self._reasons.get(index, "")

    def asks(self, field: Field) -> bool:
        """Whether the person who fills in the form is asked for a field."""
        if field.editors and not self.may_strike:
            return False
        return field.id != DISMISSALS or (self.may_strike and bool(self.definitions.regimes.events))

    def _settled_rows(self, field: Field) -> list[tuple[int, Mapping[str, Any]]]:
        rows = self.document.fields.get(field.id, ())
        return [(index, rows[index]) for index in self._settled.get(field.id, ())]

    def _struck(self, row: Mapping[str, Any], index: int) -> Mapping[str, Any]:
        return {**row, "struck": self._reasons[index]} if index in self._reasons else row

    # -- rows --------------------------------------------------------------------------------------------------------

    def add_row(self, field_id: str) -> str:
        """Give a rows field another empty row.

        :returns: id of the new row's first control
        :raises KeyError: when the template has no such rows field
        """
        field, control = self._rows(field_id)
        if len(control.entries) < MOST_ROWS:
            control.append_entry()
        return f"{control.entries[-1].name}-{field.columns[0].id}"

    def remove_row(self, name: str) -> str:
        """Take a row out of a rows field; the others keep what was typed.

        :param name: the row's name in the form: ``figures-2``
        :returns: id of the button that adds a row
        :raises KeyError: when there is no such row
        """
        field_id, _, _ = name.rpartition("-")
        _, control = self._rows(field_id)
        left = [entry for entry in control.entries if entry.name != name]
        if len(left) == len(control.entries):
            raise KeyError(name)
        control.entries[:] = left
        if not left:
            control.append_entry()
        return f"add-{field_id}"

    def move_row(self, name: str, by: int) -> str:
        """Move a row of a rows field up (``by`` is -1) or down (1), with all that was typed in it.

        :returns: id of the button to go on with
        :raises KeyError: when there is no such row, or no place to move it to
        """
        field_id, _, _ = name.rpartition("-")
        field, control = self._rows(field_id)
        place = next((place for place, entry in enumerate(control.entries) if entry.name == name), None)
        if not field.ordered or place is None or not 0 <= place + by < len(control.entries):
            raise KeyError(name)
        one, other = control.entries[place], control.entries[place + by]
        # The browser sends rows back in the order of their numbers, so what is in them changes places.
        for id in (*(column.id for column in field.columns), "row"):
            one.form[id].data, other.form[id].data = other.form[id].data, one.form[id].data
        last = len(control.entries) - 1
        is_at_end = place + by in (0, last)
        return f"{('down' if place + by == 0 else 'up') if is_at_end else ('up' if by < 0 else 'down')}-{other.name}"

    def file_controls(self) -> Iterator[tuple[str, Any, set[str]]]:
        """Every place for a file: (column id, row, file names in the other rows)."""
        for field in self.template.fields:
            for column in field.columns if field.type == "rows" else ():
                if column.type == "file":
                    entries = self.controls[field.id].entries
                    for entry in entries:
                        others = {other.form[column.id].data for other in entries if other is not entry}
                        yield column.id, entry, others

    def _rows(self, field_id: str) -> tuple[Field, FieldList]:
        field = self.template.field(field_id)
        if field is None or field.type != "rows":
            raise KeyError(f"the template has no rows field {field_id!r}")
        return field, self.controls[field_id]

    # -- pages that a page refers to ---------------------------------------------------------------------------------

    def look_for(self, control: str, words: str) -> str:
        """Look for pages to refer to, and offer them below a control.

        :param control: its id
        :returns: id of the control to go on with
        """
        chosen = self._chosen_pages(control)
        options = [Option(name, label, False) for name, label in finding.find(words, _MOST_FOUND) if name not in chosen]
        self.found[control] = Found(words, tuple(options))
        return _box_id(control, options[0].value) if options else f"{control}-find"

    def pages_of(self, control: Any) -> list[Option]:
        """The pages that were chosen; one that isn't there, or that this person may not read, says so."""
        return [Option(one.written, one.label, True) for one in shown.look_up(control.data or (), self.bindings)]

    def _chosen_pages(self, control: str) -> Sequence[str]:
        for field in self.template.fields:
            ours = self.controls[field.id]
            if field.type == "pages" and field.id == control:
                return ours.data or ()
            if field.type == "rows":
                for entry in ours.entries:
                    for column in field.columns:
                        if column.type == "pages" and f"{entry.name}-{column.id}" == control:
                            return entry.form[column.id].data or ()
        raise KeyError(control)

    # -- errors ------------------------------------------------------------------------------------------------------

    def control_of(self, problem: Problem) -> str:
        """The id of the control that a problem is about."""
        if problem.row is None:
            return problem.field
        field, control = self._rows(problem.field)
        settled = self._settled.get(problem.field, ())
        if problem.row < len(settled):
            is_asked = problem.field == ROWS and self.may_strike
            return f"{field.id}-strike-{settled[problem.row]}" if is_asked else problem.field
        row = problem.row - len(settled)
        filled = [entry for entry in control.entries if any(entry.data.get(column.id) for column in field.columns)]
        if row >= len(filled):
            return problem.field
        column = problem.column if problem.column and field.column(problem.column) else field.columns[0].id
        return f"{filled[row].name}-{column}"

    # -- what the template shows -------------------------------------------------------------------------------------

    @property
    def groups(self) -> list[Group]:
        """The parts of the form in which something is asked."""
        asked = {field.group for field in self.template.fields if self.asks(field)}
        return [group for group in self.template.groups if group.id in asked]

    @property
    def upload_limit(self) -> str:
        return readable_size(limit())

    def is_open(self, group: Group, errors_of: Mapping[str, Any], focus: str | None) -> bool:
        """Whether a folded part of the form shows its questions: once it is filled in, or has an error.

        :param errors_of: messages by control id
        :param focus: id of the control to go on with
        """
        for field in self.template.fields:
            if field.group == group.id:
                ours = [one for one in (*errors_of, focus or "") if one.removeprefix("add-").startswith(field.id)]
                if ours or self._typed(field):
                    return True
        return False

    def options(self, field: Field, control: Any) -> list[Option]:
        """A choice field's options, with those that the page has but the list no longer does at the end."""
        chosen = [control.data] if isinstance(control.data, str) else list(control.data or ())
        if field.type == "earlier":
            known = {
                one.assertion.id: one.sentence for one in self.legal.live if one.index in self._settled.get(ROWS, ())
            }
        else:
            known = self._choices(field)
        options = [Option(id, label, id in chosen) for id, label in known.items()]
        strangers = [id for id in chosen if id and id not in known]
        labels = self.definitions.labels(field) if strangers else {}
        return options + [Option(id, GONE.format(label=labels.get(id, id)), True) for id in strangers]

    @cached_property
    def branches(self) -> Mapping[str, tuple[Branch, ...]]:
        """The trees of tick boxes, by field. Retired and merged terms have a box only where they are ticked."""
        trees = {}
        for field in self.template.fields:
            if field.type == "terms":
                chosen = set(self.controls[field.id].data or ())
                vocabulary = self._vocabulary(field)
                trees[field.id] = branches_of(vocabulary.terms, chosen, carried_in(vocabulary, chosen))
        return trees

    def strangers(self, field: Field) -> list[Option]:
        """Ids that were ticked but that no box of the tree stands for."""
        boxes = set(values_in(self.branches[field.id]))
        return [Option(id, id, True) for id in self.controls[field.id].data or () if id not in boxes]

    def _vocabulary(self, field: Field) -> Vocabulary:
        return self.definitions.vocabularies[field.vocabulary]

    def _choices(self, field: Field) -> dict[str, str]:
        if field.vocabulary:
            return {term.id: term.label for term in self._vocabulary(field).walk() if not term.retired}
        return {choice.id: choice.label for choice in field.choices}


def prefilled(definitions: Definitions, category: str | None) -> Document:
    """The empty document of a new page, ticked under one term when asked for.

    :param category: id of the contents hierarchy, or None
    """
    empty = Document.new({}, {}, ())
    term = definitions.contents.get(category) if category else None
    return empty.edit(fields={"categories": [term.id]}) if term else empty


def _box_id(control: str, value: str) -> str:
    """The id of a tick box, as the form's template makes it."""
    return f"{control}-{value.replace('/', '-')}"


def _count_rows(template: Template, sent: MultiDict[str, Any], told: Mapping[str, Any]) -> None:
    """
    :raises TooManyRows: when there are too many of a field
    """
    numbers: dict[str, set[str]] = {}
    for name in sent:
        field, _, rest = name.partition("-")
        number = rest.partition("-")[0]
        if number.isdigit():
            numbers.setdefault(field, set()).add(number)
    for field in template.fields:
        if field.type == "rows" and len(numbers.get(field.id, ())) > max(MOST_ROWS, len(told[field.id])):
            raise TooManyRows(field, len(numbers[field.id]))


def _settled(field: Field, document: Document, settled: Document) -> tuple[int, ...]:
    """The places of a document's rows that a stored page has too, whether or not they are struck."""
    there = [_without_striking(row) for row in _rows_of(field, settled)]
    return tuple(index for index, row in enumerate(_rows_of(field, document)) if _without_striking(row) in there)


def _rows_of(field: Field, document: Document) -> Sequence[Any]:
    rows = document.fields.get(field.id, ())
    return () if isinstance(rows, str) else rows


def _without_striking(row: Any) -> Any:
    return {key: row[key] for key in row if key not in STRIKING} if isinstance(row, Mapping) else row
