"""Debian's VictoriaMetrics on a port of its own."""

import urllib.request
from pathlib import Path

from metric_server import MetricServer
from running import free_address


class VictoriaMetrics(MetricServer):
    name = "VictoriaMetrics"

    def __init__(self, folder: Path) -> None:
        address = free_address()
        command = ["/usr/bin/victoria-metrics", f"-httpListenAddr={address}"]
        command += [f"-storageDataPath={folder / 'victoria-metrics'}"]
        # Otherwise a month, and what is older is dropped without a word.
        command += ["-retentionPeriod=100y"]
        # Otherwise it shows nothing of the last 30 s, because samples may still be under way.
        command += ["-search.latencyOffset=0s", "-search.disableCache"]
        super().__init__(folder, address, command)

    def flush(self) -> None:
        self._open(urllib.request.Request(f"{self.url}/internal/force_flush"), "force_flush")
