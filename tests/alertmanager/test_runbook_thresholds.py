"""The settings take what the runbook advises to set them to."""

import re

import pytest
from programs import ROOT, Alerting

RUNBOOK = (ROOT / "alertmanager/runbook.md").read_text()
PARAGRAPHS = re.findall(r"^\*\*Threshold:\*\* (.*?)\n(?:\n|\Z)", RUNBOOK, re.MULTILINE | re.DOTALL)


def advised() -> list[tuple[str, str]]:
    """Each number behind the name of a threshold; it has to stay below what it has to stay below."""
    found = set()
    for paragraph in PARAGRAPHS:
        for name, words in re.findall(r"`([a-z_]+)`,([^`]*)", paragraph):
            possible = re.sub(r"stay\sbelow\s[\d.]+", "", words)
            found |= {(name, number) for number in re.findall(r"\d+(?:\.\d+)?", possible)}
    return sorted(found)


def test_the_runbook_says_of_each_alert_what_its_threshold_is() -> None:
    assert len(PARAGRAPHS) == len(re.findall(r"^## ", RUNBOOK, re.MULTILINE))
    assert {("cpu_percent", "97"), ("http_failed_percent", "0.1")} <= set(advised())


@pytest.mark.parametrize(("name", "number"), advised())
def test_what_the_runbook_advises_is_taken(alerting: Alerting, name: str, number: str) -> None:
    alerting.write_settings({"thresholds": {name: float(number)}})
    done = alerting.run("check")
    assert (done.returncode, done.stderr) == (0, "")
