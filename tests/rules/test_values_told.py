"""An alert never says of a value that it is above, or below, the same number."""

import re

import pytest
from alert_rules import Rule, alerts, read_by, records, seconds
from alert_texts import texts
from alert_timeline import Case, Series, cases

# When certificates are looked at, and a day, in seconds.
LOOKED_AT = 300 + 3600 + 15
DAY = 86400

# The first case of each alert, a little beyond its limit, in promtool's notation.
NEAR = {
    "SeadragonExporterCertificateExpiring": [str(LOOKED_AT + 13.95 * DAY)],
    "SeadragonGenerationFirstTokenLate": ["+6.98", "+10", "+10"],
    "SeadragonGpuHot": ["87.3"],
    "SeadragonHostCpuHigh": ["90.3"],
    "SeadragonHostDiskFull": ["49", "1000"],
    "SeadragonHostMemoryHigh": ["90.3"],
    "SeadragonHostPressureHigh": ["+3.05"],
    "SeadragonHttpErrorBudgetBurnFast": ["+8.55", "+1.45"],
    "SeadragonHttpErrorBudgetBurnSlow": ["+9.38", "+0.62"],
    "SeadragonLogErrors": ["+1.02", "+100"],
    "SeadragonMailWaiting": ["120.4"],
    "SeadragonQueueGrowing": ["11+0.51"],
    "SeadragonQueueWaitHigh": ["30.4"],
    "SeadragonServerCertificateExpiring": [str(LOOKED_AT + 13.95 * DAY)],
}
# Their values are whole numbers, as are their limits.
COUNTED = {"SeadragonQueueImbalance", "SeadragonQueueLong"}


def longest_period(alert: Rule) -> int:
    """After so many seconds all that the alert looks back at is alike."""
    read = [*read_by(alert, records()), alert]
    periods = [found for rule in read for found in re.findall(r"\[(\w+)\]", rule.expression)]
    return max(map(seconds, periods), default=0)


def with_values(name: str, values: list[str]) -> Case:
    first = next(case for case in cases() if case.alert.name == name)
    series = [
        Series(one.selector, one.good, bad) for one, bad in zip(first.series, values, strict=True)
    ]
    return first._replace(series=series, delay=longest_period(first.alert))


def numbers(text: str) -> list[float]:
    return [float(number) for number in re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?", text)]


def test_every_alert_that_tells_its_limit_is_looked_at() -> None:
    telling = {name for name, alert in alerts().items() if "threshold" in alert.annotations}
    assert telling == NEAR.keys() | COUNTED


@pytest.mark.parametrize("name", NEAR)
def test_a_value_a_little_beyond_its_limit_is_told_apart_from_it(name: str) -> None:
    _, said = texts(with_values(name, NEAR[name]), records())
    value, limit = numbers(said["value"])[0], numbers(said["threshold"])[0]
    assert value != limit and abs(value - limit) < 1
    assert value in numbers(said["description"])


@pytest.mark.parametrize(
    ("name", "whose"),
    [
        ("SeadragonExporterCertificateExpiring", "the exporter"),
        ("SeadragonServerCertificateExpiring", "the LLM server chat"),
    ],
)
def test_a_certificate_that_has_ended_is_told_so(name: str, whose: str) -> None:
    _, said = texts(with_values(name, [str(LOOKED_AT - 1.1 * DAY)]), records())
    assert said["summary"] == f"The certificate of {whose} on llm1 has ended."
    assert said["description"] == f"The certificate of {whose} on llm1 ended 1.1 days ago."
