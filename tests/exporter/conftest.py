"""What the tests of the real exporter start; all of it ends with the test."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/exposition"))  # running.py

from exporter_process import Exporter  # noqa: E402
from served_pages import PageProcess, SpeakingServer, Speech  # noqa: E402


@pytest.fixture
def stops() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def start_exporter(tmp_path: Path, stops: ExitStack) -> Callable[..., Exporter]:
    """Starts one; all end, in good order, with the test."""

    def start(*flags: str, **more: object) -> Exporter:
        exporter = Exporter(tmp_path, *flags, **more)
        stops.callback(exporter.stop)
        return exporter

    return start


@pytest.fixture
def llm_server(tmp_path: Path, stops: ExitStack) -> PageProcess:
    """Serves tests/fixtures/pages/seadragon.prom."""
    server = PageProcess(tmp_path)
    stops.callback(server.stop)
    return server


@pytest.fixture
def speaking_server(stops: ExitStack) -> Callable[[Callable[[Speech], object]], SpeakingServer]:
    def start(speak: Callable[[Speech], object]) -> SpeakingServer:
        server = SpeakingServer(speak)
        stops.callback(server.stop)
        return server

    return start
