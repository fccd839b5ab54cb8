"""
SavedSearch - shows the list of a search that somebody keeps.

    Searches are kept at the foot of a list, under a name. The list holds what you may read, nothing else.

Parameters:

    name (account, a slash, name of the search; needed): whose search it is and what it is called: alice/Food in
        Scotland. "Searches you keep" shows it.

    sort, rows, view, columns, facets (as SectionIndex takes them; what the search says): how the list is shown.

Notes:

    This is a block macro: it stands on a line of its own. Who changes the search changes the list.

Examples:
    <<SavedSearch(alice/Food in Scotland)>>
    <<SavedSearch(alice/Food in Scotland, rows=5)>>
"""

from dataclasses import replace

from moin.macros._base import MacroBlockBase

from cupboard.lists import saved_searches
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.macros._lists import scope_of, search, show
from cupboard.tongue import _


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "name", ("sort", "rows", "view", "columns", "facets"))
            saved = saved_searches.find(given.get("name", ""))
            if saved is None:
                raise BadArgument(
                    _(
                        "name must be that of a search that is kept and that you may read, such as alice/Food in "
                        "Scotland"
                    )
                )
            scope = search(saved.search, _("the kept search"))
            return show(given, replace(scope, sort=scope_of({"sort": given.get("sort", "")}).sort or scope.sort))
        except BadArgument as bad:
            return refused(self, bad, alternative)
