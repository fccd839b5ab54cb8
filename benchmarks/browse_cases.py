"""Case studies for a wiki of any size: the same size and seed give the same ones, byte for byte.

Labels come from the definitions that ship with the Cupboard, words from the case studies that ship with it (frequent
ones first), followed by made-up ones so that the vocabulary is as large as that of a real wiki. All are drawn with
frequencies that fall off as in real text and real life (Zipf): most case studies are in a few contract areas, most
organisations have one or two, a few have hundreds.

- :data:`COMMON_WORD` is in every second case study, :data:`RARE_WORD` in three, :data:`COMMON_TITLE` in every tenth
  title.
- :data:`AREA` is the contract area that every section-page measurement asks for: about one case study in eight.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from cupboard.document import Document, dump
from cupboard.template import Template
from cupboard.vocabulary import Vocabulary

from .pages import vocabulary as made_up_words

COMMON_WORD = "sustainability"
COMMON_TITLE = "greener"
RARE_WORD = "quixalorne"
AREA = "contracts/food"
REGION = "scotland"


@dataclass(frozen=True)
class Case:
    """One case study: page name, tags as the parser derives them, its bytes, and the same as plain wiki text."""

    name: str
    title: str
    tags: tuple[str, ...]
    data: bytes
    wiki_text: str


@cache
def _definitions() -> tuple[Template, Vocabulary, Vocabulary, Vocabulary]:
    folder = resources.files("cupboard.seed_pages") / "Cupboard"
    names = ("Template", "Contents", "LegalStatuses", "OrganisationTypes")
    texts = [(folder / f"{name}.yaml").read_text(encoding="utf-8") for name in names]
    return Template.load(texts[0]), *map(Vocabulary.load, texts[1:])


@cache
def _words() -> list[str]:
    text = (resources.files("cupboard.seed_pages") / "cases.yaml").read_text(encoding="utf-8").lower()
    real = [word for word, _ in Counter(re.findall(r"\b[a-z]{3,}\b", text)).most_common()]
    taken = {*real, COMMON_WORD, RARE_WORD, COMMON_TITLE}
    return [word for word in [*real, *(word for word in made_up_words() if word not in taken)]
            if word not in (COMMON_WORD, RARE_WORD, COMMON_TITLE)]


class _Zipf:
    """Draws from a list, the first ones most often."""

    def __init__(self, values: list, offset: float = 2.0):
        self.values = values
        total = 0.0
        self._cumulative = [total := total + 1 / (rank + offset) for rank in range(len(values))]

    def draw(self, rng: random.Random, count: int = 1) -> list:
        return rng.choices(self.values, cum_weights=self._cumulative, k=count)


def cases(count: int, seed: int = 1) -> Iterator[Case]:
    """Yield ``count`` case studies."""
    template, contents, statuses, types = _definitions()
    words = _Zipf(_words())
    areas = _shuffled([area.id for area in contents.get("contracts").children if area.id != AREA])
    area_draw = _Zipf([AREA, *areas], 1.0)
    other_terms = [term.id for top in contents.terms if top.id != "contracts" for term in list(top.walk())[1:]]
    organisations = _Zipf([f"{name.capitalize()} {kind}" for name in _words()[1500:2900] for kind in
                           ("Council", "NHS Trust", "University")], 5.0)
    choices = {name: _Zipf(_first(_shuffled([choice.id for choice in template.field(name).choices or types.terms]),
                                  REGION if name == "region" else None))
               for name in ("region", "jurisdiction", "organisation_type", "audiences", "themes", "stages", "kind")}
    legal = _Zipf([term.id for term in statuses.walk()])
    order = template.order
    rare = {count // 4, count // 2, count - 1}
    for number in range(count):
        rng = random.Random(f"{seed}-{number}")
        area = contents.get(area_draw.draw(rng)[0])
        terms = [rng.choice(area.children).id if area.children and rng.random() < 0.7 else area.id,
                 *rng.sample(other_terms, rng.randint(1, 3))]
        texts = [words.draw(rng, rng.randint(60, 160)) for _ in range(3)]
        if number % 2 == 0:
            texts[number % 3][20] = COMMON_WORD
        if number in rare:
            texts[1][30] = RARE_WORD
        title = words.draw(rng, rng.randint(5, 9))
        if number % 10 == 0:
            title[1] = COMMON_TITLE
        fields = {
            "title": " ".join(title).capitalize() + f" {number}",
            "kind": choices["kind"].draw(rng)[0],
            "result": " ".join(words.draw(rng, rng.randint(10, 18))).capitalize()[:160],
            "organisation": organisations.draw(rng)[0],
            **{name: choices[name].draw(rng)[0] for name in ("organisation_type", "region", "jurisdiction")},
            "year": str(2004 + min(20, int(rng.triangular(0, 21, 18)))) if rng.random() < 0.9 else "",
            "audiences": sorted(set(choices["audiences"].draw(rng, 2))),
            "categories": terms,
            "themes": sorted(set(choices["themes"].draw(rng, rng.randint(1, 4)))),
            "stages": sorted(set(choices["stages"].draw(rng, rng.randint(1, 3)))),
            "figures": [{"measure": " ".join(words.draw(rng, 4)), "result": f"{rng.randint(2, 90)}%",
                         "basis": "measured_self"} for _ in range(rng.randint(0, 3))],
            "legal_status": [{"status": legal.draw(rng)[0], "date": str(rng.randint(2006, 2024))}
                             for _ in range(rng.choice((0, 0, 1, 2)))],
            "resources": [{"kind": "specification", "title": " ".join(words.draw(rng, 3)).capitalize(),
                           "link": f"https://www.example.org/{number}/{n}"} for n in range(rng.choice((0, 1, 2)))],
            "contact_role": "Procurement team",
            "contact_email": f"buyer{number}@example.org",
            "provenance": "organisation",
        }
        sections = {name: _sentences(text) for name, text in zip(("Context", "Action", "Impact"), texts)}
        if number % 3 == 0:
            sections["Impact"] += f"\nThe [[https://www.example.org/{number}/report|report]] says more."
        tags = tuple(sorted({"/".join(term.split("/")[:length]) for term in terms
                             for length in range(1, term.count("/") + 2)}))
        document = Document.new({name: value for name, value in fields.items() if value}, sections, order)
        wiki_text = "\n".join(f"= {name} =\n{text}\n" for name, text in sections.items())
        yield Case(f"CaseStudies/case-{number}", fields["title"], tags, dump(document),
                   f"{fields['title']}\n\n{fields['result']}\n\n{fields['organisation']}\n\n{wiki_text}")


def _shuffled(values: list[str]) -> list[str]:
    return random.Random("order").sample(values, len(values))


def _first(values: list[str], first: str | None) -> list[str]:
    return values if first is None else [first, *(value for value in values if value != first)]


def _sentences(words: list[str]) -> str:
    return "\n".join(" ".join(words[at:at + 14]).capitalize() + "." for at in range(0, len(words), 14))
