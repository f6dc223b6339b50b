"""Machines whose load a test sets: their metrics pages, as a real exporter and server show them."""

import re
import threading
import time
from bisect import bisect_right
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MEMORY_BYTES = 16 << 30
SERVER = "127.0.0.1:8080"
# The views take the CPU's usage from a minute.
CPU_WINDOW_SECONDS = 60.0


class Steps:
    """A quantity that changes at moments only; times are those of time.monotonic()."""

    def __init__(self, first: float) -> None:
        self.begin = time.monotonic()
        self.times, self.values = [self.begin], [first]

    def set(self, value: float, at: float | None = None) -> None:
        """From `at` on, which is after all earlier changes; from now on without it."""
        self.values.append(value)
        self.times.append(time.monotonic() if at is None else at)

    def at(self, moment: float) -> float:
        return self.values[max(0, bisect_right(self.times, moment) - 1)]

    def until(self, moment: float) -> float:
        """The integral since the beginning, in seconds."""
        ends = [*self.times[1:], moment]
        pieces = zip(self.times, ends, self.values)
        return sum(max(0.0, min(end, moment) - begin) * value for begin, end, value in pieces)


class Machine:
    """An LLM server and the exporter beside it. As made, they are well and have little to do."""

    def __init__(self, instance: str) -> None:
        self.instance = instance
        self.busy = Steps(0.5)  # share of the CPU time, 0 to 1
        self.memory = Steps(50.0)  # percent in use
        self.queue = Steps(3)  # waiting requests
        self.server_is_up = True
        self.exporter_is_up = True

    def exporter_page(self) -> str:
        now = time.monotonic()
        worked = self.busy.until(now)
        idle = now - self.busy.begin - worked
        available = MEMORY_BYTES * (1 - self.memory.at(now) / 100)
        server = f'server="{SERVER}"'
        samples = {
            'seadragon_host_cpu_seconds_total{mode="user"}': worked,
            'seadragon_host_cpu_seconds_total{mode="idle"}': idle,
            "seadragon_host_memory_total_bytes": MEMORY_BYTES,
            "seadragon_host_memory_available_bytes": available,
            f"seadragon_server_up{{{server}}}": int(self.server_is_up),
            f"seadragon_server_queue_length{{{server}}}": self.queue.at(now),
            f'seadragon_server_tokens_total{{{server},kind="completion"}}': 100 * now,
            'seadragon_exporter_collector_success{collector="cpu"}': 1,
        }
        return "".join(f"{name} {value!r}\n" for name, value in samples.items())

    def server_page(self) -> str:
        return "seadragon_http_requests_in_flight 2\n"


class Machines:
    """Serves the pages of all machines, from its making to stop()."""

    def __init__(self, *instances: str) -> None:
        self._of = {instance: Machine(instance) for instance in instances}
        machines = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = machines.page(self.path)
                if page is None:  # as if nobody listened: no answer at all
                    self.close_connection = True
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.end_headers()
                self.wfile.write(page.encode())

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def __getitem__(self, instance: str) -> Machine:
        return self._of[instance]

    @property
    def instances(self) -> list[str]:
        return list(self._of)

    def targets(self, job: str) -> list[dict[str, object]]:
        """The static_configs of a job that reads these machines."""
        address = f"127.0.0.1:{self._server.server_port}"
        return [
            {
                "targets": [address],
                "labels": {"instance": instance, "__metrics_path__": f"/{instance}/{job}"},
            }
            for instance in self._of
        ]

    def page(self, path: str) -> str | None:
        """None where nobody answers."""
        found = re.fullmatch(r"/([^/]+)/(seadragon|seadragon-exporter)", path)
        assert found, path
        machine = self._of[found[1]]
        if found[2] == "seadragon":
            return machine.server_page()
        return machine.exporter_page() if machine.exporter_is_up else None

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
