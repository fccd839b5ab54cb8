"""How a change story is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from emeraldtree.tree import Element

from cupboard import definitions
from cupboard.converters import structured
from cupboard.document import Document
from cupboard.fragments import fragment
from cupboard.kinds.change_story import STORY
from cupboard.stories.view import StoryView


def shown(document: Document, name: str, pending: Collection[str]) -> Iterator[Element]:
    """A story: its head, why it began, the timeline, what came of it and the rest of its text, its foot."""
    view = StoryView(name, document, definitions.current(), pending)
    yield fragment("story_head.html", view=view)
    beginning = view.template.field("why")
    yield from structured.in_its_language(structured.markup(document.preamble))
    told = False
    for section in document.sections:
        if not told and not (beginning and section.title == beginning.section):
            yield fragment("story_timeline.html", view=view, level=2)
            told = True
        yield from structured.section(section)
    if not told:
        yield fragment("story_timeline.html", view=view, level=2)
    yield fragment("story_foot.html", view=view)


structured.register(STORY, shown)
