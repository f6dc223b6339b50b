"""A minute in real time: a Prometheus that scrapes, its own rule engine, and remote write."""

import json
import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import yaml
from busy_processes import PinnedProcess
from claims import Window
from exporter_process import Exporter
from kernel_readings import KernelReadings
from library_page import LibraryPage
from metric_server import MetricServer, Sample
from played import EXPORTER, LIBRARY
from prometheus import Prometheus
from running import eventually
from script import CHAT, Request, Script, Span
from scripted_target import ScriptedTarget
from server import Server
from traffic import burst, random
from victoria_metrics import VictoriaMetrics
from views import FOLDER, ROOT, shipped_rules

# Prometheus guesses what happens up to the moment it is asked for, as far as an interval: with this
# one and a life of a minute that is less than 0.5 %.
SCRAPE_INTERVAL = "250ms"
SECONDS = 62.0
TRAFFIC_FLAGS = "--seed 7 --rate 8 --duration 30 --burst-every 10 --burst-size 70".split()
SERVER_FLAGS = "--tokens-per-second=200", "--slots=4"
EXAMPLE, RESTARTING, CALM = "example", "restart, gap, burst", "first error ever"
# Until the first request, for a scrape before it.
QUIET = 4.0
# Longer than anybody looks.
LASTS = 3600.0
# Not among those that a server shows before it has sent them.
RARE_STATUS = 502


def restarting_script(begin: float) -> Script:
    """A restart for 3 s, once the work was done; 5 s without an answer to a scrape; a burst."""
    rng = Random("restart, gap and burst")
    lives = [Span(begin, begin + 24), Span(begin + 27, begin + LASTS)]
    served = [Span(begin + QUIET, begin + 22), Span(begin + 30, begin + 50)]
    requests = [request for span in served for request in random(rng, span, 8)]
    requests += burst(rng, begin + 9, 20) + burst(rng, begin + 32, 80)
    return Script(lives, requests, [Span(begin + 36, begin + 41)])


def calm_script(begin: float) -> Script:
    """One request a second, of which one goes wrong."""
    requests = [Request(begin + QUIET + place, CHAT) for place in range(45)]
    error = Request(begin + 20, CHAT, RARE_STATUS)
    return Script([Span(begin, begin + LASTS)], [*requests, error])


def page_of_chat() -> LibraryPage:
    return LibraryPage([CHAT], rare_statuses=[RARE_STATUS])


def rule_files(folder: Path) -> Iterator[Path]:
    """The views as shipped, but evaluated at the global interval, to be there within a second."""
    for file in sorted(FOLDER.glob("*.yml")):
        content = yaml.safe_load(file.read_text())
        for group in content["groups"]:
            group.pop("interval", None)
        copy = folder / file.name
        copy.write_text(json.dumps(content))
        yield copy


def targets(job: str, addresses: dict[str, str]) -> dict[str, Any]:
    """A job whose instances are at these addresses."""
    groups = [{"targets": [at], "labels": {"instance": name}} for name, at in addresses.items()]
    return {"job_name": job, "static_configs": groups}


class RealTime(NamedTuple):
    """What was there after the minute; all of it has ended but both servers and their samples."""

    prometheus: Prometheus
    victoria_metrics: VictoriaMetrics
    kernel: KernelReadings
    windows: dict[str, Window]  # what was played, by instance
    tally: dict[str, Any]  # of the clients of the example server
    logged_seconds: list[float]  # of each request, by its access log
    wasted_tokens: float  # by its own metrics page
    end: float  # when figures are read


def logged_seconds(log: str) -> list[float]:
    return list(map(float, re.findall(r" Request completed: .* - Time: (\S+)s ", log)))


def play_traffic(server: Server) -> dict[str, Any]:
    """To its end; returns what its clients saw."""
    program = str(ROOT / "build/bin/example-traffic")
    command = [program, f"--target=http://127.0.0.1:{server.port}", *TRAFFIC_FLAGS]
    played = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=120, check=True)
    tally = json.loads(played.stdout)
    assert tally["transport_errors"] == tally["unfinished"] == tally["incomplete"] == 0, tally
    return tally


def await_targets(prometheus: Prometheus, number: int) -> None:
    """Until the last scrape of so many was answered."""
    eventually(lambda: len(prometheus.query("up == 1")) == number, prometheus.log.read_text)


def await_remote_write(prometheus: Prometheus, other: VictoriaMetrics, end: float) -> None:
    """Until all that views read has come, up to `end`."""
    expressions = " ".join(rule.expression for rule in shipped_rules())
    metrics = sorted(set(re.findall(r"(?<![\w:])seadragon_\w+", expressions)))
    numbers = [f"sum(count_over_time({metric}[1h]))" for metric in metrics]

    def stored(server: MetricServer) -> list[list[Sample]]:
        return [server.query(number, end) for number in numbers]

    def has_come() -> bool:
        other.flush()
        return stored(other) == stored(prometheus)

    eventually(has_come, lambda: f"{stored(other)} of {stored(prometheus)}")


def configuration(
    folder: Path, library: dict[str, str], exporter: dict[str, str], other: VictoriaMetrics
) -> dict[str, Any]:
    """Of a Prometheus that scrapes these addresses, by instance, and passes on all that it has."""
    return {
        "global": {
            "scrape_interval": SCRAPE_INTERVAL,
            "scrape_timeout": SCRAPE_INTERVAL,
            "evaluation_interval": "1s",
        },
        "rule_files": [str(file) for file in rule_files(folder)],
        "scrape_configs": [targets(LIBRARY, library), targets(EXPORTER, exporter)],
        "remote_write": [
            {
                "url": other.url + other.write_path,
                "queue_config": {"batch_send_deadline": "500ms"},
            }
        ],
    }


def play_in_real_time(folder: Path, stops: ExitStack) -> RealTime:
    """Takes a minute. What `stops` has to end are both servers."""
    victoria_metrics = VictoriaMetrics(folder)
    stops.callback(victoria_metrics.stop)
    with ExitStack() as plays:
        server = Server(folder, *SERVER_FLAGS)
        plays.callback(server.kill)
        metrics = f"127.0.0.1:{server.metrics_port}"
        exporter = Exporter(folder, f"--server.url=http://{metrics}/metrics")
        plays.callback(exporter.stop)
        kernel = KernelReadings()
        plays.callback(kernel.stop)
        scripted = {name: ScriptedTarget(page_of_chat) for name in (RESTARTING, CALM)}
        for target in scripted.values():
            plays.callback(target.stop)
        library = {EXAMPLE: metrics, **{name: t.address for name, t in scripted.items()}}
        machine = {EXAMPLE: exporter.urls()[0].split("/")[2]}
        config = configuration(folder, library, machine, victoria_metrics)
        prometheus = Prometheus(folder, config)
        stops.callback(prometheus.stop)
        await_targets(prometheus, 2)  # those that are no script
        load = PinnedProcess(is_busy=True)
        plays.callback(load.stop)
        # It takes what others leave, so that no scrape is late for it.
        os.setpriority(os.PRIO_PROCESS, load.process.pid, 19)
        begin = time.time()
        scripts = {RESTARTING: restarting_script(begin), CALM: calm_script(begin)}
        for name, script in scripts.items():
            scripted[name].play(script)
        tally = play_traffic(server)
        time.sleep(max(0, begin + SECONDS - time.time()))  # it is the minute itself
        await_targets(prometheus, len(library) + len(machine))
        end = time.time()
        await_remote_write(prometheus, victoria_metrics, end)
        wasted = sum(server.samples("seadragon_generation_wasted_tokens_total").values())
        logged = logged_seconds(server.log.read_text())
    windows = {name: Window(script, None, begin, end) for name, script in scripts.items()}
    return RealTime(prometheus, victoria_metrics, kernel, windows, tally, logged, wasted, end)
