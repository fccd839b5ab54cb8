"""The addresses of the Cupboard's admin pages. Health is for administrators; editors see the others too."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from moin import current_app
from moin.constants.rights import SUPERUSER
from moin.security import require_permission
from moin.themes import render_template

from cupboard import checking, definitions
from cupboard.administration import coverage, health, journal, links, upkeep, waiting
from cupboard.groups import require_editor
from cupboard.nomenclature import jobs, shown
from cupboard.tongue import _
from cupboard.views import blueprint

blueprint.route("/waiting", methods=["GET", "POST"])(waiting.waiting)
blueprint.app_template_global("waiting_count")(waiting.count)


@blueprint.route("/admin/health", methods=["GET", "POST"])
@require_permission(SUPERUSER)
def admin_health() -> ResponseReturnValue:
    """Is all as it should be; POST compares the index with the stored pages, which takes a while."""
    compared = None
    if request.method == "POST":
        compared = checking.differences(current_app.storage)
    return render_template(
        "cupboard/admin_health.html",
        title=_("Health"),
        pages=[*health.definition_pages()],
        versions=health.versions(),
        sizes=health.sizes(),
        mail=health.mail(),
        compared=compared,
    )


@blueprint.route("/admin/coverage")
def admin_coverage() -> ResponseReturnValue:
    """What there are case studies about, and what not."""
    require_editor()
    counts = dict(shown.counts(definitions.CONTENTS))
    return render_template(
        "cupboard/admin_coverage.html",
        title=_("Coverage"),
        tables=coverage.tables(),
        never_used=[*coverage.never_used(counts)],
        too_wide=[*coverage.too_wide(counts)],
        too_many=coverage.TOO_MANY,
    )


@blueprint.route("/admin/upkeep")
def admin_upkeep() -> ResponseReturnValue:
    """Case studies that want something done."""
    require_editor()
    found, left = upkeep.lists()
    return render_template(
        "cupboard/admin_upkeep.html",
        title=_("Upkeep"),
        lists=[(id, *upkeep.LISTS[id], found[id]) for id in upkeep.LISTS],
        left=left,
        checked=len(links.read(Path(current_app.cfg.instance_dir))),
        most=100,
    )


@blueprint.route("/admin/upkeep/<id>.csv")
def admin_upkeep_csv(id: str) -> ResponseReturnValue:
    """One of the lists as a file for a spreadsheet."""
    require_editor()
    if id not in upkeep.LISTS:
        abort(404, description=_("There is no such list."))
    found, __ = upkeep.lists(seconds=None)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_("Page"), _("Title"), _("What")])
    for want in found[id]:
        writer.writerow([_plain(value) for value in (want.entry.name, want.title, want.what)])
    response = Response(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="upkeep-{id}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _plain(value: str) -> str:
    """A value that no spreadsheet takes for a formula."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


@blueprint.route("/admin/work")
def admin_work() -> ResponseReturnValue:
    """Jobs, imports and what came of them."""
    require_editor()
    title = _("Jobs and imports")
    return render_template("cupboard/admin_work.html", title=title, jobs=jobs.every(), imports=journal.read())
