"""
Audiences - the four ways in: "I set strategy", "I buy", "I lead or am elected", "I run a service".

    Each leads to a page of its own. With one of them named, a button that has case studies show first what that
    audience needs, in this browser, until it is forgotten.

Parameters:

    audience (strategic-lead, practitioner, leader or service-manager; all four ways in): only the button for this one.

Notes:

    This is a block macro: it stands on a line of its own. Choosing needs no account: it is kept in a cookie that is set
    when the button is pressed, and at no other time.

Examples:
    <<Audiences>>
    <<Audiences(leader)>>
"""

from moin.macros._base import MacroBlockBase

from cupboard.audiences import AUDIENCES, choosing
from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.tongue import _


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            id = read_arguments(arguments, "audience").get("audience")
            if id and id not in AUDIENCES:
                raise BadArgument(_("audience must be one of {audiences}, not {id!r}").format(
                    audiences=", ".join(AUDIENCES), id=id
                ))
        except BadArgument as bad:
            return refused(self, bad, alternative)
        chosen = choosing.remembered()
        if id:
            return fragment("remember_audience.html", audience=AUDIENCES[id], chosen=chosen)
        return fragment("audiences.html", audiences=AUDIENCES.values(), chosen=chosen)
