"""A Prometheus with a month of known figures that serves the page, and a browser to look at it."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/exposition"))  # running.py

from browser import Browser  # noqa: E402
from past import STEP, Life, Machine, make_blocks  # noqa: E402
from running import AnyPrometheus, eventually  # noqa: E402

SITE = ROOT / "build/viewer"
LIVES = [
    Life("llm1", 50, 3, 0.8, Machine(cpu=40, memory=55, waiting=2, active=1)),
    Life("llm2", 30, 0, 0.4, Machine(cpu=20, memory=35, waiting=0, active=3)),
    Life("llm1", 10, 1, 0.1, job="embeddings"),  # of the same name, as of another server there
]


@pytest.fixture(scope="session")
def site() -> Path:
    """The page as it is built."""
    subprocess.run([ROOT / "setup/viewer"], check=True, timeout=600)
    return SITE


@dataclass
class Past:
    """A month that has just ended."""

    prometheus: AnyPrometheus
    lives: list[Life]

    @property
    def page(self) -> str:
        return f"http://{self.prometheus.address}/user/"


def serving(folder: Path, site: Path) -> AnyPrometheus:
    """A Prometheus that scrapes nothing and serves the page."""
    return AnyPrometheus(folder, [], flags=served_by(site), interval=f"{STEP}s")


def served_by(site: Path) -> list[str]:
    return [f"--web.user-assets={site}", "--storage.tsdb.retention.time=35d"]


@pytest.fixture(scope="session")
def past(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Past]:
    folder = tmp_path_factory.mktemp("past")
    make_blocks(LIVES, folder / "data")
    prometheus = serving(folder, site)
    eventually(lambda: prometheus.query("seadragon_build_info"), prometheus.complaints)
    yield Past(prometheus, LIVES)
    prometheus.stop()


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    started = Browser(tmp_path_factory.mktemp("browser"))
    yield started
    started.stop()
