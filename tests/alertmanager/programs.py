"""The real Prometheus, Alertmanager and Postfix, and seadragon-alerts as its users run it."""

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/bin/seadragon-alerts"
LOGIN = {
    "SMTP_SERVER": "localhost",
    "SMTP_USERNAME": "llm@example.org",
    "SMTP_PASSWORD": "Zq7!tr0ubadour&3",
    "ALERT_RECIPIENTS": "ops@example.org, second@example.org",
}


def environment(**changes: str) -> dict[str, str]:
    """Of the process, without mail settings but those of LOGIN and `changes`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SMTP_", "ALERT_"))}
    return kept | LOGIN | changes


class Alerting:
    """A folder for the files, and the program that writes them."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.folder = place / "alerting"
        self.settings = place / "settings.yml"

    def command(self, *words: str) -> list[str]:
        settings = [f"--config.file={self.settings}"] if self.settings.exists() else []
        return [str(PROGRAM), *words, f"--output.dir={self.folder}", *settings]

    def run(self, *words: str, **changes: str) -> subprocess.CompletedProcess[str]:
        env = environment(**changes)
        return subprocess.run(self.command(*words), env=env, capture_output=True, text=True, timeout=120)

    def configure(self, *flags: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return self.run("configure", *flags, **changes)

    def write_settings(self, settings: object) -> None:
        self.settings.write_text(json.dumps(settings))  # JSON is YAML too
        self.settings.chmod(0o600)

    def files(self) -> dict[str, tuple[bytes, int, int]]:
        """Content, mode and owner of all that is in the place."""
        found = {}
        for path in sorted(self.place.rglob("*")):
            status = path.stat()
            content = path.read_bytes() if path.is_file() else b""
            found[str(path.relative_to(self.place))] = (content, status.st_mode, status.st_uid)
        return found


def answer(url: str, body: bytes | None = None) -> str:
    """Of a GET, or of a POST of JSON."""
    headers = {"Content-Type": "application/json"} if body else {}
    request = urllib.request.Request(url, body, headers)
    with urllib.request.urlopen(request, timeout=10) as page:
        return page.read().decode()


def wait_for(condition: Callable[[], object], limit: float = 30) -> None:
    end = time.monotonic() + limit
    while True:
        try:
            if condition():
                return
        except (OSError, urllib.error.URLError):
            pass
        if time.monotonic() > end:
            raise TimeoutError(f"not within {limit} s: {condition}")
        time.sleep(0.05)


class Running:
    """A program until stop(), with its output in a file."""

    def __init__(self, command: list[str], log: Path, ready: Callable[[], object]) -> None:
        with log.open("ab") as output:
            self.process = subprocess.Popen(command, stdout=output, stderr=output)
        try:
            wait_for(ready)
        except TimeoutError:
            self.stop()
            raise AssertionError(log.read_text()) from None

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
