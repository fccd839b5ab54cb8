"""A field of a template as a control of WTForms, and a page's value in the shape in which a browser sends it back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from wtforms import (
    FieldList,
    FileField,
    FormField,
    HiddenField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.form import BaseForm

from cupboard.document import Document
from cupboard.fields import text_of
from cupboard.template import Field

_ONE_LINE = {"text", "year", "date", "url", "email"}
_MANY_LINES = {"longtext", "markup", "list"}


class PagesField(SelectMultipleField):
    """Names of pages. The form has them as one text, a name a line, which is how rows store them."""

    def __init__(self, **kw: Any):
        super().__init__(choices=[], validate_choice=False, **kw)

    def process_data(self, value: Any) -> None:
        self.data = value.splitlines() if isinstance(value, str) else list(value or ())


def control_for(field: Field) -> Any:
    """The WTForms field for a template's field. Checking is the template's business, not WTForms'."""
    if field.type in _ONE_LINE:
        return StringField()
    if field.type in _MANY_LINES:
        return TextAreaField()
    if field.type in ("choice", "earlier"):
        return SelectField(choices=[], validate_choice=False)
    if field.type in ("choices", "terms"):
        return SelectMultipleField(choices=[], validate_choice=False)
    if field.type == "pages":
        return PagesField()
    if field.type == "file":
        return HiddenField()
    if field.type == "rows":
        columns: dict[str, Any] = {column.id: control_for(column) for column in field.columns}
        uploads = {f"{column.id}_upload": FileField() for column in field.columns if column.type == "file"}
        controls = {**columns, **uploads, "row": HiddenField()}

        def row(formdata: Any = None, obj: Any = None, prefix: str = "", **data: Any) -> BaseForm:
            made = BaseForm(controls, prefix=prefix)
            made.process(formdata, data=data)
            return made

        return FieldList(FormField(row), min_entries=1)  # how many at most: see TooManyRows
    raise ValueError(f"no control for a field of type {field.type!r}")


def shown_in(field: Field, document: Document, left_out: Collection[int] = ()) -> Any:
    """A document's value as the form shows it, in the shape in which the form gives it back.

    :param left_out: places of rows that the form does not ask for
    """
    if field.type == "markup":
        section = next((section for section in document.sections if section.title == field.section), None)
        return normal(field, section.text if section else "")
    value = document.fields.get(field.id)
    if field.type == "rows":
        rows = () if value is None or isinstance(value, str) else value
        return [
            {column.id: normal(column, text_of(row, column.id)) for column in field.columns}
            | {"row": str(number)}
            for number, row in enumerate(rows)
            if number not in left_out
            and isinstance(row, Mapping)
            and any(text_of(row, column.id).strip() for column in field.columns)
        ]
    if field.type in ("choices", "terms"):
        values = [value] if isinstance(value, str) and value else value or ()
        return [one for one in values if isinstance(one, str)]
    if field.type in ("list", "pages"):
        lines = [value] if isinstance(value, str) else value or ()
        return normal(field, "\n".join(_text(line) for line in lines))
    return normal(field, _text(value if value is not None else ""))


def normal(field: Field, value: Any) -> Any:
    """A value as it comes back from a browser that changed nothing."""
    if field.type in ("choices", "terms"):
        return list(dict.fromkeys(one for one in value or () if isinstance(one, str) and one))
    if field.type == "pages":
        names = value.splitlines() if isinstance(value, str) else value or ()
        return "\n".join(dict.fromkeys(plain for one in names if (plain := " ".join(one.split()))))
    text = (value or "").replace("\r\n", "\n").replace("\r", "\n")
    if field.type in _MANY_LINES:
        return "\n".join(line.rstrip() for line in text.split("\n")).strip("\n")
    return " ".join(text.split("\n")).strip()


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
