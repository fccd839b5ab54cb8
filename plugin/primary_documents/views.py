"""``/+cupboard/documents``: the papers of all case studies; ``/+cupboard/documents.csv``: the same as a file."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, request
from flask.typing import ResponseReturnValue

from cupboard.appraisals import spreadsheet
from cupboard.catalogue import documents
from cupboard.lists import answering, asking
from cupboard.primary_documents import listing as papers
from cupboard.tongue import _
from cupboard.views import blueprint

#: Rows of one file.
MOST = 5_000


@blueprint.route("/documents", endpoint="documents")
def all_documents() -> ResponseReturnValue:
    """Primary documents, narrowed by whatever the address says."""
    return answering.answer(
        "cupboard/documents.html", _("Primary documents"), documents.FACETS, documents.find, papers.DocumentListing,
        documents.SORTS,
    )  # fmt: skip


@blueprint.route("/documents.csv")
def documents_csv() -> ResponseReturnValue:
    """The whole list as CSV."""
    query, _corrected = asking.read_request(documents.FACETS, documents.SORTS)
    root = request.host_url.rstrip("/")
    found = papers.views(replace(query, page=1, per_page=MOST))
    text = spreadsheet.csv_text(papers.headers(), (papers.row(view, root) for view in found))
    response = Response("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="primary-documents.csv"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response
