"""``/+cupboard/documents``: the papers of all case studies; ``/+cupboard/documents.csv``: the same as a file."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, abort, redirect, request
from flask.typing import ResponseReturnValue
from moin.themes import render_template

from cupboard.appraisals import spreadsheet
from cupboard.catalogue import BadQuery, documents
from cupboard.lists import listing
from cupboard.primary_documents import listing as papers
from cupboard.tongue import _
from cupboard.views import blueprint

#: Rows of one file.
MOST = 5_000


@blueprint.route("/documents", endpoint="documents")
def all_documents() -> ResponseReturnValue:
    """Primary documents, narrowed by whatever the address says."""
    if any(not value for value in request.args.values()):
        kept = [(name, value) for name, value in request.args.items(multi=True) if value]
        return redirect(f"{request.path}?{listing.urlencode(kept, safe='/')}" if kept else request.path)
    try:
        query, notices = listing.read_request(documents.FACETS)
    except BadQuery as bad:
        return render_template("cupboard/bad_query.html", title=_("That list can't be made"), message=str(bad)), 400
    how = listing.shown_arguments()
    results = documents.find(query, whole=listing.whole_facets(how))
    shown = papers.DocumentListing(results, listing.here(), notices=notices, arguments=how)  # type: ignore[arg-type]
    return render_template("cupboard/documents.html", title=_("Primary documents"), listing=shown)


@blueprint.route("/documents.csv")
def documents_csv() -> ResponseReturnValue:
    """The whole list as CSV."""
    try:
        query, _corrected = listing.read_request(documents.FACETS)
    except BadQuery as bad:
        abort(400, description=str(bad))
    root = request.host_url.rstrip("/")
    found = papers.views(replace(query, page=1, per_page=MOST))
    text = spreadsheet.csv_text(papers.headers(), (papers.row(view, root) for view in found))
    response = Response("\ufeff" + text, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="primary-documents.csv"'
    response.headers["Cache-Control"] = "private, no-cache"
    return response
