"""The way of a story through the levels of the Flexible Framework, as a chart.

The Flexible Framework (Sustainable Procurement Task Force, *Procuring the Future*, 2006) has five themes, each with
five levels: Foundation, Embed, Practice, Enhance, Lead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cupboard.appraisals.charts import BLUE, GREY, INK, WIDTH, Chart, Picture
from cupboard.tongue import L_, _

LEVELS = (L_("Not started"), L_("Foundation"), L_("Embed"), L_("Practice"), L_("Enhance"), L_("Lead"))
#: A line is told from the others by its dashes and its marks, not by colour alone.
_LINES = (("none", INK, "circle"), ("9 5", BLUE, "square"), ("2 4", INK, "diamond"), ("12 4 2 4", BLUE, "triangle"),
          ("5 3", GREY, "cross"))
_HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 300, 118, 168, 16, 46


@dataclass(frozen=True)
class Move:
    """That a theme came to a level by an action.

    :ivar step: number of the action, from 1
    :ivar when: of the action, as written
    :ivar theme: in words
    :ivar before: level before, 0 to 5; None: the one that an earlier action reached, if any
    :ivar after: level after
    """

    step: int
    when: str
    theme: str
    before: int | None
    after: int


def level_in_words(level: int | None) -> str:
    if level is None:
        return _("Not known")
    return f"{level} ({LEVELS[level]})" if level else str(LEVELS[0])


def chart(moves: Sequence[Move], steps: int, prefix: str) -> Chart:
    """The chart of a story with at least one move.

    :param steps: how many actions the story has
    :param prefix: of the ids in the picture
    """
    series = _series(moves)
    last = {theme: points[-1][1] for theme, points in series.items()}
    first = {theme: points[0][1] for theme, points in series.items()}
    title = _("Levels of the Flexible Framework, action by action")
    moved, stays = _("{theme}: from {first} to {last}"), _("{theme}: level {last}")
    description = ". ".join(
        (moved if len(points) > 1 else stays).format(theme=theme, first=first[theme], last=last[theme])
        for theme, points in series.items()
    )
    rows: list[tuple[str, ...]] = []
    reached: dict[str, int] = {}
    for move in moves:
        before = reached.get(move.theme) if move.before is None else move.before
        rows.append((str(move.step), move.when, move.theme, level_in_words(before), level_in_words(move.after)))
        reached[move.theme] = move.after
    headers = (_("Action"), _("When"), _("Theme"), _("Level before"), _("Level after"))
    svg = _drawn(series, steps, title, f"{description}.", prefix)
    return Chart(svg, title, f"{description}.", headers, tuple(rows))


def _series(moves: Sequence[Move]) -> dict[str, list[tuple[int, int]]]:
    """By theme, (number of the action after which it is so, level): a line stays level until an action moves it."""
    series: dict[str, list[tuple[int, int]]] = {}
    for move in moves:
        points = series.setdefault(move.theme, [])
        before = move.before if move.before is not None else points[-1][1] if points else None
        if before is not None and (move.step - 1, before) not in points:
            points.append((move.step - 1, before))
        points.append((move.step, move.after))
    return series


def _drawn(series: dict[str, list[tuple[int, int]]], steps: int, title: str, description: str, prefix: str) -> str:
    picture = Picture(_HEIGHT, title, description, prefix)
    most = max(steps, *(step for points in series.values() for step, _ in points))

    def x(step: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * step / most

    def y(level: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (5 - level) / 5

    for level, name in enumerate(map(str, LEVELS)):
        picture.line(_LEFT, y(level), WIDTH - _RIGHT, y(level), GREY, 0.5 if level else 1.5)
        picture.text(_LEFT - 10, y(level) + 5, f"{level} {name}" if level else name, "end")
    every = next(every for every in (1, 2, 5, 10, 20, 50, 100) if most / every <= 10 or every == 100)
    for step in range(0, most + 1, every):
        picture.line(x(step), _HEIGHT - _BOTTOM, x(step), _HEIGHT - _BOTTOM + 5)
        picture.text(x(step), _HEIGHT - _BOTTOM + 21, str(step) if step else _("Start"), "middle")
    picture.text((_LEFT + WIDTH - _RIGHT) / 2, _HEIGHT - 6, _("Actions"), "middle")
    ends = []
    for number, (theme, points) in enumerate(series.items()):
        dashes, colour, mark = _LINES[number % len(_LINES)]
        shift = (number - (len(series) - 1) / 2) * 4  # lines on one level stay apart
        placed = [(x(step), y(level) + shift) for step, level in points]
        end = (x(most), placed[-1][1])
        picture.add("polyline", points=" ".join(f"{at:.1f},{of:.1f}" for at, of in [*placed, end]), fill="none",
                    stroke=colour, stroke_width="3", stroke_dasharray=dashes)
        for at in placed:
            _mark(picture, mark, *at, colour)
        ends.append((end[1], theme, mark, colour))
    _name(picture, ends)
    return str(picture)


def _name(picture: Picture, ends: list[tuple[float, str, str, str]]) -> None:
    """Write each theme at the end of its line, one below the other where lines end close together."""
    free = 0.0
    for height, theme, mark, colour in sorted(ends):
        words = _two_lines(theme)
        top = max(height - 9 * (len(words) - 1), free)
        _mark(picture, mark, WIDTH - _RIGHT + 12, top, colour)
        for number, line in enumerate(words):
            picture.text(WIDTH - _RIGHT + 24, top + 5 + 17 * number, line)
        free = top + 17 * len(words) + 6


def _two_lines(text: str) -> list[str]:
    if len(text) <= 19:
        return [text]
    words = text.split()
    halves = [(" ".join(words[:at]), " ".join(words[at:])) for at in range(1, len(words))] or [(text, "")]
    return [line for line in min(halves, key=lambda pair: abs(len(pair[0]) - len(pair[1]))) if line]


def _mark(picture: Picture, mark: str, x: float, y: float, colour: str) -> None:
    if mark == "circle":
        picture.add("circle", cx=f"{x:.1f}", cy=f"{y:.1f}", r="5", fill=colour)
        return
    corners = {
        "square": ((-5, -5), (5, -5), (5, 5), (-5, 5)),
        "diamond": ((0, -7), (7, 0), (0, 7), (-7, 0)),
        "triangle": ((0, -7), (6, 5), (-6, 5)),
        "cross": ((-6, -2), (-2, -2), (-2, -6), (2, -6), (2, -2), (6, -2),
                  (6, 2), (2, 2), (2, 6), (-2, 6), (-2, 2), (-6, 2)),
    }[mark]
    picture.add("polygon", points=" ".join(f"{x + right:.1f},{y + down:.1f}" for right, down in corners), fill=colour)
