"""Results of a search: what Moin and its templates ask of Whoosh's Results, ResultsPage and Hit."""

import math

from moin.constants.keys import CONTENT, NAME
from whoosh import highlight
from whoosh.query import Phrase, Term

from . import ranking
from .highlighting import Found, passages


class Results:
    """Hits of a search; its length is the number of all matches, however many hits there are."""

    def __init__(self, searcher, q, match, terms):
        self.searcher = searcher
        self.q = q
        self.hits = []
        self.length = None
        self._match = match
        self._terms = terms
        self._matched = None
        self._sought = {}

    def __len__(self):
        if self.length is None:
            self.length = self.searcher.count(self._match)
        return self.length

    def __bool__(self):
        return bool(self.hits)

    def is_empty(self):
        return not self.hits

    def scored_length(self):
        return len(self.hits)

    def __iter__(self):
        scores = dict(self.hits)
        places = {docnum: place for place, (docnum, _) in enumerate(self.hits)}
        for docnum, document in self.searcher.in_chunks([docnum for docnum, _ in self.hits]):
            yield Hit(self, docnum, places[docnum], scores[docnum], document)

    def __getitem__(self, place):
        if isinstance(place, slice):
            return [self[i] for i in range(*place.indices(len(self.hits)))]
        docnum, score = self.hits[place]
        return Hit(self, docnum, place, score)

    def fields(self, place):
        return self[place].fields()

    def docnum(self, place):
        return self.hits[place][0]

    def score(self, place):
        return self.hits[place][1]

    def has_matched_terms(self):
        return self._terms

    def sought(self, name):
        """The words that the search looks for in a field; for the text of pages, also those of the same stem."""
        if name not in self._sought:
            words = set()
            for leaf, _ in ranking.leaves(self.q):
                if isinstance(leaf, Term) and leaf.fieldname == name and isinstance(leaf.text, str):
                    words.add(leaf.text)
                elif isinstance(leaf, Phrase) and leaf.fieldname == name:
                    words.update(leaf.words)
            self._sought[name] = Found(words) if name == CONTENT else words
        return self._sought[name]

    def terms_of(self, docnum):
        if self._matched is None:
            self._matched = self.searcher.matched_terms(self.q, [docnum for docnum, _ in self.hits])
        return self._matched.get(docnum, [])

    def matched_terms(self):
        return {term for docnum, _ in self.hits for term in self.terms_of(docnum)}


class ResultsPage:
    """Part of the hits of a search."""

    def __init__(self, results, pagenum, pagelen):
        self.results = results
        self.total = len(results)
        self.pagelen = pagelen
        self.pagecount = math.ceil(self.total / pagelen)
        self.pagenum = min(self.pagecount, pagenum)
        self.offset = max(0, (self.pagenum - 1) * pagelen)

    def __len__(self):
        return self.total

    def __iter__(self):
        page = self.results.hits[self.offset : self.offset + self.pagelen]
        for i, (docnum, document) in enumerate(self.results.searcher.in_chunks([docnum for docnum, _ in page])):
            yield Hit(self.results, docnum, self.offset + i, dict(page)[docnum], document)

    def __getitem__(self, place):
        return self.results[self.offset + place]

    def scored_length(self):
        return len(self.results.hits[self.offset : self.offset + self.pagelen])

    def is_last_page(self):
        return self.pagecount == 0 or self.pagenum == self.pagecount


class Hit:
    """A hit: its document's fields, read like a dict, and what the search knows of it."""

    def __init__(self, results, docnum, pos, score, document=None):
        self.results = results
        self.searcher = results.searcher
        self.docnum = docnum
        self.pos = self.rank = pos
        self.score = score
        self._fields = document
        self._highlights = {}

    def fields(self):
        if self._fields is None:
            self._fields = self.searcher.stored_fields(self.docnum)
        return self._fields

    def matched_terms(self):
        return self.results.terms_of(self.docnum)

    def highlights(self, name, text=None, top=3, minscore=1):
        """The parts of a field in which terms of the search stand, as HTML; the text in it is escaped.

        :raises KeyError: the field is not stored
        """
        # Moin's template asks whether there are any, and then which.
        key = (name, text, top, minscore)
        if key not in self._highlights:
            self._highlights[key] = self._highlighted(*key)
        return self._highlights[key]

    def _highlighted(self, name, text, top, minscore):
        if text is None:
            if name not in self:
                raise KeyError(f"Field {name!r} is not stored.")
            text = self[name]
        words = self.results.sought(name)
        if not words:
            return ""
        if name == CONTENT:
            return passages(text, words, top, minscore)
        return highlight.highlight(
            text,
            words,
            self.searcher.schema[name].analyzer,
            highlight.ContextFragmenter(),
            highlight.HtmlFormatter(tagname="b"),
            top=top,
            minscore=minscore,
            mode="index",
        )

    def __getitem__(self, name):
        return self.fields()[name]

    def __contains__(self, name):
        return name in self.fields()

    def get(self, name, default=None):
        return self.fields().get(name, default)

    def keys(self):
        return self.fields().keys()

    def values(self):
        return self.fields().values()

    def items(self):
        return self.fields().items()

    def __iter__(self):
        return iter(self.fields())

    def __len__(self):
        return len(self.fields())

    def __eq__(self, other):
        return self.fields() == (other.fields() if isinstance(other, Hit) else other)

    __hash__ = None

    def __repr__(self):
        return f"<Hit {self.fields().get(NAME)!r}>"

