"""What the exporter says of a real machine under a known load, against the kernel's own accounts.

An interval takes 30 s: in it the ticks of 10 ms, and all that happens between two readings, are small.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import NamedTuple

import pytest
from busy_processes import CpuTimes, Memory, PinnedProcess, cpu_times, meminfo
from exporter_process import NO_SERVER, Exporter, value_of
from running import eventually
from served_pages import PageProcess

SECONDS = 30
CPU_POINT = 0.01
MEMORY_POINT = 0.005
GIBIBYTE = 1 << 30
WORKING = ("user", "nice", "system", "irq", "softirq")
NOT_WORKING = ("idle", "iowait", "steal")  # as grafana/views/host.yml has it


class Reading(NamedTuple):
    """What the exporter said, and the kernel at the same moment."""

    page: str
    machine: CpuTimes
    cpu: CpuTimes  # the one that the process has
    process: float  # CPU seconds
    time: float


class Interval(NamedTuple):
    is_busy: bool
    first: Reading
    last: Reading
    cpu: int
    server: str

    def growth(self, series: str) -> float:
        grown = value_of(self.last.page, series) - value_of(self.first.page, series)
        assert grown >= 0, series
        return grown

    def by_mode(self, series: str) -> dict[str, float]:
        """`series` has a %s in place of the mode."""
        return {mode: self.growth(series % mode) for mode in WORKING + NOT_WORKING}

    def process_seconds(self) -> float:
        return self.last.process - self.first.process


def busy_ratio(seconds: dict[str, float]) -> float:
    return 1 - sum(seconds[mode] for mode in NOT_WORKING) / sum(seconds.values())


@pytest.fixture(scope="module", params=[False, True], ids=["asleep", "busy"])
def interval(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Interval]:
    """30 s in which the LLM server's process sleeps or keeps a CPU busy. All tests read the same 30 s."""
    folder = tmp_path_factory.mktemp("truth")
    with ExitStack() as stops:
        process = PinnedProcess(is_busy=request.param)
        stops.callback(process.stop)
        pid_file = folder / "llm.pid"
        pid_file.write_text(f"{process.process.pid}\n")
        server = PageProcess(folder)
        stops.callback(server.stop)
        exporter = Exporter(
            folder, f"--server.url={server.url}", f"--process.pid-file={pid_file}", "--cpu.per-cpu"
        )
        stops.callback(exporter.stop)
        exporter.page()

        def read() -> Reading:
            page = exporter.page("?collect[]=cpu&collect[]=process")
            return Reading(
                page, cpu_times("cpu"), cpu_times(f"cpu{process.cpu}"), process.cpu_seconds(),
                time.monotonic(),
            )  # fmt: skip

        first = read()
        time.sleep(SECONDS)  # it is the interval itself
        yield Interval(request.param, first, read(), process.cpu, server.name)


def test_the_cpus_are_as_busy_as_the_kernel_says(interval: Interval):
    seconds = interval.by_mode('seadragon_host_cpu_seconds_total{mode="%s"}')
    truth = interval.last.machine.busy_ratio_since(interval.first.machine)
    assert busy_ratio(seconds) == pytest.approx(truth, abs=CPU_POINT)
    # The modes add up to all the time there was.
    truth = interval.last.machine.total - interval.first.machine.total
    assert sum(seconds.values()) == pytest.approx(truth, rel=CPU_POINT)


def test_each_cpu_is_as_busy_as_the_kernel_says(interval: Interval):
    seconds = interval.by_mode(
        f'seadragon_host_per_cpu_seconds_total{{cpu="{interval.cpu}",mode="%s"}}'
    )
    truth = interval.last.cpu.busy_ratio_since(interval.first.cpu)
    assert busy_ratio(seconds) == pytest.approx(truth, abs=CPU_POINT)
    share_idle = (seconds["idle"] + seconds["iowait"]) / sum(seconds.values())
    if interval.is_busy:  # it takes whatever others leave
        assert share_idle < CPU_POINT


def test_the_servers_process_has_used_what_its_cpu_clock_says(interval: Interval):
    elapsed = interval.last.time - interval.first.time
    said = interval.growth(
        'seadragon_server_process_cpu_seconds_total{server="%s"}' % interval.server
    )
    assert said / elapsed == pytest.approx(interval.process_seconds() / elapsed, abs=CPU_POINT)
    # The load was what it is called; the rest of a busy CPU others had.
    if interval.is_busy:
        assert said > elapsed / 10
    else:
        assert said < elapsed * CPU_POINT


def test_memory_is_what_the_kernel_says(start_exporter: Callable[..., Exporter]):
    exporter = start_exporter(*NO_SERVER)
    for _ in range(10):
        page = exporter.page("?collect[]=memory")
        total = value_of(page, "seadragon_host_memory_total_bytes")
        assert total == meminfo("MemTotal")
        share = value_of(page, "seadragon_host_memory_available_bytes") / total
        assert share == pytest.approx(meminfo("MemAvailable") / total, abs=MEMORY_POINT)


def test_a_gibibyte_that_is_touched_is_a_gibibyte_less(start_exporter: Callable[..., Exporter]):
    assert meminfo("MemAvailable") > 2 * GIBIBYTE, "too little to allocate some"
    exporter = start_exporter(*NO_SERVER)
    total = meminfo("MemTotal")

    def used_share() -> float:
        page = exporter.page("?collect[]=memory")
        return 1 - value_of(page, "seadragon_host_memory_available_bytes") / total

    risen: list[float] = []

    def rises_by_a_gibibyte() -> bool:
        before = used_share()
        memory = Memory(GIBIBYTE)
        try:
            risen.append(used_share() - before)
        finally:
            memory.stop()
        return abs(risen[-1] - GIBIBYTE / total) < MEMORY_POINT

    # More than once only where others allocate at the same moment.
    eventually(rises_by_a_gibibyte, lambda: f"it rose by {risen}, not {GIBIBYTE / total}")
