"""A list of case studies as a reader sees it: words, links and boxes, made from what the catalogue answers.

The page ``/+cupboard/browse``, the macro ``SectionIndex`` and a saved search all show a :class:`Listing`, so they look
and work alike.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from markupsafe import Markup, escape
from moin import current_app, flaskg

from cupboard import catalogue, definitions, kinds, tongue
from cupboard.attachments import Attachment
from cupboard.audiences import choosing
from cupboard.case_studies import upkeep
from cupboard.case_studies.view import CaseView, badge
from cupboard.catalogue import Entry, Query, Results
from cupboard.catalogue import query as addresses
from cupboard.catalogue.facets import FACETS, MOST_FREQUENT, Offer, Shelves, Value
from cupboard.days import shown, today
from cupboard.definitions import Definitions
from cupboard.kinds import Kind
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.tongue import L_, N_, _

#: A facet with more values than this shows so many, a box to find others, and a link to all.
SHOWN_VALUES = MOST_FREQUENT
#: Of a facet whose values were asked for by a part of their names, or all of them.
MOST_VALUES = 500

#: Facets that are open from the start, by id or by what they look at.
_OPEN = {"term", "area", "theme", "document_kind"}

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

Address = Callable[[Query, Collection[tuple[str, str]]], str]


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
    wanted, left_out = query.include.get("kind", ()), query.exclude.get("kind", ())
    others = [one for one in _others() if one.listed_as not in left_out and (not wanted or one.listed_as in wanted)]
    is_of_cases = not wanted or any(value not in {one.listed_as for one in _others()} for value in wanted)
    said = _listed([str(kind.plural) for kind in ([CASE_STUDY] if is_of_cases else []) + others] or [str(CASE_STUDY.plural)])
    return said[:1].upper() + said[1:]


def _listed(names: list[str]) -> str:
    """``A``, ``A and B``, ``A, B and C``."""
    return _("{first} and {last}").format(first=", ".join(names[:-1]), last=names[-1]) if names[1:] else names[0]


_CARDS_KEPT = 3_000
_cards: OrderedDict[tuple[Any, ...], Markup] = OrderedDict()


def cards(entries: Iterable[Entry], in_force: Definitions, level: int) -> Iterator[Markup]:
    """Summaries in HTML.

    Each is kept for the next list, without the marks of what was searched for: it depends on nothing but the revision of
    the case study, its documents, what was signed about it, the definitions, the day, the reader's audience and
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


def card(entry: Entry, in_force: Definitions, level: int) -> Markup:
    """One summary in HTML."""
    return next(cards([entry], in_force, level))


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


@dataclass(frozen=True)
class Box:
    """A value of a facet that can be ticked."""

    value: Value
    depth: int


class Boxes:
    """A facet's boxes: those that are shown of its values.

    :param find: a part of the names of the values to show
    :param all_shown: whether to show all of them
    """

    def __init__(self, offer: Offer, find: str, all_shown: bool):
        self.offer = offer
        self.id = offer.facet.id
        self.label = offer.label
        self.find = find
        self.total = offer.total
        if find:
            boxes = [
                Box(value, 0)
                for top in offer.values
                for value in top.walk()
                if any(find.casefold() in word for word in _words(offer, value)) or value.state
            ]
        elif all_shown:
            boxes = [Box(value, depth) for top in offer.values for value, depth in _walk(top, 0)]
        else:
            boxes = list(_folded(offer.values, 0))
            if len(boxes) > SHOWN_VALUES:
                boxes = [box for place, box in enumerate(boxes) if place < SHOWN_VALUES or box.value.state]
        self.boxes = boxes[:MOST_VALUES]

    def html(self, showing_all: Callable[[str], str]) -> Markup:
        """
        :param showing_all: id of a facet -> address of the list with all its values
        """
        ticks, left_out, language = [], [], tongue.language()
        for box in self.boxes:
            value = box.value
            before, between, after, option = _box(self.id, value.id, value.label, box.depth, language)
            ticks += before, " checked" if value.state == "in" else "", between, str(value.count), after
            if not value.state:
                left_out.append(option)
        varying = {
            "ticks": Markup("".join(ticks)),
            "left_out": Markup("".join(left_out)),
            "all": showing_all(self.id) if self.hidden else "",
        }
        if self.find or self.chosen:
            how = self.id, self.label, True, self.chosen, self.total, len(self.boxes), self.is_long, self.find
            return Markup(_template().facet(*how, **varying))
        frame = _frame(self.id, self.label, self.is_open, self.total, len(self.boxes), self.is_long, language)
        return Markup("".join([escape(varying[part]) if part in varying else part for part in frame]))

    @property
    def is_long(self) -> bool:
        return self.total > SHOWN_VALUES

    @property
    def hidden(self) -> int:
        """How many values are not shown."""
        return self.total - len(self.boxes)

    @property
    def is_open(self) -> bool:
        return not _OPEN.isdisjoint((self.id, self.offer.facet.field)) or bool(self.find) or any(box.value.state for box in self.boxes)

    @property
    def chosen(self) -> int:
        return sum(bool(box.value.state) for box in self.boxes)


#: Stands in a template's output where something is put later; no text of a page has it.
_HERE = "\0"


@lru_cache(10_000)
def _box(facet: str, id: str, label: str | L_, depth: int, language: str) -> tuple[str, str, str, str]:
    """The HTML of a value's box before and after what each list says anew, whether it is ticked and how many there are;
    and that of the option to leave it out.

    There are some hundred boxes on a page.
    """
    before, between, after = str(_template().box(facet, id, label, depth, _HERE, _HERE)).split(_HERE)
    return before, between, after, str(_template().option(id, label))


@lru_cache(1_000)
def _frame(
    id: str, label: str | L_, is_open: bool, total: int, shown: int, is_long: bool, language: str
) -> tuple[str, ...]:
    """The HTML of a facet in which nothing is chosen, in parts: between them stand the names of what each list says
    anew."""
    places = {name: Markup(f"{_HERE}{name}{_HERE}") for name in ("ticks", "left_out", "all")}
    return tuple(str(_template().facet(id, label, is_open, 0, total, shown, is_long, "", **places)).split(_HERE))


def _template() -> Any:
    return current_app.jinja_env.get_template("cupboard/facet.html").module


def _words(offer: Offer, value: Value) -> Iterator[str]:
    """What a value can be found by among the others: its label, and of a term also its other names and codes."""
    yield value.label.casefold()
    term = definitions.current().contents.get(value.id) if offer.facet.is_tree else None
    if term:
        yield from (word.casefold() for word in (term.label, *term.aliases, *chain(*term.codes.values())))


def _walk(value: Value, depth: int) -> Iterator[tuple[Value, int]]:
    yield value, depth
    for child in value.children:
        yield from _walk(child, depth + 1)


def _folded(values: list[Value], depth: int) -> Iterator[Box]:
    """Values with what is below those that were chosen, or that have a chosen one below them."""
    for value in values:
        yield Box(value, depth)
        if value.children and (value.state or any(below.state for child in value.children for below in child.walk())):
            yield from _folded(value.children, depth + 1)


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
        address: Address,
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
        self.noun, self.plural = noun or _nouns(results.query)
        self._address = address
        self._in_force = definitions.current()
        self._shelves = self._make_shelves()
        self._find = {name.removeprefix("find-"): value for name, value in arguments if name.startswith("find-")}
        self._all_shown = {value for name, value in arguments if name == "show"}

    @property
    def words_label(self) -> str:
        """What the box for words is called."""
        return _("Search these {pages}").format(pages=self.plural)

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
        others = [(kind, count) for kind in _others() if (count := self.results.of_kinds.get(kind.listed_as, 0))]
        counts = [(CASE_STUDY, total - sum(count for _kind, count in others)), *others]
        # a language may want the word for one after some numbers, or for all
        return _listed([
            N_("{count:,} {page}", "{count:,} {pages}", count).format(count=count, page=kind.noun, pages=kind.plural)
            for kind, count in counts
            if count
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
        return list(cards(self.results.entries, self._in_force, self.level + 1))

    @cached_property
    def views(self) -> list[CardView]:
        return [CardView(entry, self._in_force) for entry in self.results.entries]

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
        """What the list is narrowed to, in words, for the title of its page; empty for a list of all."""
        query = self.results.query
        years = "–".join(str(year) if year is not None else "" for year in (query.since, query.until))
        said = [f"“{query.text}”"] if query.text else []
        said += [_("not {label}").format(label=one.label) if one.is_out else one.label for one in self.choices]
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
        """(value, label, whether it applies) of the orders; the usual one has no value, so that addresses stay short."""
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
        return query_string(self.whole) if self.whole else ""

    def elsewhere(self, endpoint: str) -> str:
        """Where the same case studies are shown in another way: their feed, their legal status."""
        return url_for(f"frontend.cupboard.{endpoint}") + (f"?{self.saved_as}" if self.saved_as else "")


def more_like(itemid: str) -> Markup:
    """The case studies most like one, in HTML; empty when there is none."""
    in_force = definitions.current()
    views = [CardView(entry, in_force) for entry in catalogue.more_like(itemid)]
    return Markup(current_app.jinja_env.get_template("cupboard/more_like.html").render(views=views))


def query_string(query: Query, more: Collection[tuple[str, str]] = ()) -> str:
    return urlencode([*query.pairs(), *more], safe="/")


def read_request(
    facets: Collection[str] = tuple(FACETS), sorts: Collection[str] = addresses.SORTS
) -> tuple[Query, tuple[str, ...]]:
    """What this request asks of a list.

    :param facets: those of the list
    :param sorts: its orders
    :raises BadQuery: when it asks for more than a list can sensibly be asked
    """
    return addresses.read(request.args.items(multi=True), facets, sorts)


def whole_facets(arguments: Collection[tuple[str, str]]) -> set[str]:
    """The facets of which all values are needed, to show them or to find some by their names."""
    return {value if name == "show" else name.removeprefix("find-") for name, value in arguments}


def shown_arguments() -> list[tuple[str, str]]:
    """How this request wants facets to be shown."""
    return [
        (name, " ".join(value.split())[:100])
        for name, value in request.args.items(multi=True)
        if value.strip() and (name == "show" or name.startswith("find-"))
    ][:50]


def here() -> Address:
    """The addresses of this page with other queries."""
    path, always = url_for(request.endpoint, **(request.view_args or {})), choosing.asked_for()

    def address(query: Query, more: Collection[tuple[str, str]] = ()) -> str:
        asked = query_string(query, [*more, *always])
        return f"{path}?{asked}" if asked else path

    return address
