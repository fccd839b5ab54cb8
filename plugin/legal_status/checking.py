"""Rows about legality, in stored case studies, that break a rule: for ``cupboard check``.

Nobody can store such a row through the web; the command line can, and a rule may have been changed since.
"""

from __future__ import annotations

from typing import Any

from moin.constants.keys import ITEMTYPE, LATEST_REVS, NAME

from cupboard import definitions
from cupboard.document import parse
from cupboard.fields import rows_of
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.legal.audit import audit
from cupboard.legal.view import ROWS
from cupboard.tongue import _


def broken_rules(storage: Any) -> list[str]:
    """A line for each row that breaks a rule, by the definitions in force.

    :param storage: Moin's indexing middleware, which checks no rights
    """
    in_force = definitions.current()
    found = []
    for revision in storage.documents(idx_name=LATEST_REVS, **{ITEMTYPE: CASE_STUDY.item_type}):
        with revision.data as data:
            rows = rows_of(parse(data.read()).fields, ROWS)
        name = (revision.meta.get(NAME) or [_("(deleted page)")])[0]
        for broken in audit(rows, in_force.statuses, in_force.regimes):
            found.append(_("{name}: row {row} of legal status: {message}").format(
                name=name, row=(broken.row or 0) + 1, message=broken.message
            ))
    return found
