"""What can be said of whether an approach is lawful, and the rules of saying it.

The statuses are the terms of the page ``Cupboard/LegalStatuses``. Their further keys, all of them text:

    group: supported | unreviewed | contested
    life_months: '24'                  # asked again after so many months; left out: it does not lapse
    may_assert: member, sourced        # any of the words of MAY_ASSERT; left out: editor
    needs: evidence or adviser, date   # columns that must be filled in (evidence: a link or a file;
                                       # link: only a link); " or " between alternatives
    privileged: 'true'                 # what it rests on is legal advice, of which only a summary may be given
    closed_period: 'true'              # only when the time to challenge the award is over
    word: Legal team advised           # in lists; left out: the short label
    sentence: Cleared by the legal team of {organisation}      # {adviser} also; left out: the label
    unlawful: 'true'                   # says that it is not lawful

Within a group the page goes from the weakest to the strongest. A status whose rules can't be read is one that only
editors can assert, so a slip in the page never lets more people say more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cupboard.labels import label_of
from cupboard.tongue import L_, _
from cupboard.vocabulary import Term, Vocabulary

NOT_STATED = "not_stated"
"""The id of what a case says when nothing is said."""
NEUTRAL = "neutral"
"""How "not stated" looks: it is neither good nor bad."""

SUPPORTED, UNREVIEWED, CONTESTED = GROUPS = ("supported", "unreviewed", "contested")

MAY_ASSERT: Mapping[str, str] = {
    "anyone": L_("anyone who is signed in"),
    "sourced": L_("anyone who links to a public source"),
    "member": L_("members of the organisation"),
    "editor": "editors",
}
"""Who may assert a status, in the words of its page and in those of a message. Suppliers never may."""


@dataclass(frozen=True, slots=True)
class Status:
    """One status.

    :ivar rank: its place on the page, from 0
    :ivar who: who may assert it, in words for people; ``may_assert`` says the same in those of ``MAY_ASSERT``
    :ivar needs: alternatives, each the columns that a row must fill in; no alternatives: none
    :ivar life: in months; None when it does not lapse
    """

    id: str
    label: str
    short: str
    rank: int = 0
    meaning: str = ""
    who: str = ""
    evidence: str = ""
    life: int | None = None
    group: str = UNREVIEWED
    may_assert: frozenset[str] = frozenset({"editor"})
    needs: tuple[frozenset[str], ...] = ()
    privileged: bool = False
    closed_period: bool = False
    unlawful: bool = False
    word: str = ""
    sentence: str = ""
    retired: bool = False

    @classmethod
    def of_term(cls, term: Term, rank: int) -> Status:
        """The status that a term of the page describes."""
        extra = term.extra
        allowed = frozenset(_words(extra.get("may_assert", "")))
        life = extra.get("life_months", "")
        group = extra.get("group", "")
        return cls(
            id=term.id,
            label=term.label,
            short=term.short or term.label,
            rank=rank,
            meaning=term.note,
            who=extra.get("who", ""),
            evidence=extra.get("evidence", ""),
            life=int(life) if life.isascii() and life.isdigit() and 0 < int(life) <= 1200 else None,
            group=group if group in GROUPS else UNREVIEWED,
            may_assert=allowed if allowed and allowed <= MAY_ASSERT.keys() else frozenset({"editor"}),
            needs=tuple(filter(None, (frozenset(_words(part)) for part in extra.get("needs", "").split(" or ")))),
            privileged=_true(extra.get("privileged", "")),
            closed_period=_true(extra.get("closed_period", "")),
            unlawful=_true(extra.get("unlawful", "")),
            word=label_of(extra, "word") or term.short or term.label,
            sentence=label_of(extra, "sentence") or term.label,
            retired=term.retired,
        )

    @property
    def look(self) -> str:
        """How its word is shown: as its group, or neutral when it says nothing."""
        return NEUTRAL if self.id == NOT_STATED else self.group

    @property
    def weight(self) -> tuple[int, int]:
        """Sorts statuses into the order in which a reader must see them: contested, supported, unreviewed.

        The least weight comes first; within a group, what stands lower on the page.
        """
        return (CONTESTED, SUPPORTED, UNREVIEWED).index(self.group), -self.rank


class Statuses:
    """The statuses by id, in the order of their page. An id that nobody knows gives a status that says so.

    Pages keep ids for ever, so looking one up never fails; ``in`` and ``len`` tell which the page has.
    """

    def __init__(self, statuses: tuple[Status, ...], merged: Mapping[str, str] | None = None):
        self._by_id = {status.id: status for status in statuses}
        self._merged = dict(merged or {})

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> Statuses:
        """Read the terms of the vocabulary ``legal-statuses``."""
        terms = list(vocabulary.walk())
        merged = {term.id: vocabulary.get(term.id).id for term in terms if term.merged_into}
        return cls(tuple(Status.of_term(term, rank) for rank, term in enumerate(terms)), merged)

    def __getitem__(self, id: str) -> Status:
        found = self._by_id.get(self._merged.get(id, id))
        said = id or _("Not stated")
        return found or Status(id=id, label=said, short=said, word=said, sentence=said, rank=-1)

    def __contains__(self, id: object) -> bool:
        return id in self._by_id

    def __iter__(self) -> Iterator[Status]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)


def _words(text: str) -> list[str]:
    return text.replace(",", " ").split()


def _true(text: str) -> bool:
    return text.strip().lower() in ("true", "yes")
