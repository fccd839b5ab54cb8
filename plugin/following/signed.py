"""What organisations signed about case studies, as news of what a person follows.

A statement is a page of its own below the one that it is about. Who follows that page, the organisation that it names,
or the one that signed, a section or a search that it is under, hears of it. Signing, renewing and withdrawing make a
version of the statement; that its term is over makes none, and is worked out from its last day.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from moin import current_app, flaskg
from moin.constants.keys import ITEMID, ITEMTYPE, LATEST_REVS, MTIME
from whoosh.query import And, DateRange, Term

from cupboard import catalogue
from cupboard.catalogue import bodies
from cupboard.days import shown
from cupboard.endorsement import signing
from cupboard.endorsement.signing import Kept
from cupboard.following import news
from cupboard.following.news import CHANGED, News
from cupboard.organisations import directory
from cupboard.tongue import _

_MOST = 1000


@dataclass(frozen=True)
class Told:
    """News of a statement, for the person who asks.

    :ivar about: item ids of the pages that it is news of: the one it was signed about, those of its organisations
    """

    about: tuple[str, ...]
    news: News


def since(moment: int, until: int) -> list[Told]:
    """What was signed, renewed, withdrawn or came to its end after a moment, newest first, as far as it may be read."""
    found = []
    for itemid in changed(moment):
        what = news.of_page(itemid, moment, until)
        if what:
            found.append(Told(concerned(itemid), what))
    for what in ended(moment, until):
        if (so := ending(what)) is not None:
            found.append(Told(concerned(what.itemid), so))
    return sorted(found, key=lambda one: -one.news.when)


def concerned(itemid: str) -> tuple[str, ...]:
    """Of a statement, the item ids of the page that it is about, and of the pages of the organisation that this one
    names and of the one that signed, as far as there are any."""
    kept = signing.of_item(itemid)
    if kept is None:
        return ()
    own = directory.named(kept.statement.subject)
    return tuple(dict.fromkeys((kept.statement.case, kept.statement.organisation, *([own.itemid] if own else []))))


def changed(moment: int) -> Iterator[str]:
    """Item ids of the statements with a version after a moment, whoever may read them."""
    after = DateRange(MTIME, datetime.fromtimestamp(max(moment, 0), UTC).replace(tzinfo=None), None)
    for meta in current_app.storage.search_meta(
        And([Term(ITEMTYPE, signing.ITEM_TYPE), after]), idx_name=LATEST_REVS, limit=_MOST
    ):
        yield meta[ITEMID]


def ended(moment: int, until: int) -> list[Kept]:
    """The statements whose term came to its end after a moment, and were not withdrawn; whoever may read them."""
    # the last day is in force: it ends with the beginning of the next one
    first, last = (datetime.fromtimestamp(max(one, 0), UTC).date() - timedelta(days=1) for one in (moment, until))
    itemids = bodies.ending(current_app.storage.reading(), first.isoformat(), last.isoformat())
    found = (signing.of_item(itemid) for itemid in itemids)
    return [one for one in found if one and one.statement.withdrawn_on is None
            and moment < _end(one.statement.until) <= until]


def ending(kept: Kept) -> News | None:
    """That a statement came to its end, as news; None when the person who asks may not read it, or what it is about."""
    statement = kept.statement
    about = next(iter(catalogue.of_items([statement.case])), None)
    if about is None or not flaskg.user.may.read(kept.page):
        return None
    said = _("{statement}; ended on {day}").format(statement=statement.sentence(), day=shown(statement.until))
    return News(
        kept.itemid,
        kept.page,
        about.fields.get("title") or about.name,
        CHANGED,
        (said,),
        _end(statement.until),
        f"ended:{kept.itemid}:{statement.until}",
        None,
    )


def _end(day: date) -> int:
    """The second in which a day is over, since the epoch."""
    return int(datetime.combine(day + timedelta(days=1), time.min, UTC).timestamp())
