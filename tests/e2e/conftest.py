"""The whole stack, started as a user starts it."""

import email
import email.policy
import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/viewer"))  # the browser, the dashboards

from browser import Browser  # noqa: E402

PORTS = 8
# Below the range from which the kernel gives ports to clients.
LOWEST_PORT, HIGHEST_PORT = 21000, 31000

TRAFFIC = ["--seed", "7", "--rate", "4", "--duration", "40", "--burst-every", "15", "--burst-size", "90"]

Labels = frozenset[tuple[str, str]]


def eventually(
    condition: Callable[[], bool], seconds: float, what: str, seen: Callable[[], str] = lambda: ""
) -> None:
    """Returns as soon as the condition holds; fails, saying what was awaited and `seen`, when time is up."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what} {seen()}"
        time.sleep(0.2)


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # A port whose last connection is just over is free, one that somebody listens on is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_ports() -> int:
    """The first of a row of free ports."""
    for base in range(LOWEST_PORT, HIGHEST_PORT, 10):
        if all(is_free(base + i) for i in range(PORTS)):
            return base
    raise AssertionError("no free ports")


def series(page: str, name: str) -> dict[Labels, float]:
    """Every series of a metric on a page, by its labels."""
    families = text_string_to_metric_families(page)
    samples = [sample for family in families for sample in family.samples]
    return {frozenset(sample.labels.items()): sample.value for sample in samples if sample.name == name}


@dataclass
class Stack:
    base: int
    state: Path

    def library(self) -> str:
        return fetch(f"http://127.0.0.1:{self.base + 1}/metrics")

    def exporter(self) -> str:
        return fetch(f"http://127.0.0.1:{self.base + 2}/metrics")

    def query(self, promql: str) -> list[float]:
        """The values of an instant query, in no particular order."""
        url = f"http://127.0.0.1:{self.base + 3}/api/v1/query?query={urllib.parse.quote(promql)}"
        return [float(sample["value"][1]) for sample in json.loads(fetch(url))["data"]["result"]]

    @property
    def page(self) -> str:
        """The page of dashboards."""
        return f"http://127.0.0.1:{self.base + 3}/user/"

    def value(self, promql: str) -> float | None:
        values = self.query(promql)
        assert len(values) <= 1, f"{promql} has {len(values)} series"
        return values[0] if values else None

    def mails(self, subject: str) -> list[EmailMessage]:
        """The mails with this subject, oldest first."""
        files = sorted((self.state / "mail").glob("*.eml"))
        mails = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return [mail for mail in mails if mail["Subject"] == subject]

    def play(self, *flags: str) -> dict:
        """Plays traffic to its end; what its clients saw."""
        command = [ROOT / "build/bin/example-traffic", "--target", f"http://127.0.0.1:{self.base}", *flags]
        played = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, timeout=300, check=True)
        return json.loads(played.stdout)

    def process(self, program: str) -> int:
        """The process id of one of the stack's programs."""
        found = subprocess.run(["pgrep", "-f", f"{program} .*{self.base}"], capture_output=True, text=True)
        ids = [int(line) for line in found.stdout.split()]
        assert len(ids) == 1, f"{program}: {ids}"
        return ids[0]


def with_two_gpus(folder: Path) -> dict[str, str]:
    """An environment in which the driver of NVIDIA's GPUs is a fake one."""
    (folder / "libnvidia-ml.so.1").symlink_to(ROOT / "build/tests/exporter/libfake_nvml.so")
    return os.environ | {"LD_LIBRARY_PATH": str(folder), "FAKE_GPUS": "2"}


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    started = Stack(free_ports(), tmp_path_factory.mktemp("stack"))
    state = ["--state", str(started.state)]
    subprocess.run(
        ["examples/stack/up", "--detach", *state, "--port-base", str(started.base), "--no-traffic"]
        + ["--scrape-interval", "1s", "--resolve-after", "10s", "--keep-going"],
        cwd=ROOT,
        env=with_two_gpus(tmp_path_factory.mktemp("driver")),
        check=True,
        timeout=900,
    )
    yield started
    subprocess.run(["examples/stack/down", *state], cwd=ROOT, check=True, timeout=120)
    left = subprocess.run(["pgrep", "-fa", str(started.state)], capture_output=True, text=True).stdout
    assert not left, f"still running after down:\n{left}"
    eventually(lambda: all(is_free(started.base + i) for i in range(PORTS)), 10, "all ports free")


@pytest.fixture(scope="session")
def tally(stack: Stack) -> dict:
    """Traffic of every kind, and what its clients saw of it."""
    seen = stack.play(*TRAFFIC)
    assert seen["transport_errors"] == seen["unfinished"] == seen["incomplete"] == 0, seen
    kinds = {(entry["route"], entry["status"]) for entry in seen["by_route_status"]}
    assert {status for _, status in kinds} >= {200, 400, 401, 404, 429}, kinds
    assert seen["left"] > 0
    # A client has its answer a moment before the server has closed its books on it.
    eventually(lambda: series(stack.library(), "seadragon_http_requests_in_flight")[frozenset()] == 0, 20, "idle")
    return seen


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    started = Browser(tmp_path_factory.mktemp("browser"))
    yield started
    started.stop()
