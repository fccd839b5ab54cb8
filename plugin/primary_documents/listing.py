"""A list of primary documents, ready for its template and for a CSV file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from cupboard import definitions
from cupboard.case_studies.view import Resource
from cupboard.catalogue import documents
from cupboard.catalogue.documents import Found
from cupboard.catalogue.query import Query
from cupboard.catalogue.results import Results
from cupboard.definitions import Definitions
from cupboard.lists import asking, listing
from cupboard.lists.cards import CardView
from cupboard.tongue import L_, N_, _
from cupboard.web_addresses import parts_of

#: Endings of addresses that tell what is behind them.
_TYPES = re.compile(r"\.(pdf|docx?|xlsx?|pptx?|od[tsp]|csv|zip|txt|rtf)$", re.IGNORECASE)


SORT_LABELS: Mapping[str, str] = {
    documents.NEWEST: listing.SORT_LABELS["newest"],
    "kind": L_("Kind of paper"),
    "year": listing.SORT_LABELS["year"],
    "organisation": listing.SORT_LABELS["organisation"],
}


class DocumentView:
    """One document, with the case study that it belongs to."""

    def __init__(self, found: Found, in_force: Definitions):
        self.case = CardView(found.entry, in_force)
        rows = list(self.case.document.fields["resources"])
        self._row = rows[found.place]
        self._entry = found.entry

    @cached_property
    def resource(self) -> Resource:
        labels = [self.case.labels_of("resources", column) for column in ("kind", "rights")]
        kind, rights = (labels[number].get(self._row.get(column, ""), self._row.get(column, ""))
                        for number, column in enumerate(("kind", "rights")))
        return self.case.resource_of(self._row, kind, rights)

    @property
    def size(self) -> int | None:
        """In bytes; None when it is elsewhere, or has readers of its own."""
        return self._entry.files.get(self._row.get("attachment", ""))

    @property
    def type(self) -> str:
        """``PDF``, ``DOCX``; for a page of another site: ``Web page``."""
        name = self._row.get("attachment") or ""
        if name:
            return name.rpartition(".")[2].upper() if "." in name else _("File")
        ending = _TYPES.search(parts_of(self._row.get("link", "")).path)
        return ending[1].upper() if ending else _("Web page")

    @property
    def site(self) -> str:
        """The other site that has it; empty when it is here."""
        return "" if self._row.get("attachment") else self.resource.format.removeprefix("www.")


class DocumentListing(listing.Listing):
    """A list of documents."""

    results: Results

    def _make_shelves(self) -> documents.DocumentShelves:
        return documents.shelves()

    @property
    def words_label(self) -> str:
        return _("Search the case studies and their papers")

    @property
    def heading(self) -> str:
        total = self.results.total
        if not total:
            return _("No primary documents")
        return N_("{count} primary document", "{count} primary documents", total).format(count=f"{total:,}")

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        now = documents.order(self.results.query)
        return [("" if name == documents.NEWEST else name, label, name == now) for name, label in SORT_LABELS.items()]

    @cached_property
    def documents(self) -> list[DocumentView]:
        return [DocumentView(one, self._in_force) for one in self.results.entries]

    @property
    def csv(self) -> str:
        """Where all of the list is as a file."""
        return asking.address("documents_csv", self.whole) if self.whole else ""


def headers() -> tuple[str, ...]:
    """The columns of the CSV file."""
    return (
        _("Title"),
        _("Kind"),
        _("Type"),
        _("Size in bytes"),
        _("Who may use it"),
        _("Date"),
        _("Address"),
        _("Case study"),
        _("Address of the case study"),
        _("Organisation"),
        _("Region"),
        _("Year"),
        _("Legal status"),
    )


def row(view: DocumentView, root: str) -> tuple[str, ...]:
    """A document in the CSV file.

    :param root: this wiki's scheme and host
    """
    found, case = view.resource, view.case
    here = found.url if not found.url or "://" in found.url else root + found.url
    return (found.title, found.kind, view.type, str(view.size or ""), found.rights or _("Not stated"), found.date,
            here or "", case.title, root + case.url,
            *(", ".join(case.words(one)) for one in ("organisation", "region", "year")), case.legal.word)


def views(query: Query) -> list[DocumentView]:
    """One page of a list, without its facets."""
    in_force = definitions.current()
    return [DocumentView(one, in_force) for one in documents.find(query, offered=()).entries]
