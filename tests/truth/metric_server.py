"""A program that stores samples and answers Prometheus' query API."""

import json
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from remote_write import HEADERS
from running import eventually

QUERY_SECONDS = 60


class Refused(AssertionError):
    """What a server does not answer, and why."""


class Sample(NamedTuple):
    """Of an instant query; without the name of the metric among its labels."""

    labels: dict[str, str]
    value: float


class Line(NamedTuple):
    """A series of a range query, or of one for `series[1m]`."""

    labels: dict[str, str]
    points: list[tuple[float, float]]  # time and value


class MetricServer:
    """It is ready when this is made; `stop` ends it."""

    name: str
    write_path = "/api/v1/write"

    def __init__(self, folder: Path, address: str, command: Sequence[str]) -> None:
        self.url = f"http://{address}"
        self.log = folder / f"{self.name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        eventually(self._is_ready, self.log.read_text)

    def query(self, promql: str, at: float | None = None) -> list[Sample]:
        """The samples of a vector; `at` is now unless told otherwise."""
        found = self._api("query", query=promql, **({} if at is None else {"time": f"{at:.3f}"}))
        if found["resultType"] == "scalar":
            return [Sample({}, float(found["result"][1]))]
        assert found["resultType"] == "vector", f"{promql} is a {found['resultType']}"
        return [Sample(unnamed(s["metric"]), float(s["value"][1])) for s in found["result"]]

    def points(self, selector: str, at: float | None = None) -> list[Line]:
        """The samples as they were stored: of `series[1m]`, say."""
        found = self._api("query", query=selector, **({} if at is None else {"time": f"{at:.3f}"}))
        return lines(found["result"])

    def query_range(self, promql: str, begin: float, end: float, step: float) -> list[Line]:
        span = {"start": f"{begin:.3f}", "end": f"{end:.3f}", "step": f"{step:g}"}
        return lines(self._api("query_range", query=promql, **span)["result"])

    def write(self, message: bytes) -> None:
        """Stores what remote_write.message made."""
        request = urllib.request.Request(self.url + self.write_path, message, HEADERS)
        self._open(request, "remote write")

    def flush(self) -> None:
        """Returns when queries see all that was written."""

    def stop(self) -> None:
        self.process.terminate()
        try:
            assert self.process.wait(timeout=30) == 0, self.log.read_text()
        finally:
            self.process.kill()

    def _api(self, path: str, **parameters: str) -> Any:
        form = urllib.parse.urlencode(parameters).encode()
        answer = self._open(urllib.request.Request(f"{self.url}/api/v1/{path}", form), parameters)
        return json.loads(answer)["data"]

    def _open(self, request: urllib.request.Request, what: object) -> bytes:
        try:
            with urllib.request.urlopen(request, timeout=QUERY_SECONDS) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")
            raise Refused(f"{self.name} refused {what}: {error.code} {said}") from error

    def _is_ready(self) -> bool:
        assert self.process.poll() is None, f"{self.name} ended: {self.log.read_text()}"
        try:
            return self.query("vector(1)", time.time())[0].value == 1
        except (OSError, AssertionError):
            return False


def unnamed(labels: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in labels.items() if name != "__name__"}


def lines(result: Sequence[Mapping[str, Any]]) -> list[Line]:
    return [
        Line(unnamed(s["metric"]), [(float(t), float(v)) for t, v in s["values"]]) for s in result
    ]
