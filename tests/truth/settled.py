"""Every metric there is, growing steadily: nothing depends on the moment at which it is read."""

from collections.abc import Iterator, Mapping
from itertools import product
from random import Random

from catalog import Metric, metrics
from claims import RATIO, Claim
from played import LIBRARY
from scenarios import END, HOUR
from scrapes import Scrape, messages, scrape_times
from script import Span
from series import Series, series
from table import Both, Row, row

INSTANCE = "settled"
TARGET = {"job": LIBRARY, "instance": INSTANCE}
SPAN = Span(END - 2 * HOUR, END)
INTERVAL = 15.0
# Labels whose values queries name; any other label has two values of no meaning.
VALUES: Mapping[str, tuple[str, ...]] = {
    "mode": ("user", "idle"),
    "kind": ("prompt", "completion"),
    "method": ("POST",),
    "route": ("/v1/chat/completions", "/v1/models"),
    "status": ("200", "500"),
    "outcome": ("completed", "error"),
    "server": ("127.0.0.1:10300",),
}
# Gauges that queries compare with others or with the clock; any other one has a value below 1.
GAUGES: Mapping[str, float] = {
    "seadragon_build_info": 1,
    "seadragon_gpu_info": 1,
    "seadragon_host_memory_total_bytes": 16e9,
    "seadragon_host_memory_available_bytes": 9e9,
    "seadragon_server_process_start_time_seconds": SPAN.begin,
    "process_start_time_seconds": SPAN.begin,
}
# What Prometheus itself stores of a target and of alerts.
OTHERS = (
    *(series(name, {}) for name in ("up", "scrape_duration_seconds", "scrape_samples_scraped")),
    series("ALERTS", {"alertname": "SeadragonHostCpu", "alertstate": "firing"}),
    series("ALERTS", {"alertname": "SeadragonQueueLong", "alertstate": "pending"}),
)


def labelled(metric: Metric) -> Iterator[dict[str, str]]:
    """Each combination of the values of its labels."""
    values = [VALUES.get(label, ("a", "b")) for label in metric.labels]
    for combination in product(*values):
        yield dict(zip(metric.labels, combination))


class Settled:
    """Counters that grow by `rates` a second from the beginning, and gauges that stay."""

    def __init__(self) -> None:
        self.rates: dict[Series, float] = {}
        self.gauges: dict[Series, float] = dict.fromkeys(OTHERS, 1.0)
        for metric in metrics().values():
            for labels in labelled(metric):
                # The same whatever other metrics there are.
                rng = Random(series(metric.name, labels).text)
                self._add(metric, labels, 0.1 + 0.8 * rng.random())

    def _add(self, metric: Metric, labels: dict[str, str], size: float) -> None:
        name = metric.name
        if metric.type == "gauge":
            self.gauges[series(name, labels)] = GAUGES.get(name, size)
        elif metric.type == "counter":
            self.rates[series(name, labels)] = size
        else:
            # As many in each bucket as in any other.
            les = [*map(repr, metric.bounds), "+Inf"]
            for place, le in enumerate(les):
                bucket = series(f"{name}_bucket", {**labels, "le": le})
                self.rates[bucket] = size * (place + 1) / len(les)
            self.rates[series(f"{name}_count", labels)] = size
            self.rates[series(f"{name}_sum", labels)] = size * metric.bounds[0]

    def scrapes(self) -> Iterator[Scrape]:
        gauges = list(self.gauges.values())
        for time in scrape_times(SPAN, INTERVAL, Random("scrapes")):
            past = time - SPAN.begin
            yield Scrape(time, [*(rate * past for rate in self.rates.values()), *gauges])

    def messages(self) -> Iterator[bytes]:
        return messages([*self.rates, *self.gauges], self.scrapes(), TARGET)

    def rate(self, name: str, **labels: str) -> float:
        """All series together that have these labels."""
        chosen = [s for s in self.rates if s.name == name and labels.items() <= set(s.labels)]
        assert chosen, f"no series {name} with {labels}"
        return sum(self.rates[s] for s in chosen)

    def most(self, name: str) -> float:
        return max(value for s, value in self.gauges.items() if s.name == name)


def settled_rows(settled: Settled, shown: Both) -> list[Row]:
    """Current values that only mean something where nothing changes."""
    tokens = "seadragon_generation_tokens_total"
    drain = "seadragon_queue_drain_seconds"
    truths: list[tuple[str, dict[str, str], float]] = [
        ("kind:seadragon_generation_tokens:rate", {"kind": kind}, settled.rate(tokens, kind=kind))
        for kind in VALUES["kind"]
    ]
    truths.append(("seadragon:queue_drain_seconds:current", {}, settled.most(drain)))
    claims = [
        Claim(view, {**labels, "instance": INSTANCE}, RATIO, truth)
        for view, labels, truth in truths
    ]
    return [row(INSTANCE, [claim], [shown]) for claim in claims]
