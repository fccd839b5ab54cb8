"""What a case study wants from those who look after it, worked out on the day of reading. Nothing is stored."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cupboard.days import Span, plus_months, shown, today
from cupboard.definitions import Definitions
from cupboard.fields import rows_of
from cupboard.legal.view import LegalView
from cupboard.tongue import _

#: The field that says when somebody who knows last found the page true.
CONFIRMED = "confirmed"
#: After so many months its contributors are asked whether it is still so; after so many it is marked.
ASKED_AFTER = 12
MARKED_AFTER = 24

UNCONFIRMED, LAW, REVIEW, CONTACT, LINK = KINDS = ("unconfirmed", "law", "review", "contact", "link")


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing that a case study wants.

    :ivar kind: one of :data:`KINDS`
    :ivar text: a sentence
    :ivar since: from which day
    """

    kind: str
    text: str
    since: date | None = None


def confirmed_on(fields: Mapping[str, Any], created: int) -> date:
    """The day on which a case study was last said to be true: by its field, or else by being written.

    :param created: when its first version was stored, seconds since the epoch
    """
    begun = datetime.fromtimestamp(created, UTC).date()
    value = fields.get(CONFIRMED, "")
    span = Span.read(value) if isinstance(value, str) else None
    return max(begun, span.last) if span and span.first <= today() else begun


def asked_on(confirmed: date) -> date:
    """The day from which its contributors are asked whether a case study is still so."""
    return plus_months(confirmed, ASKED_AFTER)


def is_marked(confirmed: date, day: date) -> bool:
    """Whether readers are told that nobody has confirmed a case study in time."""
    return day >= plus_months(confirmed, MARKED_AFTER)


def attention(
    fields: Mapping[str, Any], created: int, in_force: Definitions, day: date | None = None,
    broken: Collection[str] = (),
) -> list[Attention]:
    """All that a case study wants.

    :param broken: addresses that were found not to work
    """
    day = day or today()
    found = []
    confirmed = confirmed_on(fields, created)
    if day >= asked_on(confirmed):
        asked = _("Last confirmed on {day}. Is it still so?").format(day=shown(confirmed))
        found.append(Attention(UNCONFIRMED, asked, asked_on(confirmed)))
    flags = LegalView(fields, in_force, day).flags
    for flag in flags:
        if flag.event is not None:
            found.append(Attention(LAW, flag.text, flag.since))
        elif flag.kind == "review_overdue":
            said = _("A statement about its lawfulness: {text}").format(text=flag.text)
            found.append(Attention(REVIEW, said, flag.since))
    if not any(fields.get(name) for name in ("contact_email", "contact_role", "contact_name")):
        found.append(Attention(CONTACT, _("It has no contact point.")))
    for row in rows_of(fields, "resources"):
        if row.get("link") in broken:
            said = _("A link does not work any more: {link}").format(link=row.get("title") or row["link"])
            found.append(Attention(LINK, said))
    return list(dict.fromkeys(found))
