"""The real Alertmanager as seadragon-alerts configures it, and a mail server that keeps what it
gets."""

import json
import re
import socket
import time
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import configurations
import parts
from processes import Processes
from settings import Ports, Settings

SECONDS = 30


class PostOffice:
    """Alerts in, mails out: at once, and once for each recipient. Runs until close()."""

    def __init__(self, folder: Path) -> None:
        with ExitStack() as held:
            smtp, alertmanager = (held.enter_context(unused_port()).getsockname()[1] for _ in "12")
        self._settings = Settings(folder, Ports(smtp=smtp, alertmanager=alertmanager))
        self._settings.mail.mkdir()
        self._settings.log("any").parent.mkdir()
        configurations.make_certificate(folder)
        configurations.make_password(folder)
        configurations.configure_alerting(self._settings)
        file = self._settings.alerting / "alertmanager.yml"
        written = configurations.read(file)
        # What began longer ago than group_wait is mailed at once; what begins now, together.
        written["route"] |= {"group_wait": "500ms", "group_interval": "1s"}
        configurations.write(file, written)
        self.recipients = configurations.RECIPIENTS
        self._processes = Processes()
        self._taken: set[Path] = set()
        try:
            self._processes.start(parts.mailbox(self._settings))
            self._processes.start(parts.alertmanager(self._settings))
        except BaseException:
            self.close()
            raise

    def post(self, alerts: list[dict[str, Any]]) -> list[bytes]:
        """The mails that these alerts of one group make, one for each recipient."""
        request = urllib.request.Request(
            f"{self._settings.alertmanager_url}/api/v2/alerts",
            json.dumps([posted(one) for one in alerts]).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=SECONDS).close()
        deadline = time.monotonic() + SECONDS
        while len(new := self._new()) < len(self.recipients):
            self._processes.check()
            assert time.monotonic() < deadline, f"{len(new)} mails within {SECONDS} s"
            time.sleep(0.02)
        self._taken |= new
        return [file.read_bytes() for file in sorted(new)]

    def surplus(self) -> int:
        """Mails that came later than those that were waited for."""
        return len(self._new())

    def mailings(self, counter: str) -> int:
        """What Alertmanager counted: `total` of its tries, or `failed_total`."""
        page = f"{self._settings.alertmanager_url}/metrics"
        with urllib.request.urlopen(page, timeout=SECONDS) as answer:
            metrics = answer.read().decode()
        series = rf'^alertmanager_notifications_{counter}{{integration="email".*}} (\S+)$'
        return sum(int(float(value)) for value in re.findall(series, metrics, re.M))

    def close(self) -> None:
        self._processes.stop()

    def _new(self) -> set[Path]:
        return set(self._settings.mail.glob("*.eml")) - self._taken


def posted(alert: dict[str, Any]) -> dict[str, Any]:
    """As Prometheus sends it; an alert that fires has no end yet."""
    wanted = ["labels", "annotations", "startsAt", "generatorURL"]
    wanted += ["endsAt"] if alert["status"] == "resolved" else []
    return {name: alert[name] for name in wanted}


def unused_port() -> socket.socket:
    """Bound to a port, which is free as soon as this is closed."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held.bind(("127.0.0.1", 0))
    return held
