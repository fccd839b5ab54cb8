"""A file of records, each on its way to a page.

The file is a list of records. A record's names are the template's fields, with these besides:

``id``                  needed; the page is ``CaseStudies/<id>``, or what the kind of page has for a prefix
``contract_area``       id of a contract area: the category ``contracts/<id>``
``primary_resources``   the field ``resources``; in its rows ``url`` is ``link``
``endorsements``        the field ``awards``
``figures``             a row with ``claim`` alone gets it as its result
``legal_status``        a text is a row of status ``not_stated`` with that note

Choices and terms may be given by id or by label. A record may leave out what follows from the rest: ``result`` (the
first sentence of ``impact``), ``jurisdiction`` where the region has one law, ``categories`` (the section for its kind),
``organisation_type`` (``other``) and ``provenance`` (``public-sources``), as far as the kind of page has these fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from cupboard import frontmatter
from cupboard.case_studies import contact
from cupboard.document import Document, DocumentError
from cupboard.frontmatter import Node, SourceError
from cupboard.importing.report import Refusal
from cupboard.kinds import Kind
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.legal.assertions import STAMPED, STRIKING
from cupboard.template import Field

if TYPE_CHECKING:
    from cupboard.definitions import Definitions

ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_ID = 80

#: Names in a file -> fields of the template.
RENAMED = {"primary_resources": "resources", "endorsements": "awards"}
RENAMED_COLUMNS = {("resources", "url"): "link"}
#: Where a case of no contract area is listed, by its kind.
SECTION_OF_KIND = {"case": "contracts", "cost_benefit": "impact-tools"}
JURISDICTIONS = ("scotland", "wales", "northern-ireland", "uk-wide", "outside-uk")
CLAIM_MEASURE = "As stated in the source"


def records_of(text: str | bytes, kind: Kind) -> list[Node]:
    """The records of a file.

    :raises SourceError: when it is not a list of mappings in strict YAML
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise SourceError("This is not text in UTF-8", text.count(b"\n", 0, error.start) + 1) from None
    marked = re.match(r"---[ \t]*(?=\r?\n)", text)
    body = text[marked.end() :] if marked else text
    first = re.search(r"^[ \t]*[^\s#].*", body, re.MULTILINE)
    if first and not first.group().startswith("- "):
        line = text.count("\n", 0, len(text) - len(body) + first.start()) + 1
        raise SourceError(f"Write a list of {kind.plural}, each starting with - id:", line)
    # The strict reader wants names at the outermost: give it one, on a line that holds nothing else.
    shift = 0 if marked else -1
    try:
        top = frontmatter.read("records:" + body if marked else "records:\n" + body, limited=False)
    except SourceError as error:
        raise SourceError(error.message, max(error.line + shift, 1), error.column) from None
    assert isinstance(top.value, dict)
    records = [_moved(record, shift) for record in _items(top.value["records"])]
    for record in records:
        if not isinstance(record.value, dict):
            raise SourceError(f"Write {kind.article} {kind.noun} here: names and values", record.line, record.column)
    return records


def ids_in(text: str | bytes) -> list[str]:
    """The ids of the records of a file.

    :raises SourceError: when it can't be read
    """
    records = (record.value for record in records_of(text, CASE_STUDY))
    return [record["id"].value for record in records if "id" in record and isinstance(record["id"].value, str)]


def _moved(node: Node, by: int) -> Node:
    """The node with the lines that it has in the file."""
    value = node.value
    if isinstance(value, list):
        value = [_moved(item, by) for item in value]
    elif isinstance(value, dict):
        value = {key: _moved(item, by) for key, item in value.items()}
    key = node.key and node.key._replace(line=node.key.line + by)
    return node._replace(value=value, line=node.line + by, key=key)


class _Refused(Exception):
    """A value can't be used: at this node, for this reason."""

    def __init__(self, node: Node, message: str):
        super().__init__(message)
        self.node, self.message = node, message


class Record:
    """One record on its way to a page; collects what is wrong with it."""

    def __init__(self, node: Node, in_force: Definitions, kind: Kind):
        self.in_force, self.kind = in_force, kind
        self.template, self.vocabularies = in_force.template_of(kind), in_force.vocabularies
        self.line = node.line
        self.given: dict[str, Node] = node.value  # type: ignore[assignment]
        self.refusals: list[Refusal] = []
        #: field of the template -> the name and node that it was made from
        self.origins: dict[str, tuple[str, Node]] = {}
        self.id = self._read("id", self._id) or ""

    def refuse_second(self, seen: dict[str, int]) -> None:
        """Refuse an id that was there before; remember it and its line."""
        if self.id in seen:
            self._refuse("id", self.given["id"], f"{self.id} is on line {seen[self.id]} already")
        elif self.id:
            seen[self.id] = self.given["id"].line

    def document(self) -> Document | None:
        """The page's text; None when the record is refused."""
        values: dict[str, Any] = {}
        sections: dict[str, str] = {}
        for name, node in self.given.items():
            if name == "id" or (name == "contract_area" and self.template.field("categories")):
                continue
            target = self.template.field(RENAMED.get(name, name)) if self._is_known(name, node) else None
            if target is None:
                continue
            self.origins[target.id] = (name, node)
            value = self._read(name, lambda node: self._value(target, node))
            if value:
                if target.section:
                    sections[target.section] = value
                else:
                    values[target.id] = value
        self._complete(values, sections)
        if self.refusals:
            return None
        order = [*self.template.order, *self.template.sections]
        try:
            document = Document.new(values, sections, order)
        except DocumentError as error:
            self._refuse("", None, error.message)
            return None
        for problem in self.in_force.problems(self.kind, document):
            self._refuse_problem(problem)
        if values.get(contact.NAME_FIELD) and not values.get(contact.EMAIL_FIELD):
            message = "A person's name needs contact_email: they are asked there before it is shown"
            self._refuse(contact.NAME_FIELD, self.given.get(contact.NAME_FIELD), message)
        return None if self.refusals else document

    # -- reading one value --------------------------------------------------------------------------------------------

    def _read(self, name: str, convert: Callable[[Node], Any]) -> Any:
        node = self.given.get(name)
        if node is None:
            if name == "id":
                self._refuse("id", None, f"Every {self.kind.noun} needs an id, such as anytown-school-meals")
            return None
        try:
            return convert(node)
        except _Refused as refused:
            self._refuse(name, refused.node, refused.message)
            return None

    def _is_known(self, name: str, node: Node) -> bool:
        known = {field.id for field in self.template.fields}
        if RENAMED.get(name, name) in known:
            if name in RENAMED and RENAMED[name] in self.given:
                self._refuse(name, node, f"This is another name of {RENAMED[name]}, which is there too")
                return False
            return True
        self._refuse(name, node, "The template has no field of this name")
        return False

    def _id(self, node: Node) -> str:
        text = _text(node)
        if not ID.fullmatch(text) or len(text) > MAX_ID:
            raise _Refused(node, f"Use small letters, digits and single hyphens, at most {MAX_ID}")
        return text

    def _value(self, target: Field, node: Node) -> Any:
        if target.type == "rows":
            if target.id == "legal_status" and isinstance(node.value, str):
                note = _text(node)
                return [{"status": "not_stated", "note": note}] if note else []
            return [self._row(target, item) for item in _items(node)]
        if target.type in ("choices", "terms"):
            return list(dict.fromkeys(self._choice(target, item) for item in _items(node)))
        if target.type in ("list", "pages"):
            return [text for item in _items(node) if (text := _text(item))]
        if target.type == "choice":
            return self._choice(target, node)
        return _text(node)

    def _row(self, target: Field, node: Node) -> dict[str, str]:
        if not isinstance(node.value, dict):
            raise _Refused(node, "Write a row here: names and values")
        given = {RENAMED_COLUMNS.get((target.id, name), name): item for name, item in node.value.items()}
        columns = {column.id: column for column in target.columns}
        row = {}
        for name, item in given.items():
            if target.id == "figures" and name == "claim":
                row |= {"measure": CLAIM_MEASURE, "result": _text(item)}
            elif target.id == "legal_status" and name in (*STAMPED, *STRIKING):
                row[name] = _text(item)  # who said it, where another wiki recorded that
            elif name not in columns:
                raise _Refused(item, f"{target.label} has no column {name}")
            elif columns[name].type == "choice":
                row[name] = self._choice(columns[name], item)
            elif columns[name].type == "pages" and isinstance(item.value, list):
                row[name] = "\n".join(filter(None, map(_text, item.value)))
            else:
                row[name] = _text(item)
        if target.id == "resources" and "kind" not in row:
            row["kind"] = "other"
        return {column: row[column] for column in (*columns, *row) if row.get(column)}

    def _choice(self, target: Field, node: Node) -> str:
        """The id of a choice or term that is given by its id or its label."""
        text = _text(node)
        if not text:
            return ""
        if target.vocabulary:
            vocabulary = self.vocabularies[target.vocabulary]
            term = vocabulary.get(text)
            found = [term] if term else vocabulary.find(text)
            ids = [term.id for term in found]
        else:
            ids = [choice.id for choice in target.choices if choice.id == text]
            ids = ids or [choice.id for choice in target.choices if choice.label.casefold() == text.casefold()]
        if len(ids) != 1:
            several = f" could be any of {', '.join(ids)}" if ids else " is not one of its choices"
            raise _Refused(node, f"{text!r}{several}")
        return ids[0]

    # -- what follows from the rest -----------------------------------------------------------------------------------

    def _complete(self, values: dict[str, Any], sections: Mapping[str, str]) -> None:
        """Fill in what follows from the rest, in those of these fields that the template has."""
        for name, value in (("kind", "case"), ("provenance", "public-sources"), ("organisation_type", "other")):
            if self.template.field(name):
                values.setdefault(name, value)
        region = values.get("region", "")
        if self.template.field("jurisdiction") and "jurisdiction" not in values:
            if region.startswith("england"):
                values["jurisdiction"] = "england"
            elif region in JURISDICTIONS:
                values["jurisdiction"] = region
        result, impact = self.template.field("result"), self.template.field("impact")
        told = sections.get(impact.section or "", "") if impact else ""
        if result and "result" not in self.given and told:
            values["result"] = _first_sentence(told, result.max_length or 160)
        if self.template.field("categories"):
            self._complete_categories(values)

    def _complete_categories(self, values: dict[str, Any]) -> None:
        area = self._read("contract_area", self._contract_area) if "contract_area" in self.given else None
        categories = values.get("categories", [])
        if area and area not in categories:
            categories = [area, *categories]
        if not categories and "categories" not in self.given and values.get("kind") in SECTION_OF_KIND:
            categories = [SECTION_OF_KIND[values["kind"]]]
        if categories:
            values["categories"] = categories

    def _contract_area(self, node: Node) -> str | None:
        text = _text(node)
        if not text:
            return None
        term = self.vocabularies["contents"].get(f"contracts/{text}")
        if term is None:
            raise _Refused(node, f"{text!r} is not a contract area")
        return term.id

    # -- what is wrong ------------------------------------------------------------------------------------------------

    def _refuse(self, name: str, node: Node | None, message: str) -> None:
        if node is None:
            line = self.line
        elif node.key is not None and not isinstance(node.value, str):
            line = node.key.line  # a list starts below its name
        else:
            line = node.line
        self.refusals.append(Refusal(line, name, message))

    def _refuse_problem(self, problem: Any) -> None:
        """Say what the definitions find wrong, at the line that it comes from."""
        name, node = self.origins.get(problem.field, (problem.field, None))
        if node is not None and problem.row is not None and isinstance(node.value, list):
            node = node.value[problem.row]
            if isinstance(node.value, dict):
                node = node.value.get(problem.column or "", node)
        self._refuse(name, node, problem.message)


def _first_sentence(text: str, limit: int) -> str:
    """The first sentence of a text, on one line; cut between two words when it is longer than ``limit``."""
    sentence = re.split(r"(?<=[.!?])\s", " ".join(text.split()), maxsplit=1)[0]
    return sentence if len(sentence) <= limit else sentence[: limit - 1].rsplit(" ", 1)[0] + "…"


def _items(node: Node) -> list[Node]:
    if isinstance(node.value, list):
        return node.value
    if _text(node) == "":
        return []
    raise _Refused(node, "Write a list here")


def _text(node: Node) -> str:
    """A text, without the blanks around it; YAML's words for nothing are the empty text."""
    if not isinstance(node.value, str):
        raise _Refused(node, "Write a text here, not a list or names and values")
    if node.style == "" and node.value in ("null", "Null", "NULL", "~"):
        return ""
    return node.value.strip()
