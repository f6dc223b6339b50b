"""Running the stack in a session of its own, behind a terminal that is given back when it is ready."""

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

READY = b"ready"


def run_detached(run: Callable[[Callable[[Path], None]], int]) -> int:
    """Calls `run(ready)` in a child process and returns when that calls `ready(log)` or ends.

    Until then the child prints where this process prints, afterwards to `log`. Returns 0 when it got
    ready, otherwise the status of `run`. A signal to this process before that ends the child.
    """
    reader, writer = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.setsid()
        os._exit(run(lambda log: let_go(writer, log)))

    os.close(writer)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: os.kill(child, signal.SIGTERM))
    if os.read(reader, len(READY)) == READY:
        return 0
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def let_go(writer: int, log: Path) -> None:
    """Moves this process's output to `log` and tells the waiting one."""
    sys.stdout.flush()
    sys.stderr.flush()
    with log.open("wb") as output, open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(output.fileno(), 1)
        os.dup2(output.fileno(), 2)
    os.write(writer, READY)
    os.close(writer)
