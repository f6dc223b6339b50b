"""The state directory: whose it is, whether a stack runs in it, and making it empty."""

import fcntl
import os
import shutil
import time
from pathlib import Path
from typing import TextIO

from failure import Failure

PID_FILE = "stack.pid"


def lock(state: Path) -> TextIO | None:
    """The pid file, locked for as long as it stays open; None when a running stack has it."""
    file = (state / PID_FILE).open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file


def running_pid(state: Path) -> int | None:
    """The process of the stack that runs in `state`, or None."""
    if not (state / PID_FILE).exists():
        return None
    file = lock(state)
    if file:
        file.close()
        return None
    for _ in range(50):
        if text := (state / PID_FILE).read_text().strip():
            return int(text)
        time.sleep(0.02)  # it has the lock and is about to write
    raise Failure(f"a stack is starting in {state}")


def check_not_running(state: Path) -> None:
    pid = running_pid(state)
    if pid is not None:
        raise Failure(
            f"a stack is running already in {state} (process {pid}).\n"
            f"Stop it with: examples/stack/down --state {state}\n"
            "A second one needs its own --state and --port-base."
        )


def take(state: Path) -> TextIO:
    """Makes `state` ours and empty. The stack owns it until the returned file is closed.

    A directory that holds anything else is refused, so that --state cannot delete other people's
    files.
    """
    try:
        state.mkdir(parents=True, exist_ok=True)
        entries = {entry.name for entry in state.iterdir()}
    except OSError as error:
        raise Failure(f"cannot use {state}: {error.strerror}") from error
    if entries and PID_FILE not in entries:
        raise Failure(f"{state} is not empty and no stack made it. Name another directory with --state.")
    file = lock(state)
    if file is None:
        check_not_running(state)
        raise Failure(f"a stack has just ended in {state}; try again")
    for name in entries - {PID_FILE}:
        path = state / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    for name in ("log", "mail"):
        (state / name).mkdir()
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file
