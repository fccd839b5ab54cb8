"""How long the answer to a request says what is so: until a write, or a moment that whoever makes it knows of.

What may be read from a moment on changes a list though nobody writes anything then. Who makes the list says so
here; who keeps the page that it is on asks.
"""

from __future__ import annotations

from flask import g


def only_until(moment: float) -> None:
    """Say that the answer being made may be another one from a moment on.

    :param moment: seconds since the epoch
    """
    g.cupboard_lasts_until = min(moment, lasts_until() or moment)


def lasts_until() -> float | None:
    """The earliest moment from which the answer being made may be another one; None: any write's."""
    return g.get("cupboard_lasts_until")
