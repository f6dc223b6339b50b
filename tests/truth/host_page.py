"""The page of the exporter beside the server, as far as views read it."""

from typing import NamedTuple

from series import Page
from steps import Steps

CPUS = 2
MEMORY_BYTES = 16 << 30
SERVER = "127.0.0.1:10300"
# How working time and the rest are spent; the rest is all that is not work.
WORK = {"user": 0.7, "nice": 0.05, "system": 0.2, "irq": 0.01, "softirq": 0.04}
REST = {"idle": 0.8, "iowait": 0.15, "steal": 0.05}


class Host(NamedTuple):
    """What a machine does and what its server has to do."""

    busy: Steps  # 0 to 1
    memory_used: Steps  # 0 to 1
    waiting: Steps
    active: Steps


class HostPage(Page):
    """`since` is when the machine booted, where that was not with its first step."""

    def __init__(self, host: Host, since: float | None = None) -> None:
        super().__init__()
        self.host = host
        self.since = host.busy.times[0] if since is None else since
        name = "seadragon_host_cpu_seconds_total"
        self.cpu = {mode: self.add(name, mode=mode) for mode in (*WORK, *REST)}
        self.add("seadragon_host_memory_total_bytes", float(MEMORY_BYTES))
        self.available = self.add("seadragon_host_memory_available_bytes")
        self.waiting = self.add("seadragon_server_queue_length", server=SERVER)
        self.active = self.add("seadragon_server_active_requests", server=SERVER)

    def turn_to(self, time: float) -> None:
        """Shows what is true at this time."""
        host = self.host
        worked = (host.busy.area(time) - host.busy.area(self.since)) * CPUS
        rested = (time - self.since) * CPUS - worked
        for mode, share in WORK.items():
            self.values[self.cpu[mode]] = worked * share
        for mode, share in REST.items():
            self.values[self.cpu[mode]] = rested * share
        self.values[self.available] = MEMORY_BYTES * (1 - host.memory_used.at(time))
        self.values[self.waiting] = host.waiting.at(time)
        self.values[self.active] = host.active.at(time)
