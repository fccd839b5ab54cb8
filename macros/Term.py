"""
Term - what a term of the contents hierarchy means: scope note, codes, other names, its discussion, a way to change it.

Parameters:

    term (id of a term; needed): the term, as the page Cupboard/Contents shows it.

    view (facts or full; facts): full shows scope note and narrower terms first; facts only the rest, folded.

Notes:

    This is a block macro: it stands on a line of its own. Each term has a page of its own, Contents/ and its id, which
    shows this by itself.

Examples:
    <<Term(contracts/food)>>
"""

from flask import url_for
from moin import flaskg
from moin.macros._base import MacroBlockBase
from moin.utils.interwiki import url_for_item

from cupboard import definitions, pages
from cupboard.fragments import fragment
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.nomenclature import shown, term_page
from cupboard.tongue import _


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "term", ["view"])
            id, view = given.get("term"), given.get("view", "facts")
            if view not in ("facts", "full"):
                raise BadArgument(_("view is facts or full, not {view!r}").format(view=view))
            if not id:
                raise BadArgument(_("say which term, such as <<Term(contracts/food)>>"))
            term = definitions.current().contents.get(id)
            if term is None:
                raise BadArgument(_("the contents hierarchy has no term {term!r}; Cupboard/Contents lists them").format(
                    term=id
                ))
        except BadArgument as bad:
            return refused(self, bad, alternative)
        discussion = f"{term_page.name_of(term)}/{term_page.DISCUSSION}"
        is_discussed = pages.exists(discussion)
        return fragment(
            "term.html",
            term=term,
            is_full=view == "full",
            codes=shown.codes(term),
            discussion=url_for_item(discussion) if is_discussed and flaskg.user.may.read(discussion) else None,
            may_discuss=not is_discussed and flaskg.user.valid and flaskg.user.may.create(discussion),
            change=shown.change_url(definitions.CONTENTS, term.id),
            propose=url_for("frontend.cupboard.propose", term=term.id),
        )
