"""Every fault that the collected tests ask about, all played at the same time.

A fault takes up to two minutes, nearly all of it waiting, and has parts of its own.
"""

import logging
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from _pytest.terminal import TerminalReporter

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples/stack"))  # Processes, ports, configurations

from course import Run  # noqa: E402
from document import sections, text_of  # noqa: E402
from lab import Lab, nothing_left_behind, open_lab  # noqa: E402
from plays import Play  # noqa: E402

PLAYED = pytest.StashKey[dict[Run | Play, Future[Any]]]()

# aiosmtpd takes it ill that port 465 has no STARTTLS.
logging.getLogger("mail.log").setLevel(logging.ERROR)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", "ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def lab() -> Iterator[Lab]:
    with ExitStack() as stops:
        yield open_lab(stops)


def run_of(item: pytest.Item) -> Run | Play | None:
    """What seen() or after() chose for the test."""
    call = getattr(item, "callspec", None)
    return call.params.get("outcome") if call else None


@pytest.fixture(scope="session", autouse=True)
def played(request: pytest.FixtureRequest) -> Iterator[dict[Run | Play, Future[Any]]]:
    """Begins with the first test, whichever it is."""
    # A thread for each, in which its programs live; they begin in the order of the tests.
    runs = list(dict.fromkeys(filter(None, map(run_of, request.session.items))))
    with nothing_left_behind(), ThreadPoolExecutor(max(1, len(runs))) as pool:
        played = {run: pool.submit(run.play) for run in runs}
        request.config.stash[PLAYED] = played
        yield played


@pytest.fixture
def outcome(request: pytest.FixtureRequest, played: dict[Run | Play, Future[Any]]) -> Any:
    """Of the fault and the way that seen() names, or the events that after() names."""
    return played[request.param].result()


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    """The tables of docs/delivery.md, of the faults that were played to their end."""
    played = config.stash.get(PLAYED, {})
    results = {run: each.result() for run, each in played.items() if not each.exception()}
    if results:
        terminalreporter.write_line(text_of(sections(results)))
