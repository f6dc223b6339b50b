"""The scenarios, played into both servers and read back through the views."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from random import Random
from typing import NamedTuple

from claims import HOST, HOST_NOW, HTTP, NOW, ROUTES, WORK, Claim, Figure, Window
from host_page import Host, HostPage
from metric_server import MetricServer
from scenarios import SCENARIOS, SHORT, Length, Scenario
from scrapes import messages, scrape_times, scrapes_of_host, scrapes_of_library
from script import Script
from table import Both, Row, row
from views import PERIODS

LIBRARY, EXPORTER = "seadragon", "seadragon-exporter"


class Played(NamedTuple):
    scenario: Scenario
    length: Length
    script: Script
    host: Host | None

    @property
    def instance(self) -> str:
        return f"{self.scenario.name}, {self.length.name}"

    @property
    def figures(self) -> list[Figure]:
        """What is asked of it, per period."""
        return HTTP + ROUTES + WORK + HOST if self.host else HTTP

    def messages(self) -> Iterator[bytes]:
        """What was scraped of it."""
        rng = Random(f"scrapes of {self.instance}")
        times = scrape_times(self.length.span, self.length.interval, rng)
        page = self.scenario.page
        scrapes = scrapes_of_library(self.script, page, times)
        yield from messages(page().series, scrapes, {"job": LIBRARY, "instance": self.instance})
        if self.host:
            times = scrape_times(self.length.span, self.length.interval, rng)
            scrapes = scrapes_of_host(self.host, times)
            target = {"job": EXPORTER, "instance": self.instance}
            yield from messages(HostPage(self.host).series, scrapes, target)


def play(scenario: Scenario, length: Length) -> Played:
    rng = Random(f"{scenario.name}, {length.name}")
    script = scenario.script(rng, length)
    return Played(scenario, length, script, scenario.host and scenario.host(rng, length))


def play_all() -> list[Played]:
    return [play(scenario, length) for scenario in SCENARIOS for length in scenario.lengths]


def write_all(servers: Sequence[MetricServer], written: Iterable[bytes]) -> None:
    """The servers store a message while the next one is made."""
    with ThreadPoolExecutor(len(servers)) as pool:
        under_way: list[Future[None]] = []
        for message in written:
            wait_for(under_way)
            under_way = [pool.submit(server.write, message) for server in servers]
        wait_for(under_way)


def wait_for(writes: Iterable[Future[None]]) -> None:
    for write in writes:
        write.result()


class Question(NamedTuple):
    """What a figure of a scenario is."""

    played: Played
    figure: Figure
    period: str

    def claim(self, end: float) -> Claim:
        begin = end - PERIODS.get(self.period, 0)
        window = Window(self.played.script, self.played.host, begin, end)
        return self.figure.claim(window, self.played.instance, self.period)


def questions(played: Iterable[Played]) -> Iterator[Question]:
    for each in played:
        for figure in each.figures:
            for period in each.length.periods:
                yield Question(each, figure, period)
        if each.host and each.length == SHORT:
            for figure in HOST_NOW:
                yield Question(each, figure, NOW)


def rows(played: Iterable[Played], shown: Mapping[float, Both]) -> list[Row]:
    """`shown` is what both servers say at each time of reading."""
    return [
        row(question.played.scenario.name, [question.claim(end) for end in shown], shown.values())
        for question in questions(played)
    ]
