"""The pages of tools, of those that the person who asks may read: their titles, and which have some words."""

from __future__ import annotations

from collections.abc import Iterable

from moin import flaskg
from moin.constants.keys import ITEMID, ITEMTYPE, LATEST_REVS, NAME
from whoosh.query import Term

from cupboard import pages
from cupboard.document import Document
from cupboard.kinds.tool import TOOL
from cupboard.references import unlisted

#: Tools in one list.
MOST = 500


def pages_of_tools() -> dict[str, tuple[str, Document]]:
    """By item id, name and document of each tool."""
    found = {}
    for revision in flaskg.storage.search(Term(ITEMTYPE, TOOL.item_type), idx_name=LATEST_REVS, limit=MOST):
        names = revision.meta.get(NAME)
        if names and (document := _read(names[0])):
            found[revision.meta[ITEMID]] = names[0], document
    return found


def title_of(name: str, document: Document) -> str:
    title = document.fields.get("title")
    return title if isinstance(title, str) and title else name.rpartition("/")[2]


def titles(names: Iterable[str]) -> dict[str, str]:
    """By name of a page, the titles of those tools that are among some pages."""
    wanted = [name for name in names if name.startswith(f"{TOOL.prefix}/")]
    return {name: title_of(name, document) for name in wanted if (document := _read(name))}


def matching(words: str) -> list[tuple[str, str]]:
    """(name, title) of the tools that have words which begin like each of a text's, or have it for their name."""
    wanted = words.casefold().split()
    found = []
    for name, document in pages_of_tools().values() if wanted else ():
        title = title_of(name, document)
        there = f"{title} {document.fields.get('purpose', '')}".casefold().split()
        if name == words.strip() or all(any(word.startswith(part) for word in there) for part in wanted):
            found.append((name, title))
    return sorted(found, key=lambda one: one[1].casefold())


def _read(name: str) -> Document | None:
    page = pages.readable(name)
    return page.document if page and not page.document.error else None


unlisted.register(unlisted.Source(titles, matching))
