"""What the kernel says of CPU and memory, read all the time and by nobody else's means."""

import threading
import time
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from busy_processes import CpuTimes, cpu_times, meminfo

READ_EVERY_SECONDS = 0.02


class KernelReading(NamedTuple):
    time: float
    cpu: CpuTimes
    memory_used: float  # 0 to 1


class KernelReadings:
    """Reads on a thread of its own until it is stopped."""

    def __init__(self) -> None:
        self.readings: list[KernelReading] = []
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._read)
        self.thread.start()

    def cpu_percent(self, times: Sequence[float]) -> float:
        """The share of CPU time spent working between the first and the last of these times."""
        first, last = self.nearest(times[0]), self.nearest(times[-1])
        return 100 * last.cpu.busy_ratio_since(first.cpu)

    def memory_percent(self, times: Sequence[float]) -> float:
        """The mean of the share in use at these times."""
        used = [self.nearest(moment).memory_used for moment in times]
        return 100 * sum(used) / len(used)

    def nearest(self, moment: float) -> KernelReading:
        place = bisect_left(self.readings, (moment,))
        around = self.readings[max(place - 1, 0) : place + 1]
        return min(around, key=lambda reading: abs(reading.time - moment))

    def stop(self) -> None:
        self.over.set()
        self.thread.join()

    def _read(self) -> None:
        total = meminfo("MemTotal")
        while not self.over.wait(READ_EVERY_SECONDS):
            used = 1 - meminfo("MemAvailable") / total
            self.readings.append(KernelReading(time.time(), cpu_times("cpu"), used))
