"""Case studies, or other structured pages, from a YAML file: all are checked before any is written.

    records  a file's records, each on its way to a page
    report   what became of each record

A person whom a record names as the contact point is not written into the page before they agreed: see
:mod:`cupboard.people.contacts`. Whom a page names with their agreement stays there.

The text that an import wrote is remembered, as a checksum, with the revision. A page that reads otherwise was edited
since, and is kept as it is unless told to overwrite.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import nullcontext
from typing import Any, TypeVar

from cupboard import definitions, pages
from cupboard.case_studies import contact
from cupboard.commands import Progress
from cupboard.document import Document, dump, keep
from cupboard.frontmatter import SourceError
from cupboard.importing.records import Record, records_of
from cupboard.importing.report import Outcome, Refusal, Report, Status
from cupboard.kinds import Kind
from cupboard.kinds.case_study import CASE_STUDY

#: Metadata key of the checksum of what an import wrote.
CHECKSUM = "cupboard_import"
COMMENT = "Imported"
#: Records that are written in one transaction of the index: a quarter of a second.
BATCH = 50

_R = TypeVar("_R")


def _nowhere(itemid: str, wish: contact.Wish) -> bool:
    raise NotImplementedError("nothing was named that keeps whom a record names")


_keep_aside: Callable[[str, contact.Wish], bool] = _nowhere


def wishes_go_to(keep_aside: Callable[[str, contact.Wish], bool]) -> None:
    """Name what keeps a person whom a record names, and who did not agree yet, aside.

    :param keep_aside: takes the item id of the page and the person; returns whether they are to be asked
    """
    global _keep_aside
    _keep_aside = keep_aside


def load(
    text: str | bytes,
    *,
    storage: Any,
    overwrite: bool = False,
    dry_run: bool = False,
    comment: str = COMMENT,
    progress: Progress = lambda what, done, total: None,
    kind: Kind = CASE_STUDY,
    leave_out: Collection[str] = (),
) -> Report:
    """Check all pages of a file and, if none is refused, write them.

    :param storage: the storage that checks no rights
    :param overwrite: also replace what was edited since; what the record doesn't mention stays
    :param dry_run: write nothing, only say what would be done
    :param kind: one whose pages are named below a prefix
    :param leave_out: ids of records that are checked and not written
    """
    in_force = definitions.current()
    try:
        records = records_of(text, kind)
    except SourceError as error:
        return Report((Outcome("", Status.REFUSED, [Refusal(error.line, "", error.message)]),), dry_run, kind)

    outcomes, documents = [], []
    seen: dict[str, int] = {}
    for done, node in enumerate(records, start=1):
        record = Record(node, in_force, kind)
        record.refuse_second(seen)
        document = record.document()
        outcomes.append(Outcome(record.id, Status.REFUSED if record.refusals else None, record.refusals))
        documents.append(document)
        progress("Checking", done, len(records))

    report = Report(tuple(outcomes), dry_run, kind)
    if not report.refused:
        order = in_force.template_of(kind).order
        done = 0
        for some in _batches(list(zip(outcomes, documents, strict=True))):
            with nullcontext() if dry_run else storage.together(kind.namespace, len(some)):
                for outcome, document in some:
                    if outcome.id in leave_out:
                        outcome.status = Status.KEPT
                        continue
                    outcome.status, outcome.asks = _write(
                        kind,
                        kind.name_of(outcome.id),
                        document,
                        storage=storage,
                        overwrite=overwrite,
                        dry_run=dry_run,
                        comment=comment,
                        order=order,
                    )
            done += len(some)
            progress(kind.plural.capitalize(), done, len(outcomes))
    return report


def _batches(records: list[_R]) -> Iterator[list[_R]]:
    """What is written together. Others who save wait for so long, so they get their turn in between."""
    for start in range(0, len(records), BATCH):
        if start:
            time.sleep(0.002)
        yield records[start : start + BATCH]


def _write(
    kind: Kind,
    name: str,
    document: Document,
    *,
    storage: Any,
    overwrite: bool,
    dry_run: bool,
    comment: str,
    order: Any,
) -> tuple[Status, bool]:
    """Bring one page to what the file says, if it may.

    :returns: what was done, and whether a person is to be asked
    """
    page = pages.read(name, storage=storage)
    stored = page.document if page else Document.new({}, {}, ())
    document, wish = contact.settle(contact.with_person_of(document, stored, order), stored, order)
    status, of_record = Status.CREATED, document
    # Of the record, even where a page keeps something of its own: it then goes on to count as edited.
    checksum = _checksum(document)
    if page is not None:
        if dump(page.document) == dump(document):
            return Status.UNCHANGED, False
        if was_edited(page):
            if not overwrite or page.document.error:
                return Status.KEPT, False
            sections = {section.title: section.text for section in document.sections}
            document = page.document.edit(document.fields, sections, order)
            if document == page.document:
                return Status.UNCHANGED, False
        status = Status.UPDATED
    if not dry_run:
        meta = {CHECKSUM: checksum}
        is_checked = document is of_record
        keep(document)
        pages.save(kind, name, document, comment=comment, storage=storage, meta=meta, is_checked=is_checked)
        if wish:
            return status, _keep_aside(storage[name].itemid, wish)
    return status, False


def was_edited(page: pages.Page) -> bool:
    """Whether a page reads otherwise than an import wrote it; also when no import wrote it."""
    return page.meta.get(CHECKSUM) != _checksum(page.document)


def _checksum(document: Document) -> str:
    # whether the person whom it names agreed, meanwhile, is no edit
    return hashlib.sha256(dump(contact.without_person(document))).hexdigest()
