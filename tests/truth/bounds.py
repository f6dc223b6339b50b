"""How far a figure may be from the truth."""

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

FLOAT = 1e-9


class Verdict(NamedTuple):
    """`size` orders errors, the largest is the worst."""

    is_met: bool
    error: str
    size: float


class Bound(Protocol):
    def text(self) -> str: ...

    def judge(self, truth: float, shown: float) -> Verdict: ...


@dataclass(frozen=True)
class Within:
    """A share of the truth; of a count also a whole number, and not 0 unless the truth is."""

    share: float = 0.01
    is_count: bool = False

    def text(self) -> str:
        return f"{100 * self.share:g} %" + (", whole" if self.is_count else "")

    def judge(self, truth: float, shown: float) -> Verdict:
        error = relative(truth, shown)
        is_met = abs(error) <= self.share
        text = percent(error)
        if self.is_count and not shown.is_integer():
            is_met, text = False, f"{text}, not whole"
        return Verdict(is_met, text, abs(error))


@dataclass(frozen=True)
class Points:
    """Of a figure that is itself in percent."""

    points: float = 1.0

    def text(self) -> str:
        return f"{self.points:g} point" + ("s" if self.points != 1 else "")

    def judge(self, truth: float, shown: float) -> Verdict:
        error = shown - truth
        return Verdict(abs(error) <= self.points, f"{error:+.2f} points", abs(error))


@dataclass(frozen=True)
class InBucket:
    """Of a quantile: in the bucket of the true one, which is known as exactly as `rounding`."""

    bounds: Sequence[float]
    rounding: float = 0.0

    def text(self) -> str:
        return "its bucket"

    def judge(self, truth: float, shown: float) -> Verdict:
        low, high = self._below(truth - self.rounding), self._above(truth + self.rounding)
        error = relative(truth, shown)
        # An end of a bucket is computed, not looked up.
        is_met = low * (1 - FLOAT) <= shown <= high * (1 + FLOAT)
        text = percent(error) if is_met else f"{percent(error)}, not in {low:g} to {high:g}"
        return Verdict(is_met, text, abs(error))

    def _below(self, value: float) -> float:
        place = bisect_left(self.bounds, value)
        return self.bounds[place - 1] if place > 0 else 0.0

    def _above(self, value: float) -> float:
        return self.bounds[min(bisect_left(self.bounds, value), len(self.bounds) - 1)]


@dataclass(frozen=True)
class Unbounded:
    """For what nobody can know, to be told all the same."""

    def text(self) -> str:
        return "none"

    def judge(self, truth: float, shown: float) -> Verdict:
        return Verdict(True, f"{shown - truth:+g}", abs(shown - truth))


def judge(bound: Bound, truth: float | None, shown: float | None) -> Verdict:
    """Without traffic there must be no sample, and with traffic there must be one."""
    if truth is None or shown is None:
        return Verdict(truth is shown, "", 0 if truth is shown else float("inf"))
    return bound.judge(truth, shown)


def relative(truth: float, shown: float) -> float:
    if shown == truth:
        return 0.0
    return (shown - truth) / truth if truth else float("inf")


def percent(share: float) -> str:
    if math.isinf(share):
        return "-"
    return "0" if share == 0 else f"{100 * share:+.2f} %"
