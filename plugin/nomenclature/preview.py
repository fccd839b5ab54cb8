"""What a change of a definition page would bring, for the person who is about to save it: case studies, and forms."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup
from moin import current_app
from moin.utils.interwiki import url_for_item

from cupboard import definitions
from cupboard.catalogue.carrying import carriers
from cupboard.document import parse
from cupboard.editing.boxes import Branch, branches_of
from cupboard.editing.forms import PageForm
from cupboard.nomenclature.guard import CARRIED_IN
from cupboard.template import Template
from cupboard.terms import consequences
from cupboard.terms.consequences import Consequence
from cupboard.vocabulary import Vocabulary

#: How many case studies are named for one consequence.
NAMED = 10


@dataclass(frozen=True)
class Carrier:
    """A case study that a change is about."""

    title: str
    url: str


@dataclass(frozen=True)
class Effect:
    """A consequence with the case studies that it is about, of those that the person who asks may read.

    :ivar carriers: the first of them
    :ivar count: of all of them; None where pages are not looked at
    """

    consequence: Consequence
    carriers: tuple[Carrier, ...] = ()
    count: int | None = None


def effects(page: str, after: Any) -> list[Effect]:
    """What differs from what is in force."""
    found = consequences.differences(definitions.in_force_of(page), after)
    return [_effect(page, one) for one in found]


def _effect(page: str, one: Consequence) -> Effect:
    fields = CARRIED_IN.get(page, ())
    if not one.ids or not fields:
        return Effect(one)
    entries = [entry for field in fields for entry in carriers(field, one.ids)]
    named = tuple(
        Carrier(str(entry.fields.get("title") or entry.name), url_for_item(entry.name)) for entry in entries[:NAMED]
    )
    return Effect(one, named, len(entries))


def preview(page: str, after: Any) -> Markup:
    """The consequences in HTML, and the part of the form that would look different."""
    found = effects(page, after)
    return _rendered("change_preview.html", effects=found, **_form_part(page, after, found))


def _form_part(page: str, after: Any, found: Collection[Effect]) -> dict[str, Any]:
    if isinstance(after, Template):
        changed = [one.consequence.field for one in found if after.field(one.consequence.field)]
        fields = [field for field in after.fields if field.id in changed and field.type != "rows"]
        vocabularies = {name: one for name, one in definitions.current().vocabularies.items()}
        form = PageForm(replace(definitions.current(), vocabularies=vocabularies), after, parse(b""))
        return {"form": form, "fields": fields}
    if isinstance(after, Vocabulary) and page == definitions.CONTENTS:
        return {"branches": _touched(after, found)}
    return {}


def _touched(after: Vocabulary, found: Collection[Effect]) -> list[Branch]:
    """The tick boxes of the sections in which something changes."""
    ids = [id for one in found for id in (*one.consequence.ids, *(one.consequence.retag or ()))]
    tops = dict.fromkeys(term.path[0] for id in ids if (term := after.get(id)))
    return list(branches_of(tops, set()))


def _rendered(template: str, **context: Any) -> Markup:
    return Markup(current_app.jinja_env.get_template(f"cupboard/{template}").render(context))
