"""What every alert must have: a name in style, its texts, a place in the runbook and the docs, a test."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
RULE_FILES = sorted((ROOT / "alertmanager/rules").glob("*.yml"))
WORDS = {"Http", "Queue", "Generation", "Usage", "Log", "Host", "Server", "Gpu", "Exporter", "Monitoring", "Threshold"}


def rules() -> list[dict]:
    files = [yaml.safe_load(path.read_text()) for path in RULE_FILES]
    return [rule for file in files for group in file["groups"] for rule in group["rules"]]


ALERTS = [rule for rule in rules() if "alert" in rule]
NAMES = sorted({alert["alert"] for alert in ALERTS})


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-").lower() for heading in headings}


def names_expected_to_fire() -> set[str]:
    """The alerts that at least one test expects to fire."""
    names = set()
    for path in Path(__file__).parent.glob("*_test.yml"):
        for test in yaml.safe_load(path.read_text())["tests"]:
            names |= {step["alertname"] for step in test.get("alert_rule_test", []) if step["exp_alerts"]}
    return names


def names_in_tests() -> set[str]:
    """The alerts that any test names; a misspelt one would pass wherever nothing is expected."""
    text = "".join(path.read_text() for path in Path(__file__).parent.glob("*_test.yml"))
    return set(re.findall(r"alertname: (\w+)", text))


def test_promtool_finds_nothing_wrong() -> None:
    subprocess.run(["promtool", "check", "rules", "--lint=all", "--lint-fatal", *RULE_FILES], check=True)


@pytest.mark.parametrize("name", NAMES)
def test_an_alert_is_named_after_its_word_and_symptom(name: str) -> None:
    parts = re.findall(r"[A-Z][a-z]+", name)
    assert "".join(parts) == name and parts[0] == "Seadragon" and parts[1] in WORDS and len(parts) >= 3


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alert_has_its_texts_and_severity(alert: dict) -> None:
    assert alert["annotations"].keys() == {"title", "summary", "description", "runbook_url"}
    assert alert["labels"]["severity"] in {"critical", "warning", "info", "none"}


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_the_runbook_link_leads_to_the_alerts_own_heading(alert: dict) -> None:
    page, anchor = alert["annotations"]["runbook_url"].split("#")
    assert anchor == alert["alert"].lower()
    assert anchor in anchors(ROOT / page)


def test_the_runbook_has_a_heading_for_each_alert_and_no_other() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "alertmanager/runbook.md").read_text(), re.MULTILINE)
    assert sorted(headings) == NAMES


def test_the_documentation_lists_each_alert_as_it_is() -> None:
    rows = re.findall(r"^\| \[(\w+)\]\(\S+\) \|(.+)\|$", (ROOT / "docs/alerts.md").read_text(), re.MULTILINE)
    listed = {name: [cell.strip() for cell in cells.split(" | ")] for name, cells in rows}
    assert sorted(listed) == NAMES
    for alert in ALERTS:
        *_, wait, kept, severity = listed[alert["alert"]]
        assert (wait, kept) == (alert.get("for", "-"), alert.get("keep_firing_for", "-"))
        assert severity == alert["labels"]["severity"]


def test_every_alert_is_expected_to_fire_by_a_test() -> None:
    assert set(NAMES) <= names_expected_to_fire()


def test_no_test_names_an_alert_that_does_not_exist() -> None:
    assert names_in_tests() <= set(NAMES)


def test_a_percentage_threshold_can_be_exceeded() -> None:
    for rule in rules():
        if rule.get("record", "").endswith("_percent"):
            assert 0 < float(re.fullmatch(r"vector\((.+)\)", rule["expr"])[1]) < 100
