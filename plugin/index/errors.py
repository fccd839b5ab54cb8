"""What can go wrong with the index, in words for whoever runs the wiki."""

from werkzeug.exceptions import ServiceUnavailable
from whoosh.index import EmptyIndexError
from whoosh.query import QueryError


class IndexProblem(Exception):
    """The index can't do what was asked of it; the message says why and what to do."""


class IndexBusy(IndexProblem):
    """Another program held the index locked for longer than we wait."""


class IndexNotWritable(IndexProblem):
    """The index can't be written: disk full, or no right to write."""


class UntranslatableQuery(QueryError):
    """A query has a node that has no translation into SQL. Moin's search page shows it as an invalid query."""

    def __init__(self, node):
        super().__init__(f"The index can't answer {type(node).__name__} queries: {node!r}")
        self.node = node


class IndexRebuilding(ServiceUnavailable):
    """The index is being rebuilt; the page to show meanwhile."""

    description = (
        "The wiki's index is being rebuilt from its pages. No page is lost. "
        "This takes a second for some hundred pages; please try again in a moment."
    )

    def __init__(self):
        super().__init__(retry_after=10)


class IndexMissing(ServiceUnavailable, EmptyIndexError):
    """Somebody took the index away while the wiki was served; the page to show until there is one again."""

    description = (
        "The wiki's index is missing. No page is lost. "
        "Whoever runs this wiki can make it again with 'moin index-create' and 'moin index-build'."
    )
