"""What ``cupboard terms`` does: the same changes and jobs as on the web, with everybody's pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from cupboard import definitions
from cupboard.commands import CommandError, Progress
from cupboard.nomenclature import jobs, term_form
from cupboard.terms.changes import Refused
from cupboard.terms.wishes import Wish


def merge(
    old: str, new: str, storage: Any, *, dry_run: bool, write_pages: bool, progress: Progress
) -> Iterator[str]:
    """Merge a term into another and write the new id into pages; a line for each thing to be told.

    :raises CommandError: when it can't be done
    """
    page = definitions.CONTENTS
    contents = definitions.current().contents
    target = contents.get(new)
    is_merged = target is not None and contents.get(old) is target and old != target.id
    wish = Wish("merge", old, {"into": new})
    try:
        if not is_merged:
            term_form.changed(page, wish)
            yield wish.sentence(contents)
            if not dry_run:
                term_form.save(page, wish, storage=storage)
        ids = {old: [new]}
        planned = jobs.plan(ids, everybodys=True) if write_pages else []
        for one in planned if dry_run else ():
            yield f"{one.name}: {', '.join(one.before)} -> {', '.join(one.after)}"
        if dry_run:
            yield f"{len(planned)} pages would be written. Nothing was changed."
        elif planned:
            yield from _run(jobs.begin(ids, everybodys=True).id, storage, progress)
        elif write_pages:
            yield "No page carries it."
    except Refused as refused:
        raise CommandError(str(refused)) from refused


def resume(id: str, storage: Any, *, progress: Progress) -> Iterator[str]:
    """Go on with a job.

    :raises CommandError: when there is no such job, or another process works on it
    """
    yield from _run(id, storage, progress)


def listed() -> Iterator[str]:
    """A line for each job."""
    for job in jobs.every():
        yield f"{job.id}  {job.state}, {job.over} of {job.total} pages: {job.title}"


def _run(id: str, storage: Any, progress: Progress) -> Iterator[str]:
    try:
        job = jobs.run(id, storage=storage, progress=lambda done, total: progress("Pages", done, total))
    except KeyError:
        raise CommandError(f"There is no job {id}: cupboard terms jobs lists them") from None
    except jobs.Busy:
        raise CommandError(f"Another process works on the job {id} now.") from None
    except KeyboardInterrupt:
        job = jobs.read(id)
    for itemid, why in job.failed.items():
        yield f"Page {itemid} was left as it is: {why}"
    yield f"Job {job.id}: {job.over} of {job.total} pages, {job.state}."
    if not job.is_finished:
        yield f"To go on: cupboard terms resume {job.id}"
