"""When each alert fires and when it ends, to the evaluation: see alert_timeline.py."""

import pytest
from alert_rules import alerts, records
from alert_timeline import cases, groups_of
from promtool import complaints


@pytest.mark.parametrize("name", alerts())
def test_an_alert_fires_and_ends_when_it_should(name: str) -> None:
    found = [case for case in cases() if case.alert.name == name]
    complaint = complaints(
        [alerts()[name]], records(), [group for case in found for group in groups_of(case)]
    )
    assert not complaint, complaint
