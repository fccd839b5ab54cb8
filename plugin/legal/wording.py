"""An assertion in words: one word and a date in lists, a sentence on the page. Texts are plain, not yet HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cupboard.legal.assertions import EVIDENCE_KINDS, Assertion, Standing
from cupboard.legal.overlays import Case, Flag
from cupboard.legal.regimes import Regimes
from cupboard.legal.statuses import NOT_STATED, Statuses
from cupboard.tongue import L_, _, and_

NOT_LEGAL_ADVICE = L_("Not legal advice")

_PLACEHOLDER = re.compile(r"\{(organisation|adviser)\}")


def list_word(now: Standing, flags: Sequence[Flag] = ()) -> str:
    """For lists: ``Legal team advised, 2024``; what is flagged follows: ``Legal team advised, 2019. Law changed``.

    The worst live assertion speaks for the case, or else the strongest support. Flags are named once each, of
    whichever live assertion they are.
    """
    head = now.head
    word = now.status.word
    when = head.when if head and head.status != NOT_STATED else None
    if when:
        word = _("{status}, {when}").format(status=word, when=when.first.year)
    elif head and head.status != NOT_STATED:
        word = _("{status}, {when}").format(status=word, when=_("date not given"))
    return ". ".join([str(word), *dict.fromkeys(str(flag.short) for flag in flags)])


def sentence(one: Assertion, case: Case, statuses: Statuses, regimes: Regimes) -> str:
    """For the page, without a full stop.

    ``Cleared by the legal team of Anytown Council, 3 May 2024, under PCR 2015; covers the lotting``
    """
    said = _said(one, case, statuses, regimes)
    if one.status == NOT_STATED:
        return said
    parts = [said, str(one.when) if one.when else _("date not given")]
    regime = regimes.get(one.regime)
    if one.regime:
        parts.append(_("under {law}").format(law=regime.short if regime else one.regime))
    text = ", ".join(parts)
    if scope := _scope(one.scope):
        text = _("{said}; covers {scope}").format(said=text, scope=scope)
    return text


def provenance(one: Assertion, case: Case) -> str:
    """Who put it here and when: ``Recorded by alice of Anytown Council, 5 May 2024``; empty where nobody is recorded.
    """
    if not one.by:
        return ""
    who = f"{one.by}, {one.role}" if one.role else one.by
    member_of = case.organisation if one.capacity == "member" and not one.organisation else one.organisation
    if member_of:
        who = _("{person} of {organisation}").format(person=who, organisation=member_of)
    if one.capacity == "editor":
        said = _("{person}, as an editor") if one.role and not one.organisation else _("{person} as an editor")
        who = said.format(person=who)
    on = Assertion(on=one.on).asserted
    said = _("Recorded by {person}, {day}") if on else _("Recorded by {person}")
    return said.format(person=who, day=on)


def evidence_label(one: Assertion) -> str:
    """What its evidence is called where it is linked: ``Published guidance, version 2.1``."""
    label = EVIDENCE_KINDS.get(one.evidence_kind, L_("Evidence"))
    if not one.version:
        return str(label)
    return _("{label}, version {version}").format(label=label, version=one.version.removeprefix("version "))


def _said(one: Assertion, case: Case, statuses: Statuses, regimes: Regimes) -> str:
    status, adviser = statuses[one.status], one.adviser
    if body := regimes.body(adviser) if adviser else None:
        later = regimes.successors(body)
        if body.ends and later:
            adviser = _("{body} (today {successors})").format(
                body=adviser, successors=and_([after.name for after in later])
            )
    if "{adviser}" in status.sentence and not adviser:
        return status.label
    # who speaks for an organisation speaks for that one, whatever the case study is said to be of later
    organisation = one.organisation if one.capacity == "member" and one.organisation else case.organisation
    words = {"organisation": organisation or _("the organisation"), "adviser": adviser}
    said = _PLACEHOLDER.sub(lambda match: words[match[1]], status.sentence)
    return f"{said} ({adviser})" if adviser and "{adviser}" not in status.sentence else said


def _scope(text: str) -> str:
    scope = " ".join(text.split()).rstrip(".")
    first, _, rest = scope.partition(" ")
    if first.lower() == "covers":
        return rest
    # "The lotting" follows a semicolon here; "NEC4 clauses" keeps its capitals.
    return scope[:1].lower() + scope[1:] if first in ("The", "A", "An", "Only", "All", "Our", "This") else scope
