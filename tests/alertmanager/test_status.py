"""seadragon-alerts status on the real Prometheus and Alertmanager, and on one that is not ready."""

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from programs import Alerting, wait_for

BROKEN = "SENDS TO NO ALERTMANAGER"


def test_a_prometheus_that_still_looks_for_its_alertmanagers_is_not_called_broken(
    configured: Alerting, alertmanager: Callable[[Path], str], prometheus: Callable[..., str]
) -> None:
    routes = alertmanager(configured.folder / "alertmanager.yml")
    rules = prometheus(alertmanager=routes)
    configured.write_settings({"alertmanager": {"url": routes}, "prometheus": {"url": rules}})
    screens = []

    def is_seen() -> bool:
        done = configured.run("status")
        screens.append(done.stdout)
        return done.returncode == 0

    wait_for(is_seen)
    assert "sends to 1 Alertmanager" in screens[-1]
    assert not [screen for screen in screens[:-1] if "looks for Alertmanagers still" not in screen]


def test_a_prometheus_that_knows_no_alertmanager_is_called_so(
    configured: Alerting, prometheus: Callable[..., str]
) -> None:
    configured.write_settings({"prometheus": {"url": prometheus()}})
    wait_for(lambda: BROKEN in configured.run("status").stdout)


class NotReady(BaseHTTPRequestHandler):
    """As Prometheus answers while it reads its log of samples."""

    def do_GET(self) -> None:
        self.send_error(503)

    def log_message(self, *words: object) -> None:
        pass


def test_a_prometheus_that_is_not_ready_is_not_to_be_started(configured: Alerting) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), NotReady)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        configured.write_settings({"prometheus": {"url": f"http://127.0.0.1:{server.server_port}"}})
        told = configured.run("status").stdout.splitlines()[-1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert told.startswith("Prometheus: ") and told.endswith("/api/v1/alerts: not ready yet, ask again in 10 s")
