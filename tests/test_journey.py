"""The chart of a story's way through the Flexible Framework."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

from hypothesis import given, strategies

from cupboard.stories.journey import LEVELS, Move, chart

MOVES = [
    Move(1, "2005", "People", 0, 2),
    Move(2, "2006", "Policy", None, 3),
    Move(4, "2008", "People", None, 4),
]


def test_the_table_says_what_the_picture_shows() -> None:
    made = chart(MOVES, 4, "x")
    assert made.headers == ("Action", "When", "Theme", "Level before", "Level after")
    assert made.rows == (
        ("1", "2005", "People", "Not started", "2 (Embed)"),
        ("2", "2006", "Policy", "Not known", "3 (Practice)"),
        ("4", "2008", "People", "2 (Embed)", "4 (Enhance)"),
    )
    assert made.description == "People: from 0 to 4. Policy: level 3."


def test_the_picture_has_a_title_a_description_and_a_mark_of_its_own_for_each_theme() -> None:
    root = ElementTree.fromstring(chart(MOVES, 4, "x").svg)
    ns = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img" and root.get("aria-labelledby") == "x-title x-description"
    lines = root.findall(f"{ns}polyline")
    assert len({line.get("stroke-dasharray") for line in lines}) == len(lines) == 2
    words = [text.text for text in root.findall(f"{ns}text")]
    assert {"People", "Policy", "Start", "4", "5 Lead"} <= set(words)


@given(
    strategies.lists(
        strategies.builds(
            Move,
            strategies.integers(1, 200),
            strategies.text(max_size=10),
            strategies.sampled_from([f"Theme & <{n}>" for n in range(6)]),
            strategies.none() | strategies.integers(0, 5),
            strategies.integers(0, 5),
        ),
        min_size=1,
        max_size=30,
    )
)
def test_any_story_gives_a_picture_within_its_frame(moves: list[Move]) -> None:
    made = chart(moves, 200, "x")
    root = ElementTree.fromstring(made.svg)
    assert len(made.rows) == len(moves)
    assert all(row[4] == LEVELS[0] or str(LEVELS[int(row[4][0])]) in row[4] for row in made.rows)
    for line in root.iter("{http://www.w3.org/2000/svg}polyline"):
        for point in line.get("points", "").split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= 600 and 0 <= y <= 300
