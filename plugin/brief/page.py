"""What stands on the sheet of one case study. Each text has a most length; what was done, and why, get what room is
left.

Room is counted in lines of body text, at a number of characters a line that also wide letters keep to.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import segno
from markupsafe import Markup

from cupboard.brief.cutting import Cut, cut, words
from cupboard.case_studies import contact
from cupboard.case_studies.view import CaseView
from cupboard.days import today
from cupboard.labels import in_each_language, joined
from cupboard.legal.wording import NOT_LEGAL_ADVICE
from cupboard.tongue import L_, N_, _

#: Characters at most.
TITLE, RESULT, SENTENCE, SECTION, FACT, FIGURE, MEASURE = 140, 180, 260, 420, 80, 40, 80
FIGURES = 3
#: Lines of body text that a sheet has, and characters that a line has.
LINES, LINE = 50, 80
#: Section of the template -> what it is called here, in the order in which they stand; and in which they get room.
SECTIONS = {"Context": L_("Why"), "Action": L_("What they did"), "Impact": L_("What came of it")}
_FIRST = ("Action", "Impact", "Context")


_HEADING = 1.9


def _lines(text: str, length: int) -> int:
    return -(-len(text) // length)


@dataclass(frozen=True)
class Figure:
    """One number that counts.

    :ivar result: the number itself
    :ivar measure: what it is of
    :ivar basis: before, period and how it is known
    """

    result: str
    measure: str
    basis: str


class Brief:
    """The sheet of one case study.

    :param view: the case study
    :param link: a short address of its page
    """

    def __init__(self, view: CaseView, link: str):
        self.view = view
        self.link = link

    @property
    def title(self) -> str:
        return cut(self.view.title, TITLE).text

    @property
    def result(self) -> str:
        return cut(self.view.result, RESULT).text

    @cached_property
    def facts(self) -> list[tuple[str, str]]:
        """(label, words): who, where, when, what kind of contract."""
        found = [(fact.label, joined(fact.values)) for fact in self.view.facts
                 if fact.values and fact.id in ("organisation", "region", "year")]  # fmt: skip
        found += [(section.label, joined(term.label for term in terms)) for section, terms in self.view.sections[:2]]
        return [(label, in_each_language(text, lambda one: cut(one, FACT).text)) for label, text in found]

    @cached_property
    def figures(self) -> list[Figure]:
        """The first three."""
        return [
            Figure(
                cut(row.get("result", ""), FIGURE).text,
                cut(row.get("measure", ""), MEASURE).text,
                in_each_language(
                    joined(filter(None, [_before(row), row.get("period"), row.get("basis")])),
                    lambda one: cut(one, MEASURE).text,
                ),
            )  # fmt: skip
            for row in self.view.figures
            if row.get("result")
        ][:FIGURES]

    @cached_property
    def legal(self) -> str:
        """The first thing that is said about its lawfulness, and what the law or time has done to it since."""
        live = self.view.legal.live
        if not live or not self.view.legal.rows:
            return _("Nothing is known here about whether the approach is lawful.")
        said = [f"{live[0].sentence}.", *(f"{flag.short}." for flag in live[0].overlays)]
        if len(live) > 1:
            more = len(live) - 1
            said.append(N_("{count} more on the page.", "{count} more on the page.", more).format(count=more))
        return cut(" ".join(said), SENTENCE).text

    @property
    def costs(self) -> str:
        """Whether it paid; empty when nothing was worked out."""
        costs = self.view.costs
        return cut(costs.sentence, SENTENCE).text if costs.is_shown else ""

    @cached_property
    def sections(self) -> list[tuple[str, Cut]]:
        """(heading, what it says as far as there is room); without those that get less than two lines."""
        texts = {title: text for title in _FIRST if (text := words(self.view.document.section(title)))}
        room, found = self._room(), {}
        for number, (title, text) in enumerate(texts.items()):
            lines = int(room / (len(texts) - number) - _HEADING)
            if lines >= 2:
                found[title] = cut(text, min(SECTION, lines * LINE))
                room -= _HEADING + _lines(found[title].text, LINE)
        return [(str(heading), found[title]) for title, heading in SECTIONS.items() if title in found]

    def _room(self) -> float:
        """Lines that all else leaves, each kind of text at its own size."""
        used = 8 + 2 * _lines(self.title, 36) + 1.3 * _lines(self.result, 60)  # 8: the head and the foot
        for text in (self.view.legal.word + self.legal + f" {NOT_LEGAL_ADVICE}.", self.costs):
            used += _HEADING + _lines(text, LINE) if text else 0
        figures = (
            1.5 * _lines(one.result, 12) + _lines(one.measure, 24) + _lines(one.basis, 26) for one in self.figures
        )
        used += max(figures, default=0)
        values = [words for __, words in self.facts] + ([self.contact] if self.contact else [])
        for row in range(0, len(values), 4):
            used += 1.3 + max(_lines(one, 20) for one in values[row : row + 4])
        return LINES - used

    @property
    def contact(self) -> str:
        shown = ("name", "role", "email") if contact.is_shown(self.view.document.fields, today()) else ("role",)
        parts = (self.view.text(f"contact_{name}") for name in shown)
        return cut(", ".join(part for part in parts if part), FACT).text

    @cached_property
    def picture(self) -> Markup:
        """The short address as a QR code, in SVG without style of its own."""
        return qr_code(self.link)


def _before(row: Mapping[str, str]) -> str:
    return _("before: {figure}").format(figure=row["baseline"]) if row.get("baseline") else ""


def qr_code(address: str) -> Markup:
    """An address as a QR code (ISO/IEC 18004), error correction M, with the quiet zone that it needs."""
    drawn = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, border=4, svgclass=None, lineclass=None
    )
    return Markup(drawn)
