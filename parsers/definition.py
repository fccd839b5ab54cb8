"""Definition pages: template, contents hierarchy, legal statuses, regimes and rates, shown as what they define.

A vocabulary is a tree of terms, a template a table of fields, regimes and changes of law are sections, rates are tables
by year; the YAML follows below, folded. A revision that can't be read is shown as text with the error at its line.
"""

from __future__ import annotations

from typing import Any

from emeraldtree.tree import Element
from moin.constants.keys import EXTERNALLINKS, ITEMLINKS, ITEMTRANSCLUSIONS
from moin.converters import default_registry
from moin.utils.mime import Type, type_moin_document, type_text_plain
from moin.utils.tree import moin_page

from cupboard import definitions
from cupboard.costbenefit.rates import Rates
from cupboard.fragments import fragment
from cupboard.legal.regimes import CONFIDENCES, Regimes
from cupboard.parsers.source import page_name, source_bytes
from cupboard.rate_tables import rate_tables
from cupboard.template import Template

TYPE = Type("text/x-cupboard-definition")


class DefinitionToTree:
    """A definition page's bytes to Moin's document tree."""

    @classmethod
    def factory(cls, input: Type, output: Type, **kwargs: Any) -> DefinitionToTree | None:
        return None if kwargs else cls()

    def __call__(self, data: Any, contenttype: str | None = None, arguments: Any = None) -> Element:
        text = source_bytes(data).decode("utf-8", errors="replace")
        return moin_page.page(children=(moin_page.body(children=(_shown(page_name(data), text),)),))


class DefinitionToText:
    """A definition page's bytes to plain text for the index: the text itself."""

    @classmethod
    def factory(cls, input: Type, output: Type, **kwargs: Any) -> DefinitionToText:
        return cls()

    def __call__(self, revision: Any, contenttype: str | None = None, arguments: Any = None) -> str:
        if isinstance(revision.meta, dict):
            revision.meta.update({ITEMLINKS: [], ITEMTRANSCLUSIONS: [], EXTERNALLINKS: []})
        return source_bytes(revision).decode("utf-8", errors="replace")


def _shown(name: str, text: str) -> Element:
    if not definitions.is_definition(name):
        return fragment("definition_source.html", title=name, text=text)
    try:
        defined = definitions.read(name, text)
    except definitions.DefinitionError as error:
        return fragment("unreadable.html", error=error, lines=text.splitlines())
    if isinstance(defined, Template):
        return fragment("definition_template.html", template=defined, text=text)
    if isinstance(defined, Rates):
        return fragment("definition_rates.html", rates=defined, parts=rate_tables(defined), text=text)
    if isinstance(defined, Regimes):
        return fragment("definition_regimes.html", regimes=defined, confidences=CONFIDENCES, text=text)
    return fragment("definition_vocabulary.html", vocabulary=defined, text=text)


default_registry.register(DefinitionToTree.factory, TYPE, type_moin_document, default_registry.PRIORITY_FIRST)
default_registry.register(DefinitionToText.factory, TYPE, type_text_plain, default_registry.PRIORITY_FIRST)
