"""One row for each figure of each scenario, as both servers show it."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bounds import Bound, Unbounded, Verdict, judge, percent, relative
from claims import Claim
from views import Shown

# Prometheus guesses what happened between the last scrape and now, VictoriaMetrics does not.
MOST_APART = 0.01


class Both(NamedTuple):
    """What both servers show at one moment."""

    prometheus: Shown
    victoria_metrics: Shown


class Reading(NamedTuple):
    """A figure at one moment: the truth and what each server shows; None where there is nothing."""

    truth: float | None
    prometheus: float | None
    victoria_metrics: float | None

    def verdicts(self, bound: Bound) -> tuple[Verdict, Verdict]:
        first, second = (judge(bound, self.truth, shown) for shown in self[1:])
        return first, second

    @property
    def apart(self) -> float:
        """By which share of Prometheus' number the other one differs."""
        if self.prometheus is None or self.victoria_metrics is None:
            return 0.0 if self.prometheus is self.victoria_metrics else float("inf")
        return abs(relative(self.prometheus, self.victoria_metrics))


class Row(NamedTuple):
    """What the table says of a figure: the worst of its readings."""

    section: str
    figure: str
    period: str
    worst: Reading
    bound: Bound
    apart: float

    @property
    def is_met(self) -> bool:
        return all(verdict.is_met for verdict in self.worst.verdicts(self.bound))

    @property
    def met(self) -> str:
        if self.is_met and isinstance(self.bound, Unbounded):
            return "not bounded"
        return "yes" if self.is_met else "NO"

    def cells(self) -> list[str]:
        reading, verdicts = self.worst, self.worst.verdicts(self.bound)
        return [
            self.figure,
            self.period,
            number(reading.truth),
            number(reading.prometheus),
            verdicts[0].error,
            number(reading.victoria_metrics),
            verdicts[1].error,
            percent(self.apart).removeprefix("+"),
            "absent" if reading.truth is None else self.bound.text(),
            self.met,
        ]


def row(section: str, claims: Sequence[Claim], shown: Iterable[Both]) -> Row:
    """Of claims that are alike, and what the servers show of each."""
    readings = [
        Reading(claim.truth, *(claim.shown(server) for server in both))
        for claim, both in zip(claims, shown, strict=True)
    ]
    return row_of_readings(section, claims[0], readings)


def row_of_readings(section: str, claim: Claim, readings: Sequence[Reading]) -> Row:
    def badness(reading: Reading) -> tuple[bool, float]:
        verdicts = reading.verdicts(claim.bound)
        return not all(v.is_met for v in verdicts), max(v.size for v in verdicts)

    worst = max(readings, key=badness)
    apart = max(reading.apart for reading in readings)
    return Row(section, claim.name, claim.period, worst, claim.bound, apart)


def worst_rows(rows: Iterable[Row]) -> list[Row]:
    """One for each figure of a section, of all periods, routes and other labels that it has."""

    def key(row: Row) -> tuple[str, str]:
        return row.section, row.figure.split("`")[1]

    def badness(row: Row) -> tuple[bool, float]:
        return not row.is_met, max(v.size for v in row.worst.verdicts(row.bound))

    found: dict[tuple[str, str], Row] = {}
    for each in rows:
        worst = max(found.get(key(each), each), each, key=badness)
        apart = max(found.get(key(each), each).apart, each.apart)
        found[key(each)] = worst._replace(apart=apart)
    return list(found.values())


HEADER = (
    "figure", "period", "truth", "Prometheus", "error", "VictoriaMetrics", "error", "apart",
    "bound", "met",
)  # fmt: skip


def table(lines: Sequence[Sequence[str]]) -> str:
    head, *body = [f"| {' | '.join(cells)} |\n" for cells in lines]
    return head + "|" + "---|" * len(lines[0]) + "\n" + "".join(body)


def number(value: float | None) -> str:
    """Whole numbers whole, others to five digits."""
    if value is None:
        return "none"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:.5g}"
