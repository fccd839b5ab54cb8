"""
StoryTimeline - shows what was done in a change story, action by action, with the case studies at their place.

Parameters:

    page (name of a page; needed): the story. If you may not read it, or it does not exist, the macro says that it is
        not there.

Notes:

    This is a block macro: it stands on a line of its own.

Examples:
    <<StoryTimeline(Stories/manchester-social-value)>>
"""

from moin.macros._base import MacroBlockBase

from cupboard import definitions, pages
from cupboard.fragments import fragment
from cupboard.kinds.change_story import STORY
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.stories.view import StoryView
from cupboard.tongue import _


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            view = _view(read_arguments(arguments, "page").get("page", ""))
        except BadArgument as bad:
            return refused(self, bad, alternative)
        return fragment("one_timeline.html", view=view)


def _view(name):
    if not name:
        raise BadArgument(_("name the page of a change story"))
    page = pages.readable(name, STORY)
    if page is None:
        raise BadArgument(_("there is no change story {name!r}").format(name=name))
    return StoryView(page.name, page.document, definitions.current())
