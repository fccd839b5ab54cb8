"""More like this: case studies that share terms and words with one.

Terms find the candidates; a rare one says more than a common one, measured in what the reader may read. Among the best
of them, words shared by title and result decide.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Mapping
from heapq import nlargest
from math import log

from pyroaring import BitMap

from cupboard.catalogue.memory import Memory

#: How much it says that two case studies share a value of a field.
_WEIGHTS: Mapping[str, float] = {
    "categories": 3.0,
    "themes": 1.0,
    "stages": 0.7,
    "organisation": 1.5,
    "organisation_type": 0.4,
    "region": 0.5,
}
_CANDIDATES = 60
#: Case studies that are looked at one by one; beyond, a value only adds to those that a rarer one has found.
_LOOKED_AT = 4_000
_WORD_WEIGHT = 1.5
#: Case studies whose words a process keeps; about two kilobytes each.
_TITLES_KEPT = 3_000

_ONE = "SELECT ordinal, keys FROM catalogue_case WHERE itemid = ?"  # unique index on itemid
_TITLES = (  # primary key
    "SELECT ordinal, json_extract(card, '$.fields.title'), json_extract(card, '$.fields.result')"
    " FROM catalogue_card WHERE ordinal IN (SELECT value FROM json_each(?))"
)
STATEMENTS = {"one": _ONE, "titles": _TITLES}


def similar(
    connection: sqlite3.Connection, memory: Memory, readable: BitMap, itemid: str, count: int
) -> list[int]:
    """Ordinals of the case studies most like one, best first; those that share no term are never among them."""
    found = connection.execute(_ONE, (itemid,)).fetchone()
    if found is None or found[0] not in readable:
        return []
    ordinal, keys = found
    scores = _by_terms(memory, readable, ordinal, json.loads(keys))
    best = [other for _, other in nlargest(_CANDIDATES, [(score, other) for other, score in scores.items()])]
    if len(best) > count:
        words = _titles(connection, memory, [ordinal, *best])
        own = words.pop(ordinal, frozenset())
        frequency = Counter(word for its in words.values() for word in its & own)
        for other, its in words.items():
            scores[other] += _WORD_WEIGHT * sum(log((len(words) + 1) / frequency[word]) for word in its & own)
        best.sort(key=lambda other: (-scores[other], -other))
    return best[:count]


def _by_terms(memory: Memory, readable: BitMap, ordinal: int, keys: list[str]) -> dict[int, float]:
    shared = []
    for key in keys:
        field, _, value = key.partition("=")
        if field in _WEIGHTS:
            members = memory.having(field, value) & readable
            if len(members) > 1:
                shared.append((len(members), _WEIGHTS[field] * log(1 + len(readable) / len(members)), members))
    scores: dict[int, float] = {}
    left = _LOOKED_AT
    for size, weight, members in sorted(shared, key=lambda one: one[0]):
        if size <= left:
            left -= size
            for other in members:
                scores[other] = scores.get(other, 0.0) + weight
        else:
            for other in list(members[:left]) if not scores else [one for one in scores if one in members]:
                scores[other] = scores.get(other, 0.0) + weight
    scores.pop(ordinal, None)
    return scores


def _titles(connection: sqlite3.Connection, memory: Memory, ordinals: list[int]) -> dict[int, frozenset[str]]:
    """By ordinal, the words of title and result."""
    known = memory.titles
    if len(known) > _TITLES_KEPT:
        known.clear()
    if wanted := [ordinal for ordinal in ordinals if ordinal not in known]:
        for ordinal, title, result in connection.execute(_TITLES, (json.dumps(wanted),)):
            known[ordinal] = frozenset(_words(f"{title or ''} {result or ''}"))
    return {ordinal: known[ordinal] for ordinal in ordinals if ordinal in known}


def _words(text: str) -> set[str]:
    return {word.removesuffix("s") for word in re.findall(r"[^\W\d_]{4,}", text.lower())} - _COMMON


_COMMON = frozenset("about after also been before from have into more most over said some than that their them then "
                    "they this were what when where which while will with within without year years".split())
