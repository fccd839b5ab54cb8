"""Whoosh's ``sortedby`` in SQL, or in Python where only Python knows (a FunctionFacet, a field without a column).

As in Whoosh: a field of several tokens counts as its greatest, revisions without the field come last (first, if the
field is reversed), and equal ones stay in the order in which they were written.
"""

from typing import NamedTuple

from whoosh.sorting import FieldFacet, FunctionFacet, MultiFacet, ScoreFacet, StoredFieldFacet

from . import fields, terms
from .errors import UntranslatableQuery


class Order(NamedTuple):
    """``sql`` is an ORDER BY list over alias r; or ``facets`` are to be evaluated in Python."""

    sql: str | None
    facets: tuple
    reverse: bool


def order(sortedby, reverse):
    """
    :param sortedby: a field name, a facet, or a list of them
    :param reverse: turn the whole order round
    :raises UntranslatableQuery: for kinds of facets that have no translation
    """
    facets = _facets(sortedby)
    columns = []
    for facet in facets:
        if not isinstance(facet, FieldFacet) or facet.fieldname not in fields.SORT_COLUMNS:
            return Order(None, tuple(facets), reverse)
        column = f"r.{fields.SORT_COLUMNS[facet.fieldname]}"
        down = bool(facet.reverse) != bool(reverse)
        columns.append(f"{column} DESC NULLS {'LAST' if _never_null(column) else 'FIRST'}" if down
                       else f"{column} ASC NULLS {'FIRST' if _never_null(column) else 'LAST'}")
    columns.append("r.id DESC" if reverse else "r.id ASC")
    return Order(", ".join(columns), (), reverse)


def _never_null(column):
    # SQLite can walk an index only if NULLs are to come where it has them; every revision has a time and a number.
    return column in ("r.mtime", "r.revid", "r.itemid", "r.backendname")


def _facets(sortedby):
    if isinstance(sortedby, str):
        return [FieldFacet(sortedby)]
    if isinstance(sortedby, MultiFacet):
        return [one for facet in sortedby.facets for one in _facets(facet)]
    if isinstance(sortedby, (list, tuple)):
        return [one for facet in sortedby for one in _facets(facet)]
    if isinstance(sortedby, (FieldFacet, FunctionFacet, StoredFieldFacet, ScoreFacet)):
        return [sortedby]
    raise UntranslatableQuery(sortedby)


def sort(ids, facets, reverse, searcher, scores):
    """Sort ids by facets that need Python.

    :param scores: {id: score}, for ScoreFacet
    """
    keys = []
    for facet in facets:
        keys.append(_key(facet, searcher, scores))
    decorated = [(tuple(key(id_) for key in keys), id_) for id_ in ids]
    decorated.sort(reverse=reverse)
    return [id_ for _, id_ in decorated]


def _key(facet, searcher, scores):
    if isinstance(facet, FunctionFacet):
        return lambda id_: _Orderable(facet.fn(searcher, id_), False)
    if isinstance(facet, ScoreFacet):
        return lambda id_: _Orderable(-scores.get(id_, 0), False)
    down = bool(getattr(facet, "reverse", False))
    if isinstance(facet, StoredFieldFacet):
        return lambda id_: _Orderable(searcher.stored_fields(id_).get(facet.fieldname), down)

    def greatest(id_):
        doc = searcher.stored_fields(id_)
        return _Orderable(terms.greatest(doc, facet.fieldname, searcher.middleware.layout), down)

    return greatest


class _Orderable:
    """Orders values of one kind, None after all others; or the other way round."""

    __slots__ = ("value", "down")

    def __init__(self, value, down):
        self.value, self.down = value, down

    def __eq__(self, other):
        return self.value == other.value

    def __lt__(self, other):
        first, second = (other, self) if self.down else (self, other)
        if first.value is None or second.value is None:
            return first.value is not None and second.value is None
        return first.value < second.value
