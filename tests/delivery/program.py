"""A program under test: started, ended, killed and started again, its output kept."""

import dataclasses
import os
import signal
from collections.abc import Callable
from pathlib import Path

from processes import Part, Processes, last_lines


class Program:
    """Runs until stop(), kill() or the end of the thread that started it, whichever is first."""

    def __init__(
        self, name: str, folder: Path, command: list[str | Path], is_ready: Callable[[], bool]
    ) -> None:
        self.folder = folder
        self.part = Part(name, command, folder / f"{name}.log", is_ready)
        self.starts = 0
        self._processes = Processes()

    def start(self) -> None:
        """Returns when it is ready; throws Failure with the end of its output if it never is."""
        self.starts += 1
        log = self.folder / f"{self.part.name}-{self.starts}.log"
        self.part = dataclasses.replace(self.part, log=log)
        self._processes.start(self.part)

    @property
    def pid(self) -> int:
        return self._processes.children[0].process.pid

    @property
    def is_running(self) -> bool:
        return bool(self._processes.children)

    def stop(self) -> None:
        """Ends it as systemd does; nothing where it does not run."""
        self._processes.stop()

    def kill(self) -> None:
        """Ends it as the out-of-memory killer does."""
        child = self._processes.children.pop()
        child.process.kill()
        child.process.wait()

    def kill_group(self) -> None:
        """The same for it and its children, all at once."""
        child = self._processes.children.pop()
        os.killpg(child.process.pid, signal.SIGKILL)
        child.process.wait()

    def check(self) -> None:
        """Throws Failure, with the end of its output, if it has ended by itself."""
        self._processes.check()

    @property
    def output(self) -> str:
        """The last lines since it was started last."""
        return last_lines(self.part.log) if self.starts else f"{self.part.name} was never started"
