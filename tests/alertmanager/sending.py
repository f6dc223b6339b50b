"""What the tests of the test mail share: how they send, and where the advice stands."""

import subprocess
from collections.abc import Callable

from mail_servers import Provider, SpeakingServer, Speech

Send = Callable[..., subprocess.CompletedProcess[str]]
Start = Callable[..., Provider]
Speaking = Callable[[Callable[[Speech], object]], SpeakingServer]

IN_A_HURRY = {"deadline_ms": 1000}


def to_do(sent: subprocess.CompletedProcess[str]) -> str:
    """The one line that says what to change."""
    advice = [line for line in sent.stdout.splitlines() if line.startswith("  To do: ")]
    assert len(advice) == 1, sent.stdout + sent.stderr
    return advice[0]
