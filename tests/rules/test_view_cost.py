"""A view of the month answers from what was recorded, whatever went on in that month. How long that
takes is measured by tests/bench view; here it is only held against what it would take otherwise, on
the same machine in turns."""

from collections.abc import Iterator

import pytest
from month_of_requests import VIEW, Answering, Month, answering, in_turns, month_rule

ROUNDS = 15


def view(job: str) -> str:
    return f'{VIEW}{{period="month",job="{job}",instance="0"}}'


def fastest(times: list[float], what: str) -> float:
    """What other programs added to the other answers is not the view's."""
    print(f"{what}: {1000 * min(times):.2f} ms, the fastest of {len(times)}")
    return min(times)


@pytest.fixture(scope="module")
def prometheus() -> Iterator[Answering]:
    with answering(Month(days=30, servers=1, routes=2, scrape_interval=60)) as found:
        yield found


def test_what_was_recorded_is_what_the_metrics_say(prometheus: Answering) -> None:
    (recorded,), (computed,) = (
        prometheus.now(expression).result for expression in (view("quiet"), month_rule())
    )
    assert recorded["value"] == computed["value"]


def test_it_takes_a_fraction_of_what_the_metrics_take(prometheus: Answering) -> None:
    of_metrics, of_view = in_turns(
        ROUNDS, lambda: prometheus.now(month_rule()), lambda: prometheus.now(view("quiet"))
    )
    assert fastest(of_view, "recorded") * 5 < fastest(of_metrics, "from the metrics")


@pytest.mark.parametrize("kind", ["now", "graph"])
def test_it_takes_as_long_with_a_thousand_times_the_requests(
    prometheus: Answering, kind: str
) -> None:
    ask = getattr(prometheus, kind)
    (quiet,), (busy,) = (prometheus.now(view(job)).result for job in ("quiet", "busy"))
    assert int(busy["value"][1]) == 1000 * int(quiet["value"][1])
    of_quiet, of_busy = in_turns(ROUNDS, lambda: ask(view("quiet")), lambda: ask(view("busy")))
    assert 1 / 3 < fastest(of_busy, f"{kind}, busy") / fastest(of_quiet, f"{kind}, quiet") < 3
