"""The four audiences of the Cupboard, as its founders named them, and what each needs to see first. Knows no Moin.

    choosing  which of them a reader said to be: by the address, or by a cookie that a button sets
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cupboard.tongue import L_


@dataclass(frozen=True)
class Audience:
    """Who somebody is when they come here.

    :ivar id: as the template's question "Who it is for" has it
    :ivar says: what they say of themselves
    :ivar needs: what their entrance gives them, in a sentence
    :ivar heading: what stands above that which they see first of a case study
    :ivar page: name of their entrance
    :ivar parts: what they see first of a case study, in order; see :mod:`cupboard.entrances.first`
    :ivar facts: fields that come first among the key facts
    """

    id: str
    says: L_
    needs: L_
    heading: L_
    page: str
    parts: tuple[str, ...]
    facts: tuple[str, ...]


AUDIENCES: Mapping[str, Audience] = {
    one.id: one
    for one in (
        Audience(
            "strategic-lead",
            L_("I set strategy"),
            L_("Evidence that it pays: results, costs and benefits, what is covered, how whole organisations changed."),
            L_("First, for people who set strategy"),
            "For/Strategy",
            ("result_figures", "paid", "themes", "state"),
            ("themes", "organisation", "organisation_type"),
        ),
        Audience(
            "practitioner",
            L_("I buy"),
            L_("How to do it: contracts by area and by stage, and the papers to copy."),
            L_("First, for people who buy"),
            "For/Buyers",
            ("documents", "stages", "areas"),
            ("stages", "jurisdiction", "organisation"),
        ),
        Audience(
            "leader",
            L_("I lead or am elected"),
            L_("One page, numbers first, to read before a meeting or to print."),
            L_("First, for people who lead or are elected"),
            "For/Leaders",
            ("result_figures", "legal", "paid", "brief"),
            ("organisation", "region", "year"),
        ),
        Audience(
            "service-manager",
            L_("I run a service"),
            L_("Quick wins in your service area, and whom to ask."),
            L_("First, for people who run a service"),
            "For/ServiceManagers",
            ("areas", "effort", "state", "contact"),
            ("organisation_type", "region", "year"),
        ),
    )
}
"""By id, in the order in which they are offered."""
