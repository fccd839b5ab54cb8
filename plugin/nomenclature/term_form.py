"""Changing one term of a vocabulary: what is asked, what would follow, and saving it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moin import flaskg
from moin.storage.middleware.exceptions import AccessDenied

from cupboard import definitions, pages
from cupboard.in_force import CHECKED, checksum
from cupboard.labels import joined
from cupboard.nomenclature import guard as definition_guard
from cupboard.nomenclature.shown import VOCABULARIES
from cupboard.terms.changes import LISTS, TEXTS, Refused
from cupboard.terms.wishes import Wish
from cupboard.tongue import _
from cupboard.vocabulary import Term, Vocabulary

#: Longest comment for a page's history, in characters.
MAX_COMMENT = 1000


@dataclass(frozen=True)
class Changed:
    """A definition page with a change made in it.

    :ivar text: of the page
    :ivar after: what it defines
    """

    text: str
    after: Vocabulary


def is_offered(page: str) -> bool:
    return page in VOCABULARIES


def may_change(page: str) -> bool:
    return flaskg.user.valid and flaskg.user.may.read(page) and flaskg.user.may.write(page)


def term_of(page: str, id: str) -> Term | None:
    """The term that stands in the page under an id, also one that was merged into another."""
    return next((term for term in definitions.in_force_of(page).walk() if term.id == id), None)


def shown(term: Term) -> dict[str, str]:
    """What the form shows of a term: by name, as :class:`Wish` takes it back."""
    lists = {"aliases": term.aliases, **{name: term.codes.get(name, ()) for name in LISTS if name != "aliases"}}
    values = {name: getattr(term, name) for name in TEXTS} | dict(term.extra)
    return values | {name: (" " if name == "cpv" else "\n").join(all) for name, all in lists.items()}


def differing(term: Term, given: Mapping[str, str]) -> dict[str, str]:
    """Of what came back from the form, what is not as it was shown."""
    before = shown(term)
    return {
        name: value
        for name, value in given.items()
        if name in before and value.replace("\r\n", "\n").strip() != before[name]
    }


def choices(page: str, term: Term | None, action: str) -> list[tuple[str, str]]:
    """(id, label with its place) of the terms that a term can be moved below, or merged into."""
    found = [("", _("the top"))] if action == "move" else []
    for one in definitions.in_force_of(page).walk():
        is_below = term is not None and (one.id == term.id or one.id.startswith(f"{term.id}/"))
        if one.retired or (is_below and (action == "move" or one is term or one.id == term.id)):
            continue
        found.append((one.id, joined((part.label for part in one.path), " › ")))
    return found


def changed(page: str, wish: Wish) -> Changed:
    """Make a change, without storing it.

    :raises Refused: when it can't be made, or breaks a rule
    """
    text = wish.carried_out(definitions.text_in_force(page))
    if found := definition_guard.problems(page, text):
        raise Refused(found[0].message)
    return Changed(text, definitions.read(page, text))


def save(page: str, wish: Wish, comment: str = "", storage: Any = None) -> str | None:
    """Make a change and store the page.

    :param storage: one that checks no rights, for the command line
    :returns: the new revision's id; None when the page already read like that
    :raises Refused: when it can't be made, or the person who asks may not write the page
    """
    with pages.one_writer():
        before = definitions.in_force_of(page)
        text = changed(page, wish).text
        said = ". ".join(filter(None, (wish.sentence(before), " ".join(comment.split()))))[:MAX_COMMENT]
        try:
            revid = pages.store(
                page,
                text.encode("utf-8", "surrogateescape"),
                contenttype=definitions.CONTENT_TYPE,
                itemtype=definitions.ITEM_TYPE,
                comment=said,
                storage=storage,
                meta={CHECKED: checksum(text)},
            )
        except AccessDenied as denied:
            raise Refused(_("You may not change {page}").format(page=page)) from denied
    definitions.forget()
    return revid
