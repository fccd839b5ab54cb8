"""A definition page as it is read: how often each term is used, what is not in force and why, its source in colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from flask import request, url_for
from markupsafe import Markup
from moin import flaskg
from moin.utils.interwiki import url_for_item
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers.data import YamlLexer

from cupboard import catalogue, definitions
from cupboard.catalogue import Query
from cupboard.in_force import Rejected
from cupboard.vocabulary import Term, Vocabulary

#: The facet that counts the terms of a definition page.
FACETS: Mapping[str, str] = {
    definitions.CONTENTS: "term",
    definitions.LEGAL_STATUSES: "status",
    definitions.ORGANISATION_TYPES: "sector",
}
#: Pages whose terms can be changed one by one in a form.
VOCABULARIES = (*FACETS, definitions.CPV, definitions.PROCLASS)
#: Lists of codes, each with what people call it and the page that names the codes.
CODE_LISTS = {"cpv": ("CPV", definitions.CPV), "proclass": ("ProClass", definitions.PROCLASS)}


@dataclass(frozen=True)
class Code:
    """A code of another list that a term is mapped to.

    :ivar name: as that list calls it; empty where it does not have it
    :ivar url: where it stands in the list
    """

    scheme: str
    code: str
    name: str
    url: str


def counts(page: str) -> Mapping[str, int]:
    """By id, how many case studies stand under each term of a page, of those that the person who asks may read."""
    facet = FACETS.get(page)
    if not facet:
        return {}
    results = catalogue.find(Query(per_page=1), offered=(facet,), whole=(facet,))
    return {value.id: value.count for offer in results.offers for top in offer.values for value in top.walk()}


def codes(term: Term) -> list[Code]:
    """The codes of a term, with their names."""
    found = []
    for scheme, (label, page) in CODE_LISTS.items():
        listed = definitions.in_force_of(page) if term.codes.get(scheme) else None
        for code in term.codes.get(scheme, ()):
            named = _named(listed, code)
            anchor = f"#{anchor_of(named.id)}" if named else ""
            name = named.label if named and named.label != code else ""
            found.append(Code(label, code, name, url_for_item(page) + anchor))
    return found


def _named(listed: Vocabulary, code: str) -> Term | None:
    """The entry of a code: itself, or of the nearest group above it, as CPV numbers go from coarse to fine."""
    for length in range(len(code), 1, -1):
        if term := listed.get(code[:length]):
            return term
        if not code.isdigit():
            break
    return next(iter(listed.find(code)), None)


def anchor_of(id: str) -> str:
    """The id of a term's element on its vocabulary's page."""
    return "term-" + id.replace("/", ".")


def change_url(page: str, id: str | None = None) -> str | None:
    """Where the person who asks changes a term, or adds one at the top; None when that person may not."""
    if page not in VOCABULARIES or not flaskg.user.valid or not flaskg.user.may.write(page):
        return None
    return url_for("frontend.cupboard.change_term", page=page, term=id)


def rejected(page: str, revid: str) -> Rejected | None:
    """Why a revision does not count, when it is newer than the one in force."""
    return next((one for one in definitions.standing(page).rejected if one.revid == revid), None)


def source(text: str) -> Markup | None:
    """The source in colours, when this request asks for it."""
    return _coloured(text) if request and request.args.get("source") else None


@lru_cache(maxsize=8)
def _coloured(text: str) -> Markup:
    return Markup(highlight(text, YamlLexer(stripnl=False), HtmlFormatter(nowrap=True)))
