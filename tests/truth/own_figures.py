"""The figures that panels have queries of their own for, against the truth of all chosen servers.

They are other expressions than the views: for any period, and for all instances together.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from bounds import Bound, Points, Unbounded
from claims import COUNT, NOW, RATIO, Claim, Served, Window, errors, ratio
from fleets import Fleet
from host_page import Host
from metric_server import MetricServer, Refused, Sample
from panels import Asked, asked
from played import Played
from scenarios import LONG, SHORT
from script import CHAT, Script
from shipped import Target
from single_errors import CASES, SECTION
from table import Both, Row, row
from together import Together, Truth, current_mean, current_sum, mean, mean_of_sum
from views import PERIODS, Shown

RANGES = {"hour": "1h", "day": "1d", "week": "7d", "month": "30d"}
OVERVIEW, REQUESTS = "Seadragon / Overview", "Seadragon / Requests"
# A panel of the busiest routes shows so many.
MOST_ROUTES = 5


class Query(NamedTuple):
    """One of a panel; `part` tells it from others of the panel: its legend, or its letter."""

    dashboard: str
    panel: str
    part: str

    @property
    def name(self) -> str:
        return f"{self.panel}, {self.part}" if self.part else self.panel

    @cache
    def target(self) -> Target:
        found = [a.target for a in asked() if self._is(a)]
        assert len(found) == 1, f"{len(found)} queries for {self}"
        return found[0]

    def _is(self, other: Asked) -> bool:
        parts = ("", other.target.legend, COLUMNS.get(other.target.ref_id))
        is_panel = (other.dashboard, other.panel.title) == (self.dashboard, self.panel)
        return is_panel and self.part in parts


# Of the table of routes, by the letter of the query.
COLUMNS = {"A": "requests", "B": "errors", "C": "mean time"}


@dataclass(frozen=True, eq=False)
class Chosen:
    """What someone chose at the top of a dashboard."""

    name: str
    job: str
    instance: str
    servers: Sequence[tuple[Script, Host | None]]
    routes: Sequence[str]
    periods: Sequence[str]
    has_known_sums: bool = True

    @property
    def has_hosts(self) -> bool:
        return any(host for _, host in self.servers)

    @cache
    def together(self, begin: float, end: float) -> Together:
        return Together([Window(script, host, begin, end) for script, host in self.servers])


@dataclass(frozen=True)
class OwnFigure:
    query: Query
    bound: Bound
    truth: Truth
    of_hosts: bool = False
    is_current: bool = False
    is_sum_of_samples: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)

    def is_of(self, chosen: Chosen) -> bool:
        # A current value is one of the last minute, which is shorter than a long past's intervals.
        is_there = not self.is_current or "hour" in chosen.periods
        return is_there and (chosen.has_hosts or not self.of_hosts)

    def bound_of(self, chosen: Chosen) -> Bound:
        is_known = chosen.has_known_sums or not self.is_sum_of_samples
        return self.bound if is_known else Unbounded()


def card(panel: str, part: str = "") -> Query:
    return Query(OVERVIEW, panel, part)


def of_hosts() -> Iterator[OwnFigure]:
    for panel, quantity in (("CPU Usage", "busy"), ("Memory Usage", "memory_used")):
        now, average = current_mean(quantity, 100), mean(quantity, 100)
        yield OwnFigure(card(panel, "Now"), Points(), now, of_hosts=True, is_current=True)
        yield OwnFigure(card(panel, "Avg"), Points(), average, of_hosts=True)
    for panel, quantity in (("Queue Length", "waiting"), ("Active Requests", "active")):
        now, average = current_sum(quantity), mean_of_sum(quantity)
        yield OwnFigure(card(panel, "Now"), RATIO, now, of_hosts=True, is_current=True)
        yield OwnFigure(
            card(panel, "Avg"), RATIO, average, of_hosts=True, is_sum_of_samples=True
        )


def number(served: Served) -> float:
    return len(served.requests)


def of_route(route: str, of: Callable[[Served], float | None]) -> Truth:
    """A table has no line of a route without requests."""

    def truth(together: Together) -> float | None:
        requests = together.by_route.get(route)
        return of(requests) if requests else None

    return truth


def among_the_first(route: str) -> Truth:
    def truth(together: Together) -> float | None:
        numbers = {name: number(of) for name, of in together.by_route.items()}
        first = sorted(numbers, key=lambda name: -numbers[name])[:MOST_ROUTES]
        return numbers[route] if route in first else None

    return truth


def mean_time(served: Served) -> float | None:
    return ratio(math.fsum(r.seconds for r in served.requests), number(served))


def of_requests(routes: Sequence[str]) -> Iterator[OwnFigure]:
    yield OwnFigure(card("Total Requests"), COUNT, number)
    yield OwnFigure(card("Avg Response Time"), RATIO, mean_time)
    yield OwnFigure(card("Error Rate"), RATIO, lambda t: ratio(errors(t), number(t)))
    for route in routes:
        listed = [
            (card("Top Endpoints"), COUNT, among_the_first(route)),
            (Query(REQUESTS, "Routes", "requests"), COUNT, of_route(route, number)),
            (Query(REQUESTS, "Routes", "errors"), COUNT, of_route(route, errors)),
            (Query(REQUESTS, "Routes", "mean time"), RATIO, of_route(route, mean_time)),
        ]
        for query, bound, truth in listed:
            yield OwnFigure(query, bound, truth, labels={"route": route})


def of_fleet(fleet: Fleet) -> Chosen:
    routes = sorted({route for member in fleet.members for route in member.routes})
    servers = [(member.script, member.host) for member in fleet.members]
    jobs = f"({fleet.name}|{fleet.exporter})"
    return Chosen(fleet.name, jobs, ".+", servers, routes, fleet.periods, fleet.has_known_sums)


def of_scenarios(name: str, played: Sequence[Played]) -> Chosen:
    """One instance, or several."""
    routes = sorted({route for each in played for route, _ in each.scenario.page().requests})
    instances = "|".join(each.instance for each in played)
    servers = [(each.script, each.host) for each in played]
    return Chosen(name, ".+", f"({instances})", servers, routes, played[0].length.periods)


def all_of_scenarios(played: Sequence[Played]) -> list[Chosen]:
    alone = [of_scenarios(each.instance, [each]) for each in played]
    together = [
        of_scenarios(f"all of {length.name}", [p for p in played if p.length.name == length.name])
        for length in (SHORT, LONG)
    ]
    return [*together, *alone]


class Question(NamedTuple):
    chosen: Chosen
    figure: OwnFigure
    period: str

    @property
    def asked(self) -> str:
        """In PromQL."""
        selected = {"job": self.chosen.job, "instance": self.chosen.instance}
        return self.figure.query.target().asked(RANGES.get(self.period, "1h"), **selected)

    def claim(self, end: float) -> Claim:
        together = self.chosen.together(end - PERIODS.get(self.period, 0), end)
        labels = {**self.figure.labels, **self.labels}
        bound = self.figure.bound_of(self.chosen)
        return Claim(self.figure.query.name, labels, bound, self.figure.truth(together))

    @property
    def labels(self) -> dict[str, str]:
        """Of what no answer tells."""
        return {"instance": f"{self.chosen.job} {self.chosen.instance}", "period": self.period}


def questions(chosen: Iterable[Chosen]) -> Iterator[Question]:
    for each in chosen:
        for figure in [*of_hosts(), *of_requests(each.routes)]:
            if figure.is_of(each):
                for period in [NOW] if figure.is_current else each.periods:
                    yield Question(each, figure, period)


def answers(server: MetricServer, questions: Iterable[Question], end: float) -> Shown:
    """What panels say at this moment; a query is asked once, whatever number of lines it has."""
    shown = Shown()
    queries = {(q.asked, q.figure.query.name, *q.labels.values()): q for q in questions}
    for (promql, name, *_), question in queries.items():
        try:
            samples = server.query(promql, end)
        except Refused as refused:
            print(refused)  # a panel is empty then
            continue
        shown.add(name, [Sample({**s.labels, **question.labels}, s.value) for s in samples])
    return shown


def own_rows(
    questions: Sequence[Question], servers: Sequence[MetricServer], ends: Sequence[float]
) -> list[Row]:
    """As both servers show them at these times."""

    def answered(server: MetricServer) -> list[Shown]:
        return [answers(server, questions, end) for end in ends]

    with ThreadPoolExecutor(len(servers)) as pool:
        shown = [Both(*both) for both in zip(*pool.map(answered, servers))]
    return [row(q.chosen.name, [q.claim(end) for end in ends], shown) for q in questions]


def single_error_questions() -> list[Question]:
    """Of servers on which one request of a period goes wrong, each chosen alone."""
    figure = OwnFigure(
        Query(REQUESTS, "Routes", "errors"), COUNT, of_route(CHAT, errors), labels={"route": CHAT}
    )
    found = []
    for case in CASES:
        if case.kind.bound is COUNT:
            servers = [(case.script(), None)]
            chosen = Chosen(SECTION, ".+", case.instance, servers, [CHAT], [case.period])
            found.append(Question(chosen, figure, case.period))
    return found
