"""What the catalogue keeps of a case study: made from the page's metadata and text by :func:`row_of`, and nowhere else.

Nothing here depends on who reads, nor on the definitions in force: rows hold ids, and labels are looked up when a list
is shown. So a change of a label, or a term that is merged into another, needs no row written anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple

from cupboard import kinds
from cupboard.costbenefit import page as costbenefit
from cupboard.days import Span
from cupboard.document import Document
from cupboard.fields import rows_of, text_of
from cupboard.legal.assertions import standing
from cupboard.legal.statuses import NOT_STATED, Statuses
from cupboard.legal.view import DISMISSALS, ROWS, case_of

#: Columns of the full text, and how much a word counts in each when a list is ordered by relevance.
COLUMNS: Mapping[str, float] = {
    "title": 12.0,
    "result": 8.0,
    "organisation": 6.0,
    "context": 2.0,
    "action": 2.0,
    "impact": 2.0,
    "figures": 2.0,
    "other": 1.0,
    "documents": 0.5,
}

#: Fields whose values readers filter by: the key of a row is ``field=value``.
FILTERED = ("kind", "region", "jurisdiction", "organisation_type", "organisation", "audiences", "themes", "stages",
            "effort", "categories")

#: Fields that a summary shows, or a table of costs and benefits, or that what it shows is worked out from.
SHOWN = ("title", "kind", "result", "organisation", "region", "year", "legal_status", "resources", "contact_role",
         "contact_email", "contact_name", "jurisdiction", "categories", "themes", "law_change_dismissals",
         *costbenefit.FIELDS, "confirmed", "figures", "stages", "effort", "next_state", "next_date")

#: What the overlays of an assertion depend on, with the year of its case study and without the page's terms: see
#: :mod:`legal`.
LEGAL_CLASS = ("status", "regime", "jurisdiction", "date", "on", "review_by", "evidence_kind")

_NO_STATUSES = Statuses(())

#: A case study without a year stands after those with one.
NO_YEAR = 1

_MAX_KEY = 200
_MAX_TEXT = 400_000
_MARKS = re.compile("[\ue000\ue001\x00]")
#: In years: a case study that pays back within one of them can be found by it.
PAYBACKS = (2, 5, 10, 20)


class Access(NamedTuple):
    """What Moin's rules about reading a page depend on. Pages that agree in it may be read by the same people.

    :ivar namespace: of Moin
    :ivar acl: the page's own rules; None: it has none
    :ivar parents: names of the pages above it, whose rules count in a hierarchic namespace when it has none of its own
    """

    namespace: str
    acl: str | None
    parents: tuple[str, ...]


class Row(NamedTuple):
    """One case study.

    :ivar itemid, revid: of Moin
    :ivar names: the page's names, the first of which is shown
    :ivar access: who may read it
    :ivar published: seconds since the epoch; before that, rules that grant ``pubread`` grant nothing
    :ivar changed: seconds since the epoch
    :ivar year: minus the year, or :data:`NO_YEAR`, so that ascending order is newest first
    :ivar organisation: as it is sorted
    :ivar keys: ``field=value`` of all that it can be found by
    :ivar fields: what its summary shows, as the page has it
    :ivar text: by column of the full text, without the attached documents
    """

    itemid: str
    revid: str
    names: tuple[str, ...]
    access: Access
    published: int
    changed: int
    year: int
    organisation: str
    keys: tuple[str, ...]
    fields: Mapping[str, Any]
    text: Mapping[str, str]


def access_of(meta: Mapping[str, Any]) -> Access:
    """The access class of a page."""
    acl = meta.get("acl")
    names = meta["name"]
    parents = tuple(sorted({name.rpartition("/")[0] for name in names if "/" in name})) if acl is None else ()
    return Access(meta.get("namespace") or "", acl, parents)


def row_of(meta: Mapping[str, Any], document: Document) -> Row:
    """Make the row of a case study. A text that can't be parsed gives one with its name for a title.

    :param meta: Moin's metadata of its latest revision
    """
    kind = kinds.of_meta(meta)
    if kind and kind.catalogued and not document.error:
        document = kind.catalogued(document)
    fields = document.fields
    changed = int(meta.get("mtime") or 0)
    year = text_of(fields, "year")
    organisation = squeezed(text_of(fields, "organisation"))
    return Row(
        itemid=meta["itemid"],
        revid=meta["revid"],
        names=tuple(meta["name"]),
        access=access_of(meta),
        published=int(meta.get("ptime") or changed),
        changed=changed,
        year=-int(year) if re.fullmatch("[0-9]{4}", year) else NO_YEAR,
        organisation=organisation.casefold() or "\U0010ffff",
        keys=tuple(dict.fromkeys(_keys(fields, changed))),
        fields={name: fields[name] for name in SHOWN if fields.get(name)},
        text=_columns(document),
    )


def squeezed(text: str) -> str:
    """Without the spaces around, and with one between words."""
    return " ".join(text.split())


def key(field: str, value: str) -> str:
    return f"{field}={value}"


def _keys(fields: Mapping[str, Any], changed: int) -> Iterator[str]:
    for name in FILTERED:
        value = fields.get(name, "")
        for one in (value,) if isinstance(value, str) else value:
            if isinstance(one, str) and one.strip():
                yield key(name, squeezed(one)[:_MAX_KEY])
    year = text_of(fields, "year")
    if re.fullmatch("[0-9]{4}", year):
        yield key("year", year)
    for name, value in _legal_keys(fields, changed):
        yield key(name, value)
    if any(row.get("link") or row.get("attachment") for row in rows_of(fields, "resources")):
        yield key("has", "documents")
    if costbenefit.has_rows(fields):
        yield key("has", "cost-benefit")
        payback = costbenefit.simple_payback(fields)
        if payback is not None:
            yield from (key("payback", str(years)) for years in PAYBACKS if payback <= years)


def _legal_keys(fields: Mapping[str, Any], changed: int) -> Iterator[tuple[str, str]]:
    """(field, value) of what the catalogue holds of a page's legal status.

    A row that is dated in the future, which only the command line can write, can be found by its status at once.

    :param changed: seconds since the epoch
    """
    rows = rows_of(fields, ROWS)
    case = case_of(fields)
    live = standing(rows, date.max, _NO_STATUSES).live
    for one in live:
        yield "status", one.status
        if one.regime:
            yield "regime", one.regime
        if one.status != NOT_STATED:
            values = {name: getattr(one, name) for name in LEGAL_CLASS}
            values["jurisdiction"] = one.jurisdiction or case.jurisdiction
            values["year"] = fields.get("year", "") if case.when else ""
            yield "legal", json.dumps(list(values.values()), ensure_ascii=False)
    if not live:
        yield "status", NOT_STATED
    stored = date.fromtimestamp(changed)
    spans = (Span.read(row.get(name, "")) for row in rows for name in ("on", "date", "struck_on"))
    if rows_of(fields, DISMISSALS) or any(span and span.first > stored for span in spans):
        yield "legal-each", "1"


def _columns(document: Document) -> dict[str, str]:
    fields = document.fields
    if document.error:
        return {"other": clean(document.text)}
    sections = {"context": [], "action": [], "impact": []}
    other = [document.preamble]
    for section in document.sections:
        known = sections.get(section.title.strip().casefold())
        if known is None:
            other.append(section.title)
        (other if known is None else known).append(section.text)
    columns = {name: plain("\n".join(texts)) for name, texts in sections.items()}
    columns.update({name: text_of(fields, name) for name in ("title", "result", "organisation")})
    figures = [row.get(column, "") for row in rows_of(fields, "figures") for column in
               ("measure", "baseline", "result", "period")]
    columns["figures"] = ". ".join(filter(None, figures))
    awards = fields.get("awards", ())
    other.extend([awards] if isinstance(awards, str) else [one for one in awards if isinstance(one, str)])
    other.extend(text_of(fields, name) for name in ("caution", "source_title", "contact_role"))
    other.extend(row.get("title", "") for row in rows_of(fields, "resources"))
    other.extend(row.get(name, "") for row in rows_of(fields, ROWS) for name in ("scope", "adviser", "note"))
    other.extend(text_of(row, "what") for name in costbenefit.LISTS for row in rows_of(fields, name))
    columns["other"] = plain("\n".join(filter(None, other)))
    return {name: cleaned for name, text in columns.items() if (cleaned := clean(text))}


_LINK = re.compile(r"\[\[[^\]|]*\|([^\]|]*)(?:\|[^\]]*)?\]\]")
_MARKUP = re.compile(
    r"<<[^>]*>>|\{\{\{(?:#!\S+)?|\}\}\}|\[\[|\]\]|'{2,5}|^\s*=+ | =+\s*$|\|\||__|~~+|,,|^\s*[*.]\s|^----+$",
    re.MULTILINE,
)


def plain(markup: str) -> str:
    """Wiki markup as the words a reader sees, near enough to be searched and quoted from."""
    return _MARKUP.sub(" ", _LINK.sub(r"\1", markup))


def clean(text: str) -> str:
    """Text as the full text takes it: with no character that stands for a mark of ours, and of bounded length."""
    return _MARKS.sub(" ", text.encode("utf-8", "replace").decode("utf-8"))[:_MAX_TEXT].strip()


def words_of(texts: Collection[str]) -> set[str]:
    """The words that can be suggested in place of a misspelt one."""
    return {word for text in texts for word in re.findall(r"[^\W\d_]{4,30}", text.lower())}
