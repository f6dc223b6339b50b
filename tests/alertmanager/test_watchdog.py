"""The dead man's switch, called by the real Alertmanager in time that is compressed."""

import json
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from programs import Alerting, answer, wait_for

FACTOR = 20
MINUTE = 60 / FACTOR
UNITS = {"h": 3600, "m": 60, "s": 1}


class Switch(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.calls.append(time.monotonic())
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def switch() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Switch)
    server.calls = []
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def compress(route: dict[str, Any]) -> None:
    for name in ("group_wait", "group_interval", "repeat_interval"):
        if name in route:
            milliseconds = 1000 * int(route[name][:-1]) * UNITS[route[name][-1]] // FACTOR
            route[name] = f"{milliseconds}ms"
    for below in route.get("routes", []):
        compress(below)


def fire_watchdog(folder: Path, url: str) -> None:
    """What Prometheus sends as long as all is well."""
    groups = yaml.safe_load((folder / "rules/monitoring.yml").read_text())["groups"]
    rules = [rule for group in groups for rule in group["rules"]]
    [watchdog] = [rule for rule in rules if rule.get("labels", {}).get("severity") == "none"]
    labels = {"alertname": watchdog["alert"], **watchdog["labels"]}
    alert = json.dumps([{"labels": labels}]).encode()
    answer(f"{url}/api/v2/alerts", alert)


def test_the_switch_is_called_each_minute(
    alerting: Alerting, alertmanager: Callable[[Path], str], switch: ThreadingHTTPServer
) -> None:
    alerting.write_settings({"watchdog": {"url": f"http://127.0.0.1:{switch.server_port}/ping"}})
    done = alerting.configure("--no-reload")
    assert done.returncode == 0, done.stderr
    routes = yaml.safe_load((alerting.folder / "alertmanager.yml").read_text())
    compress(routes["route"])
    compressed = alerting.folder / "compressed.yml"
    compressed.write_text(yaml.safe_dump(routes))
    fire_watchdog(alerting.folder, alertmanager(compressed))
    wait_for(lambda: len(switch.calls) == 4, 8 * MINUTE)
    for call, following in pairwise(switch.calls):
        assert 0.75 * MINUTE < following - call < 1.5 * MINUTE, switch.calls
