"""Versions: an address of one that the page doesn't have is answered with "not found".

Moin looks for its place among the page's versions and stumbles when it has none, which is an answer of 500. Such an
address comes from a link that is older than a page which was destroyed, or was cut when somebody copied it.
"""

from functools import wraps

from flask import abort
from moin.utils import rev_navigation

from .replacement import Replacement


def _not_found(prior_next_revs):
    @wraps(prior_next_revs)
    def answer(revid, fqname):
        try:
            return prior_next_revs(revid, fqname)
        except ValueError:
            abort(404)

    return answer


REPLACEMENTS = [Replacement(rev_navigation, "prior_next_revs", _not_found)]
