"""What a reader sees of a case study: words in place of ids, links in place of names.

One view serves the page, the summary card and every list, so they can't say different things.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from flask import url_for
from moin import flaskg
from moin.utils.interwiki import url_for_item

from cupboard.appraisals.view import AppraisalView
from cupboard.attachments import Attachment, attachment_of
from cupboard.bodies.statements import ENDORSEMENT
from cupboard.definitions import GONE, Definitions, gone_choice
from cupboard.document import Document
from cupboard.endorsement.view import Statements
from cupboard.fields import rows_of, text_of, texts_of
from cupboard.kinds.case_study import CASE_STUDY, ORIGINS, names_in
from cupboard.kinds.tool import USED
from cupboard.legal.view import LegalView
from cupboard.references import shown as references
from cupboard.tongue import _
from cupboard.vocabulary import Term
from cupboard.web_addresses import web_address

#: Field of the template, in the order in which the key facts are listed.
_FACTS = ("organisation", "organisation_type", "region", "jurisdiction", "year", "audiences", "themes", "stages")

@dataclass(frozen=True)
class Fact:
    """One row of the key facts.

    :ivar id: the field
    :ivar label: its label
    :ivar values: what it holds, in words; empty when nothing was said
    """

    id: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Resource:
    """A primary resource of a case study.

    :ivar title: what it is called
    :ivar kind: its kind in words: Contract, Specification...
    :ivar url: where it is, or None when its attachment is missing
    :ivar format: ``PDF, 34 kB`` for an attachment, the site's name for a link
    :ivar rights: who may use it, in words
    :ivar date: as written
    """

    title: str
    kind: str
    url: str | None
    format: str
    rights: str
    date: str


@dataclass(frozen=True)
class Origins:
    """Where a case study comes from.

    :ivar label: of the field
    :ivar seen: the pages
    :ivar mend: where a missing one is put right; None for who may not
    """

    label: str
    seen: tuple[references.Seen, ...]
    mend: str | None


class CaseView:
    """A case study as a reader sees it.

    :cvar kind: the kind of page
    :param name: page name
    :param document: its text, parsed
    :param definitions: the labels in force
    :param pending: names of files that will be attached when it is saved
    """

    kind = CASE_STUDY

    def __init__(self, name: str, document: Document, definitions: Definitions, pending: Collection[str] = ()):
        self.pending = pending
        self.name = name
        self.document = document
        self.definitions = definitions
        self.template = definitions.template_of(self.kind)

    def text(self, field: str) -> str:
        """A field's value when it is plain text; empty otherwise."""
        return text_of(self.document.fields, field)

    def words(self, field: str) -> tuple[str, ...]:
        """A field's values with labels in place of ids. A choice that is no longer offered says so."""
        labels = self.labels_of(field)
        return tuple(self._word(one, labels, field) for one in texts_of(self.document.fields, field) if one)

    def _word(self, value: str, labels: Mapping[str, str], field: str, column: str | None = None) -> str:
        if not labels or not value or value in labels:
            return labels.get(value, value)
        return GONE.format(label=gone_choice(self.kind.template, field, column, value))

    @property
    def url(self) -> str:
        return url_for_item(self.name)

    @property
    def title(self) -> str:
        return self.text("title") or self.name

    @property
    def result(self) -> str:
        return self.text("result")

    @property
    def from_public_sources(self) -> bool:
        return self.text("provenance") == "public-sources"

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        found = (self.template.field(id) for id in _FACTS)
        return tuple(Fact(field.id, field.label, self.words(field.id)) for field in found if field)

    @cached_property
    def line(self) -> tuple[str, ...]:
        """Organisation, region and year: what a list says of a case beside its title."""
        return tuple(word for id in ("organisation", "region", "year") for word in self.words(id))

    @cached_property
    def sections(self) -> tuple[tuple[Term, tuple[Term, ...]], ...]:
        """The terms of the contents hierarchy that were ticked, under their sections, in the hierarchy's order."""
        ids = self.document.fields.get("categories", ())
        contents = self.definitions.contents
        ticked = {term.id: term for id in ids if isinstance(id, str) and (term := contents.get(id))}
        grouped = []
        for section in contents.terms:
            terms = tuple(term for term in section.walk() if term.id in ticked)
            if terms:
                grouped.append((section, terms))
        return tuple(grouped)

    @cached_property
    def unknown_categories(self) -> tuple[str, ...]:
        ids = self.document.fields.get("categories", ())
        return tuple(id for id in ids if isinstance(id, str) and self.definitions.contents.get(id) is None)

    @cached_property
    def legal(self) -> LegalView:
        """What is said about its lawfulness, as of today."""
        return LegalView(self.document.fields, self.definitions)

    def evidence_file(self, filename: str) -> Attachment | None:
        """A file that a statement about its lawfulness rests on; None when it is missing."""
        return self._attachment(filename)

    @cached_property
    def statements(self) -> Statements:
        """What organisations have signed about it."""
        return Statements(self.name, self.text("organisation"))

    @property
    def badges(self) -> list[str]:
        """What organisations have signed about it and is in force, in a few words each."""
        signed = self.statements
        confirmed = [signed.confirmation] if signed.confirmation else []
        return [
            badge(one.statement.kind, one.statement.organisation_name, one.statement.on.year, bool(one.edits))
            for one in [*signed.endorsements, *confirmed]
        ]

    @property
    def can_be_signed(self) -> bool:
        """Whether to say where it can be endorsed or confirmed: to whom has an account."""
        return self.is_page and flaskg.user.valid

    @property
    def organisation_url(self) -> str:
        """Where the page of its organisation is found, or made."""
        return url_for("frontend.cupboard.organisation", name=self.text("organisation"))

    @cached_property
    def costs(self) -> AppraisalView:
        """Its costs and benefits, and what comes of them."""
        prefix = re.sub("[^a-z0-9]+", "-", self.name.rpartition("/")[2].lower()).strip("-") or "case"
        return AppraisalView(self.document.fields, self.definitions, f"costs-{prefix}")

    def change_url(self, field: str) -> str | None:
        """Where the answer to a question is changed; None for who may not, or is not signed in."""
        return references.mending(self.name, field) if self.is_page and flaskg.user.valid else None

    @property
    def is_page(self) -> bool:
        """Whether it stands in a page already; a new one that is previewed does not."""
        return "/" in self.name

    def costs_url(self, kind: str) -> str:
        """Where the working of its costs and benefits is downloaded: ``csv`` or ``xlsx``."""
        return url_for(f"frontend.cupboard.costbenefit_{kind}", name=self.name)

    @property
    def is_story(self) -> bool:
        """Whether it is a change story: lists say so with a word."""
        return self.text("kind") == "change_story"

    @cached_property
    def origins(self) -> tuple[Origins, ...]:
        """The pages that it was copied from or builds on, and the tools that it used, by field."""
        fields = [(id, names_in(self.document, id)) for id in (*ORIGINS, USED) if self.template.field(id)]
        if not any(names for _, names in fields):
            return ()
        bindings = references.bindings_of(self.name)
        return tuple(
            Origins(self.template.field(id).label, tuple(references.look_up(names, bindings)),
                    references.mending(self.name, id))
            for id, names in fields
            if names
        )

    @cached_property
    def figures(self) -> tuple[dict[str, str], ...]:
        """The figures, by column, with labels in place of ids."""
        bases = self.labels_of("figures", "basis")
        return tuple(
            {**row, "basis": self._word(row.get("basis", ""), bases, "figures", "basis")}
            for row in rows_of(self.document.fields, "figures")
        )

    @property
    def figure_columns(self) -> tuple[tuple[str, str], ...]:
        """(id, label) of the columns in which some figure has something."""
        field = self.template.field("figures")
        columns = field.columns if field else ()
        return tuple((one.id, one.label) for one in columns if any(row.get(one.id) for row in self.figures))

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        kinds, rights = self.labels_of("resources", "kind"), self.labels_of("resources", "rights")
        return tuple(
            self.resource_of(
                row,
                self._word(row.get("kind", ""), kinds, "resources", "kind"),
                self._word(row.get("rights", ""), rights, "resources", "rights"),
            )
            for row in rows_of(self.document.fields, "resources")
        )

    def resource_of(self, row: Mapping[str, str], kind: str, rights: str) -> Resource:
        """A row of the primary resources, with its kind and rights in words."""
        title = row.get("title") or row.get("attachment") or row.get("link") or ""
        attached: Attachment | None = None
        if row.get("attachment"):
            attached = self._attachment(row["attachment"])
            url = attached.url if attached else None
            missing = _("attached when you save") if row["attachment"] in self.pending else _("file missing")
            format = attached.format if attached else missing
        else:
            url = web_address(row.get("link", ""))
            format = urlsplit(url).hostname or "" if url else ""
        return Resource(title, kind, url, format, rights, row.get("date", ""))

    def _attachment(self, filename: str) -> Attachment | None:
        return attachment_of(self.name, filename)

    def labels_of(self, field_id: str, column: str | None = None) -> dict[str, str]:
        """By id, what a field, or a column of its rows, is answered with in words."""
        field = self.template.field(field_id)
        if field and column:
            field = next((one for one in field.columns if one.id == column), None)
        return self.definitions.labels(field, GONE)


def badge(kind: str, organisation: str, year: int | str, edited: bool) -> str:
    """``Endorsed by Anytown Council, 2026`` or ``Confirmed by the organisation, 2026``, and whether it was edited
    since.
    """
    if kind == ENDORSEMENT:
        said = _("Endorsed by {organisation}, {year}; edited since") if edited else (
            _("Endorsed by {organisation}, {year}")
        )
    else:
        said = _("Confirmed by the organisation, {year}; edited since") if edited else (
            _("Confirmed by the organisation, {year}")
        )
    return said.format(organisation=organisation, year=year)
