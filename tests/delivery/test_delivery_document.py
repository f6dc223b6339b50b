"""What is true of all faults, and docs/delivery.md, which UPDATE_GOLDEN=1 rewrites."""

import inspect
import os
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from course import Run
from document import updated
from plays import Play

DOCUMENT = ROOT / "docs/delivery.md"

Played = dict[Run | Play, Future[Any]]


def asked_about(item: pytest.Item) -> Iterator[Run | Play]:
    """By the module of the test, whether its other tests were chosen or not."""
    tests = [test for test in vars(item.module).values() if inspect.isfunction(test)]
    for mark in (mark for test in tests for mark in getattr(test, "pytestmark", [])):
        if mark.args[:1] == ("outcome",):
            yield from mark.args[1]


def is_everything(session: pytest.Session, played: Played) -> bool:
    modules = {item.path: item for item in session.items}
    if set(Path(__file__).parent.glob("test_*.py")) - modules.keys():
        return False
    return all(run in played for item in modules.values() for run in asked_about(item))


def test_no_fault_tells_of_an_end_that_had_not_come(played: Played) -> None:
    outcomes = {run: future.result() for run, future in played.items() if isinstance(run, Run)}
    assert not {run: outcome for run, outcome in outcomes.items() if outcome.false_resolved}


def test_the_document_tells_of_each_fault_what_was_seen(
    request: pytest.FixtureRequest, played: Played
) -> None:
    """Where only some were played, of these; where all were, of nothing else."""
    results = {run: future.result() for run, future in played.items()}
    text = updated(DOCUMENT.read_text(), results, is_everything(request.session, played))
    if os.environ.get("UPDATE_GOLDEN"):
        DOCUMENT.write_text(text)
    assert DOCUMENT.read_text() == text, "UPDATE_GOLDEN=1 rewrites it"
