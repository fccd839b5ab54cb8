"""Facets: the ways to narrow a list, with how many case studies each would leave.

What a facet counts is the list as it would be without the choices made in that facet itself, since its values are
alternatives. A term of the hierarchy counts each case study once that has it or any term below it.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from heapq import nsmallest
from typing import Any

from pyroaring import BitMap

from cupboard import kinds
from cupboard.catalogue.derived import Derived
from cupboard.catalogue.endorsed import VALUES as ENDORSED
from cupboard.catalogue.endorsed import EndorsedSets
from cupboard.catalogue.held import NOTHING, Held
from cupboard.catalogue.legal import COMPUTED, LABELS, LegalSets
from cupboard.catalogue.query import Query
from cupboard.catalogue.rows import PAYBACKS
from cupboard.definitions import Definitions
from cupboard.template import Template
from cupboard.tongue import L_
from cupboard.vocabulary import Term, Vocabulary


@dataclass(frozen=True)
class Facet:
    """A way to narrow a list.

    :ivar id: its name in addresses
    :ivar field: what of a row it looks at
    :ivar label: how readers call it; empty: as the template calls the field
    :ivar root: for those of the contents hierarchy, the term below which its values are; empty: the top
    :ivar many: there may be any number of values, so the most frequent are shown first
    """

    id: str
    field: str
    label: str | L_ = ""
    root: str | None = None
    many: bool = False

    @property
    def is_tree(self) -> bool:
        return self.root is not None


FACETS: Mapping[str, Facet] = {
    facet.id: facet
    for facet in (
        Facet("term", "categories", L_("Section"), root=""),
        Facet("area", "categories", L_("Contract area"), root="contracts"),
        Facet("step", "categories", L_("Change step"), root="change-process"),
        Facet("theme", "themes"),
        Facet("stage", "stages"),
        Facet("effort", "effort"),
        Facet("status", "status", L_("Legal status")),
        Facet("flagged", "flagged", L_("Legal status flagged")),
        Facet("reviewed", "reviewed", L_("Legal status reviewed")),
        Facet("regime", "regime", L_("Law that applied")),
        Facet("change", "events", L_("Change of law since")),
        Facet("region", "region"),
        Facet("jurisdiction", "jurisdiction"),
        Facet("sector", "organisation_type"),
        Facet("organisation", "organisation", many=True),
        Facet("audience", "audiences"),
        Facet("kind", "kind"),
        Facet("endorsed", "endorsed", L_("Endorsed or confirmed")),
        Facet("payback", "payback", L_("Pays back, simply counted")),
        Facet("has", "has", L_("With")),
    )
}
"""In the order in which they are shown."""

#: How many values are offered of a facet that may have any number of them.
MOST_FREQUENT = 12
#: Lists whose counts are kept.
_COUNTED = 100

#: What no definition page lists.
_HAS = {"cost-benefit": L_("Cost-benefit"), "documents": L_("Primary documents")}
_PAYBACKS = {str(years): L_("Within {years} years", years=years) for years in PAYBACKS}


@dataclass
class Value:
    """A value of a facet, as one list offers it.

    :ivar id: in addresses
    :ivar label: in words
    :ivar count: how many case studies choosing it would show
    :ivar state: ``"in"`` when chosen, ``"out"`` when left out, else empty
    :ivar children: of a term
    """

    id: str
    label: str
    count: int
    state: str = ""
    children: list[Value] = field(default_factory=list)

    def walk(self) -> Iterator[Value]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Offer:
    """A facet with its values, as one list offers it.

    :ivar values: those that would show anything, and those chosen or left out; of a facet with any number of values
        the most frequent ones, unless all were asked for
    :ivar total: how many there are, terms below others included
    """

    facet: Facet
    label: str
    values: list[Value]
    total: int

    @property
    def chosen(self) -> list[Value]:
        return [value for top in self.values for value in top.walk() if value.state]


class Shelves:
    """The case studies of each value of each facet, by the definitions in force.

    :param facets: the facets of what is listed, in their order
    :param template: the template of its pages; by default that of case studies
    """

    def __init__(self, definitions: Definitions, facets: Mapping[str, Facet] | None = None,
                 template: Template | None = None):
        self.version = definitions.version
        self.facets = FACETS if facets is None else facets
        self.legal = LegalSets(definitions)
        self.endorsed = EndorsedSets()
        self._template = template or definitions.template
        self._definitions = definitions
        self._contents = definitions.contents
        self._statuses = definitions.legal_statuses
        self._regimes = definitions.regimes
        self._labels: dict[str, Mapping[str, str]] = {}
        self._terms = Derived(self._by_term)
        self._counted: OrderedDict[Any, tuple[BitMap, list[Offer]]] = OrderedDict()
        self._counted_at: Any = None

    # which case studies

    def having(self, held: Held, facet: Facet, value: str) -> BitMap:
        """The case studies that have a value; of a term, those under it. Not to be changed."""
        if not facet.is_tree:
            return self._sets(held, facet).get(self._now(facet, value), NOTHING)
        term = self._contents.get(value)
        # one that no list knows may still be in pages
        return held.having(facet.field, value) if term is None else self._under(held).get(term.id, NOTHING)

    def _sets(self, held: Held, facet: Facet) -> Mapping[str, BitMap]:
        """By value, the case studies of a facet that is no tree."""
        if facet.field == "endorsed":
            return self.endorsed.sets(held)
        if facet.field in COMPUTED:
            return self.legal.sets(held, facet.field)
        sets = held.keys.get(facet.field, {})
        led = {id: now for id in sets if (now := self._now(facet, id)) != id} if self._vocabulary(facet) else {}
        if not led:
            return sets
        joined = {id: members for id, members in sets.items() if id not in led}
        for id, now in led.items():
            joined[now] = joined.get(now, NOTHING) | sets[id]
        return joined

    def _vocabulary(self, facet: Facet) -> Vocabulary | None:
        """Whose terms the values of a facet are, where its field asks for terms of a flat vocabulary."""
        return self._definitions.vocabulary_of(self._template.field(facet.field))

    def _now(self, facet: Facet, id: str) -> str:
        """What a value is called by since it was merged into another: pages keep the id they were written with."""
        vocabulary = self._vocabulary(facet)
        term = vocabulary.get(id) if vocabulary else None
        return term.id if term else id

    def having_any(self, held: Held, facet: Facet, values: tuple[str, ...]) -> BitMap:
        sets = [self.having(held, facet, value) for value in values]
        return sets[0] if len(sets) == 1 else BitMap.union(NOTHING, *sets)

    def _under(self, held: Held) -> Mapping[str, BitMap]:
        """By term, the case studies that have it or one below it."""
        return self._terms.sets(held)

    def _by_term(self, held: Held) -> dict[str, BitMap]:
        """Of some case studies.

        Pages keep the ids they were written with. An id that was merged into another counts as that one; one that is
        not in the hierarchy counts for the nearest term above it by its path.
        """
        own: dict[str, list[BitMap]] = {}
        for id, members in held.keys.get("categories", {}).items():
            term = self._resolved(id)
            if term:
                own.setdefault(term.id, []).append(members)
        found: dict[str, BitMap] = {}

        def gather(term: Term) -> list[BitMap]:
            sets = own.get(term.id, []) + [members for child in term.children for members in gather(child)]
            if sets:
                found[term.id] = BitMap.union(*sets)
            return [found[term.id]] if sets else []

        for term in self._contents.terms:
            gather(term)
        return found

    def _resolved(self, id: str) -> Term | None:
        while id:
            term = self._contents.get(id)
            if term:
                return term
            id = id.rpartition("/")[0]
        return None

    # in words

    def facet_label(self, facet: Facet) -> str:
        if facet.label:
            return facet.label
        field = self._template.field(facet.field)
        return field.label if field else facet.id.capitalize()

    def label(self, facet: Facet, value: str) -> str:
        """A value in words; as it is when no list has it."""
        if facet.is_tree:
            term = self._contents.get(value)
            return str(term.label) if term else value
        return str(self.labels(facet).get(value, value))

    def labels(self, facet: Facet) -> Mapping[str, str]:
        """By id, the values that the definitions list, in their order; none for free text and for terms."""
        if facet.is_tree:
            return {}
        labels = self._labels.get(facet.id)
        if labels is None:
            if facet.id == "endorsed":
                labels = ENDORSED
            elif facet.id == "has":
                labels = _HAS
            elif facet.id == "payback":
                labels = _PAYBACKS
            elif facet.id in LABELS:
                labels = LABELS[facet.id]
            elif facet.id == "change":
                labels = {event.id: event.title for event in self._regimes.events}
            elif facet.id == "regime":
                labels = {regime.id: regime.short for regime in self._regimes.regimes}
            elif facet.id == "status":
                labels = {term.id: term.short or term.label for term in self._statuses.walk()}
            else:
                labels = self._definitions.labels(self._template.field(facet.field))
            self._labels[facet.id] = labels
        if facet.id == "kind":
            return {
                **labels,
                **{kind.listed_as: kind.noun.capitalize() for kind in kinds.registered() if kind.listed_as},
            }
        return labels

    # counted

    def offers(
        self, held: Held, query: Query, base: BitMap, scope: Query, wanted: Any = None, whole: Collection[str] = ()
    ) -> list[Offer]:
        """All facets of a list, counted.

        They are kept for the next request that asks the same of the same set of case studies: not of the same length,
        nor of the same reader, but of the very same ones. The counts depend on nothing else until somebody saves, the
        definitions change or the day ends.

        :param base: what the list holds before the filters of ``query``: all that the scope has and may be read
        :param wanted: ids of the facets; all when None
        :param whole: ids of those of which all values are wanted
        """
        state = held.version, self.legal.day, self.endorsed.goes_by
        if self._counted_at != state:
            self._counted_at = state
            self._counted.clear()
        asked = tuple(query.at(1).pairs()), tuple(scope.at(1).pairs()), None if wanted is None else frozenset(wanted)
        key = *asked, frozenset(whole), len(base)
        counted_of, offers = self._counted.get(key, (None, []))
        if counted_of != base:
            narrowed = _Narrowed(self, held, query, base)
            offers = [
                self._offer(held, facet, query, narrowed.but(facet.id), scope, facet.id in whole)
                for facet in self.facets.values()
                if wanted is None or facet.id in wanted
            ]
            self._counted[key] = base, offers
            if len(self._counted) > _COUNTED:
                self._counted.popitem(last=False)
        return offers

    def forget_counts(self) -> None:
        """Count all anew."""
        self._counted.clear()

    def _offer(
        self, held: Held, facet: Facet, query: Query, found: BitMap, scope: Query, is_whole: bool
    ) -> Offer:
        label = self.facet_label(facet)
        states = {value: "out" for value in query.exclude.get(facet.id, ())}
        states.update((value, "in") for value in query.include.get(facet.id, ()))
        if facet.is_tree:
            values = self._term_values(held, facet, found, states, scope)
            return Offer(facet, label, values, sum(1 for value in values for _ in value.walk()))
        states = {self._now(facet, value): state for value, state in states.items()}
        counts = [
            (-count, id)
            for id, members in self._sets(held, facet).items()
            if (count := members.intersection_cardinality(found)) or id in states
        ]
        there = {id for _, id in counts} if states else ()
        counts.extend((0, id) for id in states if id not in there)
        total = len(counts)
        labels = self.labels(facet)
        if facet.many:
            if is_whole or total <= MOST_FREQUENT:
                counts.sort()
            else:
                best = nsmallest(MOST_FREQUENT, counts)
                counts = best + [one for one in counts if one[1] in states and one not in best]
        else:
            places = {id: place for place, id in enumerate(labels)}
            counts.sort(key=lambda one: (places.get(one[1], len(places)), one[1]))
        values = [Value(id, labels.get(id, id), -count, states.get(id, "")) for count, id in counts]
        return Offer(facet, label, values, total)

    def _term_values(
        self, held: Held, facet: Facet, found: BitMap, states: dict[str, str], scope: Query
    ) -> list[Value]:
        under = self._under(held)
        # chosen by an id that has another name now, or none
        states = {(term.id if (term := self._contents.get(id)) else id): state for id, state in states.items()}
        top = self._contents.get(facet.root) if facet.root else None
        terms = self._contents.terms if not facet.root else top.children if top else ()
        if facet.id == "term":
            # on the page of a section, what is below it
            fixed = [term for id in scope.include.get("term", ()) if (term := self._contents.get(id))]
            if len(fixed) == 1 and fixed[0].children:
                terms = fixed[0].children

        def value_of(term: Term) -> Value | None:
            members = under.get(term.id)
            count = members.intersection_cardinality(found) if members else 0
            state = states.pop(term.id, "")
            if not count and not states and not state:
                return None
            children = [value for child in term.children if (value := value_of(child))]
            if not count and not state and not children:
                return None
            return Value(term.id, term.short or term.label, count, state, children)

        values = [value for term in terms if (value := value_of(term))]
        for id, state in states.items():
            count = self.having(held, facet, id).intersection_cardinality(found)
            values.append(Value(id, self.label(facet, id), count, state))
        return values


class _Narrowed:
    """A list narrowed by all that was chosen, or by all but what was chosen in one facet."""

    def __init__(self, shelves: Shelves, held: Held, query: Query, base: BitMap):
        self._base = base
        self._chosen = {
            facet: shelves.having_any(held, shelves.facets[facet], values) for facet, values in query.include.items()
        }
        self._all: BitMap | None = None

    def but(self, facet: str | None) -> BitMap:
        if facet not in self._chosen:
            if self._all is None:
                self._all = self._of(None)
            return self._all
        return self._of(facet)

    def _of(self, left_out: str | None) -> BitMap:
        found = self._base
        for facet, members in self._chosen.items():
            if facet != left_out:
                found = found & members
        return found


def narrowed(shelves: Shelves, held: Held, query: Query, base: BitMap) -> BitMap:
    """The case studies of a list.

    :param base: all that it could hold
    """
    return _Narrowed(shelves, held, query, base).but(None)


def within(shelves: Shelves, held: Held, query: Query, base: BitMap) -> BitMap:
    """What of ``base`` a query leaves, its words apart."""
    return narrowed(shelves, held, query, kept_out(shelves, held, query, base))


def kept_out(shelves: Shelves, held: Held, query: Query, base: BitMap) -> BitMap:
    """``base`` without what a query leaves out, and within its years."""
    for facet, values in query.exclude.items():
        base = base - shelves.having_any(held, shelves.facets[facet], values)
    if query.since is not None or query.until is not None:
        first, last = query.since or 0, query.until or 9999
        years = [members for year, members in held.keys.get("year", {}).items() if first <= int(year) <= last]
        base = base & (BitMap.union(*years) if years else NOTHING)
    return base
