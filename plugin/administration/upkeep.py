"""Lists of case studies that want something done, of those that the person who asks may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from flask import url_for
from moin import current_app
from moin.utils.interwiki import url_for_item

from cupboard import definitions
from cupboard.administration import links, survey
from cupboard.case_studies.upkeep import confirmed_on, is_marked
from cupboard.catalogue import Entry
from cupboard.catalogue.carrying import readable
from cupboard.days import shown, today
from cupboard.fields import texts_of
from cupboard.kinds.case_study import CASE_STUDY
from cupboard.tongue import L_, _

#: id -> (heading, what to do about it)
LISTS: Mapping[str, tuple[str, str]] = {
    "terms": (
        L_("With retired or unknown terms"), L_("Write the term that takes its place into the page, or tick others.")
    ),
    "missing": (L_("Without a required field"), L_("Open the form: it says what is asked.")),
    "links": (L_("With a broken link to a primary resource"), L_("Correct the link, or attach the document.")),
    "unconfirmed": (L_("Not confirmed for 24 months"), L_("Say that it is still true, or correct it.")),
    "contact": (L_("Without a contact point"), L_("Add a role and a shared mailbox.")),
    "section": (L_("Without a section"), L_("Tick where it belongs: no list shows it now.")),
}
#: How long one request looks through pages that it has not seen.
SECONDS = 2.0


@dataclass(frozen=True)
class Want:
    """One case study on a list.

    :ivar what: what is wrong with it
    :ivar acts: (label, address) of ways to put it right
    """

    entry: Entry
    what: str
    acts: tuple[tuple[str, str], ...]

    @property
    def title(self) -> str:
        title = self.entry.fields.get("title")
        return title if isinstance(title, str) and title else self.entry.name

    @property
    def url(self) -> str:
        return url_for_item(self.entry.name)


def lists(seconds: float | None = SECONDS) -> tuple[dict[str, list[Want]], int]:
    """All lists, by id; and how many pages were not looked through yet."""
    entries = readable()
    looked, left = survey.look(entries, seconds)
    broken = links.broken(Path(current_app.cfg.instance_dir))
    found: dict[str, list[Want]] = {id: [] for id in LISTS}
    for entry in entries:
        for id, want in _wants(entry, looked.get(entry.itemid), broken):
            found[id].append(want)
    return found, left


def _wants(
    entry: Entry, looked: survey.Found | None, broken: Mapping[str, links.Checked]
) -> Iterator[tuple[str, Want]]:
    form = (_("Open the form"), url_for("frontend.modify_item", item_name=entry.name))
    contents = definitions.current().contents
    ids = texts_of(entry.fields, "categories")
    there = {term.id: term for term in contents.walk()}
    for id in ids:
        now = contents.get(id)
        if now is None:
            yield "terms", Want(entry, _("{term} is no term").format(term=id), (form,))
        elif now.retired:
            yield "terms", Want(entry, _("{term} is retired").format(term=id), (form,))
        elif now.id != id or there[id].merged_into:
            acts = ((_("Write {term}").format(term=now.id), url_for("frontend.cupboard.new_job", old=id)), form)
            yield "terms", Want(entry, _("{old} is {new} now").format(old=id, new=now.id), acts)
    if not ids:
        yield "section", Want(entry, _("No section is ticked"), (form,))
    if looked is None:
        return
    if looked.kind == CASE_STUDY.id:
        yield from _wants_of_case(entry, form)
    for message in looked.missing:
        yield "missing", Want(entry, message, (form,))
    for url in looked.links:
        if url in broken:
            yield "links", Want(entry, f"{url}: {broken[url].problem}", (form,))


def _wants_of_case(entry: Entry, form: tuple[str, str]) -> Iterator[tuple[str, Want]]:
    """What only case studies are asked for: whom to ask, and whether it is still so."""
    if not any(entry.fields.get(name) for name in ("contact_email", "contact_role", "contact_name")):
        yield "contact", Want(entry, _("No contact point"), (form,))
    confirmed = confirmed_on(entry.fields, entry.created)
    if is_marked(confirmed, today()):
        still = (_("It is still true"), url_for("frontend.cupboard.still_true", name=entry.name))
        yield "unconfirmed", Want(entry, _("Last confirmed on {day}").format(day=shown(confirmed)), (still, form))
