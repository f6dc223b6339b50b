"""A Prometheus that serves the page of dashboards, and where the tests find what they share."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/benchmarks"))  # month_of_requests.py
sys.path.insert(0, str(ROOT / "tests/exposition"))  # running.py

from running import AnyPrometheus, eventually  # noqa: E402


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnyPrometheus]:
    """One that serves the viewer and scrapes itself."""
    subprocess.run([ROOT / "setup/viewer"], check=True, timeout=600)
    flags = [f"--web.user-assets={ROOT / 'build/viewer'}"]
    started = AnyPrometheus(tmp_path_factory.mktemp("prometheus"), [], flags=flags)
    eventually(lambda: started.query("vector(1)"), started.complaints)
    yield started
    started.stop()
