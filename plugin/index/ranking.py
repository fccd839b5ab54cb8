"""Scores: how well a revision answers a text search.

The full text's own bm25, with Moin's boosts of names, comment and summary as weights of its columns, and for what is
not in the full text Whoosh's formula for a term that stands once in a field of average length:

    idf = 1 + ln(N / (n + 1))        score = idf * boost * (K1 + 1) / (boost + K1)

(N revisions, n of them with the term; K1 = 1.2; whoosh.scoring.BM25F.) As in Whoosh a disjunction adds the scores of
its parts, a conjunction too, and what is excluded adds nothing.
"""

import math
from collections import defaultdict
from typing import NamedTuple

from whoosh import query as wq

from . import dialect, fields
from .query import NOTHING

_K1 = 1.2
_CONSTANT = (wq.Prefix, wq.Wildcard, wq.Regex, wq.FuzzyTerm, wq.Variations, wq.TermRange, wq.NumericRange, wq.DateRange)


class _Leaf(NamedTuple):
    node: object
    boost: float


def leaves(node, boost=1.0):
    """All nodes without nodes below that add to the score, with the product of the boosts on the way to them."""
    if isinstance(node, wq.Not):
        return
    boost *= getattr(node, "boost", 1.0)
    if isinstance(node, (wq.AndNot, wq.Require)):
        yield from leaves(node.a, boost)
    elif isinstance(node, (wq.ConstantScoreQuery, wq.WeightingQuery)):
        yield from leaves(node.child, boost)
    elif hasattr(node, "subqueries"):
        for child in node.subqueries:
            yield from leaves(child, boost)
    else:
        yield _Leaf(node, boost)


def worth_scoring(node):
    """Can two matches of this query have different scores? Not if it only demands and excludes exact terms."""
    if isinstance(node, (wq.And, wq.Require)):
        return any(map(worth_scoring, node.subqueries))
    if isinstance(node, wq.AndNot):
        return worth_scoring(node.a)
    if isinstance(node, (wq.Or, wq.AndMaybe, wq.DisjunctionMax, wq.Otherwise)):
        return len(node.subqueries) > 1 or any(map(worth_scoring, node.subqueries))
    if isinstance(node, (wq.ConstantScoreQuery, wq.WeightingQuery)):
        return worth_scoring(node.child)
    if isinstance(node, (wq.Term, wq.Phrase)):
        return node.fieldname in fields.TEXT or node.fieldname in fields.NGRAMS
    return False


def scores(node, translator, total):
    """Statements that list (id, score) of all that adds to a score; a revision's scores are to be summed.

    :param total: how many revisions there are in the index that is asked
    :returns: list of (statement, values)
    """
    texts, parts, results = defaultdict(list), defaultdict(dict), []
    for leaf, boost in leaves(node):
        if not getattr(leaf, "fieldname", None) or leaf.fieldname not in translator.schema:
            # what asks for no field of this index, like Every(), tells nothing apart
            continue
        expression = translator.text_leaf(leaf)
        if expression is not None:
            if expression and expression not in texts[boost]:
                texts[boost].append(expression)
        elif isinstance(leaf, wq.Term) and leaf.fieldname in fields.NGRAMS:
            _add_gram(parts[leaf.fieldname, boost], leaf, translator)
        elif isinstance(leaf, _CONSTANT):
            match = translator.match(leaf)
            if match is not NOTHING:
                results.append(_constant(match, boost))
        elif isinstance(leaf, wq.Term):
            match = translator.match(leaf)
            # What more than COUNTED revisions have tells little of any of them.
            if match is not NOTHING and match.size <= total:
                weight = _boost(translator.schema[leaf.fieldname])
                score = boost * _idf(match.size, total) * weight * (_K1 + 1) / (weight + _K1)
                results.append(_constant(match, score))
    for boost, expressions in texts.items():
        for half in translator.halves:
            results.append(
                (
                    dialect.scored(f"text_{half}"),
                    (-boost, dialect.any_of(expressions)),
                )
            )
    for (name, boost), words in parts.items():
        results.extend(_gram_scores(name, boost, words, translator, total))
    return results


def _constant(match, score):
    """The same score for all of a set."""
    return f"WITH found (id) AS ({match.select}) SELECT id, ? FROM found", (*match.select_values, score)


def _boost(field):
    return field.format.field_boost if field.format else 1.0


def _idf(count, total):
    return 1 + math.log(max(total, 1) / (count + 1)) if count < total else 1.0


def _add_gram(words, leaf, translator):
    """Note for each word of the vocabulary how many of the n-grams that are asked for it has."""
    part = translator.token_value(leaf.fieldname, leaf.text)
    for word in translator.words_with(part):
        words[word] = words.get(word, 0) + 1


def _gram_scores(name, boost, words, translator, total):
    weight = _boost(translator.schema[name])
    by_count = defaultdict(list)
    for word, count in words.items():
        # A part of a word in the text weighs a hundredth (Moin's boost): not worth telling one part from six.
        by_count[count if weight >= 0.1 else 1].append(word)
    score = boost * weight * (_K1 + 1) / (weight + _K1)
    for count, group in by_count.items():
        match = translator._with_words(fields.NGRAMS[name], group)
        if match is not NOTHING:
            factor = score * count * _idf(len(group), total)
            yield _constant(match, factor)
