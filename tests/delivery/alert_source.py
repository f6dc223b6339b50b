"""Alerts, sent to Alertmanager as Prometheus sends them."""

import http.client
import json
import threading
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

RESEND_SECONDS = 2.0
# One that is not sent again for so long counts as resolved; Prometheus: 4 x resend-delay.
VALID_SECONDS = 60.0


@dataclass
class Alert:
    """One of Seadragon's, on the server `instance`."""

    name: str  # HighCPUUsage
    title: str  # High CPU Usage
    severity: str
    instance: str
    begin: datetime
    end: datetime | None = None

    def posted(self, now: datetime) -> dict[str, object]:
        valid_until = now + timedelta(seconds=VALID_SECONDS)
        labels = {"alertname": self.name, "severity": self.severity}
        return {
            "labels": labels | {"job": "seadragon", "instance": self.instance},
            "annotations": {"title": self.title, "description": f"{self.title} is what it is."},
            "startsAt": self.begin.isoformat(),
            "endsAt": (self.end or valid_until).isoformat(),
        }


class AlertSource:
    """Sends what fires again and again, what is resolved too, as Prometheus does for 15 minutes.

    Nothing is queued: what an Alertmanager that is down misses, it gets with the next sending.
    """

    def __init__(self, alertmanager_url: str) -> None:
        self.url = f"{alertmanager_url}/api/v2/alerts"
        self.alerts: list[Alert] = []
        self._lock = threading.Lock()
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._send_again, daemon=True)
        self._thread.start()

    def fire(self, title: str, severity: str = "warning", instance: str = "llm1") -> Alert:
        """The alert whose mails have this title."""
        name = "".join(title.split())
        alert = Alert(name, title, severity, instance, datetime.now(timezone.utc))
        with self._lock:
            self.alerts.append(alert)
        self._send()
        return alert

    def resolve(self, *alerts: Alert) -> None:
        for alert in alerts:
            alert.end = datetime.now(timezone.utc)
        self._send()

    def stop(self) -> None:
        self._is_over.set()
        self._thread.join()

    def _send_again(self) -> None:
        while not self._is_over.wait(RESEND_SECONDS):
            self._send()

    def _send(self) -> None:
        with self._lock:
            now = datetime.now(timezone.utc)
            # A later alert with the same labels takes the place of an earlier one.
            latest = {(alert.name, alert.instance): alert for alert in self.alerts}
            body = json.dumps([alert.posted(now) for alert in latest.values()]).encode()
            request = urllib.request.Request(
                self.url, body, {"Content-Type": "application/json"}, method="POST"
            )
            try:
                urllib.request.urlopen(request, timeout=5).close()
            except urllib.error.HTTPError:
                raise  # it is up and does not like them
            except (OSError, http.client.HTTPException):
                pass  # it is down, or goes down this moment
