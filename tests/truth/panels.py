"""The queries of all dashboards, asked of both servers as Grafana asks them."""

from collections.abc import Iterator
from typing import NamedTuple

from bounds import relative
from metric_server import MetricServer
from settled import TARGET
from shipped import Panel, Target, dashboards

PERIOD_SECONDS = 900.0
PERIOD, STEP, RATE_INTERVAL = "15m", 60.0, "75s"

# By the labels of a series and a time.
Answer = dict[tuple[frozenset[tuple[str, str]], float], float]


class Asked(NamedTuple):
    """A query of a panel."""

    dashboard: str
    panel: Panel
    target: Target

    @property
    def name(self) -> str:
        return f"{self.dashboard}, {self.panel.title}, {self.target.ref_id}"

    def drawn(self, server: MetricServer, end: float) -> Answer:
        """Of the instance where everything is settled, as the panel shows it."""
        query = self.target.asked(PERIOD, RATE_INTERVAL, **TARGET)
        if self.target.instant:
            return vector(server, query, end)
        lines = server.query_range(query, end - PERIOD_SECONDS, end, STEP)
        return {
            (frozenset(line.labels.items()), time): value
            for line in lines
            for time, value in line.points
        }

    def of_the_hour(self, server: MetricServer, end: float) -> Answer:
        """Of all jobs and instances, where it is a figure of a period."""
        return vector(server, self.target.asked("1h"), end)


def vector(server: MetricServer, query: str, end: float) -> Answer:
    return {(frozenset(s.labels.items()), end): s.value for s in server.query(query, end)}


class Compared(NamedTuple):
    asked: Asked
    answers: tuple[Answer, Answer]  # of Prometheus and of VictoriaMetrics

    @property
    def apart(self) -> float:
        """The largest difference, as a share; infinite where only one has something."""
        first, second = self.answers
        if first.keys() != second.keys():
            return float("inf")
        return max((abs(relative(value, second[key])) for key, value in first.items()), default=0)


def compare_drawn(first: MetricServer, second: MetricServer, end: float) -> list[Compared]:
    """Every query of every dashboard, where everything is settled."""
    return [Compared(a, (a.drawn(first, end), a.drawn(second, end))) for a in asked()]


def compare_periods(first: MetricServer, second: MetricServer, end: float) -> list[Compared]:
    """Every query for a figure of a period, whatever happened in it."""
    return [
        Compared(a, (a.of_the_hour(first, end), a.of_the_hour(second, end)))
        for a in asked()
        if a.target.instant
    ]


def asked() -> Iterator[Asked]:
    for dashboard in dashboards():
        for panel in dashboard.panels:
            for target in panel.targets:
                yield Asked(dashboard.title, panel, target)
