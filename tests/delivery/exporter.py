"""The real exporter, which tells of the spool."""

import os
import re
import urllib.request
from pathlib import Path

from free_ports import free_port
from program import Program
from prometheus_api import answers
from settings import ROOT
from spool import Spool

PROGRAM = Path(os.environ.get("SEADRAGON_BUILD", ROOT / "build")) / "bin/seadragon-exporter"


class Exporter(Program):
    """Reads the spool whenever it is asked."""

    def __init__(self, folder: Path, spool: Spool) -> None:
        address = f"127.0.0.1:{free_port()}"
        self.url = f"http://{address}/metrics"
        command: list[str | Path] = [PROGRAM, f"--web.listen-address={address}", "--server.url="]
        command.append(f"--mail.spool={spool.folder / 'queue'}")
        super().__init__("exporter", folder, command, lambda: answers(self.url))

    def series(self, name: str) -> dict[str, float]:
        """The values of a metric by what stands in braces after its name; none: it is absent."""
        with urllib.request.urlopen(self.url, timeout=10) as answer:
            page = answer.read().decode()
        found = re.findall(rf"^{name}(?:{{(.*)}})? (\S+)$", page, re.M)
        return {labels: float(value) for labels, value in found}
