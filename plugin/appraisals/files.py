"""The working of a case study's costs and benefits as files: CSV, and a workbook with live formulas."""

from __future__ import annotations

from flask import Response, abort

from cupboard import definitions, pages
from cupboard.appraisals.view import AppraisalView
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.tongue import _
from cupboard.views import blueprint

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.route("/costbenefit/<path:name>.csv")
def costbenefit_csv(name: str) -> Response:
    """The working, year by year, as a table."""
    view, _ = _of_page(name)
    # With a mark of its encoding, without which Excel takes it for another one.
    return _file("\ufeff" + view.csv(), "text/csv; charset=utf-8", f"{name.rpartition('/')[2]}.csv")


@blueprint.route("/costbenefit/<path:name>.xlsx")
def costbenefit_xlsx(name: str) -> Response:
    """The working as a workbook."""
    view, title = _of_page(name)
    return _file(view.workbook(title), _XLSX, f"{name.rpartition('/')[2]}.xlsx")


def _of_page(name: str) -> tuple[AppraisalView, str]:
    """The appraisal of a page that this person may read, with its title.

    A page that they may not read is answered like one that does not exist.
    """
    page = pages.readable(name, CASE_STUDY)
    if page is None or page.document.error:
        abort(404, description=_("There is no case study of this name."))
    view = AppraisalView(page.document.fields, definitions.current())
    if not view.is_complete:
        abort(404, description=_("There is nothing to download. {sentence}").format(sentence=view.sentence))
    return view, str(page.document.fields.get("title") or name)


def _file(content: str | bytes, mimetype: str, filename: str) -> Response:
    response = Response(content, content_type=mimetype)
    response.headers.set("Content-Disposition", "attachment", filename=filename)
    # it holds what one person may read
    response.headers["Cache-Control"] = "private, no-cache"
    return response
