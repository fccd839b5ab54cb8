"""
LegalStatus - shows a legal status as a word, with its meaning.

Parameters:

    status: the id of the status, as the page Cupboard/LegalStatuses shows it.

Examples:
    An approach that was <<LegalStatus(legal_team)>> is not the same as one that was <<LegalStatus(tested_upheld)>>.
"""

from moin.macros._base import MacroInlineBase, fail_message

from cupboard import definitions
from cupboard.case_view import LegalStatus
from cupboard.fragments import inline_fragment
from cupboard.macros._arguments import BadArgument, read_arguments


class Macro(MacroInlineBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            id = read_arguments(arguments, "status").get("status", "")
            term = definitions.current().legal_statuses.get(id)
            if term is None:
                known = ", ".join(term.id for term in definitions.current().legal_statuses.walk())
                raise BadArgument(f"there is no legal status {id!r}. There are: {known}")
        except BadArgument as bad:
            return fail_message(f"LegalStatus: {bad}", alternative)
        return inline_fragment("legal_badge.html", status=LegalStatus.of(term, {}))
