"""References as a reader sees them, in both directions.

A page that this reader may not read is not told from one that is missing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from markupsafe import Markup
from moin import current_app, flaskg
from moin.constants.keys import ALL_REVS, ITEMID, LATEST_REVS, NAME
from moin.utils.interwiki import url_for_item
from moin.utils.names import gen_fqnames

from cupboard import catalogue, definitions
from cupboard.catalogue import Entry
from cupboard.definitions import Definitions
from cupboard.kinds.case_study import ORIGINS
from cupboard.names import full_name
from cupboard.references import lineage, unlisted
from cupboard.references.binding import Target, resolve
from cupboard.references.lineage import Edge, Node
from cupboard.references.table import Link, any_unbound, links_from, links_to
from cupboard.tongue import N_, _, and_


@dataclass(frozen=True)
class Seen:
    """A reference as a reader sees it.

    :ivar written: the name that stands in the page
    :ivar target: what it leads to; None: this reader finds nothing there
    :ivar entry: that page's entry in the catalogue, if it is in it
    :ivar titled: its title, where it has one and is not in the catalogue
    """

    written: str
    target: Target | None = None
    entry: Entry | None = None
    titled: str = ""

    @property
    def is_missing(self) -> bool:
        return self.target is None

    @property
    def title(self) -> str:
        if self.entry:
            return title_of(self.entry)
        return self.titled or (self.target.name if self.target else self.written)

    @property
    def label(self) -> str:
        """In a list of choices."""
        if self.target is None:
            said = _("{page} (missing: untick it, and find the page that takes its place)")
            return said.format(page=self.written)
        label = label_of(self.entry, definitions.current()) if self.entry else self.titled or self.target.name
        if self.target.name == self.written:
            return label
        return _("{label}, now {name}").format(label=label, name=self.target.name)

    @property
    def url(self) -> str:
        return url_for_item(self.target.name) if self.target else ""


@dataclass(frozen=True)
class Part:
    """That a case is part of a story.

    :ivar title, name: of the story
    :ivar steps: the numbers of the actions in which it is named
    :ivar of: how many actions the story has
    """

    title: str
    name: str
    steps: tuple[int, ...]
    of: int

    @property
    def url(self) -> str:
        """Where the first of these actions stands."""
        return f"{url_for_item(self.name)}#step-{self.steps[0]}"

    @property
    def words(self) -> str:
        """``step 3 of 7``, ``steps 1 and 3 of 7``."""
        listed = and_([str(step) for step in self.steps])
        return N_("step {steps} of {of}", "steps {steps} of {of}", len(self.steps)).format(steps=listed, of=self.of)


def look_up(names: Iterable[str], bindings: Mapping[str, str]) -> list[Seen]:
    """What references lead to, for the person who asks, in their order.

    :param bindings: of the page that they stand in
    """
    targets = {name: _readable(resolve(name, bindings.get(name))) for name in dict.fromkeys(names)}
    entries = _entries({target.itemid for target in targets.values() if target})
    titled = unlisted.titles(target.name for target in targets.values() if target and target.itemid not in entries)
    return [
        Seen(
            name, target, entries.get(target.itemid) if target else None, titled.get(target.name, "") if target else ""
        )
        for name in names
        for target in (targets[name],)
    ]


def bindings_of(name: str) -> Mapping[str, str]:
    """The bindings of a page as it is now; none of one that isn't there."""
    fqname = full_name(name)
    meta = current_app.storage._document(idx_name=LATEST_REVS, **fqname.query) if fqname.value else None
    links = links_from(current_app.storage.reading(), [meta[ITEMID]]) if meta else ()
    return {link.name: link.target for link in links if link.target}


def entries_that_name(itemids: Collection[str], field: str) -> dict[str, tuple[Entry, ...]]:
    """By item id, the pages in the catalogue that name some pages in a field, of those that the person who asks may
    read; by their titles."""
    found: dict[str, set[str]] = {}
    for link in _leading_to(itemids) if itemids else ():
        target = resolve(link.name, link.target) if link.field == field else None
        if target:
            found.setdefault(target.itemid, set()).add(link.source)
    entries = _entries(set().union(*found.values())) if found else {}
    return {
        id: tuple(sorted((entries[one] for one in sources if one in entries), key=title_of))
        for id, sources in found.items()
    }


def entries_that_name_page(name: str, field: str) -> tuple[Entry, ...]:
    """The same for one page; none where there is no such page."""
    target = resolve(name)
    return entries_that_name([target.itemid], field).get(target.itemid, ()) if target else ()


def stories_of(itemid: str) -> list[Part]:
    """The stories that a case is part of, of those that the person who asks may read."""
    steps: dict[str, list[Link]] = {}
    for link in _leading_to([itemid]):
        if link.place:
            steps.setdefault(link.source, []).append(link)
    entries = _entries(steps)
    found = []
    for source, links in steps.items():
        if entry := entries.get(source):
            places = tuple(sorted({link.place for link in links}))
            found.append(Part(title_of(entry), entry.name, places, links[0].places))
    return sorted(found, key=lambda part: (part.title, part.name))


def origins(itemid: str) -> list[Node[Entry]]:
    """Who copied whom, as far as this case has to do with it and the person who asks may read it; often nothing."""
    edges = lineage.family(itemid, _edges)
    entries = _entries({end for edge in edges for end in (edge.earlier, edge.later)})
    readable = [edge for edge in edges if edge.earlier in entries and edge.later in entries]
    # Only what is connected with the case through pages that may be read: the rest would hint at those between.
    near = lineage.family(itemid, lambda pages: [edge for edge in readable if {edge.earlier, edge.later} & {*pages}])
    if not near:
        return []
    return [_with_entries(node, entries) for node in lineage.trees(itemid, near)]


def below_case(itemid: str) -> Markup:
    """What stands below a case: the stories that it is part of, and who copied whom. Empty when there is nothing."""
    parts, trees = stories_of(itemid), origins(itemid)
    if not (parts or trees):
        return Markup("")
    template = current_app.jinja_env.get_template("cupboard/references.html")
    return Markup(template.render(parts=parts, trees=trees, itemid=itemid, title_of=title_of))


def mending(name: str, anchor: str) -> str | None:
    """Where a reference of a page is put right, at its question in the form; None for who may not change the page.

    :param name: full name of the page that has the reference
    :param anchor: id of the question
    """
    if not name or not flaskg.user.may.write(name):
        return None
    return url_for("frontend.modify_item", item_name=name, _anchor=anchor)


def title_of(entry: Entry) -> str:
    title = entry.fields.get("title")
    return title if isinstance(title, str) and title else entry.name


def label_of(entry: Entry, in_force: Definitions) -> str:
    """A page in a list of choices: its title, and who it is about."""
    more = [one for field in ("organisation", "year") if isinstance(one := entry.fields.get(field), str) and one]
    if entry.fields.get("kind") == "change_story":
        more.append(_("change story"))
    return f"{title_of(entry)} ({', '.join(more)})" if more else title_of(entry)


def _entries(itemids: Collection[Any]) -> dict[Any, Entry]:
    return {entry.itemid: entry for entry in catalogue.of_items(itemids)} if itemids else {}


def _readable(target: Target | None) -> Target | None:
    return target if target and flaskg.user.may.read(target.fqname) else None


def _edges(itemids: Iterable[str]) -> list[Edge]:
    """What pages say of their origins, at some pages and in both directions, whoever may read it."""
    wanted = list(itemids)
    found = []
    for link in links_from(current_app.storage.reading(), wanted):
        if link.field in ORIGINS and (target := resolve(link.name, link.target)):
            found.append(Edge(target.itemid, link.source, link.field))
    for link in _leading_to(wanted):
        if link.field in ORIGINS and (target := resolve(link.name, link.target)):
            found.append(Edge(target.itemid, link.source, link.field))
    return found


def _leading_to(itemids: Iterable[str]) -> list[Link]:
    """The references that lead to some pages."""
    connection, wanted = current_app.storage.reading(), list(itemids)
    formerly = any_unbound(connection)
    names = [name for itemid in wanted for name in _names(itemid, formerly)]
    links = links_to(connection, wanted, dict.fromkeys(names))
    return [
        link for link in links if (target := resolve(link.name, link.target)) is not None and target.itemid in wanted
    ]


def _names(itemid: str, formerly: bool) -> list[str]:
    if formerly:
        revisions = current_app.storage._documents(idx_name=ALL_REVS, **{ITEMID: itemid})
    else:
        newest = current_app.storage._document(idx_name=LATEST_REVS, **{ITEMID: itemid})
        revisions = [newest] if newest else []
    return list(dict.fromkeys(one.fullname for meta in revisions if meta.get(NAME) for one in gen_fqnames(meta)))


def _with_entries(node: Node[Any], entries: Mapping[str, Entry]) -> Node[Entry]:
    return Node(entries[node.page], node.how, node.again, [_with_entries(child, entries) for child in node.children])
