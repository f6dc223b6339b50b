"""Quantities of a machine that keep a value for a while, so that their means are known exactly."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate


class Steps:
    """`values[i]` from `times[i]` on, the last one for ever."""

    def __init__(self, times: Sequence[float], values: Sequence[float]) -> None:
        self.times = times
        self.values = values
        lasts = (after - before for before, after in zip(times, times[1:]))
        self._areas = list(accumulate((v * t for v, t in zip(values, lasts)), initial=0.0))

    def at(self, time: float) -> float:
        return self.values[self._index(time)]

    def area(self, time: float) -> float:
        """The integral from the first step to this time."""
        index = self._index(time)
        return self._areas[index] + self.values[index] * (time - self.times[index])

    def mean(self, begin: float, end: float) -> float:
        """Over this span, or the part of it that has steps."""
        begin = max(begin, self.times[0])
        return (self.area(end) - self.area(begin)) / (end - begin)

    def _index(self, time: float) -> int:
        assert time >= self.times[0], "before the first step"
        return bisect_right(self.times, time) - 1
