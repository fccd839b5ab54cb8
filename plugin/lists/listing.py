"""A list of case studies as a reader sees it: words, links and boxes, made from what the catalogue answers.

The page ``/+cupboard/browse``, the macro ``SectionIndex`` and a saved search all show a :class:`Listing`, so they look
and work alike.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from flask import url_for
from markupsafe import Markup
from moin import flaskg

from cupboard import catalogue, definitions, kinds
from cupboard.catalogue import Query, Results
from cupboard.catalogue import query as addresses
from cupboard.catalogue.facets import Shelves
from cupboard.kinds import Kind
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.lists import asking, cards
from cupboard.lists.boxes import Boxes
from cupboard.tongue import L_, N_, _

#: Facets that are parts of the hierarchy: superfluous on a page that is about such a part.
_PARTS = {"area": "contracts", "step": "change-process"}

SORT_LABELS: Mapping[str, str] = {
    "relevance": L_("Most relevant"),
    "newest": L_("Newest here"),
    "changed": L_("Recently changed"),
    "year": L_("Year, latest first"),
    "organisation": L_("Organisation, A to Z"),
}

#: Columns that a list in columns may have.
COLUMNS = ("title", "result", "organisation", "region", "year", "status", "resources", "contact")

def _nouns(query: Query) -> tuple[str, str]:
    """What one of the pages that a list is narrowed to is called, and several."""
    wanted = query.include.get("kind", ())
    kind = next((one for one in _others() if wanted == (one.listed_as,)), CASE_STUDY)
    return kind.noun, kind.plural


def _others() -> list[Kind]:
    """The kinds of page that are listed with case studies."""
    return [kind for kind in kinds.registered() if kind.listed_as]


def subject(query: Query) -> str:
    """What a list of all pages is of, as far as the query says: ``Case studies and change stories``."""
    said = _plurals(query)
    return said[:1].upper() + said[1:]


def _plurals(query: Query) -> str:
    wanted, left_out = query.include.get("kind", ()), query.exclude.get("kind", ())
    others = [one for one in _others() if one.listed_as not in left_out and (not wanted or one.listed_as in wanted)]
    is_of_cases = not wanted or any(value not in {one.listed_as for one in _others()} for value in wanted)
    found = ([CASE_STUDY] if is_of_cases else []) + others or [CASE_STUDY]
    return _listed([str(kind.plural) for kind in found])


def counted(results: Results) -> list[tuple[Kind, int]]:
    """The kinds of page in a list, each with how many there are of it."""
    others = [(kind, count) for kind in _others() if (count := results.of_kinds.get(kind.listed_as, 0))]
    case_studies = results.total - sum(count for _kind, count in others)
    return [(CASE_STUDY, case_studies)] * bool(case_studies) + others


def _listed(names: list[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1]) if names[1:] else names[0]


@dataclass(frozen=True)
class Choice:
    """A filter that was chosen, and where it is taken away."""

    facet: str
    facet_id: str
    name: str
    value: str
    label: str
    is_out: bool
    without: str


class Listing:
    """One list, ready for its template.

    :param results: what the catalogue answered
    :param address: (query, further names and values) -> where that list is
    :param notices: sentences about what was corrected
    :param level: of the headings
    :param view: ``cards`` or ``columns``
    :param columns: which ones, for the latter
    :param arguments: names and values of the address that are about how facets are shown
    :param has_years: whether years can be chosen beside it; None: where any filters are offered
    :param noun: what one of its pages is called, and several; None: as those of the kind that it is narrowed to
    """

    def __init__(
        self,
        results: Results,
        address: asking.Address,
        *,
        notices: Collection[str] = (),
        level: int = 2,
        view: str = "cards",
        columns: Collection[str] = ("title", "organisation", "region", "year", "status"),
        arguments: Collection[tuple[str, str]] = (),
        can_page: bool = True,
        has_years: bool | None = None,
        noun: tuple[str, str] | None = None,
    ):
        self.results = results
        self.notices = list(notices)
        self.level = level
        self.view = view
        self.columns = tuple(columns)
        self.can_page = can_page
        self._has_years = bool(results.offers) if has_years is None else has_years
        self._has_noun = noun is not None
        self.noun, self.plural = noun or _nouns(results.query)
        self._address = address
        self._in_force = definitions.current()
        self._shelves = self._make_shelves()
        self._find = {name.removeprefix("find-"): value for name, value in arguments if name.startswith("find-")}
        self._all_shown = {value for name, value in arguments if name == "show"}

    @property
    def words_label(self) -> str:
        """What the box for words is called."""
        whole = self.whole
        return _("Search these {pages}").format(pages=self.plural if self._has_noun or not whole else _plurals(whole))

    def _make_shelves(self) -> Shelves:
        return catalogue.shelves()

    def at(self, page: int) -> str:
        return self._address(self.results.query.at(page), ())

    @property
    def action(self) -> str:
        """Where the form goes."""
        return self._address(Query(), ())

    @property
    def cleared(self) -> str:
        return self._address(Query(sort=self.results.query.sort), ())

    @property
    def without_text(self) -> str:
        return self._address(replace(self.results.query, text="", page=1), ())

    @property
    def without_years(self) -> str:
        return self._address(replace(self.results.query, since=None, until=None, page=1), ())

    @property
    def has_years(self) -> bool:
        """Whether the reader is offered to choose years, as the form then sends those that are chosen."""
        query = self.results.query
        return self._has_years or query.since is not None or query.until is not None

    def showing_all(self, facet: str) -> str:
        return self._address(self.results.query, [("show", facet)])

    @property
    def suggested(self) -> str:
        return self._address(replace(self.results.query, text=self.results.suggestion or "", page=1), ())

    @property
    def heading(self) -> str:
        """How many there are, of each kind of page."""
        total = self.results.total
        if not total:
            return _("No {pages}").format(pages=self.plural)
        # a language may want the word for one after some numbers, or for all
        return _listed([
            N_("{count:,} {page}", "{count:,} {pages}", count).format(count=count, page=kind.noun, pages=kind.plural)
            for kind, count in counted(self.results)
        ])

    @property
    def range(self) -> str:
        """Which of them are on this page; empty when all are."""
        results = self.results
        if results.pages == 1:
            return ""
        last = results.first + len(results.entries) - 1
        return _("{first:,} to {last:,} of {total:,}").format(first=results.first, last=last, total=results.total)

    @cached_property
    def cards(self) -> list[Markup]:
        return list(cards.summaries(self.results.entries, self._in_force, self.level + 1))

    @cached_property
    def views(self) -> list[cards.CardView]:
        return [cards.CardView(entry, self._in_force) for entry in self.results.entries]

    @cached_property
    def column_labels(self) -> list[tuple[str, str]]:
        own = {"status": _("Legal status"), "contact": _("Contact point")}
        template = self._in_force.template
        return [
            (name, own.get(name) or (field.label if (field := template.field(name)) else name.capitalize()))
            for name in self.columns
        ]

    @cached_property
    def facets(self) -> list[Boxes]:
        boxes = (
            Boxes(offer, self._find.get(offer.facet.id, ""), offer.facet.id in self._all_shown)
            for offer in self.results.offers
        )
        return [one for one in boxes if one.total and not (one.id in _PARTS and self._is_within(_PARTS[one.id]))]

    def _is_within(self, root: str) -> bool:
        """Whether all of the list is below one term anyway."""
        return any(term.split("/")[0] == root for term in self.results.scope.include.get("term", ()))

    @cached_property
    def choices(self) -> list[Choice]:
        query = self.results.query
        found = []
        for is_out, chosen in ((False, query.include), (True, query.exclude)):
            for id in self._shelves.facets:
                for value in chosen.get(id, ()):
                    facet = self._shelves.facets[id]
                    found.append(
                        Choice(
                            self._shelves.facet_label(facet),
                            id,
                            f"-{id}" if is_out else id,
                            value,
                            self._shelves.label(facet, value),
                            is_out,
                            self._address(query.without(id, value), ()),
                        )
                    )
        return found

    @property
    def narrowed_to(self) -> str:
        """What the list is narrowed to, in words, for the title of its page; empty for a list of all.

        That it is of stories, the title says by itself.
        """
        query, said_already = self.results.query, {kind.listed_as for kind in _others()}
        choices = [one for one in self.choices if one.facet_id != "kind" or one.value not in said_already]
        years = "–".join(str(year) if year is not None else "" for year in (query.since, query.until))
        said = [f"“{query.text}”"] if query.text else []
        said += [_("not {label}").format(label=one.label) if one.is_out else one.label for one in choices]
        return ", ".join(said + ([years] if years != "–" else []))

    @property
    def hidden_choices(self) -> list[Choice]:
        """Choices that no box of the form stands for, so that the form sends them as they are."""
        boxes = {one.id: one.boxes for one in self.facets} if self.choices else {}
        return [
            choice
            for choice in self.choices
            if choice.is_out or all(box.value.id != choice.value for box in boxes.get(choice.facet_id, ()))
        ]

    @property
    def sorts(self) -> list[tuple[str, str, bool]]:
        """(value, label, whether it applies) of the orders; the usual one has no value: addresses stay short."""
        query = self.results.query
        usual = replace(query, sort="").order
        return [
            ("" if name == usual else name, label, name == query.order)
            for name, label in SORT_LABELS.items()
            if query.text or name != "relevance"
        ]

    @cached_property
    def whole(self) -> Query | None:
        """What this list holds, asked of all case studies; None when no one address says that."""
        return addresses.both(self.results.scope, self.results.query)

    @property
    def may_keep(self) -> bool:
        """Whether the person who asks is offered to keep this search."""
        return bool(self.is_signed_in and self.whole and self.whole.is_filtered)

    @property
    def new(self) -> tuple[str, str]:
        """(what is added, where the form for it is) of a page that would be in this list."""
        both = [*self.results.query.include.items(), *self.results.scope.include.items()]
        terms = [value for id, values in both if id in ("term", "area", "step") for value in values]
        wanted = {value for id, values in both if id == "kind" for value in values}
        kind = next((one for one in kinds.registered() if one.listed_as and {one.listed_as} == wanted), CASE_STUDY)
        return kind.noun, url_for("frontend.cupboard.new", kind=None if kind is CASE_STUDY else kind.id,
                                  category=terms[0] if terms and kind is CASE_STUDY else None)

    @property
    def is_signed_in(self) -> bool:
        return flaskg.user.valid

    @cached_property
    def saved_as(self) -> str:
        """What this list holds, as the address of all case studies has it."""
        return asking.query_string(self.whole) if self.whole else ""

    def elsewhere(self, endpoint: str) -> str:
        """Where the same case studies are shown in another way: their feed, their legal status."""
        return asking.address(endpoint, self.whole or Query())
