"""A page of metrics: series and what they are at this moment."""

from bisect import bisect_left
from collections.abc import Mapping
from typing import NamedTuple, cast

from catalog import bounds_of


class Series(NamedTuple):
    name: str
    labels: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        inner = ",".join(f'{label}="{value}"' for label, value in self.labels)
        return f"{self.name}{{{inner}}}" if inner else self.name


def series(name: str, labels: Mapping[str, str]) -> Series:
    return Series(name, tuple(sorted(labels.items())))


class Page:
    """Pages that are filled alike have the same series in the same places."""

    def __init__(self) -> None:
        self.series: list[Series] = []
        self.values: list[float | None] = []  # None where there is no such series yet

    def add(self, name: str, value: float | None = 0.0, /, **labels: str) -> int:
        """The place of the new series."""
        self.series.append(series(name, labels))
        self.values.append(value)
        return len(self.values) - 1

    def count(self, place: int, by: float = 1.0) -> None:
        self.values[place] = (self.values[place] or 0.0) + by

    def text(self) -> str:
        shown = zip(self.series, self.values)
        return "".join(f"{s.text} {value!r}\n" for s, value in shown if value is not None)


class Histogram:
    """The series of one on a page, with the bounds that the library has."""

    def __init__(self, page: Page, name: str, **labels: str) -> None:
        self.values = cast(list[float], page.values)  # its series are there from the start
        self.bounds = bounds_of(name)
        les = [*map(repr, self.bounds), "+Inf"]
        places = [page.add(f"{name}_bucket", **labels, le=le) for le in les]
        self.first, self.last = places[0], places[-1]
        self.sum = page.add(f"{name}_sum", **labels)
        self.number = page.add(f"{name}_count", **labels)

    def observe(self, value: float) -> None:
        for place in range(self.first + bisect_left(self.bounds, value), self.last + 1):
            self.values[place] += 1
        self.values[self.sum] += value
        self.values[self.number] += 1
