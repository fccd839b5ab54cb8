"""What a reader sees of a change story: its actions as a timeline, with the cases at their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from cupboard.appraisals.charts import Chart
from cupboard.case_studies.view import CaseView, Fact
from cupboard.fields import rows_of
from cupboard.kinds.change_story import ACTIONS, STORY, cases_of
from cupboard.lists import cards
from cupboard.references import shown as references
from cupboard.references.shown import Seen
from cupboard.stories import journey
from cupboard.stories.journey import Move
from cupboard.tongue import _
from cupboard.vocabulary import Term

_FACTS = ("organisation", "organisation_type", "region", "audiences", "themes")


@dataclass(frozen=True)
class Action:
    """One action of a story.

    :ivar number: from 1
    :ivar step: the change step; None where none was chosen
    :ivar what, met: paragraphs
    :ivar move: what it did to the levels of the Flexible Framework
    :ivar cases: the pages that it refers to
    :ivar mend: where a missing one is put right; None for who may not
    """

    number: int
    when: str
    step: Term | None
    what: tuple[str, ...]
    met: tuple[str, ...]
    move: Move | None
    cases: tuple[Seen, ...]
    mend: str | None

    @property
    def title(self) -> str:
        said = _("Step {number}: {step}") if self.step else _("Step {number}")
        return said.format(number=self.number, step=self.step and self.step.label)

    @property
    def levels(self) -> str:
        """What it did to the levels, in a sentence."""
        if self.move is None:
            return ""
        before, after = self.move.before, self.move.after
        reached = _level_in_a_sentence(after)
        if before is None:
            return f"{self.move.theme}: {reached}"
        if before == after:
            return _("{theme}: still {reached}").format(theme=self.move.theme, reached=reached)
        return _("{theme}: from {before} to {reached}").format(
            theme=self.move.theme, before=_level_in_a_sentence(before), reached=reached
        )


class StoryView(CaseView):
    """A change story as the person who asks sees it."""

    kind = STORY

    @property
    def is_story(self) -> bool:
        return True

    @property
    def period(self) -> str:
        """``2006 to 2010``."""
        first, last = self.text("started"), self.text("until")
        if first and last and first != last:
            return _("{first} to {last}").format(first=first, last=last)
        return _("From {first}").format(first=first) if first and not last else last

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        fields = filter(None, map(self.template.field, _FACTS))
        found = [Fact(field.id, field.label, self.words(field.id)) for field in fields]
        led_by = self.template.field("led_by")
        found.insert(3, Fact("period", _("Period"), (self.period,) if self.period else ()))
        if led_by and self.text("led_by"):
            found.insert(4, Fact("led_by", led_by.label, (self.text("led_by"),)))
        return tuple(found)

    @cached_property
    def actions(self) -> tuple[Action, ...]:
        rows = rows_of(self.document.fields, ACTIONS)
        names = [name for row in rows for name in cases_of(row)]
        seen = {}
        if names:
            seen = {one.written: one for one in references.look_up(names, references.bindings_of(self.name))}
        return tuple(self._action(number, row, seen) for number, row in enumerate(rows, start=1))

    def _action(self, number: int, row: dict[str, str], seen: dict[str, Seen]) -> Action:
        cases = tuple(seen[name] for name in cases_of(row))
        is_broken = any(one.is_missing for one in cases)
        return Action(
            number=number,
            when=row.get("when", ""),
            step=self.definitions.contents.get(row["step"]) if row.get("step") else None,
            what=_paragraphs(row.get("what", "")),
            met=_paragraphs(row.get("met", "")),
            move=self._move(number, row),
            cases=cases,
            mend=references.mending(self.name, f"{ACTIONS}-{number - 1}-cases") if is_broken else None,
        )

    def _move(self, number: int, row: dict[str, str]) -> Move | None:
        before, after = _level(row.get("before", "")), _level(row.get("after", ""))
        if after is None or not row.get("theme"):
            return None
        themes = self.labels_of(ACTIONS, "theme")
        return Move(number, row.get("when", ""), themes.get(row["theme"], row["theme"]), before, after)

    def card_of(self, seen: Seen, level: int) -> Markup:
        """A case in short, at its place."""
        assert seen.entry is not None
        return cards.summary(seen.entry, self.definitions, level)

    @cached_property
    def journey(self) -> Chart | None:
        """The chart of its levels; None where no action has any."""
        moves = [action.move for action in self.actions if action.move]
        if not moves:
            return None
        return journey.chart(moves, len(self.actions), f"journey-{self.slug}")

    @property
    def slug(self) -> str:
        """The last part of its name, for ids."""
        return re.sub("[^a-z0-9]+", "-", self.name.rpartition("/")[2].lower()).strip("-") or "story"

    @property
    def journey_svg(self) -> Markup:
        return Markup(self.journey.svg if self.journey else "")  # written by an XML tree, which escapes


def _level(text: str) -> int | None:
    return int(text) if re.fullmatch("[0-5]", text) else None


def _level_in_a_sentence(level: int) -> str:
    return _("level {level}").format(level=journey.level_in_words(level)) if level else _("not started")


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(part for one in re.split(r"\n\s*\n", text) if (part := one.strip()))
