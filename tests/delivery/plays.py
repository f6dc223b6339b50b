"""Courses of events that are no fault of the mail server, and the tests that see how they ended."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, NamedTuple, Protocol, runtime_checkable

import pytest
from lab import Lab, open_lab
from outcome import Outcome
from waiting import eventually


@runtime_checkable
class Told(Protocol):
    """What events return that docs/delivery.md tells of."""

    outcomes: dict[str, Outcome]  # by the fault, as its table calls it


class Play(NamedTuple):
    """What happens in a lab, from its opening to its end; it has a thread of its own."""

    events: Callable[[Lab], Any]

    def play(self) -> Any:
        with ExitStack() as stops:
            lab = open_lab(stops)
            outcome = self.events(lab)
        eventually(lambda: not lab.processes(), 10, lambda: f"still there: {lab.processes()}")
        return outcome


def after(*events: Callable[[Lab], Any]) -> pytest.MarkDecorator:
    """The argument `outcome` of a test is what these events returned; one test for each."""
    plays, names = [Play(each) for each in events], [each.__name__ for each in events]
    return pytest.mark.parametrize("outcome", plays, indirect=True, ids=names)
