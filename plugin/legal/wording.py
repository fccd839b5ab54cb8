"""An assertion in words: one word and a date in lists, a sentence on the page. Texts are plain, not yet HTML."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .assertions import EVIDENCE_KINDS, Assertion, Standing
from .overlays import Case, Flag
from .regimes import Regimes
from .statuses import NOT_STATED, Statuses

NOT_LEGAL_ADVICE = "Not legal advice"

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
        word += f", {when.first.year}"
    elif head and head.status != NOT_STATED:
        word += ", date not given"
    return ". ".join([word, *dict.fromkeys(flag.short for flag in flags)])


def sentence(one: Assertion, case: Case, statuses: Statuses, regimes: Regimes) -> str:
    """For the page, without a full stop.

    ``Cleared by the legal team of Anytown Council, 3 May 2024, under PCR 2015; covers the lotting``
    """
    said = _said(one, case, statuses, regimes)
    if one.status == NOT_STATED:
        return said
    parts = [said, str(one.when) if one.when else "date not given"]
    regime = regimes.get(one.regime)
    if one.regime:
        parts.append(f"under {regime.short if regime else one.regime}")
    text = ", ".join(parts)
    if scope := _scope(one.scope):
        text += f"; covers {scope}"
    return text


def provenance(one: Assertion, case: Case) -> str:
    """Who put it here and when: ``Recorded by alice of Anytown Council, 5 May 2024``; empty where nobody is recorded.
    """
    if not one.by:
        return ""
    text = f"Recorded by {one.by}"
    if one.role:
        text += f", {one.role}"
    if one.organisation:
        text += f" of {one.organisation}"
    if one.capacity == "editor":
        text += ", as an editor" if one.role and not one.organisation else " as an editor"
    elif one.capacity == "member" and not one.organisation:
        text += f" of {case.organisation}"
    on = Assertion(on=one.on).asserted
    return f"{text}, {on}" if on else text


def evidence_label(one: Assertion) -> str:
    """What its evidence is called where it is linked: ``Published guidance, version 2.1``."""
    label = EVIDENCE_KINDS.get(one.evidence_kind, "Evidence")
    return f"{label}, version {one.version.removeprefix('version ')}" if one.version else label


def _said(one: Assertion, case: Case, statuses: Statuses, regimes: Regimes) -> str:
    status, adviser = statuses[one.status], one.adviser
    if body := regimes.body(adviser) if adviser else None:
        later = regimes.successors(body)
        if body.ends and later:
            adviser += f" (today {_and([after.name for after in later])})"
    if "{adviser}" in status.sentence and not adviser:
        return status.label
    # who speaks for an organisation speaks for that one, whatever the case study is said to be of later
    organisation = one.organisation if one.capacity == "member" and one.organisation else case.organisation
    words = {"organisation": organisation or "the organisation", "adviser": adviser}
    said = _PLACEHOLDER.sub(lambda match: words[match[1]], status.sentence)
    return f"{said} ({adviser})" if adviser and "{adviser}" not in status.sentence else said


def _scope(text: str) -> str:
    scope = " ".join(text.split()).rstrip(".")
    first, _, rest = scope.partition(" ")
    if first.lower() == "covers":
        return rest
    # "The lotting" follows a semicolon here; "NEC4 clauses" keeps its capitals.
    return scope[:1].lower() + scope[1:] if first in ("The", "A", "An", "Only", "All", "Our", "This") else scope


def _and(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + " and " + names[-1]
