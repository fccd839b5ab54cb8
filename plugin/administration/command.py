"""What ``cupboard links`` does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from moin import current_app
from moin.constants.keys import LATEST_REVS

from cupboard import kinds
from cupboard.administration import links
from cupboard.commands import Progress
from cupboard.document import parse


def check_links(*, most: int, private: bool, progress: Progress, pause: float = links.PAUSE) -> Iterator[str]:
    """Ask for the links to primary resources of all case studies; a line for each that is broken."""
    cfg = current_app.cfg
    asked = links.check(
        _urls(), Path(cfg.instance_dir), site=cfg.interwiki_map.get("Self", ""), most=most, private=private,
        pause=pause,
        progress=lambda done, total: progress("Links", done, total),
    )  # fmt: skip
    for url, one in asked.items():
        if one.problem:
            yield f"{url}: {one.problem}"
    broken = sum(bool(one.problem) for one in asked.values())
    yield f"{len(asked)} links were asked for, {broken} are broken."


def _urls() -> set[str]:
    found = set()
    for revision in current_app.storage.documents(idx_name=LATEST_REVS):
        kind = kinds.of_meta(revision.meta)
        if kind is None or not kind.listed or not revision.meta.get("name"):
            continue
        with revision.data as data:
            rows = parse(data.read()).fields.get("resources", ())
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and isinstance(row.get("link"), str) and row["link"].startswith(("http://", "https://")):
                found.add(row["link"])
    return found
