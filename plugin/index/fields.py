"""Which field of Moin's schemas is kept where.

A field of a query lands in one of four places:

    a column of table revision     ids, namespace, numbers that nearly every revision has another of
    the full text                  names, summary, comment, content
    parts of words                 the three NGRAMWORDS fields
    tokens                         everything else, dynamic fields included

Moin has three indexes with a schema each. Ours is one, and this module knows what each of the three has of it.
"""

from functools import lru_cache

from moin.constants.keys import (
    ALL_REVS,
    BACKENDNAME,
    COMMENT,
    CONTENT,
    CONTENTNGRAM,
    DATAID,
    ITEMID,
    LATEST_META,
    LATEST_REVS,
    MTIME,
    NAME,
    NAME_EXACT,
    NAME_SORT,
    NAMENGRAM,
    NAMES,
    NAMESPACE,
    PARENTID,
    REV_NUMBER,
    REVID,
    SIZE,
    SUMMARY,
    SUMMARYNGRAM,
)
from whoosh.fields import BOOLEAN, DATETIME, NUMERIC

# field -> column of table revision that holds its one value
COLUMNS = {
    REVID: "revid",
    ITEMID: "itemid",
    PARENTID: "parentid",
    DATAID: "dataid",
    NAMESPACE: "namespace",
    BACKENDNAME: "backendname",
    MTIME: "mtime",
    REV_NUMBER: "rev_number",
    SIZE: "size",
}

# field -> column of the full text tables
TEXT = {NAMES: "names", SUMMARY: "summary", COMMENT: "comment", CONTENT: "content"}

# NGRAMWORDS field -> column of the words tables whose words it finds parts of
NGRAMS = {CONTENTNGRAM: "content", SUMMARYNGRAM: "summary", NAMENGRAM: "name"}

# Fields to sort by: Whoosh sorts a field of several tokens by the greatest of them, so that is what these columns hold.
SORT_COLUMNS = {NAME_EXACT: "name_exact", NAME: "name", NAME_SORT: "name_sort", **COLUMNS}


def numeric(field):
    """Does this Whoosh field hold numbers (and not dates)?"""
    return isinstance(field, NUMERIC) and not isinstance(field, DATETIME)


def boolean(field):
    return isinstance(field, BOOLEAN)


def date(field):
    return isinstance(field, DATETIME)


class Layout:
    """What the three indexes of one wiki have: made from Moin's schemas, which depend on its configuration."""

    def __init__(self, schemas):
        """
        :param schemas: {index name: whoosh schema}, as Moin's middleware makes them
        """
        self.schemas = schemas
        latest, all_, meta = schemas[LATEST_REVS], schemas[ALL_REVS], schemas[LATEST_META]
        # Dynamic fields are in both of the first two, so static names tell the whole difference.
        self.latest_only = frozenset(latest.names()) - frozenset(all_.names())
        self._stored = {name: bool(field.stored) for name, field in latest.items()}
        self.stored_latest_only = tuple(sorted(name for name in self.latest_only if self._stored[name]))
        self.schema = latest
        # content types and ACLs are few, and cost much to take apart
        self.analyzed = lru_cache(maxsize=4096)(self._analyzed)
        self.stored_meta = tuple(name for name, field in meta.items() if field.stored)

    def _analyzed(self, name, value):
        """Distinct index tokens of a str that a field's analyzer makes, in order."""
        if not value.strip():
            # Whoosh's IntraWordFilter raises when there is nothing to analyze
            return ()
        return tuple(dict.fromkeys(token.decode() for token, *_ in self.schema[name].index(value)))

    def stored(self, name):
        """Is the field's value part of the document? The dynamic fields are."""
        return self._stored.get(name, True)
