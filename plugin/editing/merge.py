"""Two people edited one page: a three-way merge by field and section, in which no marker ever enters the page.

What only one side changed is taken from that side. A field that is a list of texts (tick boxes) merges as a set: what
either side added is there, what either side took out is not. What both sides changed, each in another way, is a clash:
the document then holds theirs, and both texts are handed back so that a person can choose.

A page that can't be cut into fields and sections is one piece: when both sides changed it, the whole text clashes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Iterable, Mapping

from cupboard.document import Document, DocumentError, parse
from cupboard.document.segments import Segment, joined
from cupboard.frontmatter import Value
from cupboard.tongue import _

WHOLE = "*"
"""The key of a clash over the whole text."""


@dataclass(frozen=True, slots=True)
class Clash:
    """One place that both sides changed differently.

    ``key`` is the field's name or the section's title (with a number when the page has several of that title);
    ``label_kind`` is ``field``, ``section`` or ``text``; the rest is the raw text of the place in the three pages,
    empty where it isn't there.
    """

    key: str
    label_kind: str
    base: str
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Merge:
    """The merged page, with theirs in the places that clash, and those places in the page's order."""

    document: Document
    clashes: tuple[Clash, ...]
    base: Document
    mine: Document
    theirs: Document


Place = tuple[str, str, int]
"""The kind of a segment, its key, and which one it is of those with that kind and key."""


def merge(base: Document, mine: Document, theirs: Document) -> Merge:
    """Merge two edits of one page.

    :param base: the page that both sides started from
    """
    if mine == base or mine == theirs:
        return Merge(theirs, (), base, mine, theirs)
    if theirs == base:
        return Merge(mine, (), base, mine, theirs)
    if not (base.error or mine.error or theirs.error):
        pieces = _BySegment(base, mine, theirs)
        document, clashes = pieces.merged({})
        # A piece of mine can be one that swallows what follows it: then it can't be offered by itself.
        all_mine, _ = pieces.merged({clash.key: "mine" for clash in clashes})
        if document and all_mine:
            return Merge(document, clashes, base, mine, theirs)
    return Merge(theirs, (Clash(WHOLE, "text", base.text, mine.text, theirs.text),), base, mine, theirs)


def resolve(merged: Merge, choices: Mapping[str, str]) -> Document:
    """The page with clashes decided.

    :param choices: ``"mine"`` or ``"theirs"`` by a clash's key; theirs where there is none
    :raise ValueError: for a key that doesn't clash, or another choice
    :raise DocumentError: when the chosen pieces don't make a page that reads as they do
    """
    keys = {clash.key for clash in merged.clashes}
    for key, choice in choices.items():
        if key not in keys or choice not in ("mine", "theirs"):
            raise ValueError(f"no such choice: {key!r}: {choice!r}")
    if "mine" not in choices.values():
        return merged.document
    if WHOLE in keys and merged.clashes[0].label_kind == "text":
        return merged.mine
    document, __ = _BySegment(merged.base, merged.mine, merged.theirs).merged(choices)
    if not document:
        raise DocumentError(_("These choices don't fit together: a {{{ in one of them is not closed"))
    return document


class _BySegment:
    """The merge of three pages that can be read."""

    def __init__(self, base: Document, mine: Document, theirs: Document):
        self.documents = base, mine, theirs
        self.base, self.mine, self.theirs = map(_places, self.documents)

    def merged(self, choices: Mapping[str, str]) -> tuple[Document | None, tuple[Clash, ...]]:
        """The merged page and the clashes; no page when the pieces don't make one that reads as they do."""
        pieces: dict[Place, Segment] = {}
        clashed: list[Place] = []
        order = _order(self.base, self.mine, self.theirs)
        for place in order:
            piece, clashes = self._piece(place, *(side.get(place) for side in self._sides()))
            if clashes:
                clashed.append(place)
            if piece:
                pieces[place] = piece
        keys = _keys(clashed)
        for place, key in keys.items():
            if choices.get(key) == "mine":
                if mine := self.mine.get(place):
                    pieces[place] = mine
                else:
                    pieces.pop(place, None)
        clashes = tuple(self._clash(place, key) for place, key in keys.items())
        self._keep_front_matter(pieces)
        return self._joined([pieces[place] for place in order if place in pieces]), clashes

    def _clash(self, place: Place, key: str) -> Clash:
        kind = place[0] if place[0] in ("field", "section") else "text"
        return Clash(key, kind, *(side[place].raw if place in side else "" for side in self._sides()))

    def _sides(self) -> tuple[dict[Place, Segment], ...]:
        return self.base, self.mine, self.theirs

    def _piece(self, place: Place, base: Segment | None, mine: Segment | None,
               theirs: Segment | None) -> tuple[Segment | None, bool]:
        """What stands in a place, and whether the two sides clash over it."""
        raws = [segment and segment.raw for segment in (base, mine, theirs)]
        if raws[1] in (raws[0], raws[2]):
            return theirs, False
        if raws[2] == raws[0]:
            return mine, False
        # Both changed it. The same value in another dress, or a comment here and a value there, is no clash.
        values = [segment and segment.value for segment in (base, mine, theirs)]
        if values[1] in (values[0], values[2]) and place[0] not in ("open", "close"):
            return theirs, False
        if values[2] == values[0] and place[0] not in ("open", "close"):
            return mine, False
        if place[0] == "close":
            return theirs, False
        if place[0] == "field" and all(_is_set(value) for value in values):
            return self._set(place[1], *values), False
        return theirs, True

    def _set(self, key: str, base: Value | None, mine: Value | None, theirs: Value | None) -> Segment | None:
        """A list of texts merged as a set: in the order of the page that both sides started from, then what is new."""
        base, mine, theirs = base or [], mine or [], theirs or []
        kept = [item for item in base if item in mine and item in theirs]
        new = sorted({*mine, *theirs} - {*base})
        written = self.documents[2] if key in self.documents[2].fields else self.documents[1]
        try:
            edited = written.edit({key: list(dict.fromkeys([*kept, *new]))})
        except DocumentError:
            return None  # then the pieces don't read as they should, and the whole text clashes
        return _places(edited).get(("field", key, 0))

    def _keep_front_matter(self, pieces: dict[Place, Segment]) -> None:
        """Put back the lines ``---`` when one side took all fields out with them and the other changed one."""
        if any(kind == "field" for kind, _, _ in pieces):
            for place in (("open", "", 0), ("close", "", 0)):
                if place not in pieces:
                    pieces[place] = next(side[place] for side in (self.theirs, self.mine, self.base) if place in side)

    def _joined(self, pieces: list[Segment]) -> Document | None:
        line_end = "\r\n" if any(piece.raw.endswith("\r\n") for piece in pieces) else "\n"
        document = parse(joined(pieces, line_end).encode("utf-8", "surrogateescape"))
        said = [(s.kind, s.key, s.value) for s in document.segments if s.kind != "preamble" or s.value]
        meant = [(s.kind, s.key, s.value) for s in pieces if s.kind != "preamble" or s.value]
        return document if said == meant else None


def _places(document: Document) -> dict[Place, Segment]:
    seen: Counter[tuple[str, str]] = Counter()
    places = {}
    for segment in document.segments:
        name = segment.kind, segment.key
        places[(*name, seen[name])] = segment
        seen[name] += 1
    return places


def _is_set(value: Value | None) -> bool:
    return value is None or isinstance(value, list) and all(isinstance(item, str) for item in value)


_KINDS = ("open", "field", "close", "preamble", "section")


def _order(base: Iterable[Place], mine: Iterable[Place], theirs: Iterable[Place]) -> list[Place]:
    """All places in the order of the merged page.

    The order of the side that changed it, theirs if both did; a place that only the other side has stands after the one
    that it follows there.
    """
    base, mine, theirs = list(base), list(mine), list(theirs)
    first, second = theirs, mine
    if _common(theirs, base) == _common(base, theirs):
        first, second = mine, theirs
        if _common(mine, base) == _common(base, mine):
            # Nobody changed it: then it must not matter which of the two is mine.
            first, second = max((mine, theirs), (theirs, mine))
    present = set(first)
    followers: dict[Place | None, list[Place]] = {}
    anchor = None
    for place in second:
        if place in present:
            anchor = place
        else:
            followers.setdefault(anchor, []).append(place)
    order = followers.get(None, [])
    for place in first:
        order += [place, *followers.get(place, ())]
    return sorted(order, key=lambda place: _KINDS.index(place[0]))


def _common(places: list[Place], others: list[Place]) -> list[Place]:
    """The places that the others have too, in their own order."""
    present = set(others)
    return [place for place in places if place in present]


def _keys(places: list[Place]) -> dict[Place, str]:
    """A key for each place that clashes: the field's name or section's title, made different where two are the same."""
    keys: dict[Place, str] = {}
    taken: set[str] = set()
    for place in places:
        kind, name, number = place
        key = name or {"open": "---", "preamble": "text"}.get(kind, kind)
        key = f"{key} ({number + 1})" if number else key
        while key in taken:
            key = f"= {key} ="
        taken.add(key)
        keys[place] = key
    return keys
