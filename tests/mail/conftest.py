"""A post office that all tests here share."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# The stack's programs; notifications of every kind.
sys.path[:0] = [str(ROOT / "examples/stack"), str(ROOT / "tests/rules")]

from post_office import PostOffice  # noqa: E402


@pytest.fixture(scope="session")
def post_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostOffice]:
    office = PostOffice(tmp_path_factory.mktemp("post_office"))
    yield office
    office.close()
