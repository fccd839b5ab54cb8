"""Pages to refer to, found by words: what the form suggests."""

from __future__ import annotations

from cupboard import catalogue, definitions
from cupboard.catalogue import BadQuery, Query
from cupboard.references import unlisted
from cupboard.references.shown import label_of, look_up

#: Characters.
MOST_WORDS = 200


def find(words: str, count: int, growing: bool = False) -> list[tuple[str, str]]:
    """Pages that lists show, of those that the person who asks may read.

    :param words: those of its text, or the name of the page
    :param growing: whether the last word may go on, because it is still being typed
    :returns: (name, what people read), the best first
    """
    words = words.strip()[:MOST_WORDS]
    if not words:
        return []
    in_force = definitions.current()
    named = [(one.entry.name, label_of(one.entry, in_force)) for one in look_up([words], {}) if one.entry]
    asked = f"{words}*" if growing and words[-1].isalnum() else words
    try:
        entries = catalogue.find(Query(text=asked, sort="relevance", per_page=count)).entries
    except BadQuery:
        entries = ()
    found = named + unlisted.matching(words) + [(entry.name, label_of(entry, in_force)) for entry in entries]
    return list(dict(found).items())[:count]
