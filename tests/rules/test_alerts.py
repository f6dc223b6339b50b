"""What every alert must have: a name in style, its texts, a place in the runbook and the docs,
tests; and what the rules, the thresholds and Alertmanager's configuration must say alike."""

import json
import re
import subprocess
from pathlib import Path

import pytest
import yaml
from alert_rules import FOLDER, ROOT, Rule, alerts, records
from alert_timeline import cases, labels_of

ALERTS = alerts()
RECORDS = records()
NAMES = sorted(ALERTS)
WORDS = {
    "Http",
    "Queue",
    "Generation",
    "Usage",
    "Log",
    "Host",
    "Server",
    "Gpu",
    "Exporter",
    "Monitoring",
    "Mail",
}
THRESHOLDS = {name for name in RECORDS if name.startswith("seadragon:threshold:")}

AGGREGATED = r"(max|min)\((seadragon:threshold:\w+)\)"
TIMES = r"((?:[\d.]+ \* )?)"  # 14.4 times it, say

ANNOTATIONS = [
    "title",
    "summary",
    "description",
    "value",
    "threshold",
    "action",
    "also",
    "runbook_url",
    "dashboard_url",
]
OPTIONAL = {"value", "threshold"}

# What is up or down, there or not there, and says so at every scrape. What ends it is a deed, and
# RESOLVED should tell of it at once.
CANNOT_FLAP = {
    "SeadragonExporterDown",
    "SeadragonMailSpoolDown",
    "SeadragonMonitoringConfigurationFailing",
    "SeadragonMonitoringTargetsAbsent",
    "SeadragonMonitoringThresholdMissing",
    "SeadragonMonitoringThresholdNoBucket",
    "SeadragonMonitoringWatchdog",
    "SeadragonServerMetricsDown",
}

# What is true of no instance.
OF_NO_INSTANCE = {
    "SeadragonMonitoringTargetsAbsent",
    "SeadragonMonitoringThresholdMissing",
    "SeadragonMonitoringWatchdog",
}

STORIES = [
    (path.name, story)
    for path in sorted(Path(__file__).parent.glob("*_test.yml"))
    if not path.stem.endswith("views_test")
    for story in yaml.safe_load(path.read_text())["tests"]
]

every_alert = pytest.mark.parametrize("alert", ALERTS.values(), ids=lambda alert: alert.name)


def named_in(text: str) -> set[str]:
    return set(re.findall(r"\bSeadragon[A-Z]\w+", text))


def comparisons(alert: Rule) -> list[tuple[str, tuple[str, str, str]]]:
    """Signs of an expression, each with the threshold behind it, how often, and how made one."""
    found = re.findall(rf"([<>]) on\(\) group_left\(\) \(?{TIMES}{AGGREGATED}", alert.expression)
    return [(sign, (times, *limit)) for sign, times, *limit in found]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-").lower() for heading in headings}


def test_promtool_finds_nothing_wrong() -> None:
    files = sorted(FOLDER.glob("*.yml"))
    subprocess.run(["promtool", "check", "rules", "--lint=all", "--lint-fatal", *files], check=True)


@every_alert
def test_an_alert_is_named_after_its_word_and_symptom(alert: Rule) -> None:
    parts = re.findall(r"[A-Z][a-z]+", alert.name)
    assert (
        "".join(parts) == alert.name
        and parts[0] == "Seadragon"
        and parts[1] in WORDS
        and len(parts) >= 3
    )


@every_alert
def test_an_alert_stands_in_the_file_of_its_word(alert: Rule) -> None:
    assert re.findall(r"[A-Z][a-z]+", alert.name)[1].lower() == alert.file


@every_alert
def test_an_alert_has_its_texts_in_order(alert: Rule) -> None:
    wanted = [key for key in ANNOTATIONS if key in alert.annotations or key not in OPTIONAL]
    assert list(alert.annotations) == wanted
    assert all(text.strip() for text in alert.annotations.values())


@every_alert
def test_an_alert_that_says_its_threshold_says_its_value(alert: Rule) -> None:
    assert "threshold" not in alert.annotations or "value" in alert.annotations


@every_alert
def test_an_alert_prints_the_thresholds_it_compares_with(alert: Rule) -> None:
    printed = re.findall(TIMES + AGGREGATED, alert.annotations.get("threshold", ""))
    compared = [limit for _, limit in comparisons(alert)]
    assert set(printed) <= set(compared)
    assert bool(compared) == bool(printed)


@every_alert
def test_of_a_threshold_that_is_there_twice_the_more_lenient_counts(alert: Rule) -> None:
    """Two series of one name, of a second Prometheus say, would be an error to compare with."""
    found = comparisons(alert)
    assert len(found) == len(re.findall(r"group_left", alert.expression))
    assert all(aggregation == {">": "max", "<": "min"}[sign] for sign, (_, aggregation, _) in found)


def test_all_alerts_ask_alike_what_else_fires() -> None:
    """Rule files cannot share the query, so each has a copy."""
    assert len({alert.annotations["also"] for alert in ALERTS.values()}) == 1


@every_alert
def test_labels_are_constant(alert: Rule) -> None:
    """A label with a value in it would be a new alert at every change."""
    assert alert.labels["severity"] in {"critical", "warning", "info", "none"}
    assert alert.labels.keys() <= {"severity", "cause"}
    assert not any("{{" in value for value in alert.labels.values())


@every_alert
def test_an_alert_is_kept_per_job_and_instance(alert: Rule) -> None:
    groupings = re.findall(r"\bby \(([^)]*)\)", alert.expression)
    assert all(labels.startswith("job, instance") for labels in groupings)
    assert "without" not in alert.expression
    dropped = {label for case in cases() if case.alert.name == alert.name for label in case.drops}
    assert ("instance" in dropped) == (alert.name in OF_NO_INSTANCE)
    assert "job" not in dropped or alert.name in OF_NO_INSTANCE


@every_alert
def test_an_alert_that_can_flap_is_kept(alert: Rule) -> None:
    assert (alert.kept == "0s") == (alert.name in CANNOT_FLAP)


@every_alert
def test_the_runbook_link_leads_to_the_alerts_own_heading(alert: Rule) -> None:
    page, anchor = alert.annotations["runbook_url"].split("#")
    assert page == "{{ $externalURL }}/user/runbook.html"
    assert anchor == alert.name.lower()
    assert anchor in anchors(ROOT / "alertmanager/runbook.md")


def test_the_runbook_has_a_heading_for_each_alert_and_no_other() -> None:
    headings = re.findall(
        r"^## (Seadragon.+)$", (ROOT / "alertmanager/runbook.md").read_text(), re.MULTILINE
    )
    assert sorted(headings) == NAMES


@every_alert
def test_the_dashboard_link_leads_to_a_dashboard_that_exists(alert: Rule) -> None:
    folder = ROOT / "grafana/dashboards"
    uids = {json.loads(path.read_text())["uid"] for path in folder.glob("*.json")}
    link = re.fullmatch(
        r"\{\{ \$externalURL \}\}/user/\?dashboard=([\w-]+)&"
        r"(from=now-6h|var-instance=\{\{ \$labels\.instance \| urlquery \}\})",
        alert.annotations["dashboard_url"],
    )
    assert link and link[1] in uids


def test_the_documentation_lists_each_alert_as_it_is() -> None:
    rows = re.findall(
        r"^\| \[(\w+)\]\(\S+\) \|(.+)\|$", (ROOT / "docs/alerts.md").read_text(), re.MULTILINE
    )
    listed = {name: [cell.strip() for cell in cells.split(" | ")] for name, cells in rows}
    assert sorted(listed) == NAMES
    for name, alert in ALERTS.items():
        *_, wait, kept, severity = listed[name]
        assert (wait, kept) == (
            alert.content.get("for", "-"),
            alert.content.get("keep_firing_for", "-"),
        ), name
        assert severity == alert.labels["severity"], name


def test_the_thresholds_used_are_those_recorded() -> None:
    used = {
        name
        for alert in ALERTS.values()
        for name in re.findall(r"seadragon:threshold:\w+", str(alert.content))
    }
    used |= {
        name
        for record in RECORDS.values()
        for name in re.findall(r"seadragon:threshold:\w+", record.expression)
    }
    assert used == THRESHOLDS


def test_every_threshold_is_missed() -> None:
    missing = ALERTS["SeadragonMonitoringThresholdMissing"].expression.split(" or ")
    pattern = r'label_replace\(absent\(seadragon:threshold:(\w+)\), "threshold", "(\w+)", "", ""\)'
    found = [re.fullmatch(pattern, part.strip()) for part in missing]
    assert all(match and match[1] == match[2] for match in found)
    assert sorted(f"seadragon:threshold:{match[1]}" for match in found if match) == sorted(
        THRESHOLDS
    )


def test_a_percentage_threshold_can_be_exceeded() -> None:
    for name in THRESHOLDS:
        value = re.fullmatch(r"vector\((.+)\)", RECORDS[name].expression)
        assert value and float(value[1]) > 0, name
        assert not name.endswith("_percent") or float(value[1]) < 100, name


def test_inhibitions_name_alerts_that_exist() -> None:
    rules = yaml.safe_load((ROOT / "alertmanager/alertmanager.yml").read_text())["inhibit_rules"]
    assert rules
    labels_of_all = [labels_of(case) | {"alertname": case.alert.name} for case in cases()]
    for rule in rules:
        for side in ("source_matchers", "target_matchers"):
            matchers = [re.fullmatch(r'(\w+)(=~?)"(.*)"', text) for text in rule[side]]
            matched = [
                labels
                for labels in labels_of_all
                if all(
                    match and re.fullmatch(match[3], labels.get(match[1], "")) for match in matchers
                )
            ]
            assert matched, rule[side]
            for match in matchers:
                if match and match[1] == "alertname" and not re.search(r"[(.]", match[3]):
                    assert set(match[3].split("|")) <= set(NAMES)


def test_the_series_of_every_alert_are_in_the_table() -> None:
    assert {case.alert.name for case in cases()} == set(NAMES)


def test_no_story_names_an_alert_that_does_not_exist() -> None:
    """A misspelt one would pass wherever nothing is expected."""
    for place, story in STORIES:
        assert named_in(str(story)) <= set(NAMES), f"{place}: {story['name']}"
