"""Loads of a known size, and what the kernel says of them and the machine."""

import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple


class CpuTimes(NamedTuple):
    """Seconds of a line of /proc/stat: working, and all there were."""

    busy: float
    total: float

    def busy_ratio_since(self, earlier: "CpuTimes") -> float:
        return (self.busy - earlier.busy) / (self.total - earlier.total)


def cpu_times(name: str) -> CpuTimes:
    """Of the machine, `cpu`, or one CPU, `cpu0`; as proc(5) has it, what guests used is within the
    first two."""
    lines = [line.split() for line in Path("/proc/stat").read_text().splitlines()]
    (line,) = (line for line in lines if line[0] == name)
    user, nice, system, idle, iowait, irq, softirq, steal = (
        int(ticks) / os.sysconf("SC_CLK_TCK") for ticks in line[1:9]
    )
    busy = user + nice + system + irq + softirq
    return CpuTimes(busy, busy + idle + iowait + steal)


def meminfo(key: str) -> int:
    """In bytes."""
    return int(re.search(rf"^{key}: +(\d+) kB$", Path("/proc/meminfo").read_text(), re.M)[1]) * 1024


class PinnedProcess:
    """Sleeps, or uses one CPU whole."""

    def __init__(self, is_busy: bool) -> None:
        self.cpu = max(os.sched_getaffinity(0))
        program = "while True: pass" if is_busy else "import signal; signal.pause()"
        self.process = subprocess.Popen([sys.executable, "-c", program])
        os.sched_setaffinity(self.process.pid, {self.cpu})

    def cpu_seconds(self) -> float:
        """By its CPU clock, clock_getcpuclockid(3): the scheduler's own account, not /proc's."""
        return time.clock_gettime(~self.process.pid << 3 | 2)

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


class Memory:
    """A process that has touched this many bytes."""

    def __init__(self, size: int) -> None:
        program = f"import sys; held = b'x' * {size}; print(flush=True); sys.stdin.read()"
        self.process = subprocess.Popen(
            [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert self.process.stdout.readline() == b"\n"

    def stop(self) -> None:
        self.process.kill()
        self.process.communicate()
