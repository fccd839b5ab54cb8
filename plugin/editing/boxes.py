"""Options and tick boxes of a form: one for each choice, and a tree of them for the terms of a vocabulary."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from cupboard.tongue import _
from cupboard.vocabulary import Term, Vocabulary


@dataclass(frozen=True)
class Option:
    """One choice of a select or one tick box.

    :ivar value: the id that the page stores
    :ivar label: what people read
    :ivar chosen: whether the page, or what was typed, has it
    """

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Branch:
    """A term with its tick box and those below it.

    :ivar term: the term, with its note
    :ivar option: its own tick box
    :ivar branches: its children
    """

    term: Term
    option: Option
    branches: tuple[Branch, ...]

    @property
    def chosen_below(self) -> int:
        """How many of the boxes below this one are ticked: a closed branch says so."""
        return sum(branch.option.chosen + branch.chosen_below for branch in self.branches)


def branches_of(
    terms: Iterable[Term], chosen: Collection[str], carried: Mapping[str, str] = MappingProxyType({})
) -> tuple[Branch, ...]:
    """The tick boxes of some terms and all below them.

    :param chosen: the ids that are ticked
    :param carried: by term, the id that the page has for it, where that is one from before the term was moved: its box
        stands for that id, so that a form which nobody changed changes nothing
    """
    made = []
    for term in terms:
        below = branches_of(term.children, chosen, carried)
        ticked = term.id in chosen or term.id in carried
        if not term.retired or ticked or any(branch.option.chosen or branch.chosen_below for branch in below):
            label = _("{label} (retired)").format(label=term.label) if term.retired else term.label
            made.append(Branch(term, Option(carried.get(term.id, term.id), label, ticked), below))
    return tuple(made)


def carried_in(vocabulary: Vocabulary, chosen: Collection[str]) -> dict[str, str]:
    """By term, the id from before it was moved that is ticked, where its own is not."""
    there = {term.id for term in vocabulary.walk()}
    found: dict[str, str] = {}
    for id in chosen:
        if id not in there and (term := vocabulary.get(id)) and term.id not in chosen:
            found.setdefault(term.id, id)
    return found


def values_in(branches: Iterable[Branch]) -> Iterator[str]:
    for branch in branches:
        yield branch.option.value
        yield from values_in(branch.branches)
