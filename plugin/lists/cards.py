"""Summaries of case studies, as lists show them."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from markupsafe import Markup
from moin import current_app

from cupboard import catalogue, definitions, tongue
from cupboard.attachments import Attachment
from cupboard.audiences import choosing
from cupboard.case_studies import upkeep
from cupboard.case_studies.view import CaseView, badge
from cupboard.catalogue import Entry
from cupboard.days import shown, today
from cupboard.definitions import Definitions

_CARDS_KEPT = 3_000
_cards: OrderedDict[tuple[Any, ...], Markup] = OrderedDict()


class CardView(CaseView):
    """A case study as its summary shows it: from the catalogue's row, without opening its page or its files."""

    def __init__(self, entry: Entry, in_force: Definitions):
        super().__init__(entry.name, _Fields(entry.fields), in_force)  # type: ignore[arg-type]
        self._entry = entry

    @property
    def badges(self) -> list[str]:
        return [badge(one["kind"], one["by"], one["on"][:4], one["edited"]) for one in self._entry.statements]

    @property
    def marked(self) -> Any:
        return self._entry.marked

    @property
    def unconfirmed(self) -> str:
        """Since when nobody has confirmed it, in words, where that is too long ago; else empty."""
        confirmed = upkeep.confirmed_on(self._entry.fields, self._entry.created)
        return shown(confirmed) if upkeep.is_marked(confirmed, today()) else ""

    def _attachment(self, filename: str) -> Attachment:
        address = url_for("frontend.download_item", item_name=f"{self.name}/{filename}")
        size = self._entry.files.get(filename)
        return _OfUnknownSize(filename, address, 0) if size is None else Attachment(filename, address, size)


class _OfUnknownSize(Attachment):
    """A file that may be missing, or have rights of its own: whoever follows the link is told."""

    @property
    def format(self) -> str:
        return super().format.partition(",")[0]


@dataclass(frozen=True)
class _Fields:
    fields: Mapping[str, Any]


def summaries(entries: Iterable[Entry], in_force: Definitions, level: int) -> Iterator[Markup]:
    """Summaries in HTML.

    Each is kept for the next list, without the marks of what was searched for: it depends on nothing but the revision
    of the case study, its documents, what was signed about it, the definitions, the day, the reader's audience and
    language, and only who may read that case study is ever given its entry.

    :param level: of their headings
    """
    module = _card_module()
    now = in_force.version, today(), request.script_root, choosing.current(), tongue.language()
    for entry in entries:
        signed = tuple((one["page"], one["by"], one["on"], one["edited"]) for one in entry.statements)
        key = entry.revid, entry.name, *entry.files.items(), signed, now
        if entry.marked:
            view = CardView(entry, in_force)
            yield Markup(module.card(view, level, _kept((*key, "facts"), module.facts, view)))
        else:
            yield _kept((*key, level), _unmarked, entry, in_force, level)


def summary(entry: Entry, in_force: Definitions, level: int) -> Markup:
    """One summary in HTML."""
    return next(summaries([entry], in_force, level))


def _unmarked(entry: Entry, in_force: Definitions, level: int) -> str:
    return _card_module().card(CardView(entry, in_force), level)


def _card_module() -> Any:
    return current_app.jinja_env.get_template("cupboard/card.html").module


def _kept(key: tuple[Any, ...], make: Callable[..., str], *arguments: Any) -> Markup:
    found = _cards.get(key)
    if found is None:
        found = _cards[key] = Markup(make(*arguments))
        if len(_cards) > _CARDS_KEPT:
            _cards.popitem(last=False)
    return found


def more_like(itemid: str) -> Markup:
    """The case studies most like one, in HTML; empty when there is none."""
    in_force = definitions.current()
    views = [CardView(entry, in_force) for entry in catalogue.more_like(itemid)]
    return Markup(current_app.jinja_env.get_template("cupboard/more_like.html").render(views=views))
