"""What a benchmark in Python is asked for, and how it answers: report.h for Python."""

import statistics
import sys
from collections.abc import Sequence
from typing import NamedTuple


class Row(NamedTuple):
    """A line of the target table: `target` is the least ratio, reference to ours, that will do."""

    name: str
    target: float
    reference: str = "budget"


def number(value: float) -> str:
    return f"{value:.{2 if value < 10 else 1 if value < 1000 else 0}f}"


def seconds(value: float) -> str:
    """In the unit that suits the value."""
    unit, factor = ("ns", 1e9) if value < 10e-6 else ("us", 1e6) if value < 10e-3 else ("ms", 1e3)
    return f"{number(value * factor)} {unit}"


def with_spread(values: Sequence[float]) -> str:
    """Median and quartiles of seconds."""
    median = statistics.median(values)
    unit, factor = seconds(median).split()[1], {"ns": 1e9, "us": 1e6, "ms": 1e3}
    lower, _, upper = statistics.quantiles(values) if len(values) > 1 else (median,) * 3
    return f"{seconds(median)} [{number(lower * factor[unit])}..{number(upper * factor[unit])}]"


class Report:
    """Prints results to standard output as they come, what is being measured to standard error."""

    def __init__(self, arguments: Sequence[str]) -> None:
        """[--once] [FILTER]"""
        self.once = "--once" in arguments
        self.filter = next((word for word in arguments if word != "--once"), "")

    def wants(self, *names: str) -> bool:
        """Whether the name of one of the rows contains the filter."""
        return any(self.filter in name for name in names)

    @staticmethod
    def begin(what: str) -> None:
        print("measuring", what, file=sys.stderr)

    def compared(self, row: Row, reference: Sequence[float], ours: Sequence[float]) -> None:
        """Seconds of both sides with their spread, then `ratio NAME VALUE TARGET ok|short`."""
        self._sides(row, with_spread(reference), with_spread(ours))
        self._ratio(row, statistics.median(reference) / statistics.median(ours))

    def budgeted(self, row: Row, budget: float, ours: Sequence[float]) -> None:
        """What ours takes, against the most that it may take; in seconds, both."""
        self._sides(row, seconds(budget), with_spread(ours))
        self._ratio(row, budget / statistics.median(ours))

    def budgeted_bytes(self, row: Row, budget: float, ours: float) -> None:
        self._sides(row, f"{number(budget)} B", f"{number(ours)} B")
        # What did not grow may even have shrunk.
        self._ratio(row, budget / max(ours, budget / 100))

    def at_worst(
        self, row: Row, budget: float, ours: Sequence[float], failures: Sequence[str]
    ) -> None:
        """The largest of many against the most that any may be, in seconds. One that failed, for
        the reason that stands in `failures`, is more than any budget."""
        if ours:
            summary = f"{seconds(max(ours))} at worst of {len(ours)}, median "
            self._sides(row, seconds(budget), summary + seconds(statistics.median(ours)))
        if failures:
            why = f" ({len(failures)} failed, the first: {failures[0]})"
            self._ratio(row, 0, why)
        else:
            self._ratio(row, budget / max(ours))

    def counted(self, row: Row, wanted: int, ours: int, failures: Sequence[str]) -> None:
        """How many of the wanted were done: all is what is asked for."""
        self._sides(row, str(wanted), str(ours))
        self._ratio(row, ours / wanted, f" (the first: {failures[0]})" if failures else "")

    def figure(self, name: str, text: str) -> None:
        """Anything else worth knowing."""
        if not self.once:
            print(f"  {name}: {text}", flush=True)

    def _sides(self, row: Row, reference: str, ours: str) -> None:
        if not self.once:
            print(f"  {row.name}: {row.reference} {reference}, ours {ours}", flush=True)

    def _ratio(self, row: Row, value: float, why: str = "") -> None:
        if self.once:
            print(f"ran {row.name}{why}", flush=True)
            return
        verdict = "ok" if value >= row.target else "short"
        print(f"ratio {row.name} {number(value)} {number(row.target)} {verdict}{why}", flush=True)
