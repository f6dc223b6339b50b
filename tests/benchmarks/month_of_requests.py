"""A month of requests as Prometheus keeps it: what it scraped of them and what the rules recorded.
Both are written into its storage at once, and a Prometheus answers from there."""

import contextlib
import http.client
import json
import random
import subprocess
import tempfile
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from measured import ROOT, free_address, running

VIEW = "seadragon:http_requests:count"
METRIC = "seadragon_http_outcomes_total"
OUTCOMES = ("completed", "client_abort", "server_abort", "error")
RECORD_INTERVAL = 240  # seconds, of the group
GRAPH_POINTS = 800
DAY = 86_400
QUIET, BUSY = 1, 1000  # requests of a route between two scrapes, on average


class Month(NamedTuple):
    """How much there is of it. The servers of the job `quiet` and as many of the job `busy`, which
    had a thousand times the requests, have the view; the first quiet one has the metric as well."""

    days: int
    servers: int
    routes: int
    scrape_interval: int  # seconds


class Answer(NamedTuple):
    seconds: float  # until its last byte was there
    result: list[dict[str, Any]]


class Answering:
    """Asks a Prometheus on one connection that stays."""

    def __init__(self, address: str, month: Month, end: int) -> None:
        self.connection = http.client.HTTPConnection(address, timeout=60)
        self.month, self.end = month, end

    def now(self, expression: str) -> Answer:
        return self.ask("query", query=expression, time=self.end)

    def graph(self, expression: str) -> Answer:
        begin = self.end - self.month.days * DAY
        step = self.month.days * DAY / GRAPH_POINTS
        return self.ask("query_range", query=expression, start=begin, end=self.end, step=step)

    def ask(self, what: str, **parameters: object) -> Answer:
        begin = time.perf_counter()
        self.connection.request("GET", f"/api/v1/{what}?{urllib.parse.urlencode(parameters)}")
        body = self.connection.getresponse().read()
        took = time.perf_counter() - begin
        answer = json.loads(body)
        if answer["status"] != "success":
            raise RuntimeError(f"{parameters['query']}: {answer['error']}")
        return Answer(took, answer["data"]["result"])


def month_rule() -> str:
    """The expression that the view of the month is recorded from."""
    groups = yaml.safe_load((ROOT / "grafana/views/http.yml").read_text())["groups"]
    rules = next(group["rules"] for group in groups if group["name"] == "seadragon_http_month")
    return next(rule["expr"] for rule in rules if rule["record"] == VIEW)


def in_turns(rounds: int, *asks: Callable[[], Answer]) -> list[list[float]]:
    """Of each the seconds of so many answers. They take turns: the machine's speed changes."""
    for ask in asks:
        ask()
    found = [[ask().seconds for ask in asks] for _ in range(rounds)]
    return [list(times) for times in zip(*found)]


def series(name: str, values: Iterator[int], times: range) -> str:
    return "".join(f"{name} {value} {at}\n" for value, at in zip(values, times))


def counted(dice: random.Random, average: int) -> Iterator[int]:
    """A counter as it is scraped: it begins with 0."""
    value = 0
    while True:
        yield value
        value += dice.randint(0, 2 * average)


def write_month(month: Month, end: int, out: Path) -> None:
    """In the OpenMetrics format."""
    dice = random.Random(1)
    scrapes = range(end - month.days * DAY, end + 1, month.scrape_interval)
    records = range(end - month.days * DAY, end + 1, RECORD_INTERVAL)
    with out.open("w") as file:
        total = 0
        for route in range(month.routes):
            for outcome in OUTCOMES:
                labels = f'job="quiet",instance="0",route="/{route}",outcome="{outcome}"'
                average = QUIET if outcome == "completed" else 0
                values = counted(dice, average)
                scraped = [next(values) for _ in scrapes]
                total += scraped[-1]
                file.write(series(f"{METRIC}{{{labels}}}", iter(scraped), scrapes))
        for job, average in ("quiet", QUIET), ("busy", BUSY):
            for server in range(month.servers):
                # What a month holds goes up and down as days come and go, and ends with the truth.
                moved = counted(dice, 10 * average)
                steps = [next(moved) - 10 * average * n for n in range(len(records))]
                values = (total * average + step - steps[-1] for step in steps)
                labels = f'job="{job}",instance="{server}",period="month"'
                file.write(series(f"{VIEW}{{{labels}}}", values, records))
        file.write("# EOF\n")


@contextlib.contextmanager
def answering(month: Month) -> Iterator[Answering]:
    """A Prometheus that has it. It ends with what the caller does, and leaves nothing."""
    end = int(time.time()) // RECORD_INTERVAL * RECORD_INTERVAL
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_month(month, end, folder / "month.txt")
        # In one block: promtool reads all of the text once for each, and makes 360 of 2 hours.
        subprocess.run(
            ["promtool", "tsdb", "create-blocks-from", "openmetrics", "--quiet"]
            + ["--max-block-duration=1500h", folder / "month.txt", folder / "data"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        (folder / "prometheus.yml").touch()
        address = free_address()
        command: list[str | Path] = ["/usr/bin/prometheus", f"--web.listen-address={address}"]
        command += [f"--config.file={folder / 'prometheus.yml'}"]
        command += [f"--storage.tsdb.path={folder / 'data'}", "--storage.tsdb.retention.time=60d"]
        with running(command, address):
            prometheus = Answering(address, month, end)
            wait_until_ready(prometheus)
            yield prometheus


def wait_until_ready(prometheus: Answering) -> None:
    """It listens before it has opened its storage."""
    deadline = time.monotonic() + 60
    while True:
        prometheus.connection.request("GET", "/-/ready")
        answer = prometheus.connection.getresponse()
        answer.read()
        if answer.status == 200:
            return
        if time.monotonic() > deadline:
            raise RuntimeError("Prometheus does not get ready; run it by hand to see why")
        time.sleep(0.05)
