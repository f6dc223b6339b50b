"""The child processes: started in order, watched, ended in reverse order."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from failure import Failure
from settings import ROOT

START_SECONDS = 60
STOP_SECONDS = 10
LAST_LINES = 15


@dataclass(frozen=True)
class Part:
    """A program of the stack."""

    name: str
    command: list[str | Path]
    log: Path
    is_ready: Callable[[], bool]
    environment: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Child:
    part: Part
    process: subprocess.Popen[bytes]


class Processes:
    """Every program that was started; stop() ends them all."""

    def __init__(self) -> None:
        self.children: list[Child] = []

    def start(self, part: Part) -> None:
        """Starts the program and waits until it is ready. Throws Failure when any program ended."""
        # It dies with this process, however that ends, and Ctrl-C reaches only this process.
        command = ["setpriv", "--pdeathsig", "KILL", "--", *part.command]
        with part.log.open("wb") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env=os.environ | part.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.children.append(Child(part, process))
        deadline = time.monotonic() + START_SECONDS
        while not part.is_ready():
            self.check()
            if time.monotonic() > deadline:
                raise Failure(f"{part.name} was not ready after {START_SECONDS} s.\n{last_lines(part.log)}")
            time.sleep(0.05)
        self.check()

    def check(self) -> None:
        """Throws Failure when a program has ended."""
        for child in self.children:
            status = child.process.poll()
            if status is not None:
                raise Failure(f"{child.part.name} ended {told(status)}.\n{last_lines(child.part.log)}")

    def forget_ended(self) -> list[str]:
        """Leaves out the programs that have ended and says how each did."""
        ended = [child for child in self.children if child.process.poll() is not None]
        self.children = [child for child in self.children if child not in ended]
        return [f"{child.part.name} ended {told(child.process.returncode)}." for child in ended]

    def stop(self) -> None:
        """Ends the programs, the last one first: a request to end, then force."""
        while self.children:
            process = self.children[-1].process
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            self.children.pop()


def told(status: int) -> str:
    return f"by signal {signal.Signals(-status).name}" if status < 0 else f"with status {status}"


def last_lines(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()[-LAST_LINES:]
    return "\n".join([f"The end of {log}:", *(f"  {line}" for line in lines or ["(nothing)"])])
