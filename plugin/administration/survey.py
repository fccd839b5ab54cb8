"""What each case study lacks by the template in force, and where it links to: read page by page, kept in a file.

The file only saves reading a page twice: an entry counts for one revision of the page and one state of the definitions,
and is made again when either changes. Nothing of it depends on who reads.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moin import current_app
from moin.constants.keys import CURRENT

from cupboard import definitions, kinds, tongue
from cupboard.catalogue import Entry
from cupboard.document import parse
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.tongue import _

FILE = "survey.json"


@dataclass(frozen=True)
class Found:
    """What was found on a page.

    :ivar missing: what its template says of required fields that are empty, a sentence each
    :ivar links: addresses of its primary resources
    :ivar kind: id of the kind of page that it is
    """

    missing: tuple[str, ...]
    links: tuple[str, ...]
    kind: str


def look(entries: Collection[Entry], seconds: float | None = None) -> tuple[dict[str, Found], int]:
    """Look through case studies.

    :param seconds: how long at the most; None: until all are done
    :returns: by itemid what was found, and how many of them are still to be read
    """
    until = None if seconds is None else time.monotonic() + seconds
    # templates of other kinds are no part of the version of what every request works with
    templates = (str(definitions.standing(kind.template).revid) for kind in kinds.registered())
    version = "-".join((definitions.current().version, *templates))
    kept = _read()
    if kept.get("version") != version:
        kept = {"version": version, "pages": {}}
    there: dict[str, list[Any]] = kept["pages"]
    changed, left, found = False, 0, {}
    for entry in entries:
        known = there.get(entry.itemid)
        if known is None or known[0] != entry.revid or len(known) != 4:
            if until is not None and time.monotonic() >= until:
                left += 1
                continue
            known = there[entry.itemid] = _looked_at(entry)
            changed = True
        found[entry.itemid] = Found(tuple(known[1]), tuple(known[2]), known[3])
    if changed:
        _write(kept)
    return found, left


def _looked_at(entry: Entry) -> list[Any]:
    in_force = definitions.current()
    item = current_app.storage.get_item(itemid=entry.itemid)
    try:
        revision = item.get_revision(CURRENT)
        with revision.data as data:
            document = parse(data.read())
    except KeyError:
        return [entry.revid, [], [], ""]
    kind = kinds.of_meta(revision.meta) or CASE_STUDY
    if document.error:
        wrong = _("The page can't be read: line {line}: {message}").format(
            line=document.error.line, message=document.error.message
        )
        return [entry.revid, [wrong], [], kind.id]
    template = in_force.template_of(kind)
    missing = [
        problem.message
        for problem in in_force.problems(kind, document)
        if problem.row is None and (field := template.field(problem.field)) is not None and field.required
        and not (document.section(field.section) if field.section else document.fields.get(field.id))
    ]
    rows = document.fields.get("resources", ())
    links = [row["link"] for row in rows if isinstance(row, dict) and isinstance(row.get("link"), str) and row["link"]]
    return [entry.revid, missing, links, kind.id]


def _read() -> dict[str, Any]:
    try:
        found = json.loads(_path().read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and isinstance(found.get("pages"), dict) else {}


def _write(kept: dict[str, Any]) -> None:
    path = _path()
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{FILE}-")
    with open(handle, "w", encoding="utf-8") as file:
        json.dump(kept, file)
    os.replace(temporary, path)


def _path() -> Path:
    # what a template says of an empty field is kept in the language that it was said in
    return Path(current_app.cfg.instance_dir) / f"{tongue.language()}-{FILE}"
