"""The real example server, in a process of its own."""

import json
import re
import signal
import subprocess
import time
import urllib.request
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families as parse_text

ROOT = Path(__file__).resolve().parents[2]
KEY = b"Authorization: Bearer sk-example-anna-1\r\n"
STREAM_BODY = json.dumps(
    {
        "model": "seadragon-ngram",
        "stream": True,
        "max_tokens": 4000,
        "ignore_eos": True,
        "messages": [{"role": "user", "content": "Hello"}],
    }
).encode()
STREAM = (
    b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\n" + KEY
    + b"Content-Length: %d\r\n\r\n" % len(STREAM_BODY) + STREAM_BODY
)  # fmt: skip


def eventually(condition: Callable[[], bool], what: Callable[[], object]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline, what()
        time.sleep(0.05)


class Server:
    """`more_flags` are options of the program; without them its ports are free ones."""

    def __init__(self, folder: Path, *more_flags: str, port: int = 0, metrics_port: int = 0) -> None:
        self.log = folder / "access.log"
        self.output = folder / "output"
        flags = [f"--listen=127.0.0.1:{port}", f"--metrics=127.0.0.1:{metrics_port}"]
        flags += [f"--log-file={self.log}", *more_flags]
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [ROOT / "build/bin/example-llm-server", *flags],
                cwd=ROOT, stdout=output, stderr=output,
            )  # fmt: skip
        eventually(lambda: len(self.addresses()) == 2, self.output.read_text)
        self.port, self.metrics_port = self.addresses()

    def addresses(self) -> list[int]:
        text = self.output.read_text()
        found = [re.search(rf"{word} .*http://127.0.0.1:(\d+)", text) for word in ("API", "served at")]
        return [int(match[1]) for match in found if match]

    def page(self, accept: str = "text/plain") -> str:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.metrics_port}/metrics", headers={"Accept": accept}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()  # strictly UTF-8

    def samples(self, name: str) -> dict[tuple[str, ...], float]:
        """The series of a metric, by the values of their labels."""
        return {
            tuple(sample.labels.values()): sample.value
            for family in parse_text(self.page())
            for sample in family.samples
            if sample.name == name
        }

    def statuses(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for labels, value in self.samples("seadragon_http_requests_total").items():
            counts[labels[2]] += int(value)
        return +counts

    def in_flight(self) -> float:
        return self.samples("seadragon_http_requests_in_flight")[()]

    def queue_books(self) -> dict[str, int]:
        """What one page says of the queue: received, length, active, imbalance, finished_OUTCOME."""
        words = {
            "seadragon_queue_received_total": "received",
            "seadragon_queue_length": "length",
            "seadragon_queue_active_requests": "active",
            "seadragon_queue_imbalance": "imbalance",
        }
        books = {}
        for family in parse_text(self.page()):
            for sample in family.samples:
                if sample.name == "seadragon_queue_finished_total":
                    books["finished_" + sample.labels["outcome"]] = int(sample.value)
                elif sample.name in words:
                    books[words[sample.name]] = int(sample.value)
        return books

    def tokens(self, kind: str) -> float:
        counts = self.samples("seadragon_generation_tokens_total")
        return sum(value for labels, value in counts.items() if labels[1] == kind)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=60) == 0, self.output.read_text()
