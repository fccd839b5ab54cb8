"""Pages for a wiki of any size: the same size and seed give the same pages, byte for byte.

A page reads like a short case study: 250 to 450 words drawn from a vocabulary of 6,000 made-up words whose
frequencies fall off as in real text (Zipf), three headings, two to five links to other pages, and two tags.

- ``AREA_SIZE`` pages share an area tag, whatever the size of the wiki: a leaf of a contents hierarchy stays a page
  long while the wiki grows.
- Every page has one of five status tags.
- The word ``COMMON_WORD`` is in every second page, ``RARE_WORD`` in three pages.
"""

import random
from dataclasses import dataclass

AREA_SIZE = 50
STATUSES = 5
COMMON_WORD = "procurement"
RARE_WORD = "quixalorne"
SYLLABLES = (
    "ba co de fi gu ha jo ka le mi no pe ro su ta ve wi yo zu cha ston tra ver ling ment pro sor tan bri gel"
).split()


@dataclass(frozen=True)
class Page:
    """One page: its name without namespace, its tags, the names it links to, and its wiki text."""

    name: str
    tags: tuple[str, ...]
    links: tuple[str, ...]
    text: str


def page_name(number):
    """The name of the page of that number; numbers start at 0."""
    return f"CaseStudies/{number // 1000:03d}/case-{number}"


def area_tag(number):
    """The area tag of the page of that number."""
    return f"area{number // AREA_SIZE}"


def status_tag(number):
    """The status tag of the page of that number."""
    return f"status{number % STATUSES}"


def vocabulary():
    """6,000 distinct made-up words of two to four syllables, most frequent first."""
    rng, words = random.Random("vocabulary"), {}
    while len(words) < 6000:
        words["".join(rng.choices(SYLLABLES, k=rng.randint(2, 4)))] = None
    return list(words)


def pages(count, seed=1):
    """Yield ``count`` pages.

    :param count: how many
    :param seed: another seed gives other words and links, but the same names and tags
    """
    words = vocabulary()
    weights = [1 / rank for rank in range(2, len(words) + 2)]
    cumulative, total = [], 0.0
    for weight in weights:
        total += weight
        cumulative.append(total)
    rare = {count // 4, count // 2, count - 1}
    for number in range(count):
        rng = random.Random(f"{seed}-{number}")
        links = tuple(page_name(rng.randrange(count)) for _ in range(rng.randint(2, 5)))
        drawn = rng.choices(words, cum_weights=cumulative, k=rng.randint(250, 450))
        if number % 2 == 0:
            drawn[len(drawn) // 3] = COMMON_WORD
        if number in rare:
            drawn[len(drawn) // 2] = RARE_WORD
        yield Page(page_name(number), (area_tag(number), status_tag(number)), links, _text(drawn, links))


def _text(words, links):
    """Wiki text of three sections, sentences of twelve words, links in the last section."""
    third = len(words) // 3
    parts = []
    for heading, start in (("Context", 0), ("Action", third), ("Impact", 2 * third)):
        section = words[start:start + third]
        sentences = [" ".join(section[i:i + 12]).capitalize() + "." for i in range(0, len(section), 12)]
        parts.append(f"= {heading} =\n\n" + "\n".join(sentences) + "\n")
    parts.append("See also:\n\n" + "".join(f" * [[{name}]]\n" for name in links))
    return "\n".join(parts)
