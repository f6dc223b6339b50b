"""A month of a server's life, as blocks that a Prometheus begins with.

Each instance has a constant number of requests a minute, so that the figures of every period are
known: a day has 24 times as many as an hour."""

import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

STEP = 60  # seconds between samples, of the last hours; before that there are fewer
EARLIER_STEP = 300
LAST_HOURS = 2
DAYS = 31
# Blocks are made of two hours each, unless told otherwise; a month would be hundreds.
BLOCK = "168h"


@dataclass(frozen=True)
class Life:
    """What an instance does all the time; one without a machine has no exporter beside it."""

    instance: str
    requests: int  # a minute, errors included
    errors: int  # a minute
    seconds: float  # mean duration of a request
    machine: "Machine | None" = None
    job: str = "seadragon"


@dataclass(frozen=True)
class Machine:
    cpu: float  # percent
    memory: float  # percent
    waiting: int
    active: int


PERIODS = {"hour": 1, "day": 24, "week": 7 * 24, "month": 30 * 24}  # hours


def samples(life: Life, minute: int) -> Iterator[tuple[str, str, float]]:
    """Name, labels and value of each series at the end of a minute."""
    target = f'job="{life.job}",instance="{life.instance}"'
    chat = f'{target},route="/v1/chat/completions"'
    good = life.requests - life.errors
    yield "seadragon_build_info", f'{target},version="0.1.0"', 1
    yield "up", target, 1
    yield "seadragon_http_outcomes_total", f'{chat},outcome="completed"', good * minute
    yield "seadragon_http_outcomes_total", f'{chat},outcome="error"', life.errors * minute
    yield "seadragon_http_errors_total", chat, life.errors * minute
    for status, count in (("200", good), ("500", life.errors)):
        of_status = f'{chat},method="POST",status="{status}"'
        yield "seadragon_http_requests_total", of_status, count * minute
    name, labels = "seadragon_http_request_duration_seconds", f'{chat},method="POST"'
    yield f"{name}_sum", labels, life.requests * life.seconds * minute
    yield f"{name}_count", labels, life.requests * minute
    for le, part in (("0.5", 0.5), ("5.0", 1), ("+Inf", 1)):
        yield f"{name}_bucket", f'{labels},le="{le}"', life.requests * part * minute
    for period, hours in PERIODS.items():
        of_period = f'{target},period="{period}"'
        yield "seadragon:http_requests:count", of_period, life.requests * 60 * hours
        yield "seadragon:http_errors:count", of_period, life.errors * 60 * hours
        yield "seadragon:http_errors:ratio", of_period, life.errors / life.requests
        yield "seadragon:http_request_duration_seconds:mean", of_period, life.seconds
    if life.machine:
        yield from machine_samples(target, life.machine, minute)


def machine_samples(target: str, machine: Machine, minute: int) -> Iterator[tuple[str, str, float]]:
    for mode, share in (("user", machine.cpu), ("idle", 100 - machine.cpu)):
        of_mode = f'{target},mode="{mode}"'
        yield "seadragon_host_cpu_seconds_total", of_mode, share / 100 * 60 * minute
    yield "seadragon_host_memory_available_bytes", target, (100 - machine.memory) * 1e7
    yield "seadragon_host_memory_total_bytes", target, 1e9
    yield "seadragon_server_queue_length", target, machine.waiting
    yield "seadragon_server_active_requests", target, machine.active
    yield "seadragon:cpu_usage:percent", target, machine.cpu
    yield "seadragon:memory_usage:percent", target, machine.memory
    yield "seadragon:queue_length:current", target, machine.waiting
    yield "seadragon:active_requests:current", target, machine.active


def write_past(lives: list[Life], until: float, file: Path) -> None:
    """OpenMetrics text with timestamps. All series come untyped, which changes no sample."""
    last, first, recent = int(until), int(until) - DAYS * 86400, int(until) - LAST_HOURS * 3600
    with file.open("w") as text:
        by_name: dict[str, list[str]] = {}
        for at in [*range(first, recent, EARLIER_STEP), *range(recent, last + 1, STEP)]:
            for life in lives:
                for name, labels, value in samples(life, (at - first) // 60):
                    by_name.setdefault(name, []).append(f"{name}{{{labels}}} {value!r} {at}\n")
        for name, lines in by_name.items():
            text.write(f"# TYPE {name} unknown\n")
            text.writelines(lines)
        text.write("# EOF\n")


def make_blocks(lives: list[Life], data: Path) -> float:
    """Fills a folder that Prometheus has not begun with; returns the time of the last samples."""
    until = time.time() // STEP * STEP
    text = data.parent / "past.txt"
    write_past(lives, until, text)
    command = ["promtool", "tsdb", "create-blocks-from", "openmetrics"]
    options = [f"--max-block-duration={BLOCK}", "--quiet"]
    subprocess.run([*command, *options, text, data], check=True, capture_output=True, text=True)
    text.unlink()
    return until
