"""Pages that can be referred to though no list shows them, such as tools.

Whoever knows such pages says here how they are called, and which have some words, for the person who asks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Source(NamedTuple):
    """Where such pages are known.

    :ivar titles: of names of any pages, the titles of those that it knows, by name
    :ivar matching: (name, title) of those that have the words of a text
    """

    titles: Callable[[Iterable[str]], dict[str, str]]
    matching: Callable[[str], list[tuple[str, str]]]


_sources: list[Source] = []


def register(source: Source) -> None:
    _sources.append(source)


def titles(names: Iterable[str]) -> dict[str, str]:
    """By name, the titles of those pages that are known here."""
    wanted = list(names)
    return {name: title for source in _sources for name, title in source.titles(wanted).items()}


def matching(words: str) -> list[tuple[str, str]]:
    """(name, title) of the pages that have the words of a text."""
    return [found for source in _sources for found in source.matching(words)]
