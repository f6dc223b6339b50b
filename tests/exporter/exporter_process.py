"""The real exporter while it runs, and what it answers."""

import http.client
import os
import re
import signal
import ssl
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from http.client import HTTPMessage
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from running import ROOT, eventually

EXPORTER = Path(os.environ.get("SEADRAGON_BUILD", ROOT / "build")) / "bin/seadragon-exporter"
FIXTURE_TREES = ("--path.procfs=tests/fixtures/proc", "--path.sysfs=tests/fixtures/sys")
# Of a machine, that is; no LLM server is asked.
NO_SERVER = ("--server.url", "")
ANY_PORT = "127.0.0.1:0"

TEXT = "text/plain;version=0.0.4"
OPENMETRICS = "application/openmetrics-text;version=1.0.0"


class Answer(NamedTuple):
    status: int
    headers: HTTPMessage
    body: bytes
    seconds: float

    @property
    def text(self) -> str:
        return self.body.decode()  # strictly UTF-8


def within(seconds: float, accept: str = TEXT) -> dict[str, str]:
    """The headers of a scraper that waits this long."""
    return {"Accept": accept, "X-Prometheus-Scrape-Timeout-Seconds": str(seconds)}


def request(
    url: str,
    headers: Mapping[str, str] = within(10),
    method: str = "GET",
    tls: ssl.SSLContext | None = None,
) -> Answer:
    """The answer, whatever its status, and how long it took from connecting to its last byte."""
    parts = urlsplit(url)
    begin = time.monotonic()
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(parts.netloc, timeout=20, context=tls)
    else:
        connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, headers=dict(headers))
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    return Answer(answer.status, answer.headers, body, time.monotonic() - begin)


def value_of(page: str, series: str) -> float | None:
    """The value of a series, written as the text page has it; None where the page has none."""
    found = re.findall(rf"^{re.escape(series)} (\S+)$", page, re.M)
    assert len(found) <= 1, f"{series} is there {len(found)} times"
    return float(found[0]) if found else None


def families(page: str) -> set[str]:
    """The names of the samples on a text page."""
    return set(re.findall(r"^([a-zA-Z_:][\w:]*)[ {]", page, re.M))


class Exporter:
    """build/bin/seadragon-exporter in a process of its own, from the root of the repository.
    `program` is what starts it where that is another one, `user` whom it runs as, with `groups`."""

    def __init__(
        self,
        folder: Path,
        *flags: str,
        addresses: Sequence[str] = (ANY_PORT,),
        program: Sequence[str | Path] = (EXPORTER,),
        user: str | None = None,
        groups: Sequence[str] = (),
    ) -> None:
        output, name = tempfile.mkstemp(".log", "exporter", folder)
        self.output = Path(name)
        listening = [f"--web.listen-address={address}" for address in addresses]
        identity = {"user": user, "group": "nogroup", "extra_groups": groups} if user else {}
        with os.fdopen(output, "wb") as file:
            self.process = subprocess.Popen(
                [*program, *listening, *flags],
                cwd=ROOT, stdin=subprocess.DEVNULL, stdout=file, stderr=file, **identity,
            )  # fmt: skip

    @property
    def log(self) -> str:
        return self.output.read_text()

    def await_log(self, text: str) -> None:
        def said() -> bool:
            is_over = self.process.poll() is not None
            if text in self.log:
                return True
            assert not is_over, f"it ended with {self.process.returncode}: {self.log}"
            return False

        eventually(said, lambda: f"no {text!r} in: {self.log}")

    def urls(self) -> list[str]:
        """Where it serves, as it says itself."""
        self.await_log("; collectors: ")
        return re.findall(r" serves (.*) as user ", self.log)[-1].split(", ")

    def url(self, path: str = "/metrics") -> str:
        """The same for its first address and another path on it, with a query or without."""
        parts = urlsplit(self.urls()[0])
        return f"{parts.scheme}://{parts.netloc}{path}"

    def get(self, path: str = "/metrics", headers: Mapping[str, str] = within(10)) -> Answer:
        return request(self.url(path), headers)

    def page(self, query: str = "") -> str:
        answer = self.get("/metrics" + query)
        assert answer.status == 200, answer
        return answer.text

    def status(self, key: str) -> str:
        """A line of /proc/PID/status."""
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return re.search(rf"^{key}:[ \t]*(.*?) *$", text, re.M)[1]

    def megabytes(self, key: str) -> float:
        """VmRSS, or VmHWM: the most that it was."""
        return int(self.status(key).removesuffix(" kB")) / 1024

    def stop(self) -> None:
        """Ends it as systemd does."""
        self.process.send_signal(signal.SIGTERM)
        try:
            assert self.process.wait(timeout=20) == 0, self.log
        finally:
            self.process.kill()


def run_to_its_end(*flags: str) -> subprocess.CompletedProcess[str]:
    """The exporter where it ends by itself."""
    return subprocess.run([EXPORTER, *flags], cwd=ROOT, capture_output=True, text=True, timeout=20)
