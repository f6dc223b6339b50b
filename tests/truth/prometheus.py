"""Debian's Prometheus on a port of its own."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from metric_server import MetricServer
from running import free_address


class Prometheus(MetricServer):
    """One that is written to, and scrapes what its configuration says."""

    name = "Prometheus"

    def __init__(self, folder: Path, config: dict[str, Any], flags: Sequence[str] = ()) -> None:
        file = folder / "prometheus.yml"
        file.write_text(json.dumps(config))  # JSON is YAML
        address = free_address()
        command = ["/usr/bin/prometheus", f"--config.file={file}"]
        command += [f"--storage.tsdb.path={folder / 'prometheus'}"]
        command += [f"--web.listen-address={address}", "--web.enable-remote-write-receiver"]
        super().__init__(folder, address, [*command, *flags])


def prometheus_of_the_past(folder: Path) -> Prometheus:
    """It takes each series of a month from its beginning on, one series after the other."""
    # A sample may be half a block older than the newest one.
    block = "100d"
    flags = [f"--storage.tsdb.{limit}-block-duration={block}" for limit in ("min", "max")]
    return Prometheus(folder, {}, [*flags, "--storage.tsdb.retention.time=35d"])
