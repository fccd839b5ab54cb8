"""The addresses of jobs: the dry run, the progress, go on, stop. Each request writes pages for a few seconds at
most.
"""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from moin import flaskg
from moin.constants.keys import CURRENT, NAME
from moin.storage.middleware.exceptions import AccessDenied
from moin.themes import render_template
from moin.utils.interwiki import url_for_item

from cupboard import definitions
from cupboard.groups import require_editor
from cupboard.nomenclature import jobs
from cupboard.terms.changes import Refused
from cupboard.tongue import _
from cupboard.views import blueprint

#: How long one request works on a job.
SECONDS = 3.0
#: How many pages a list names.
SHOWN = 200


@blueprint.route("/jobs")
def list_jobs() -> ResponseReturnValue:
    """All jobs."""
    require_editor()
    return render_template("cupboard/jobs.html", title=_("Jobs"), jobs=jobs.every())


@blueprint.route("/jobs/new", methods=["GET", "POST"])
def new_job() -> ResponseReturnValue:
    """What a merge or a move would write into pages; POST begins with it."""
    require_editor()
    old = request.values.get("old", "")
    ids = jobs.successor_ids(old) if old else {}
    if request.method == "POST":
        try:
            job = jobs.begin(ids)
        except Refused as problem:
            flash(str(problem), "error")
            return redirect(url_for("frontend.cupboard.new_job", old=old), 303)
        return redirect(url_for("frontend.cupboard.job", id=job.id), 303)
    planned = jobs.plan(ids)
    return render_template(
        "cupboard/job_new.html",
        title=_("Write the new ids into case studies"),
        old=old,
        ids=ids,
        planned=planned[:SHOWN],
        total=len(planned),
        url=url_for_item,
        back=url_for_item(definitions.CONTENTS),
    )


@blueprint.route("/jobs/split", methods=["GET", "POST"])
def split_job() -> ResponseReturnValue:
    """Which case studies of a term that was split go to which of its parts; POST begins with it."""
    require_editor()
    contents = definitions.current().contents
    term = contents.get(request.values.get("term", ""))
    parts = [part for id in request.values.getlist("part") if (part := contents.get(id)) and not part.retired]
    if term is None or not parts:
        abort(404, description=_("There is no such term, or none that it was split into."))
    planned = jobs.plan({term.id: ()})
    if request.method == "POST":
        chosen = {}
        for one in planned:
            ids = [part.id for part in parts if part.id in request.form.getlist(f"to-{one.itemid}")]
            if ids:
                chosen[one.itemid] = {term.id: ids}
        try:
            job = jobs.begin({term.id: []}, chosen=chosen, title=f"{term.id} is split")
        except Refused:
            flash(_("Tick where at least one of the case studies goes"), "error")
            return redirect(request.full_path, 303)
        return redirect(url_for("frontend.cupboard.job", id=job.id), 303)
    return render_template(
        "cupboard/job_split.html",
        title=_("Split “{label}”").format(label=term.label),
        term=term,
        targets=parts,
        planned=planned[:SHOWN],
        total=len(planned),
        url=url_for_item,
        back=url_for_item(definitions.CONTENTS),
    )


@blueprint.route("/jobs/<id>", methods=["GET", "POST"])
def job(id: str) -> ResponseReturnValue:
    """How far a job is; POST goes on with it for some seconds, or stops it."""
    require_editor()
    try:
        found = jobs.read(id)
        if request.method == "POST":
            if request.form.get("do") == "stop":
                jobs.stop(id)
                return redirect(url_for("frontend.cupboard.job", id=id), 303)
            found = jobs.run(id, seconds=SECONDS)
            return redirect(url_for("frontend.cupboard.job", id=id, on=None if found.is_finished else "1"), 303)
    except KeyError:
        abort(404, description=_("There is no such job."))
    except jobs.Busy:
        flash(_("Somebody else is working on this job now."), "info")
        return redirect(url_for("frontend.cupboard.job", id=id), 303)
    return render_template(
        "cupboard/job.html",
        title=_("A job"),
        job=found,
        goes_on=bool(request.args.get("on")) and not found.is_finished and not found.is_stopped,
        pages=[*_pages(found)],
    )


def _pages(found: jobs.Job) -> Any:
    """(name, address, what became of it) of the pages that are over, of those that the person who asks may read."""
    over = [(itemid, "") for itemid in found.done if found.done[itemid]] + list(found.failed.items())
    for itemid, why in over[-SHOWN:]:
        if name := _name(itemid):
            yield name, url_for_item(name), why, url_for("frontend.history", item_name=name)


def _name(itemid: str) -> str | None:
    """The name of a page; None when it is gone, or the person who asks may not read it."""
    item = flaskg.storage.get_item(itemid=itemid)
    try:
        names = item.get_revision(CURRENT).meta[NAME] if item else ()
    except AccessDenied:
        return None
    return names[0] if names else None
