"""An Alertmanager that mails nobody, while it runs."""

import json
import subprocess
import urllib.request
from pathlib import Path
from typing import Any

from running import eventually, free_address


class Alertmanager:
    """Runs with this configuration until stop()."""

    def __init__(self, folder: Path, configuration: dict[str, Any]) -> None:
        self.address = free_address()
        file, log = folder / "alertmanager.yml", folder / "log"
        file.write_text(json.dumps(configuration))  # JSON is YAML
        command = ["prometheus-alertmanager", f"--config.file={file}", f"--storage.path={folder}"]
        command += [f"--web.listen-address={self.address}", "--cluster.listen-address="]
        command += [f"--web.external-url=http://{self.address}"]
        with log.open("wb") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        eventually(self.is_ready, log.read_text)

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://{self.address}/-/ready", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(f"http://{self.address}/api/v2/{path}", timeout=10) as answer:
            return json.load(answer)

    def post_alerts(self, labels: list[dict[str, str]]) -> None:
        """As Prometheus does of those that fire."""
        request = urllib.request.Request(
            f"http://{self.address}/api/v2/alerts",
            json.dumps([{"labels": one} for one in labels]).encode(),
            {"Content-Type": "application/json"},
        )
        urllib.request.urlopen(request, timeout=10).close()

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=20)
