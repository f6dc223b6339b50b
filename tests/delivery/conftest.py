"""What the tests of delivery start: a mail server, a spool and an Alertmanager for each of them."""

import logging
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "examples/stack"))  # Processes, ports, configurations

from lab import Lab, open_lab  # noqa: E402

# aiosmtpd takes it ill that port 465 has no STARTTLS.
logging.getLogger("mail.log").setLevel(logging.ERROR)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("filterwarnings", "ignore:Requiring AUTH while not requiring TLS")


@pytest.fixture
def lab() -> Iterator[Lab]:
    with ExitStack() as stops:
        yield open_lab(stops)
