"""The programs of test_prometheus.py while they run: a page-server and a Prometheus that scrapes it."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from email.message import Message
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PAGE_SERVER = Path(os.environ.get("SEADRAGON_BUILD", ROOT / "build")) / "bin/page-server"


def eventually(condition: Callable[[], Any], what: Callable[[], str]) -> Any:
    """What the condition returns as soon as it is true; fails, saying `what` was seen instead."""
    deadline = time.monotonic() + 20
    while not (found := condition()):
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)
    return found


class Answer(NamedTuple):
    headers: Message
    body: bytes


def fetch(address: str, accept: str, encoding: str = "identity") -> Answer:
    headers = {"Accept": accept, "Accept-Encoding": encoding}
    request = urllib.request.Request(f"http://{address}/metrics", headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return Answer(answer.headers, answer.read())


class PageServer:
    """build/bin/page-server; its page `page` holds still unless it is busy."""

    def __init__(self, output: Path, waits: Sequence[float] = (), *flags: str) -> None:
        self.output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [PAGE_SERVER, *flags], stdin=subprocess.PIPE, stdout=file, text=True
            )
        self.process.stdin.write(" ".join(map(repr, waits)) + "\n")
        self.process.stdin.flush()
        eventually(lambda: len(self.lines()) >= 2, lambda: f"no addresses: {self.lines()}")
        addresses = dict(line.split() for line in self.lines()[:2])
        self.page, self.monitor = addresses["page"], addresses["monitor"]

    def lines(self) -> list[str]:
        return [line for line in self.output.read_text().splitlines(True) if line.endswith("\n")]

    def next_answer(self) -> str:
        """The content type of the next answer, and whether it is compressed."""
        seen = len(self.lines())
        eventually(lambda: len(self.lines()) > seen, lambda: "nobody asked for the page")
        return self.lines()[seen].strip()

    def stop(self) -> None:
        self.process.stdin.close()
        try:
            assert self.process.wait(timeout=10) == 0
        finally:
            self.process.kill()


def free_address() -> str:
    """An address of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % probe.getsockname()[1]


class AnyPrometheus:
    """/usr/bin/prometheus with some of its features; `scrapes` are its scrape_configs.

    What lies in `folder / "data"` before are the blocks it begins with."""

    def __init__(
        self,
        folder: Path,
        scrapes: Sequence[dict[str, Any]],
        features: str = "",
        flags: Sequence[str] = (),
        interval: str = "1s",
    ) -> None:
        self.address = free_address()
        settings = {"scrape_interval": interval, "scrape_timeout": "1s"}
        config = folder / "prometheus.yml"
        # JSON is YAML.
        config.write_text(json.dumps({"global": settings, "scrape_configs": scrapes}))
        self.log = folder / "prometheus.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["/usr/bin/prometheus", f"--config.file={config}"]
                + [f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={self.address}"]
                + ([f"--enable-feature={features}"] if features else [])
                + list(flags),
                stdout=log,
                stderr=log,
            )

    def get(self, path: str, **parameters: str) -> Any:
        """The data that the HTTP API answers, None as long as nobody answers."""
        url = f"http://{self.address}/api/v1/{path}?{urllib.parse.urlencode(parameters)}"
        try:
            with urllib.request.urlopen(url, timeout=10) as answer:
                return json.load(answer)["data"]
        except (urllib.error.URLError, ConnectionError):
            return None

    def query(self, promql: str) -> list[dict[str, Any]]:
        found = self.get("query", query=promql)
        return found["result"] if found else []

    def value(self, promql: str) -> float:
        """The value of the one series that the query has."""
        (only,) = self.query(promql)
        return float(only["value"][1])

    def complaints(self) -> str:
        targets = (self.get("targets") or {}).get("activeTargets", [])
        return f"{[target['lastError'] for target in targets]}\n{self.log.read_text()}"

    def stop(self) -> None:
        self.process.terminate()
        try:
            assert self.process.wait(timeout=20) == 0, self.log.read_text()
        finally:
            self.process.kill()


class Prometheus(AnyPrometheus):
    """The one that scrapes both pages of a server."""

    def __init__(self, folder: Path, features: str, server: PageServer) -> None:
        self.server = server
        jobs = {"page": server.page, "monitor": server.monitor}
        scrapes = [
            {"job_name": job, "static_configs": [{"targets": [address]}]}
            for job, address in jobs.items()
        ]
        super().__init__(folder, scrapes, features)

    def await_scrapes(self) -> None:
        eventually(lambda: len(self.query("up == 1")) == 2, self.complaints)
