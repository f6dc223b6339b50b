"""What each view claims, said of the events themselves."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Protocol

from bounds import Bound, InBucket, Points, Within, judge
from catalog import bounds_of
from host_page import Host
from script import CHAT, MODELS, Request, Script
from views import Shown

NOW = "now"  # the period of a current value
PLACES = ("instance", "period")

COUNT = Within(is_count=True)
RATIO = Within()
DURATION = "seadragon_http_request_duration_seconds"
WAIT = "seadragon_queue_wait_seconds"
FIRST_TOKEN = "seadragon_generation_time_to_first_token_seconds"


class Claim(NamedTuple):
    """That a view says the truth: of which of its series, and how exactly. Where the truth is None
    there is nothing to say, and no series."""

    view: str
    labels: dict[str, str]
    bound: Bound
    truth: float | None

    @property
    def name(self) -> str:
        """Without the instance and the period, which a table has in places of their own."""
        others = (value for label, value in self.labels.items() if label not in PLACES)
        return ", ".join([f"`{self.view}`", *others])

    @property
    def period(self) -> str:
        return self.labels.get("period", NOW)

    def shown(self, shown: Shown) -> float | None:
        return shown.value(self.view, self.labels)

    def is_met(self, shown: Shown) -> bool:
        return judge(self.bound, self.truth, self.shown(shown)).is_met


class Served(Protocol):
    """Whatever had requests: one server or several."""

    @property
    def requests(self) -> Sequence[Request]: ...


@dataclass(frozen=True)
class Window:
    """What happened after `begin` and not after `end`."""

    script: Script
    host: Host | None
    begin: float
    end: float

    @cached_property
    def requests(self) -> Sequence[Request]:
        return self.script.between(self.begin, self.end)


@dataclass(frozen=True)
class Figure:
    """A view, and what it should say of any window."""

    view: str
    bound: Bound
    truth: Callable[[Window], float | None]
    labels: dict[str, str] = field(default_factory=dict)

    def claim(self, window: Window, instance: str, period: str) -> Claim:
        labels = {**self.labels, "instance": instance}
        if period != NOW:
            labels["period"] = period
        return Claim(self.view, labels, self.bound, self.truth(window))


def quantile(part: float, values: Sequence[float]) -> float | None:
    """The least value that this part of all do not exceed."""
    return sorted(values)[math.ceil(part * len(values)) - 1] if values else None


def quantiles(metric: str, values: Callable[[Window], list[float]]) -> list[Figure]:
    stem = "seadragon:" + metric.removeprefix("seadragon_")
    bound = InBucket(bounds_of(metric))

    def figure(percent: int) -> Figure:
        return Figure(
            f"{stem}:p{percent}", bound, lambda window: quantile(percent / 100, values(window))
        )

    return [figure(percent) for percent in (50, 95, 99)]


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None


def total(of: Callable[[Request], float]) -> Callable[[Served], float]:
    return lambda window: math.fsum(map(of, window.requests))


def errors(window: Served) -> float:
    return sum(request.is_error for request in window.requests)


def to_route(route: str) -> Callable[[Served], float]:
    return total(lambda request: request.route == route)


def wasted_by(outcome: str, unit: str) -> Callable[[Window], float]:
    return total(lambda r: getattr(r, f"wasted_{unit}") if r.outcome == outcome else 0)


def goodput(window: Window) -> float | None:
    wasted = ratio(
        total(lambda r: r.wasted_tokens)(window), total(lambda r: r.completion_tokens)(window)
    )
    return None if wasted is None else 1 - wasted


def mean_of(quantity: str, scale: float = 1) -> Callable[[Window], float]:
    """Of a quantity of the host."""
    return lambda window: scale * getattr(window.host, quantity).mean(window.begin, window.end)


def last_of(quantity: str, scale: float = 1) -> Callable[[Window], float]:
    return lambda window: scale * getattr(window.host, quantity).at(window.end)


HTTP = [
    Figure("seadragon:http_requests:count", COUNT, lambda w: len(w.requests)),
    Figure("seadragon:http_errors:count", COUNT, errors),
    Figure("seadragon:http_errors:ratio", RATIO, lambda w: ratio(errors(w), len(w.requests))),
    Figure(
        "seadragon:http_request_duration_seconds:mean", RATIO,
        lambda w: ratio(total(lambda r: r.seconds)(w), len(w.requests)),
    ),
    *quantiles(DURATION, lambda w: [r.seconds for r in w.requests]),
]  # fmt: skip

ROUTES = [
    Figure("route:seadragon_http_requests:count", COUNT, to_route(route), {"route": route})
    for route in (CHAT, MODELS)
]

TOKENS = "kind:seadragon_generation_tokens:count"
WASTED_TOKENS = "reason:seadragon_generation_wasted_tokens:count"
WASTED_SECONDS = "reason:seadragon_generation_wasted_seconds:increase"
LEFT, FAILED = {"reason": "cancelled_running"}, {"reason": "error"}
WORK = [
    Figure(TOKENS, COUNT, total(lambda r: r.prompt_tokens), {"kind": "prompt"}),
    Figure(TOKENS, COUNT, total(lambda r: r.completion_tokens), {"kind": "completion"}),
    Figure(WASTED_TOKENS, COUNT, wasted_by("client_abort", "tokens"), LEFT),
    Figure(WASTED_TOKENS, COUNT, wasted_by("error", "tokens"), FAILED),
    Figure(WASTED_SECONDS, RATIO, wasted_by("client_abort", "seconds"), LEFT),
    Figure(WASTED_SECONDS, RATIO, wasted_by("error", "seconds"), FAILED),
    Figure("seadragon:generation_goodput:ratio", RATIO, goodput),
    *quantiles(FIRST_TOKEN, lambda w: [r.first_token for r in w.requests if r.first_token]),
    *quantiles(WAIT, lambda w: [r.waited for r in w.requests if r.waited is not None]),
]

HOST = [
    Figure("seadragon:cpu_usage:mean", Points(), mean_of("busy", 100)),
    Figure("seadragon:memory_usage:mean", Points(), mean_of("memory_used", 100)),
    Figure("seadragon:queue_length:mean", RATIO, mean_of("waiting")),
    Figure("seadragon:active_requests:mean", RATIO, mean_of("active")),
]

HOST_NOW = [
    Figure("seadragon:cpu_usage:percent", Points(), last_of("busy", 100)),
    Figure("seadragon:memory_usage:percent", Points(), last_of("memory_used", 100)),
    Figure("seadragon:queue_length:current", RATIO, last_of("waiting")),
    Figure("seadragon:active_requests:current", RATIO, last_of("active")),
]
