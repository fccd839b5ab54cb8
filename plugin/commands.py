"""What the commands of ``cupboard`` and the functions behind them agree on: saying how far they are, or that they can't
go on.
"""

from __future__ import annotations

from collections.abc import Callable

#: Called as ``progress(what, done, total)``; ``total`` 0 when it isn't known.
Progress = Callable[[str, int, int], None]


class CommandError(Exception):
    """A command can't be carried out; the message says why and how to go on, in one line."""
