"""Definition pages: template, contents hierarchy, legal statuses, regimes and rates, shown as what they define.

A vocabulary is a tree of terms, a template a table of fields, regimes and changes of law are sections, rates are tables
by year; the YAML follows below when it is asked for. A revision that can't be used is shown as text with the error at
its line; when it is the newest, it says which one is in force, and shows that.
"""

from __future__ import annotations

from typing import Any

from emeraldtree.tree import Element
from flask import url_for
from moin.constants.keys import EXTERNALLINKS, ITEMLINKS, ITEMTRANSCLUSIONS
from moin.converters import default_registry
from moin.utils.mime import Type, type_moin_document, type_text_plain
from moin.utils.tree import moin_page

from cupboard import definitions
from cupboard.appraisals.rate_tables import rate_tables
from cupboard.bodies.criteria import Endorsing
from cupboard.converters.source import page_name, source_bytes
from cupboard.costbenefit.rates import Rates
from cupboard.fragments import fragment
from cupboard.legal.regimes import CONFIDENCES, Regimes
from cupboard.nomenclature import shown
from cupboard.shapes import DefinitionError
from cupboard.template import Template

TYPE = Type("text/x-cupboard-definition")


class DefinitionToTree:
    """A definition page's bytes to Moin's document tree."""

    @classmethod
    def factory(cls, input: Type, output: Type, **kwargs: Any) -> DefinitionToTree | None:
        return None if kwargs else cls()

    def __call__(self, data: Any, contenttype: str | None = None, arguments: Any = None) -> Element:
        text = source_bytes(data).decode("utf-8", errors="replace")
        parts = _page(page_name(data), text, getattr(data, "revid", ""))
        return moin_page.page(children=(moin_page.body(children=parts),))


class DefinitionToText:
    """A definition page's bytes to plain text for the index: the text itself."""

    @classmethod
    def factory(cls, input: Type, output: Type, **kwargs: Any) -> DefinitionToText:
        return cls()

    def __call__(self, revision: Any, contenttype: str | None = None, arguments: Any = None) -> str:
        if isinstance(revision.meta, dict):
            revision.meta.update({ITEMLINKS: [], ITEMTRANSCLUSIONS: [], EXTERNALLINKS: []})
        return source_bytes(revision).decode("utf-8", errors="replace")


def _page(name: str, text: str, revid: str) -> tuple[Element, ...]:
    if not definitions.is_definition(name):
        return (fragment("definition_source.html", title=name, text=text),)
    if revid and (why := shown.rejected(name, revid)):
        standing = definitions.standing(name)
        older = url_for("frontend.show_item", item_name=name, rev=standing.revid) if standing.revid else None
        notice = fragment("definition_rejected.html", errors=why.errors, older=older, lines=text.splitlines())
        return notice, _shown(name, definitions.text_in_force(name))
    try:
        return (_shown(name, text),)
    except DefinitionError as error:
        return (fragment("unreadable.html", error=error, lines=text.splitlines()),)


def _shown(name: str, text: str) -> Element:
    defined = definitions.read(name, text)
    more = {"text": text, "source": shown.source(text)}
    if isinstance(defined, Template):
        return fragment("definition_template.html", template=defined, **more)
    if isinstance(defined, Rates):
        return fragment("definition_rates.html", rates=defined, parts=rate_tables(defined), **more)
    if isinstance(defined, Regimes):
        return fragment("definition_regimes.html", regimes=defined, confidences=CONFIDENCES, **more)
    if isinstance(defined, Endorsing):
        return fragment("definition_endorsing.html", endorsing=defined, **more)
    return fragment(
        "definition_vocabulary.html",
        vocabulary=defined,
        counts=shown.counts(name),
        codes=shown.codes,
        anchor_of=shown.anchor_of,
        change=lambda id=None: shown.change_url(name, id),
        has_pages=name == definitions.CONTENTS,
        **more,
    )


default_registry.register(DefinitionToTree.factory, TYPE, type_moin_document, default_registry.PRIORITY_FIRST)
default_registry.register(DefinitionToText.factory, TYPE, type_text_plain, default_registry.PRIORITY_FIRST)
