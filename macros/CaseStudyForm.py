"""
CaseStudyForm - the form of a case study, in the middle of a wiki page.

    Without arguments it adds a new case study; with the name of a page it changes that one. It is saved under the
    same rules as everywhere else, and who may not write sees a sentence in its place.

Parameters:

    page (name of a page; the form adds a new one): the case study to change.

    category (id of a term; none): for a new case study, the term of Cupboard/Contents that is ticked to begin with.

Notes:

    This is a block macro: it stands on a line of its own.

Examples:
    <<CaseStudyForm>>
    <<CaseStudyForm(category=contracts/food)>>
    <<CaseStudyForm(CaseStudies/nhs-furniture)>>
"""

from moin import flaskg
from moin.macros._base import MacroBlockBase

from cupboard import definitions, pages
from cupboard.editing.editor import Edit
from cupboard.fragments import fragment
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.macros._arguments import BadArgument, read_arguments, refused
from cupboard.tongue import _


class Macro(MacroBlockBase):
    def macro(self, content, arguments, page_url, alternative):
        try:
            given = read_arguments(arguments, "page", ["category"])
            name, category = given.get("page"), given.get("category")
            if name and category:
                raise BadArgument(_("category is for a new case study: leave it out where a page is named"))
            if category and definitions.current().contents.get(category) is None:
                raise BadArgument(_(
                    "the contents hierarchy has no term {term!r}; Cupboard/Contents lists them"
                ).format(term=category))
            edit = _edit(name, category)
        except BadArgument as bad:
            return refused(self, bad, alternative)
        if edit is None:
            return fragment("may_not_write.html", signed_in=flaskg.user.valid)
        return fragment("form_body.html", edit=edit, form=edit.show_form(), focus=None, **edit.context())


def _edit(name, category):
    """The edit to show; None for those who may not write."""
    if name is None:
        may = flaskg.user.may.create(CASE_STUDY.name_of("new"))
        return Edit.of_new(category) if may else None
    page = pages.readable(name, CASE_STUDY)
    if page is None:
        raise BadArgument(_("there is no case study {name!r}").format(name=name))
    if page.document.error:
        raise BadArgument(_("line {line} of {name} can't be read: {message}").format(
            line=page.document.error.line, name=name, message=page.document.error.message
        ))
    return Edit.of_page(page) if flaskg.user.may.write(name) else None
