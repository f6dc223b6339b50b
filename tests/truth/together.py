"""What is true of several servers together."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from claims import Window
from script import Request, Span
from steps import Steps


class Of(NamedTuple):
    """Some of all requests."""

    requests: list[Request]


@dataclass(frozen=True)
class Together:
    """The same window of each server."""

    windows: Sequence[Window]

    @cached_property
    def requests(self) -> Sequence[Request]:
        return [request for window in self.windows for request in window.requests]

    @cached_property
    def by_route(self) -> dict[str, "Of"]:
        found: dict[str, Of] = {}
        for request in self.requests:
            found.setdefault(request.route, Of([])).requests.append(request)
        return found

    def mean(self, quantity: str) -> float:
        """Over all machines, of each for as long as it ran."""
        area = math.fsum(self._areas(quantity))
        return area / math.fsum(end - begin for _, begin, end in self._parts(quantity))

    def mean_of_sum(self, quantity: str) -> float:
        """Over the time in which any machine ran: of the sum of those that did."""
        spans = sorted(Span(begin, end) for _, begin, end in self._parts(quantity))
        covered, until = 0.0, -math.inf
        for begin, end in spans:
            covered += max(0.0, end - max(begin, until))
            until = max(until, end)
        return math.fsum(self._areas(quantity)) / covered

    def current(self, quantity: str) -> list[float]:
        """Of each machine that runs at the end."""
        return [
            getattr(window.host, quantity).at(window.end)
            for window in self.windows
            if window.host and any(b < window.end <= e for b, e in window.script.lives)
        ]

    def _areas(self, quantity: str) -> list[float]:
        return [steps.area(end) - steps.area(begin) for steps, begin, end in self._parts(quantity)]

    def _parts(self, quantity: str) -> list[tuple[Steps, float, float]]:
        """The lives of each machine as far as they are in the window."""
        found = []
        for window in self.windows:
            for life in window.script.lives if window.host else ():
                begin, end = max(life.begin, window.begin), min(life.end, window.end)
                if begin < end:
                    found.append((getattr(window.host, quantity), begin, end))
        return found


Truth = Callable[[Together], float | None]


def mean(quantity: str, scale: float = 1) -> Truth:
    return lambda together: scale * together.mean(quantity)


def mean_of_sum(quantity: str) -> Truth:
    return lambda together: together.mean_of_sum(quantity)


def current_mean(quantity: str, scale: float) -> Truth:
    def truth(together: Together) -> float:
        values = together.current(quantity)
        return scale * sum(values) / len(values)

    return truth


def current_sum(quantity: str) -> Truth:
    return lambda together: sum(together.current(quantity))
