"""The pages that a new wiki starts with, from the folder ``seed_pages``.

A file's place is its page's name and its ending the kind: ``Contents/contracts.moin`` is wiki text,
``Cupboard/Template.yaml`` a definition. A YAML file that stands in no folder holds records of a kind of structured page
(``cases.yaml``: case studies), for :mod:`cupboard.importing`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from moin.constants.itemtypes import ITEMTYPE_DEFAULT

from cupboard import definitions, importing, kinds
from cupboard.commands import Progress
from cupboard.groups import EDITORS_GROUP, EDITORS_ONLY
from cupboard.kinds import Kind
from cupboard.kinds.change_story import STORY
from cupboard.pages import exists, store
from cupboard.stories import earlier

DEFINITIONS = "Cupboard/"

#: Ending of a file -> content type of the page.
CONTENT_TYPES = {
    ".moin": "text/x.moin.wiki;charset=utf-8",
    ".yaml": "text/x-cupboard-definition;charset=utf-8",
}
COMMENT = "Came with the Cupboard"


@dataclass(frozen=True)
class SeedPage:
    name: str
    contenttype: str
    data: bytes

    @property
    def is_definition(self) -> bool:
        return self.name.startswith(DEFINITIONS) and self.contenttype == CONTENT_TYPES[".yaml"]


def shipped_pages(*, everything: bool = True) -> list[SeedPage]:
    """The pages in ``seed_pages``, definitions first: the others are checked against them.

    :param everything: False for the definitions only
    """
    pages = _walk(resources.files("cupboard.seed_pages"), "")
    wanted = [page for page in pages if everything or page.is_definition]
    return sorted(wanted, key=lambda page: (not page.is_definition, page.name))


def shipped_records(kind: Kind) -> str:
    """The text of those pages of a kind that come with the Cupboard; empty when there are none."""
    if not kind.seeds:
        return ""
    file = resources.files("cupboard.seed_pages") / kind.seeds
    return file.read_text(encoding="utf-8") if file.is_file() else ""


def sow(storage: Any, *, pages: bool = True, cases: bool = True, progress: Progress) -> int:
    """Write those pages that the wiki does not have.

    :param storage: the storage that checks no rights
    :param pages: False to leave out all but the definitions and the editors' group
    :param cases: False to leave out the case studies and the like
    :returns: how many pages were written
    """
    wanted = shipped_pages(everything=pages)
    written = int(_editors_group(storage))
    for done, page in enumerate(wanted, start=1):
        if not exists(page.name, storage):
            store(
                page.name,
                page.data,
                contenttype=page.contenttype,
                itemtype=definitions.ITEM_TYPE if page.is_definition else ITEMTYPE_DEFAULT,
                comment=COMMENT,
                storage=storage,
                meta={"acl": EDITORS_ONLY} if page.name.startswith(DEFINITIONS) else None,
            )
            written += 1
        progress("Pages", done, len(wanted))
    for kind in kinds.registered() if cases else ():
        if text := shipped_records(kind):
            report = importing.load(
                text,
                storage=storage,
                comment=COMMENT,
                progress=progress,
                kind=kind,
                leave_out=earlier.move(text, storage, COMMENT) if kind is STORY else (),
            )
            report.raise_if_refused()
            written += report.written
    return written


def lacking() -> Iterator[str]:
    """A line for each template in force that lacks questions which the one that ships has.

    Editors may have left them out on purpose, so nothing is done about it.
    """
    for kind in kinds.registered():
        shipped = definitions.shipped(kind.template)
        if shipped is None:
            continue
        theirs = definitions.current().template_of(kind)
        ours = definitions.read(kind.template, shipped)
        missing = []
        for field in ours.fields:
            there = theirs.field(field.id)
            if there is None:
                missing.append(field.id)
            else:
                missing += [f"{column.id} in {field.id}" for column in field.columns if there.column(column.id) is None]
        if missing:
            yield f"{kind.template} lacks questions of the one that comes with the Cupboard: {', '.join(missing)}."


def _walk(folder: Traversable, above: str) -> Iterator[SeedPage]:
    for entry in folder.iterdir():
        if entry.is_dir():
            if not entry.name.startswith(("_", ".")):
                yield from _walk(entry, f"{above}{entry.name}/")
            continue
        stem, dot, ending = entry.name.rpartition(".")
        if dot + ending not in CONTENT_TYPES or (ending == "yaml" and not above):
            continue
        yield SeedPage(above + stem, CONTENT_TYPES[dot + ending], entry.read_bytes())


def _editors_group(storage: Any) -> bool:
    """Make the empty group of editors. Without the page, anybody who may create pages could make it and join."""
    if exists(EDITORS_GROUP, storage):
        return False
    store(
        EDITORS_GROUP,
        b"Members of this group look after the pages of the Cupboard. Their names stand in the page's metadata.\n",
        contenttype=CONTENT_TYPES[".moin"],
        itemtype="default",
        comment=COMMENT,
        storage=storage,
        meta={"usergroup": [], "acl": EDITORS_ONLY},
    )
    return True
