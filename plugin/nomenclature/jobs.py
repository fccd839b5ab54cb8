"""Jobs: one id for another in every case study that carries it, page by page.

A job is a file in the folder ``jobs`` of the wiki: what is to be written, and the pages that it is to be written into.
What was done stands in the pages themselves, each with a revision of its own that says so; the file remembers which
pages are left. So a job can be stopped at any moment, by whomever, and gone on with by whomever may, on the web or from
the command line; and what it did to a page is undone by that page's own "revert".

Nobody has to run one. A term that was merged or moved answers to its old id for ever.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from moin import current_app, flaskg
from moin.constants.keys import CONTENTTYPE, CURRENT, ITEMTYPE, NAME
from moin.storage.middleware.exceptions import AccessDenied

from cupboard import definitions, kinds, pages
from cupboard.catalogue.carrying import carried, carriers
from cupboard.document import DocumentError, dump, parse
from cupboard.fields import texts_of
from cupboard.terms.changes import Refused
from cupboard.terms.retagging import replaced, retagged
from cupboard.tongue import _

FIELD = "categories"
_ID = re.compile("[0-9]{8}-[0-9a-f]{8}")


@dataclass
class Job:
    """A job, as its file has it.

    :ivar id: its name in addresses
    :ivar title: what it does, in words
    :ivar ids: by old id, what takes its place
    :ivar by: who began it; empty for the command line
    :ivar created: seconds since the epoch
    :ivar waiting: itemids of the pages that are left
    :ivar done: by itemid, the revision that was made; empty where the page had changed and nothing was left to do
    :ivar failed: by itemid, why it was left as it is
    :ivar chosen: by itemid, what takes the place of the ids in that page, where it differs: of a split
    """

    id: str
    title: str
    ids: dict[str, list[str]]
    by: str
    created: int
    waiting: list[str]
    done: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        return len(self.waiting) + self.over

    @property
    def over(self) -> int:
        return len(self.done) + len(self.failed)

    @property
    def is_finished(self) -> bool:
        return not self.waiting

    @property
    def is_stopped(self) -> bool:
        return not self.is_finished and _stop_sign(self.id).exists()

    @property
    def state(self) -> str:
        """In a word."""
        if self.is_finished:
            return _("finished")
        return _("stopped") if self.is_stopped else _("under way")


@dataclass(frozen=True)
class Planned:
    """A page that a job would write into.

    :ivar before, after: its terms, as ids
    """

    itemid: str
    name: str
    title: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def plan(ids: Mapping[str, Sequence[str]], *, everybodys: bool = False) -> list[Planned]:
    """What a job would do: the dry run.

    :param everybodys: all pages, for the command line; otherwise those that the person who asks may read
    """
    found = []
    for entry in carriers(FIELD, list(ids), everybodys=everybodys):
        before = tuple(texts_of(entry.fields, FIELD))
        title = entry.fields.get("title")
        title = title if isinstance(title, str) else entry.name
        found.append(Planned(entry.itemid, entry.name, title, before, tuple(replaced(before, ids))))
    return found


def begin(
    ids: Mapping[str, Sequence[str]],
    *,
    everybodys: bool = False,
    chosen: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
    title: str = "",
) -> Job:
    """Write a job's file; nothing else is done yet.

    :param chosen: by itemid, other ids for that page; then the job is about these pages only
    :raises Refused: when there is nothing to do, or an id leads to no term
    """
    contents = definitions.current().contents
    wanted = {id for new in ids.values() for id in new}
    wanted |= {id for each in (chosen or {}).values() for new in each.values() for id in new}
    for id in wanted:
        if (term := contents.get(id)) is None or term.id != id or term.retired:
            raise Refused(_("There is no term {id} in use: nothing can be given it").format(id=id))
    planned = plan(ids, everybodys=everybodys)
    waiting = [one.itemid for one in planned if chosen is None or one.itemid in chosen]
    if not waiting:
        raise Refused(_("No case study carries it, so there is nothing to do"))
    pairs = [f"{old} becomes {', '.join(new)}" for old, new in ids.items()]
    job = Job(
        id=f"{time.strftime('%Y%m%d')}-{secrets.token_hex(4)}",
        title=title or ("; ".join(pairs) if len(pairs) <= 3 else f"{len(pairs)} terms become others"),
        ids={old: list(new) for old, new in ids.items()},
        by=flaskg.user.name0 if flaskg.user.valid else "",
        created=int(time.time()),
        waiting=waiting,
        chosen={itemid: {old: list(new) for old, new in each.items()} for itemid, each in (chosen or {}).items()},
    )
    _write(job)
    return job


def successor_ids(old: str) -> dict[str, list[str]]:
    """The ids that lead elsewhere now, of a term and of those below it: by old id, the one of today.

    :param old: an id that was given up by a move or a merge
    """
    contents = definitions.current().contents
    there = {term.id for term in contents.walk() if not term.merged_into}
    given_up = (id for id in _carried_below(old) if id not in there)
    return {id: [term.id] for id in given_up if (term := contents.get(id)) and not term.retired}


def _carried_below(old: str) -> list[str]:
    return sorted(id for id in carried(FIELD) if id == old or id.startswith(f"{old}/"))


def run(
    id: str,
    *,
    seconds: float | None = None,
    storage: Any = None,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Job:
    """Go on with a job until it is finished, or the time is over.

    :param seconds: how long at the most, but at least one page; None: to the end
    :param storage: one that checks no rights, for the command line; otherwise each page is written with the rights of
        the person who asks
    :raises KeyError: when there is no such job
    :raises Busy: when it is being worked on elsewhere
    """
    until = None if seconds is None else time.monotonic() + seconds
    with _held(id):
        job = read(id)
        _stop_sign(id).unlink(missing_ok=True)
        while job.waiting and not _stop_sign(id).exists():
            _one_page(job, job.waiting[0], storage)
            del job.waiting[0]
            _write(job)
            progress(job.over, job.total)
            if until is not None and time.monotonic() >= until:
                break
    return job


class Busy(RuntimeError):
    """The job is being worked on by another process."""


def stop(id: str) -> Job:
    """Leave the pages that are left alone, until somebody goes on. Whoever works on it stops after the present page.

    :raises KeyError: when there is no such job
    """
    job = read(id)
    _stop_sign(id).touch()
    return job


def read(id: str) -> Job:
    """
    :raises KeyError: when there is no such job
    """
    if not _ID.fullmatch(id):
        raise KeyError(id)
    try:
        return Job(**json.loads((_folder() / f"{id}.json").read_text("utf-8")))
    except FileNotFoundError:
        raise KeyError(id) from None


def every() -> list[Job]:
    """All jobs, the newest first."""
    ids = [path.stem for path in _folder().glob("*.json") if _ID.fullmatch(path.stem)]
    return sorted((read(id) for id in ids), key=lambda job: job.created, reverse=True)


def _one_page(job: Job, itemid: str, storage: Any) -> None:
    """Write one page, and note in the job what became of it."""
    chosen = flaskg.storage if storage is None else storage
    try:
        with pages.one_writer():
            job.done[itemid] = _written(job, itemid, chosen, storage)
    except AccessDenied:
        job.failed[itemid] = "you may not change this page"
    except (DocumentError, KeyError, ValueError) as problem:
        job.failed[itemid] = str(problem)[:300]


def _written(job: Job, itemid: str, chosen: Any, storage: Any) -> str:
    item = chosen.get_item(itemid=itemid)
    if not item:
        return ""  # it was deleted meanwhile
    revision = item.get_revision(CURRENT)
    names = revision.meta.get(NAME)
    kind = kinds.of_meta(revision.meta)
    if not names or kind is None:
        return ""
    with revision.data as data:
        document = parse(data.read())
    new = retagged(document, FIELD, job.chosen.get(itemid, job.ids))
    if new is document:
        return ""
    return pages.store(
        kind.name_in_namespace(names[0]),
        dump(new),
        contenttype=revision.meta[CONTENTTYPE],
        itemtype=revision.meta[ITEMTYPE],
        comment=f"{job.title} (job {job.id})",
        storage=storage,
    ) or ""


@contextmanager
def _held(id: str) -> Iterator[None]:
    if not _ID.fullmatch(id):
        raise KeyError(id)
    with open(_folder() / f"{id}.lock", "ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy(id) from None
        yield


def _stop_sign(id: str) -> Path:
    return _folder() / f"{id}.stop"


def _write(job: Job) -> None:
    folder = _folder()
    handle, temporary = tempfile.mkstemp(dir=folder, prefix=f".{job.id}-")
    with open(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(job), file, ensure_ascii=False)
    os.replace(temporary, folder / f"{job.id}.json")


def _folder() -> Path:
    folder = Path(current_app.cfg.instance_dir) / "jobs"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
