"""The table of docs/alerts.md tells each alert's title and numbers as its rule has them."""

import re

import pytest
from alert_numbers import THRESHOLDS, compared_by, multiples_in, numbers_in
from alert_rules import ROOT, alerts

ALERTS = alerts()
ROWS = re.findall(
    r"^\| \[(\w+)\]\((\S+)\) \| (.+?) \| (.+?) \|", (ROOT / "docs/alerts.md").read_text(), re.M
)
TITLES = {name: title for name, _, title, _ in ROWS}
CONDITIONS = {name: condition for name, _, _, condition in ROWS}

# `cpu_percent` (90 %), say; a second row may leave the number out.
THRESHOLD = re.compile(r"`(\w+)`(?: \(([\d.]+)[^)]*\))?")
UNITS = {" minutes": 60, " hours": 3600, " %": 0.01, " times": 1}


def meanings(number: str, unit: str) -> set[float]:
    """Of "30 minutes and of the last 10" the second number has the unit of the first."""
    return {round(float(number) * size, 9) for size in ([UNITS[unit]] if unit else UNITS.values())}


def test_each_alert_has_a_row() -> None:
    assert TITLES.keys() == ALERTS.keys() and len(ROWS) == len(ALERTS)


@pytest.mark.parametrize("name", TITLES)
def test_a_row_has_the_title_of_the_mail_and_leads_to_the_runbook(name: str) -> None:
    assert TITLES[name] == ALERTS[name].annotations["title"]
    (target,) = (target for row, target, *_ in ROWS if row == name)
    assert target == f"../alertmanager/runbook.md#{name.lower()}"


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_names_the_thresholds_that_are_compared_and_their_values(name: str) -> None:
    named = dict(THRESHOLD.findall(CONDITIONS[name]))
    for other in named.keys() - THRESHOLDS.keys():  # `server`, say
        assert not named.pop(other)
    assert named.keys() == compared_by(ALERTS[name])
    for threshold, number in named.items():
        assert not number or float(number) == THRESHOLDS[threshold]


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_says_how_many_times_a_threshold_is_compared(name: str) -> None:
    said = re.findall(r"([\d.]+) times `(\w+)`", CONDITIONS[name])
    assert set(said) == multiples_in(ALERTS[name])


@pytest.mark.parametrize("name", CONDITIONS)
def test_a_condition_has_the_numbers_of_the_rule(name: str) -> None:
    words = THRESHOLD.sub("", CONDITIONS[name])
    for number, unit in re.findall(rf"(\d+(?:\.\d+)?)({'|'.join(UNITS)})?", words):
        assert meanings(number, unit) & numbers_in(ALERTS[name]), f"{number}{unit}"
