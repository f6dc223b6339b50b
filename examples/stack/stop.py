"""Stops a detached stack."""

import argparse
import os
import signal
import sys
import time
from pathlib import Path

from failure import Failure
from settings import DEFAULT_STATE
from state import running_pid

# Each part is given 10 s to end before it is killed; there are fewer than 9.
PATIENCE_SECONDS = 90


def stop(state: Path) -> str:
    """Ends the stack of `state`, waits until it is gone and says what happened."""
    pid = running_pid(state)
    if pid is None:
        return f"No stack runs in {state}."
    os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while running_pid(state) == pid:
        if time.monotonic() > deadline:
            # The parts die with it.
            os.kill(pid, signal.SIGKILL)
            raise Failure(f"the stack in {state} did not end within {PATIENCE_SECONDS} s and was killed")
        time.sleep(0.1)
    return f"Stopped the stack in {state}: no process and no port of it is left."


def main() -> int:
    flags = argparse.ArgumentParser(
        prog="examples/stack/down", description="Stops a stack that `up --detach` started.", allow_abbrev=False
    )
    flags.add_argument("--state", metavar="DIR", type=Path, default=DEFAULT_STATE, help="default: build/stack")
    try:
        print(stop(flags.parse_args().state.resolve()))
    except Failure as failure:
        print(f"examples/stack/down: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
