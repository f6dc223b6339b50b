"""What all tests read: a past that is played to both servers once, and a minute in real time."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
# running.py, shipped.py, server.py, and exporter_process.py with busy_processes.py
for part in ("exposition", "viewer", "adversary", "exporter"):
    sys.path.append(str(ROOT / "tests" / part))

from fleets import FLEETS, Fleet  # noqa: E402
from metric_server import MetricServer  # noqa: E402
from own_figures import (  # noqa: E402
    all_of_scenarios,
    of_fleet,
    own_rows,
    questions,
    single_error_questions,
)
from panels import Compared, compare_drawn, compare_periods  # noqa: E402
from played import Played, play_all, rows, write_all  # noqa: E402
from prometheus import Prometheus, prometheus_of_the_past  # noqa: E402
from real_time import play_in_real_time  # noqa: E402
from real_time_rows import real_time_rows  # noqa: E402
from scenarios import END, ENDS  # noqa: E402
from settled import Settled, settled_rows  # noqa: E402
from single_errors import CASES, Case, single_error_rows  # noqa: E402
from table import Both, Row  # noqa: E402
from victoria_metrics import VictoriaMetrics  # noqa: E402
from views import Rule, Shown, evaluate, shipped_rules  # noqa: E402

THRESHOLDS = ROOT / "alertmanager/rules/thresholds.yml"
# Current values are evaluated this often before the end, for panels that draw them.
CURRENT_SECONDS = 60
CURRENT_NUMBER = 16


class Servers(NamedTuple):
    prometheus: Prometheus
    victoria_metrics: VictoriaMetrics


class Past(NamedTuple):
    played: list[Played]
    rows: list[Row]
    own_rows: list[Row]  # of panels that have queries of their own


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    folder = tmp_path_factory.mktemp("past")
    with ExitStack() as stops:
        prometheus = prometheus_of_the_past(folder)
        stops.callback(prometheus.stop)
        victoria_metrics = VictoriaMetrics(folder)
        stops.callback(victoria_metrics.stop)
        yield Servers(prometheus, victoria_metrics)


def is_current(rule: Rule, rules: list[Rule]) -> bool:
    of_periods = {other.view for other in rules if other.period}
    return not rule.period and not rule.needs(of_periods)


def evaluate_all(server: MetricServer) -> dict[float, Shown]:
    """All views at each time of reading, current ones also between them."""
    shipped = shipped_rules()
    thresholds = shipped_rules([THRESHOLDS])
    current = thresholds + [rule for rule in shipped if is_current(rule, shipped)]
    times = [END - CURRENT_SECONDS * place for place in reversed(range(CURRENT_NUMBER))]
    assert set(ENDS) <= set(times)
    shown = {
        time: evaluate(server, thresholds + shipped if time in ENDS else current, time)
        for time in times
    }
    return {end: shown[end] for end in ENDS}


@pytest.fixture(scope="session")
def past(servers: Servers) -> Past:
    """All scenarios, as both servers show them through the views as they are."""
    played, settled = play_all(), Settled()
    everything: list[Played | Case | Settled | Fleet] = [*played, *CASES, settled, *FLEETS]
    write_all(servers, (message for each in everything for message in each.messages()))
    servers.victoria_metrics.flush()
    with ThreadPoolExecutor(len(servers)) as pool:
        prometheus, victoria_metrics = pool.map(evaluate_all, servers)
    shown = {end: Both(prometheus[end], victoria_metrics[end]) for end in ENDS}
    found = rows(played, shown)
    found += single_error_rows(shown[END]) + settled_rows(settled, shown[END])
    own = own_rows(list(questions(map(of_fleet, FLEETS))), servers, ENDS)
    of_past = [*questions(all_of_scenarios(played)), *single_error_questions()]
    own += own_rows(of_past, servers, [END])
    return Past(played, found, own)


@pytest.fixture(scope="session")
def panels(past: Past, servers: Servers) -> list[Compared]:
    """Every query of every dashboard, of the instance where everything is settled."""
    return compare_drawn(servers.prometheus, servers.victoria_metrics, END)


class Minute(NamedTuple):
    rows: list[Row]
    panels: list[Compared]


@pytest.fixture(scope="session")
def minute(tmp_path_factory: pytest.TempPathFactory) -> Minute:
    """What both servers show after a minute in real time."""
    folder = tmp_path_factory.mktemp("minute")
    with ExitStack() as stops:
        played = play_in_real_time(folder, stops)
        # Before views are evaluated once more, which stores more of them.
        compared = compare_periods(played.prometheus, played.victoria_metrics, played.end)
        found = Minute(real_time_rows(played), compared)
    return found
