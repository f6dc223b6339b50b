"""docs/delivery.md has the tables that these tests measure. UPDATE_GOLDEN=1 rewrites them."""

import os
import re
from concurrent.futures import Future
from pathlib import Path

import pytest
from conftest import ROOT
from course import Run
from document import tables
from outcome import Outcome

DOCUMENT = ROOT / "docs/delivery.md"
FIRST_HEADING = "## Fault by fault\n"


def lasting(text: str) -> str:
    """Without the seconds, which are others in each run."""
    return re.sub(r"\| \d+ s ", "| N s ", text)


def test_the_document_is_what_was_measured(
    request: pytest.FixtureRequest, played: dict[Run, Future[Outcome]]
) -> None:
    folder = Path(__file__).parent
    if {item.path for item in request.session.items} < set(folder.glob("test_*.py")):
        pytest.skip("not all faults were played")
    outcomes = {run: future.result() for run, future in played.items() if isinstance(run, Run)}
    text = DOCUMENT.read_text()
    prose = text[: text.index(FIRST_HEADING)]
    expected = f"{prose}{FIRST_HEADING}\n{tables(outcomes)}"
    if os.environ.get("UPDATE_GOLDEN"):
        DOCUMENT.write_text(expected)
    shown = DOCUMENT.read_text()
    assert lasting(shown) == lasting(
        expected
    ), "docs/delivery.md differs; UPDATE_GOLDEN=1 rewrites it"
