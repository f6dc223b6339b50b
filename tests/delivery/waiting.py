"""Waiting for what happens in other programs."""

import time
from collections.abc import Callable
from typing import Any


def eventually(
    condition: Callable[[], Any], seconds: float, what: Callable[[], str], every: float = 0.1
) -> Any:
    """What the condition returns as soon as it is true; fails, saying `what` was seen instead."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what()}"
        time.sleep(every)
    return found
