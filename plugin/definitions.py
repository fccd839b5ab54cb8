"""The definitions in force: templates, contents, legal statuses, regimes, discount rates..., read from their wiki
pages.

They are pages so that an editors' group can revise them in the wiki. A revision that can't be read is never used: the
last good one stays in force. A wiki that has no such page yet uses the one that ships with the Cupboard. Definitions
are read whatever the reader's rights, since every form and label is made of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Any

from flask import g
from moin import current_app
from moin.constants.keys import ALL_REVS, ITEMID, MTIME, NAME_EXACT, NAMESPACE, REV_NUMBER

from cupboard import in_force, kinds, tongue
from cupboard.bodies.criteria import Endorsing
from cupboard.costbenefit.rates import KINDS, Rates
from cupboard.document import Document
from cupboard.in_force import Standing
from cupboard.kinds import Kind
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.legal.regimes import Regimes
from cupboard.legal.statuses import Statuses
from cupboard.shapes import DefinitionError
from cupboard.template import Field, Problem, Template
from cupboard.tongue import L_, _
from cupboard.vocabulary import Term, Vocabulary

CONTENT_TYPE = "text/x-cupboard-definition;charset=utf-8"
ITEM_TYPE = "cupboard-definition"

TEMPLATE = CASE_STUDY.template
CONTENTS = "Cupboard/Contents"
LEGAL_STATUSES = "Cupboard/LegalStatuses"
DISCOUNT_RATES = "Cupboard/DiscountRates"
REGIMES = "Cupboard/Regimes"
ORGANISATION_TYPES = "Cupboard/OrganisationTypes"
CPV = "Cupboard/CPV"
PROCLASS = "Cupboard/ProClass"
ENDORSEMENT = "Cupboard/Endorsement"

#: The name by which a template's field asks for a vocabulary, and the page that holds it.
VOCABULARIES: Mapping[str, str] = {
    "contents": CONTENTS,
    "legal-statuses": LEGAL_STATUSES,
    "organisation-types": ORGANISATION_TYPES,
}

#: The words for a choice or a term that forms offer no more.
GONE = L_("{label} (no longer in the list)")

#: Lists that a field can ask for in the same way, and that are made from the page of discount rates.
OF_RATES = ("discount-rates", "price-indices", "carbon-values")
#: Likewise, from the page of regimes.
OF_REGIMES = ("regimes", "law-changes")
#: Likewise, the terms below one of the contents hierarchy.
OF_CONTENTS = {"change-steps": "change-process"}


def _template(text: str) -> Template:
    return Template.load(text, (*VOCABULARIES, *OF_RATES, *OF_REGIMES, *OF_CONTENTS))


#: What every request works with. The templates of other kinds of page are looked up when one is asked for.
_READERS: Mapping[str, Callable[[str], Any]] = {
    TEMPLATE: _template,
    CONTENTS: Vocabulary.load,
    LEGAL_STATUSES: Vocabulary.load,
    DISCOUNT_RATES: Rates.load,
    REGIMES: Regimes.load,
    ORGANISATION_TYPES: Vocabulary.load,
}
#: What is looked up when a request asks for it. CPV and ProClass are lists of codes that terms are mapped to.
_ON_DEMAND: Mapping[str, Callable[[str], Any]] = {
    CPV: Vocabulary.load,
    PROCLASS: Vocabulary.load,
    ENDORSEMENT: Endorsing.load,
}


@dataclass(frozen=True)
class Definitions:
    """The definitions that one request works with.

    :ivar template: the case-study template
    :ivar vocabularies: by the name that fields use: ``contents``, ``legal-statuses``, ``discount-rates`` ...
    :ivar rates: discount rates, price indices and carbon values
    :ivar regimes: legal regimes, changes of law and authorities
    :ivar statuses: the legal statuses with their rules
    :ivar version: changes whenever any of them does; part of the key of whatever is kept of a rendered page
    """

    template: Template
    vocabularies: Mapping[str, Vocabulary]
    rates: Rates
    regimes: Regimes
    statuses: Statuses
    version: str

    @property
    def contents(self) -> Vocabulary:
        return self.vocabularies["contents"]

    @property
    def legal_statuses(self) -> Vocabulary:
        return self.vocabularies["legal-statuses"]

    def vocabulary_of(self, field: Field | None) -> Vocabulary | None:
        """What a field takes its ids from; None where it has choices of its own, or takes any text."""
        return self.vocabularies.get(field.vocabulary) if field and field.vocabulary else None

    def labels(self, field: Field | None, gone: str | L_ = "{label}") -> dict[str, str]:
        """By id, what a field can be answered with, in words: its choices, or the terms of its vocabulary, of which a
        merged one is called as the one that it went into.

        :param gone: the words for a retired term, such as :data:`GONE`
        """
        if vocabulary := self.vocabulary_of(field):
            now = ((one.id, vocabulary.get(one.id)) for one in vocabulary.walk())
            return {id: gone.format(label=term.label) if term.retired else term.label for id, term in now if term}
        return {choice.id: choice.label for choice in field.choices} if field else {}

    def template_of(self, kind: Kind) -> Template:
        """The template of a kind of page."""
        return self.template if kind is CASE_STUDY else _on_demand(kind.template)

    @property
    def endorsing(self) -> Endorsing:
        """The rules of endorsing."""
        return _on_demand(ENDORSEMENT)

    def problems(self, kind: Kind, document: Document) -> list[Problem]:
        """What is wrong with a page: its fields by the kind's template, and what further rules the kind has.

        :param document: a page without an error
        """
        found = self.template_of(kind).problems(document, self.vocabularies)
        seen = {(problem.field, problem.row, problem.column) for problem in found}
        further = kind.further_problems(document, self) if kind.further_problems else ()
        return found + [one for one in further if (one.field, one.row, one.column) not in seen]


def current() -> Definitions:
    """Return the definitions in force; the same object for the whole request."""
    found = g.get("cupboard_definitions")
    if found is None:
        # while nothing is written, those of the last request are in force
        kept, key = current_app.storage.found(), ("definitions", tongue.language())
        found = kept.get(key)
        if found is None:
            found = _assemble(tuple(_revision_in_force(page) for page in _READERS), tongue.language())
            kept[key] = found
        g.cupboard_definitions = found
    return found


def forget() -> None:
    """Look again: to be called when a definition page was written in this request."""
    g.pop("cupboard_definitions", None)
    g.pop("cupboard_on_demand", None)


def read(page: str, text: str) -> Template | Vocabulary | Rates | Regimes | Endorsing:
    """Read a definition page's text.

    :raises DefinitionError: with line and column, when it can't be used
    :raises KeyError: when ``page`` is not the name of a definition page
    """
    return _reader(page)(text)


def is_definition(page: str) -> bool:
    """Whether a page of this name defines something."""
    return page in _READERS or page in _ON_DEMAND or any(kind.template == page for kind in kinds.registered())


def _reader(page: str) -> Callable[[str], Any]:
    if page in _ON_DEMAND:
        return _ON_DEMAND[page]
    if page not in _READERS and is_definition(page):
        return _template
    return _READERS[page]


def _on_demand(page: str) -> Any:
    """What a definition page says that not every request works with; looked up once a request."""
    found = g.setdefault("cupboard_on_demand", {})
    if page not in found:
        found[page] = _parsed(page, _revision_in_force(page))
    return found[page]


@lru_cache(maxsize=8)
def _assemble(revids: tuple[str | None, ...], language: str) -> Definitions:
    parsed = {page: _parsed(page, revid) for page, revid in zip(_READERS, revids)}
    return Definitions(
        template=parsed[TEMPLATE],
        vocabularies={name: parsed[page] for name, page in VOCABULARIES.items()}
        | _of_rates(parsed[DISCOUNT_RATES])
        | _of_regimes(parsed[REGIMES])
        | _of_contents(parsed[CONTENTS]),
        rates=parsed[DISCOUNT_RATES],
        regimes=parsed[REGIMES],
        statuses=Statuses.of(parsed[LEGAL_STATUSES]),
        version="-".join(revid or "shipped" for revid in revids),
    )


def _of_rates(rates: Rates) -> dict[str, Vocabulary]:
    """What a case study may choose from the page of discount rates."""
    kinds = [(kind, found) for kind in KINDS if (found := rates.schedule(kind))]
    schedules = [Term(kind, _("{label}: the newest").format(label=schedule.label)) for kind, schedule in kinds]
    of_year = _("{label}: of {year}")
    schedules += [
        Term(one.id, of_year.format(label=one.label, year=one.since.first.year)) for one in rates.schedules
    ]
    listed = (
        schedules,
        [Term(one.id, one.label) for one in rates.deflators],
        [Term(one.id, one.label) for one in rates.carbon_values if one.confirmed],
    )
    return {name: Vocabulary(rates.title, tuple(terms)) for name, terms in zip(OF_RATES, listed)}


def _of_contents(contents: Vocabulary) -> dict[str, Vocabulary]:
    """Parts of the contents hierarchy, for questions that ask for a term of one of them."""
    found = {}
    for name, id in OF_CONTENTS.items():
        top = contents.get(id)
        below = [one for one in top.walk() if one is not top] if top else []
        terms = tuple(Term(one.id, one.label, note=one.note, retired=one.retired) for one in below)
        found[name] = Vocabulary(top.label if top else "", terms)
    return found


def _of_regimes(regimes: Regimes) -> dict[str, Vocabulary]:
    """What a case study may choose from the page of regimes."""
    laws = tuple(Term(one.id, one.name) for one in regimes.regimes)
    changes = tuple(Term(one.id, f"{one.when}: {one.title}") for one in regimes.events)
    return {"regimes": Vocabulary(regimes.title, laws), "law-changes": Vocabulary(regimes.title, changes)}


def standing(page: str) -> Standing:
    """Which revision of a definition page is in force, and which newer ones are not used."""
    return in_force.standing(page, _reader(page))


def in_force_of(page: str) -> Template | Vocabulary | Rates | Regimes | None:
    """What a definition page defines now; None when there is no such page and none ships."""
    revid = _revision_in_force(page)
    return None if revid is None and shipped(page) is None else _parsed(page, revid)


def asked_before(page: str) -> Mapping[str, Field]:
    """By id, the fields that earlier revisions of a template asked for, each with all choices that it ever offered.

    A page still holds what was answered; only such a page has reason to ask.
    """
    found = standing(page)
    return _asked_before(page, found.revid) if found.revid else {}


@lru_cache(maxsize=32)
def _asked_before(page: str, newest: str) -> Mapping[str, Field]:
    item = current_app.storage.get_item(short=True, **{NAMESPACE: "", NAME_EXACT: page})
    revisions = current_app.storage.documents(idx_name=ALL_REVS, **{ITEMID: item.itemid}) if item else ()
    fields: dict[str, Field] = {}
    for revision in sorted(revisions, key=lambda one: (one.meta[MTIME], one.meta.get(REV_NUMBER, 0))):
        try:
            template = read(page, _text(revision.revid))
        except DefinitionError:
            continue
        for field in template.fields:
            fields[field.id] = _with_choices_of(field, fields.get(field.id))
    return fields


def _with_choices_of(field: Field, old: Field | None) -> Field:
    if old is None:
        return field
    ids = {choice.id for choice in field.choices}
    columns = {column.id: column for column in old.columns} | {
        column.id: _with_choices_of(column, old.column(column.id)) for column in field.columns
    }
    gone = tuple(choice for choice in old.choices if choice.id not in ids)
    return replace(field, choices=(*field.choices, *gone), columns=tuple(columns.values()))


def gone_choice(page: str, field: str, column: str | None, id: str) -> str:
    """What a choice that a template no longer offers was called; its id where it never did."""
    asked = asked_before(page).get(field)
    asked = asked.column(column) if asked and column else asked
    return next((choice.label for choice in asked.choices if choice.id == id), id) if asked else id


def pages() -> tuple[str, ...]:
    """The names of all definition pages."""
    templates = (kind.template for kind in kinds.registered())
    return tuple(dict.fromkeys((*_READERS, *templates, *_ON_DEMAND)))


def text_in_force(page: str) -> str:
    """The text of the revision of a definition page that is in force."""
    revid = _revision_in_force(page)
    return _text(revid) if revid else shipped(page) or ""


def shipped(page: str) -> str | None:
    """The text of the page of this name that comes with the Cupboard; None when there is none."""
    file = resources.files("cupboard.seed_pages") / f"{page}.yaml"
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _revision_in_force(page: str) -> str | None:
    """The revision id of the newest revision of a definition page that can be used; None: the one that ships."""
    return standing(page).revid


@lru_cache(maxsize=64)
def _parsed(page: str, revid: str | None) -> Any:
    return read(page, shipped(page) if revid is None else _text(revid))


def _text(revid: str) -> str:
    _, data = current_app.storage.backend.retrieve("default", revid)
    with data:
        return data.read().decode("utf-8", errors="replace")
