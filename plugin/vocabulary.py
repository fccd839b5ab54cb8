"""Vocabularies: the contents hierarchy, and flat lists such as the legal statuses.

A vocabulary is a definition page:

    kind: vocabulary
    title: Contents hierarchy
    terms:
    - id: contracts
      label: Contracts
      terms:
      - id: food
        label: Food and catering
        aliases: [Catering]           # other words that find it
        cpv: ['15', '03']             # codes of other lists; proclass likewise
        short: Food                   # a short label
        label_cy: Bwyd ac arlwyo      # the label in Welsh; likewise short_cy, note_cy, and other languages
        note: What is eaten or drunk.

The id of a term is its path from the top, ``contracts/food``: ids are for ever, labels are free. A term that is no
longer wanted is marked ``retired: true``, or ``merged_into: contracts/catering``, and stays in the page, because case
studies carry its id. A term that was moved says ``formerly: [contracts/food]``: that id, and those below it, lead to
where it stands now, and are never given to another. Any further name with a text (``group: supported``) is kept in
``Term.extra``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import chain
from types import MappingProxyType
from typing import Iterator, Mapping

from cupboard.labels import in_all_languages
from cupboard.shapes import DefinitionError, Entries
from cupboard.tongue import _

__all__ = ["DefinitionError", "Term", "Vocabulary"]

CODE_LISTS = ("cpv", "proclass")
"""Lists that a term may give codes of: CPV, Regulation (EC) No 213/2008, and ProClass headings."""


#: How many ways an id is looked for that was given up in several moves.
_MOST_TRIED = 500


@dataclass(frozen=True, slots=True, eq=False)
class Term:
    """One term. ``retired`` is also true of a term that was merged into another."""

    id: str
    label: str
    short: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()
    codes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    retired: bool = False
    merged_into: str | None = None
    formerly: tuple[str, ...] = ()
    extra: Mapping[str, str] = field(default_factory=dict)
    parent: Term | None = field(default=None, repr=False)
    children: tuple[Term, ...] = field(default=(), repr=False)

    @property
    def path(self) -> tuple[Term, ...]:
        """The terms from the top down to this one."""
        return (*self.parent.path, self) if self.parent else (self,)

    def walk(self) -> Iterator[Term]:
        """This term and all below it, depth first."""
        yield self
        for child in self.children:
            yield from child.walk()


class Vocabulary:
    """Terms in the order of their page. Never changes once it is loaded."""

    __slots__ = ("title", "terms", "_by_id", "_by_word", "_moved")

    title: str
    terms: tuple[Term, ...]

    def __init__(self, title: str, terms: tuple[Term, ...]):
        """
        :raise KeyError: when a term is merged into one that isn't there
        """
        self.title = title
        self.terms = terms
        self._by_id = {term.id: term for term in self.walk()}
        self._moved = {former: term.id for term in self.walk() for former in term.formerly}
        for term in self.walk():
            target = term
            while target.merged_into:
                target = self._by_id[target.merged_into]
            self._by_id[term.id] = target
        self._by_word: dict[str, list[Term]] = {}
        for term in self.walk():
            now = self._by_id[term.id]
            labels = [*in_all_languages(term.label), *in_all_languages(term.short)]
            for word in filter(None, (*labels, *term.aliases, *chain(*term.codes.values()))):
                found = self._by_word.setdefault(_folded(word), [])
                if now not in found:
                    found.append(now)

    @classmethod
    def load(cls, text: str) -> Vocabulary:
        """Read a vocabulary's page.

        :raise DefinitionError: with line and column, when it can't be used
        """
        page = Entries.of_page(text, "vocabulary")
        title = page.text("title")
        page.text("note", required=False)
        places: dict[str, tuple[Term, Entries]] = {}
        terms = _terms(page.list_of("terms", _("term"), required=True), None, places)
        page.done()
        _check_merges(places)
        _check_moves(places)
        return cls(title, terms)

    def get(self, id: str) -> Term | None:
        """The term with an id, or with one that it had before it was moved; for a term that was merged into another,
        that other one. A retired term is found as any other."""
        found = self._by_id.get(id)
        return self._by_id.get(self._id_now(id)) if found is None and self._moved else found

    def _id_now(self, id: str) -> str:
        """An id that was given up, as it is after all moves of the term and of those above it.

        A term moved away from below another that moved too has its old id under any of the ids of that other.
        """
        tried = [id]
        for one in tried:
            if one in self._by_id:
                return one
            above = one
            while above and len(tried) < _MOST_TRIED:
                now = self._moved.get(above, above)
                for known in (now, *(self._by_id[now].formerly if now in self._by_id else ())):
                    other = known + one[len(above):]
                    if other not in tried:
                        tried.append(other)
                above = above.rpartition("/")[0]
        return id

    def find(self, text: str) -> list[Term]:
        """The terms that have a text as label, short label, alias or code, in any case.

        For a term that was merged into another, that other one.
        """
        return list(self._by_word.get(_folded(text), ()))

    def matching(self, text: str) -> list[Term]:
        """The terms that a search for a text is about: those that :meth:`find` finds; for the number of a CPV code
        those that have the nearest group above it, so 15810000-9 finds who has 15; and retired ones not at all."""
        found = self.find(text)
        if not found and (code := re.fullmatch(r"([0-9]{2,8})(-[0-9])?", text.strip())):
            shorter = (code[1][:length] for length in range(len(code[1]), 1, -1))
            found = next(filter(None, map(self._with_cpv, shorter)), [])
        return [term for term in found if not term.retired]

    def _with_cpv(self, code: str) -> list[Term]:
        return [term for term in self.find(code) if code in term.codes.get("cpv", ())]

    def walk(self) -> Iterator[Term]:
        """All terms, depth first; retired and merged ones too."""
        for term in self.terms:
            yield from term.walk()


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _terms(listed: list[Entries], parent: Term | None, places: dict[str, tuple[Term, Entries]]) -> tuple[Term, ...]:
    terms = []
    for entries in listed:
        local = entries.id()
        id = f"{parent.id}/{local}" if parent else local
        if id in places:
            first = places[id][1].node.line
            raise entries.error(_(
                "The id {local} is here a second time; the first is on line {first}. Give one of the two terms another "
                "id"
            ).format(local=local, first=first), "id")
        merged_into = entries.text("merged_into", required=False) or None
        term = Term(
            id=id,
            label=entries.label("label"),
            short=entries.label("short", required=False),
            note=entries.label("note", required=False),
            aliases=entries.texts("aliases"),
            codes=MappingProxyType(_codes(entries)),
            retired=entries.flag("retired") or merged_into is not None,
            merged_into=merged_into,
            formerly=entries.texts("formerly"),
            parent=parent,
        )
        places[id] = term, entries
        # Parents and children point at each other, so one of the two has to be set once the other is made.
        object.__setattr__(term, "children", _terms(entries.list_of("terms", _("term")), term, places))
        object.__setattr__(term, "extra", MappingProxyType(entries.extra_texts()))
        entries.done()
        terms.append(term)
    return tuple(terms)


def _codes(entries: Entries) -> dict[str, tuple[str, ...]]:
    codes = {name: entries.texts(name) for name in CODE_LISTS if entries.has(name)}
    for code in codes.get("cpv", ()):
        if not re.fullmatch("[0-9]{2,8}", code):
            raise entries.error(_('"{code}" is not a CPV code: write two to eight digits').format(code=code), "cpv")
    return codes


def _check_merges(places: dict[str, tuple[Term, Entries]]) -> None:
    for id, (term, entries) in places.items():
        seen = {id}
        while target := term.merged_into:
            if target not in places:
                raise places[term.id][1].error(
                    _('There is no term "{target}": write the whole id, such as contracts/food').format(
                        target=target
                    ), "merged_into")
            if target in seen:
                raise entries.error(_("{id} ends up merged into itself: merge it into a term that stays").format(
                    id=id
                ), "merged_into")
            seen.add(target)
            term = places[target][0]


def _check_moves(places: dict[str, tuple[Term, Entries]]) -> None:
    seen: dict[str, str] = {}
    for id, (term, entries) in places.items():
        for former in term.formerly:
            if former in places:
                raise places[former][1].error(
                    _(
                        "{former} is what {id} was called before it was moved, and leads there for ever: give this "
                        "term another id"
                    ).format(former=former, id=id), "id")
            if former in seen:
                raise entries.error(_(
                    "{seen} has {former} under formerly already: take it out of one of the two"
                ).format(seen=seen[former], former=former),
                                    "formerly")
            seen[former] = id
