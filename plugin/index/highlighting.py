"""The parts of a text in which words of a search stand, as Whoosh shows them: three passages, the words in bold.

Whoosh runs a text through its analyzer, word by word, for each hit; here the text is cut once, what counts as a found
word is remembered for all hits of a search, and Whoosh's fragmenter sees only the words around those.
"""

import functools

from whoosh import highlight
from whoosh.lang.porter import stem

from .terms import WORD, significant

# The words of a wiki are few and come again in every hit.
_stem = functools.lru_cache(maxsize=50_000)(stem)
# So many words before and after a found one can belong to its passage: each has at least one of the 20 characters that
# Whoosh adds in front, and of the 40 that it adds behind.
_BEFORE, _AFTER = 20, 41
_FRAGMENTER = highlight.ContextFragmenter()
_score = highlight.BasicFragmentScorer()


class Found(dict):
    """For a word of a text in lower case: does the full text take it for one of the words that are sought?"""

    def __init__(self, words):
        super().__init__(dict.fromkeys(words, True))
        self._stems = {_stem(word) for word in words}

    def __missing__(self, word):
        same = bool(significant([word])) and _stem(word) in self._stems
        self[word] = same
        return same


class _Word:
    """A word of a text, as Whoosh's fragmenter wants it."""

    __slots__ = ("text", "startchar", "endchar", "matched")
    boost = 1.0

    def __init__(self, text, startchar, endchar, matched):
        self.text, self.startchar, self.endchar, self.matched = text, startchar, endchar, matched

    def copy(self):
        return self


def passages(text, found, top=3, minscore=1):
    """HTML of the best passages; the text in it is escaped.

    :param found: a Found
    :param top: how many passages
    """
    text = text[: _FRAGMENTER.charlimit]
    words = WORD.findall(text)
    places = [place for place, word in enumerate(words) if found[word.lower()]]
    if not places:
        return ""
    near, end = [], 0
    spans = _spans(text, words[: places[-1] + _AFTER])
    for place in places:
        start = max(end, place - _BEFORE)
        end = max(start, place + _AFTER)
        for word, span in zip(words[start:end], spans[start:end]):
            near.append(_Word(word.lower(), *span, found[word.lower()]))
    fragments = [one for one in _FRAGMENTER.fragment_tokens(text, near) if _score(one) >= minscore]
    # Of equally good ones the first; Whoosh takes any.
    best = sorted(fragments, key=lambda one: (-_score(one), one.startchar))[:top]
    return highlight.HtmlFormatter(tagname="b")(text, sorted(best, key=highlight.FIRST))


def _spans(text, words):
    """Where the first words of a text stand in it: (start, end) of each."""
    spans, end = [], 0
    for word in words:
        # nothing but separators stands between two words
        start = text.index(word, end)
        end = start + len(word)
        spans.append((start, end))
    return spans
