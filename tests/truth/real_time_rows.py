"""What both servers show of the minute in real time, against what was there."""

from collections import Counter
from collections.abc import Iterator

from bounds import InBucket, Points
from catalog import bounds_of
from claims import COUNT, DURATION, HTTP, RATIO, TOKENS, Claim, quantile
from real_time import EXAMPLE, RealTime
from scenarios import HOUR
from script import CHAT
from table import Reading, Row, row_of_readings
from views import Shown, evaluate, evaluated_alone, shipped_rule, shipped_rules

PERIOD = "hour"  # it began before the minute, as all periods did
# Half of the last digit of a duration in the access log.
LOG_ROUNDING = 0.00005
# The window of the current CPU usage, as the view's comment has it.
CURRENT_SECONDS = 60
CPU = 'seadragon_host_cpu_seconds_total{mode="idle",instance="example"}'
MEMORY = 'seadragon_host_memory_available_bytes{instance="example"}'


def stored(real_time: RealTime, view: str, labels: dict[str, str]) -> list[tuple[float, float]]:
    """What Prometheus' own rule engine stored of a view in the last seconds."""
    matchers = ",".join(f'{name}="{value}"' for name, value in labels.items())
    lines = real_time.prometheus.points(f"{view}{{{matchers}}}[5s]", real_time.end)
    assert len(lines) <= 1, f"{view} has {len(lines)} series with {labels}"
    return lines[0].points if lines else []


def claims_of_scripts(real_time: RealTime) -> Iterator[tuple[str, Claim]]:
    for instance, window in real_time.windows.items():
        for figure in HTTP:
            yield instance, figure.claim(window, instance, PERIOD)


def claims_of_example(real_time: RealTime) -> Iterator[Claim]:
    """Counts by its clients, durations by its access log."""
    tally, seconds = real_time.tally, real_time.logged_seconds
    number = tally["requests"]
    assert len(seconds) == number, f"{len(seconds)} requests logged, {number} made"
    to_route: Counter[str] = Counter()
    errors = 0
    for entry in tally["by_route_status"]:
        to_route[entry["route"]] += entry["count"]
        errors += entry["count"] if entry["status"] >= 400 else 0
    produced = tally["tokens"]["completion"] + real_time.wasted_tokens
    labels = {"instance": EXAMPLE, "period": PERIOD}
    mean = "seadragon:http_request_duration_seconds:mean"
    yield Claim("seadragon:http_requests:count", labels, COUNT, number)
    yield Claim("seadragon:http_errors:count", labels, COUNT, errors)
    yield Claim("seadragon:http_errors:ratio", labels, RATIO, errors / number)
    yield Claim(
        "route:seadragon_http_requests:count", {**labels, "route": CHAT}, COUNT, to_route[CHAT]
    )
    yield Claim(mean, labels, RATIO, sum(seconds) / number)
    for percent in (50, 95, 99):
        truth = quantile(percent / 100, seconds)
        view = f"seadragon:http_request_duration_seconds:p{percent}"
        yield Claim(view, labels, InBucket(bounds_of(DURATION), LOG_ROUNDING), truth)
    yield Claim(TOKENS, {**labels, "kind": "completion"}, COUNT, produced)
    goodput = tally["tokens"]["completion"] / produced
    yield Claim("seadragon:generation_goodput:ratio", labels, RATIO, goodput)


def claims_of_host(real_time: RealTime) -> Iterator[Claim]:
    """Of the scrapes that Prometheus has, by the kernel's own figures of these moments."""
    kernel = real_time.kernel
    now = {"instance": EXAMPLE}
    hour = {**now, "period": PERIOD}

    def scrapes(series: str, seconds: float, view: str, labels: dict[str, str]) -> list[float]:
        evaluated = stored(real_time, view, labels)[-1][0]
        (line,) = real_time.prometheus.points(f"{series}[{seconds:g}s]", evaluated)
        return [time for time, _ in line.points]

    for view, labels, seconds in (
        ("seadragon:cpu_usage:percent", now, CURRENT_SECONDS),
        ("seadragon:cpu_usage:mean", hour, HOUR),
    ):
        times = scrapes(CPU, seconds, view, labels)
        yield Claim(view, labels, Points(), kernel.cpu_percent(times))
    view = "seadragon:memory_usage:percent"
    times = scrapes(MEMORY, HOUR, view, now)
    yield Claim(view, now, Points(), kernel.memory_percent([times[-1]]))
    view = "seadragon:memory_usage:mean"
    times = scrapes(MEMORY, HOUR, view, hour)
    yield Claim(view, hour, Points(), kernel.memory_percent(times))


def real_time_rows(real_time: RealTime) -> list[Row]:
    """Counts of what is over are read at the end. What changes all the time is asked of
    VictoriaMetrics for the moment at which Prometheus evaluated it."""
    other = real_time.victoria_metrics
    at_the_end = evaluate(other, shipped_rules(), real_time.end)
    over = [(f"real time: {name}", claim) for name, claim in claims_of_scripts(real_time)]
    over += [("real time: example server", claim) for claim in claims_of_example(real_time)]
    found = []
    for section, claim in over:
        points = stored(real_time, claim.view, claim.labels)
        shown = points[-1][1] if points else None
        found.append(row_of_readings(section, claim, [reading(claim, shown, at_the_end)]))
    for claim in claims_of_host(real_time):
        time, shown = stored(real_time, claim.view, claim.labels)[-1]
        rule = shipped_rule(claim.view, claim.labels.get("period"))
        then = evaluated_alone(other, rule, time)
        found.append(row_of_readings("real time: host", claim, [reading(claim, shown, then)]))
    return found


def reading(claim: Claim, shown: float | None, other: Shown) -> Reading:
    return Reading(claim.truth, shown, claim.shown(other))
