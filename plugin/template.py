"""The template of a structured page: which fields it has, and what is wrong with a page that doesn't fit.

A template is a definition page, so the editors' group changes the form without a programmer:

    kind: template
    title: Case study
    groups:
    - {id: summary, label: Summary, note: What people see first.}   # folded: true closes it until it is used
    fields:
    - id: title                       # the name in the page's front matter; for ever
      label: Title
      label_cy: Teitl                 # in Welsh; labels, help and notes may be there in other languages
      type: text
      group: summary
      required: true
      max_length: 120                 # characters
      help: Say what was done.
      example: Fresh school meals
      avoid: Our food journey         # a bad example, shown beside the good one
      default: Untitled               # what the form offers where a page says nothing
      missing: Enter a title          # said when it is required and empty; made from the label if not given
    - id: context
      label: Context
      type: markup                    # a section of the body instead of the front matter
      section: Context
    - id: resources
      label: Primary resources
      type: rows
      one_of: [link, attachment]      # each row needs at least one of these columns
      columns:
      - {id: title, label: Title, type: text, required: true}
      - {id: link, label: Link, type: url}
      - {id: attachment, label: File, type: file}

Types: ``text``, ``longtext`` (several lines), ``markup``, ``year``, ``date`` (a year, month or day), ``url``,
``email``, ``choice`` (one id of ``choices`` or of a ``vocabulary``), ``choices`` and ``terms`` (a list of ids: tick
boxes), ``list`` (a list of texts, one a line), ``pages`` (a list of names of pages; as a column of rows, a text with
one name a line), ``rows`` (a list of mappings), and, as a column of rows, ``file`` (the name of an attachment) and
``earlier`` (the ``id`` of an earlier row). ``signed: true`` says of rows that the wiki signs each one when it is saved
and that nobody changes it afterwards, so a form only adds to them. ``ordered: true`` says of rows that their order
means something, so a form moves them up and down. ``editors: true`` says of a field that only editors are asked for it.

What a template doesn't know is not a problem of the page: unknown names, ids that were never there and ids that are
retired are kept and shown. A value of the wrong shape is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Collection, Iterator, Mapping, NamedTuple
from urllib.parse import urlsplit

from cupboard.document import Document
from cupboard.frontmatter import Value
from cupboard.sections import heading_title
from cupboard.shapes import Entries
from cupboard.tongue import _, or_
from cupboard.vocabulary import Vocabulary

FIRST_YEAR = 1990
"""The earliest year that a ``year`` field takes; the latest is next year."""
MAX_URL = 2000
MAX_EMAIL = 254
MAX_FILE_NAME = 200

_ONE_LINE = ("text", "year", "date", "url", "email", "choice", "file", "earlier")
_ONLY_COLUMNS = ("file", "earlier")
_TEXTS = (*_ONE_LINE, "longtext")
_LISTS = ("choices", "terms", "list", "pages")
_COLUMNS = (*_TEXTS, "pages")
TYPES = (*_TEXTS, "markup", *_LISTS, "rows")
_WITH_LENGTH = ("text", "longtext", "markup", "url", "email")


class Choice(NamedTuple):
    id: str
    label: str


class Group(NamedTuple):
    """A part of the form. ``folded``: it is closed at first, because most pages leave it empty."""

    id: str
    label: str
    note: str = ""
    folded: bool = False


class Problem(NamedTuple):
    """What is wrong with one field, in words for the person who filled it in.

    ``row`` counts from 0, and ``column`` is the id of the column, where it is about one cell of a ``rows`` field.
    """

    field: str
    message: str
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Field:
    """One field, or one column of a ``rows`` field; see the module's docstring."""

    id: str
    label: str
    type: str
    group: str = ""
    required: bool = False
    max_length: int | None = None
    help: str = ""
    example: str = ""
    avoid: str = ""
    missing: str = ""
    choices: tuple[Choice, ...] = ()
    vocabulary: str | None = None
    section: str | None = None
    columns: tuple[Field, ...] = ()
    one_of: tuple[str, ...] = ()
    signed: bool = False
    ordered: bool = False
    editors: bool = False
    default: str | tuple[str, ...] = ""

    def column(self, id: str) -> Field | None:
        return next((column for column in self.columns if column.id == id), None)


class Template:
    """The fields of a page, in the order in which the form asks for them. Never changes once it is loaded."""

    __slots__ = ("title", "groups", "fields", "sections", "order", "_by_id")

    title: str
    groups: tuple[Group, ...]
    fields: tuple[Field, ...]
    sections: tuple[str, ...]
    """The titles of the body's sections."""
    order: tuple[str, ...]
    """The names in the front matter, then the titles of the sections: what ``Document.edit`` takes as its order."""

    def __init__(self, title: str, groups: tuple[Group, ...], fields: tuple[Field, ...]):
        self.title = title
        self.groups = groups
        self.fields = fields
        self.sections = tuple(field.section for field in fields if field.section)
        self.order = (*(field.id for field in fields if not field.section), *self.sections)
        self._by_id = {field.id: field for field in fields}

    @classmethod
    def load(cls, text: str, vocabularies: Collection[str] | None = None) -> Template:
        """Read a template's page.

        :param vocabularies: the names that ``vocabulary:`` may give; None takes any
        :raise DefinitionError: with line and column, when it can't be used
        """
        return _Loader(vocabularies).load(text)

    def field(self, id: str) -> Field | None:
        return self._by_id.get(id)

    def problems(self, document: Document, vocabularies: Mapping[str, Vocabulary] | None = None,
                 today: date | None = None) -> list[Problem]:
        """What is wrong with a page, in the order of the form; an empty list when nothing is.

        :param document: a page without an error
        :param vocabularies: not looked at: an id that no vocabulary knows is kept, not refused
        :param today: the day that decides which year is next year
        """
        check = _Check(today or date.today())
        problems = []
        for field in self.fields:
            value = document.section(field.section) if field.section else document.fields.get(field.id)
            if not value and field.default:
                continue  # the form offers the default
            problems.extend(check.field(field, value))
        return problems


# Loading ------------------------------------------------------------------------------------------------------------


class _Loader:
    """Reads one template's page, top down."""

    def __init__(self, vocabularies: Collection[str] | None):
        self.vocabularies = vocabularies
        self.groups: dict[str, Group] = {}

    def load(self, text: str) -> Template:
        page = Entries.of_page(text, "template")
        title = page.text("title")
        page.text("note", required=False)
        for entries in page.list_of("groups", _("group")):
            group = Group(entries.id(), entries.label("label"), entries.label("note", required=False),
                          entries.flag("folded"))
            _only_once(entries, group.id, self.groups)
            self.groups[group.id] = group
            entries.done()
        fields = self._fields(page.list_of("fields", _("field"), required=True))
        page.done()
        return Template(title, tuple(self.groups.values()), fields)

    def _fields(self, listed: list[Entries]) -> tuple[Field, ...]:
        fields: dict[str, Field] = {}
        sections: set[str] = set()
        for entries in listed:
            field = self._field(entries, TYPES)
            _only_once(entries, field.id, fields)
            if field.type in _ONLY_COLUMNS:
                raise entries.error(_("A {type} can only be a column of rows: make this a field of rows").format(
                    type=field.type
                ), "type")
            if field.section in sections:
                raise entries.error(_(
                    'Another field has the section "{section}" already: give this one another'
                ).format(section=field.section),
                                    "section")
            if field.section:
                sections.add(field.section)
            fields[field.id] = field
        return tuple(fields.values())

    def _field(self, entries: Entries, types: Collection[str]) -> Field:
        type = self._type(entries, types)
        id = entries.id()
        field = Field(
            id=id,
            label=entries.label("label"),
            type=type,
            group=self._group(entries),
            required=entries.flag("required"),
            max_length=entries.number("max_length") if type in _WITH_LENGTH else None,
            help=entries.label("help", required=False),
            example=entries.text("example", required=False),
            avoid=entries.text("avoid", required=False),
            missing=entries.text("missing", required=False),
            choices=self._choices(entries) if type in ("choice", "choices") else (),
            vocabulary=self._vocabulary(entries, type),
            section=self._section(entries) if type == "markup" else None,
            columns=self._columns(entries) if type == "rows" else (),
            one_of=entries.texts("one_of") if type == "rows" else (),
            signed=entries.flag("signed") if type == "rows" else False,
            ordered=entries.flag("ordered") if type == "rows" else False,
            editors=entries.flag("editors"),
            default=self._default(entries, type),
        )
        if type in ("choice", "choices") and bool(field.choices) == bool(field.vocabulary):
            raise entries.error(_("A field of type {type} needs either choices or a vocabulary").format(type=type))
        for name in field.one_of:
            if not field.column(name):
                raise entries.error(_('one_of names "{name}", which is not a column of this field').format(
                    name=name
                ), "one_of")
        known = {choice.id for choice in field.choices}
        wanted = (field.default,) if isinstance(field.default, str) else field.default
        if unknown := [id for id in wanted if id and known and id not in known]:
            raise entries.error(_('"{id}" is not a choice of this field: take one of them as its default').format(
                id=unknown[0]
            ), "default")
        if field.default and (broken := next(_Check(date.today()).field(field, _as_value(field.default)), None)):
            raise entries.error(_("This can't be the default: {message}").format(message=broken.message), "default")
        entries.done()
        return field

    def _default(self, entries: Entries, type: str) -> str | tuple[str, ...]:
        if type in _LISTS:
            return entries.texts("default")
        return entries.text("default", required=False) if type in _TEXTS and type not in _ONLY_COLUMNS else ""

    def _type(self, entries: Entries, types: Collection[str]) -> str:
        type = entries.text("type")
        if type not in types:
            raise entries.error(_('"{type}" is not a type that can stand here: use one of {types}').format(
                type=type, types=", ".join(types)
            ), "type")
        return type

    def _group(self, entries: Entries) -> str:
        group = entries.text("group", required=False)
        if group and group not in self.groups:
            raise entries.error(_('There is no group "{group}": declare it under "groups:" at the top').format(
                group=group
            ), "group")
        return group

    def _choices(self, entries: Entries) -> tuple[Choice, ...]:
        choices: dict[str, Choice] = {}
        for listed in entries.list_of("choices", _("choice")):
            choice = Choice(listed.id(), listed.label("label"))
            _only_once(listed, choice.id, choices)
            listed.done()
            choices[choice.id] = choice
        return tuple(choices.values())

    def _vocabulary(self, entries: Entries, type: str) -> str | None:
        if type not in ("choice", "choices", "terms"):
            return None
        name = entries.text("vocabulary", required=type == "terms")
        if name and self.vocabularies is not None and name not in self.vocabularies:
            raise entries.error(_('There is no vocabulary "{name}": use one of {vocabularies}').format(
                name=name, vocabularies=", ".join(sorted(self.vocabularies))
            ),
                                "vocabulary")
        return name or None

    def _section(self, entries: Entries) -> str:
        title = entries.text("section")
        if heading_title(f"= {title} =") != title or "\n" in title:
            raise entries.error(_('"{title}" can\'t be the title of a section: use one line without ::').format(
                title=title
            ), "section")
        return title

    def _columns(self, entries: Entries) -> tuple[Field, ...]:
        columns: dict[str, Field] = {}
        for listed in entries.list_of("columns", _("column"), required=True):
            column = self._field(listed, _COLUMNS)
            _only_once(listed, column.id, columns)
            columns[column.id] = column
        return tuple(columns.values())


def _only_once(entries: Entries, id: str, seen: Collection[str]) -> None:
    if id in seen:
        raise entries.error(_("The id {id} is here a second time: give this {what} another id").format(
            id=id, what=entries.what
        ), "id")


# Checking -----------------------------------------------------------------------------------------------------------

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_EMAIL = re.compile(r'[^\s@<>()\[\]\\,;:"]+@[^\W_]([\w-]*[^\W_])?(\.[^\W_]([\w-]*[^\W_])?)+')
_DATE = re.compile("([0-9]{4})(-[0-9]{2})?(-[0-9]{2})?")
# Labels that can follow "Enter" as they are; before any other, "the" makes a sentence of it.
_NO_ARTICLE = re.compile("(what|when|where|which|who|how|why|whether|if|a|an|the|your|its|any)\\b", re.I)
_NO_NOUN = re.compile("(before|after|since|until|from|to|at|in)\\b", re.I)


class _Check:
    """Checks values against fields."""

    def __init__(self, today: date):
        self.last_year = today.year + 1
        self.rules = {"year": self._year, "date": _date, "url": _url, "email": _email, "file": _file}

    def field(self, field: Field, value: Value | None) -> Iterator[Problem]:
        if field.type == "rows":
            yield from self._rows(field, value)
        elif field.type in _LISTS:
            if message := self._list(field, value):
                yield Problem(field.id, message)
        elif message := self._text(field, value):
            yield Problem(field.id, message)

    def _list(self, field: Field, value: Value | None) -> str | None:
        if not value:
            return _missing(field) if field.required else None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            return _("{label} must be a list, one text to a line that starts with -").format(label=field.label)
        if field.required and not any(item.strip() for item in value):
            return _missing(field)
        if any("\n" in item or _CONTROL.search(item) for item in value):
            return _("{label} must have one line for each item, without control characters").format(label=field.label)
        return None

    def _rows(self, field: Field, value: Value | None) -> Iterator[Problem]:
        if not value:
            if field.required:
                yield Problem(field.id, _missing(field))
            return
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            yield Problem(field.id, _("{label} must be rows: names and values under a line that starts with -").format(
                label=field.label
            ))
            return
        for number, row in enumerate(value):
            for column in field.columns:
                if message := self._text(column, row.get(column.id)):
                    yield Problem(field.id, in_row(field.label, number, message), number, column.id)
            if field.one_of and not any(row.get(id) for id in field.one_of):
                labels = [_uncapitalised(field.column(id).label) for id in field.one_of]
                message = in_row(field.label, number, _("enter {labels}").format(labels=_or(labels)))
                yield Problem(field.id, message, number, field.one_of[0])

    def _text(self, field: Field, value: Value | None) -> str | None:
        if value is None or value == "" or value == []:
            return _missing(field) if field.required else None
        if not isinstance(value, str):
            return _("{label} must be text, not a list").format(label=field.label)
        if not value.strip():
            return _missing(field) if field.required else None
        if "\n" in value and field.type in _ONE_LINE:
            return _("{label} must be on one line").format(label=field.label)
        if _CONTROL.search(value):
            return _("{label} must not contain control characters").format(label=field.label)
        if field.max_length and len(value) > field.max_length:
            return _("{label} must be {most:,} characters or fewer").format(label=field.label, most=field.max_length)
        rule = self.rules.get(field.type)
        broken = rule(value) if rule else None
        return f"{field.label}: {broken}" if broken else None

    def _year(self, value: str) -> str | None:
        """What to enter instead of a bad year, None for a good one; likewise the functions below."""
        if re.fullmatch("[0-9]{4}", value) and FIRST_YEAR <= int(value) <= self.last_year:
            return None
        return _("enter a year between {first} and {last}, in four digits").format(
            first=FIRST_YEAR, last=self.last_year
        )


def _date(value: str) -> str | None:
    if match := _DATE.fullmatch(value):
        year, month, day = match.groups()
        try:
            date(int(year), int((month or "-1")[1:]), int((day or "-1")[1:]))
            return None
        except ValueError:
            pass
    return _("enter a real year, month or day, such as 2006, 2006-05 or 2006-05-03")


def _url(value: str) -> str | None:
    if len(value) > MAX_URL:
        return _("enter a web address of {most:,} characters or fewer").format(most=MAX_URL)
    try:
        parts = urlsplit(value)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port is None or parts.port)
    except ValueError:
        sound = False
    if not sound or "\\" in value or any(char.isspace() or not char.isprintable() for char in value):
        return _("enter a web address that starts with https:// or http://")
    if "@" in parts.netloc:
        return _("enter a web address without a user name or password")
    return None


def _email(value: str) -> str | None:
    if len(value) <= MAX_EMAIL and _EMAIL.fullmatch(value):
        return None
    return _("enter an email address, such as name@example.org")


def _file(value: str) -> str | None:
    if len(value) > MAX_FILE_NAME or "/" in value or "\\" in value or value.startswith("."):
        return _("give the name of a file, without folders, of {most} characters or fewer").format(most=MAX_FILE_NAME)
    return None


def in_row(label: str, number: int, message: str) -> str:
    """A message about a row: ``Row 2 of figures: enter the figure``.

    :param label: of the field
    :param number: of the row, from 0
    """
    return _("Row {number} of {label}: {message}").format(
        number=number + 1, label=_uncapitalised(label), message=_uncapitalised(message)
    )


def _as_value(default: str | tuple[str, ...]) -> Value:
    return default if isinstance(default, str) else list(default)


def _missing(field: Field) -> str:
    if field.missing:
        return field.missing
    label = _uncapitalised(field.label)
    if field.type in ("choices", "terms"):
        return _('Select at least one option under "{label}"').format(label=field.label)
    if field.type == "rows":
        return _('Add at least one row under "{label}"').format(label=field.label)
    if _NO_NOUN.match(label):
        return _('Fill in "{label}"').format(label=field.label)
    bare = bool(_NO_ARTICLE.match(label))
    if field.type == "choice":
        asked = _("Select {label}") if bare else _("Select the {label}")
    elif field.type == "file":
        asked = _("Choose {label}") if bare else _("Choose the {label}")
    else:
        asked = _("Enter {label}") if bare else _("Enter the {label}")
    return asked.format(label=label)


def _uncapitalised(text: str) -> str:
    """The text to stand inside a sentence: ``Email address`` loses its capital, ``CPV code`` does not."""
    text = str(text)  # of a label, the one in the reader's language
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2] == " " else text


def _or(words: list[str]) -> str:
    return or_([(_("an {noun}") if word[0] in "aeio" else _("a {noun}")).format(noun=word) for word in words])
