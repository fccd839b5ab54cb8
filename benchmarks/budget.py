"""Limits, so that a benchmark always ends by itself and says what it left out."""

import time
from dataclasses import dataclass, field


class Cut(Exception):
    """A stage was given up because it took too long; the message says which and after how long."""


@dataclass
class Budget:
    """Iterate over it: yields 0, 1, 2, ... until the count or the time is used up.

    :param count: most repetitions
    :param seconds: no repetition starts later than this
    :param least: repetitions that are made even when the time is used up
    """

    count: int
    seconds: float
    least: int = 3
    made: int = 0
    cut: bool = False
    _began: float = field(default=0.0, repr=False)

    def __iter__(self):
        self._began = time.monotonic()
        for self.made in range(self.count):
            if self.made >= self.least and time.monotonic() - self._began > self.seconds:
                self.cut = True
                return
            yield self.made
        self.made = self.count
