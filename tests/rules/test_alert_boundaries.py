"""When each alert fires and when it ends, to the evaluation: see alert_timeline.py."""

import re

import pytest
from alert_rules import Rule, alerts, read_by, records
from alert_timeline import cases, fires_and_ends, groups_of, is_silent_at_the_limit
from promtool import complaints

EVER = 9999  # samples, more than any test has


@pytest.mark.parametrize("name", alerts())
def test_an_alert_fires_and_ends_when_it_should(name: str) -> None:
    found = [case for case in cases() if case.alert.name == name]
    complaint = complaints(
        [alerts()[name]], records(), [group for case in found for group in groups_of(case)]
    )
    assert not complaint, complaint


def thresholds_read_by(alert: Rule) -> list[Rule]:
    read = read_by(alert, records())
    return [rule for rule in read if rule.name.startswith("seadragon:threshold:")]


def with_stricter_copies(alert: Rule) -> list[dict]:
    """The thresholds that an alert reads, and what another Prometheus has of each."""
    made = []
    for threshold in thresholds_read_by(alert):
        value = float(re.sub(r"vector\((.+)\)", r"\1", threshold.expression))
        is_lower_bound = f"min({threshold.name})" in alert.expression
        copy = value * 2 if is_lower_bound else value / 2
        made.append({"series": threshold.name, "values": f"{value}x{EVER}"})
        made.append({"series": threshold.name + '{job="other"}', "values": f"{copy}x{EVER}"})
    return made


def groups_with_stricter_copies(alert: Rule) -> list[dict]:
    """None for an alert that reads no threshold, or that tells of missing ones."""
    if not thresholds_read_by(alert) or alert.name == "SeadragonMonitoringThresholdMissing":
        return []
    return [
        made | {"input_series": made["input_series"] + with_stricter_copies(alert)}
        for case in cases()
        if case.alert.name == alert.name
        for made in (fires_and_ends(case), is_silent_at_the_limit(case))
        if made
    ]


@pytest.mark.parametrize(
    "name", [alert.name for alert in alerts().values() if groups_with_stricter_copies(alert)]
)
def test_an_alert_does_the_same_where_there_are_stricter_copies_of_thresholds(name: str) -> None:
    alert = alerts()[name]
    complaint = complaints([alert], records(), groups_with_stricter_copies(alert))
    assert not complaint, complaint
