"""Change stories of a wiki that was seeded when they were still case studies.

Those that nobody has edited since get the name that they have now, and the import that follows writes them anew as
stories; their history stays. One that somebody has edited stays what it is, and its story isn't added beside it.
"""

from __future__ import annotations

from typing import Any

from cupboard import kinds, pages
from cupboard.importing import was_edited
from cupboard.importing.records import ids_in
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.kinds.change_story import STORY


def move(text: str, storage: Any, comment: str) -> set[str]:
    """Rename them.

    :param text: the records of the stories that come with the Cupboard
    :param storage: the storage that checks no rights
    :returns: ids of the records to leave out
    """
    left_out = set()
    for id in ids_in(text):
        old, new = CASE_STUDY.name_of(id), STORY.name_of(id)
        page = pages.read(old, storage=storage)
        if page is None or kinds.of_meta(page.meta) is not CASE_STUDY or pages.exists(new, storage):
            continue
        if page.document.fields.get("kind") != STORY.listed_as:
            continue
        if was_edited(page):
            left_out.add(id)
        else:
            pages.rename(old, new, comment=comment, storage=storage)
    return left_out
