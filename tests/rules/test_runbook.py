"""The runbook is whole: each alert has its parts, and they agree with its rule."""

import re
import urllib.parse

import pytest
from runbook import ALERTS, ROOT, RUNBOOK, SECTIONS, blocks, prose, rules, silences, words

PARTS = ["Users feel", "Read it", "Do", "Silence", "Threshold"]


def test_the_alerts_come_as_in_the_files_of_their_rules() -> None:
    assert list(SECTIONS) == list(ALERTS)


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_has_all_its_parts_in_their_order(name: str) -> None:
    section = SECTIONS[name]
    assert section.lstrip().startswith(f"*{ALERTS[name]['annotations']['title']}*: ")
    assert re.findall(r"^\*\*([\w ]+):\*\*", section, re.MULTILINE) == PARTS
    assert re.search(r"^- ", section, re.MULTILINE), "nothing tells how to read the output"
    assert re.search(r"^1\. ", section, re.MULTILINE), "nothing tells what to do"


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_has_three_commands_with_their_output_before_it_is_explained(name: str) -> None:
    first, rest = SECTIONS[name].split("**Read it:**")
    assert [kind for kind, _ in blocks(first)] == ["sh", "text"] * 3
    assert all(text.strip() for _, text in blocks(first)), "a command without output"
    assert [kind for kind, _ in blocks(rest)] == ["sh"]


def thresholds() -> dict[str, str]:
    """Their values as they are written, by name."""
    recorded = rules([ROOT / "alertmanager/rules/thresholds.yml"])
    return {
        rule["record"].removeprefix("seadragon:threshold:"): re.findall(r"[\d.]+", rule["expr"])[0]
        for rule in recorded
    }


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_names_the_thresholds_that_it_has_and_their_values(name: str) -> None:
    told = SECTIONS[name].split("**Threshold:**")[1]
    rule = ALERTS[name]
    texts = "\n".join([rule["expr"], rule["annotations"]["description"]])
    # An alert that asks whether a threshold is there does not compare with it.
    compared = set(re.findall(r"(?<!absent\()seadragon:threshold:(\w+)", texts))
    assert set(re.findall(r"`(\w+)`", told)) & thresholds().keys() == compared
    for limit in compared:
        assert re.search(rf"`{limit}`,\s{re.escape(thresholds()[limit])}\b", told), limit
    assert compared or told.lstrip().startswith("none")


@pytest.mark.parametrize("name", ALERTS)
def test_another_alert_is_named_as_its_mail_and_as_what_else_fires(name: str) -> None:
    titles = {alert["annotations"]["title"]: other for other, alert in ALERTS.items()}
    named = r"(?<!\*)\*([^*\s][^*]*)\*(?!\*)( \(\[\w+\]\(#\w+\)\))?"
    for title, link in re.findall(named, prose(SECTIONS[name])):
        other = titles.get(title, name)
        if other != name:
            assert link == f" ([{other}](#{other.lower()}))", title


@pytest.mark.parametrize("name", ALERTS)
def test_what_to_do_first_names_an_alert_as_what_else_fires_does(name: str) -> None:
    for other in ALERTS.values():
        assert other["annotations"]["title"] not in ALERTS[name]["annotations"]["action"]


def test_what_high_cpu_usage_does_not_count_is_no_cause_of_it() -> None:
    view = (ROOT / "grafana/views/host.yml").read_text()
    not_counted = re.search(r'mode=~"([\w|]+)"', view)
    assert not_counted
    assert not re.findall(rf"\b({not_counted[1]})\b", prose(SECTIONS["SeadragonHostCpuHigh"]))


def test_a_link_leads_to_an_alert() -> None:
    links = re.findall(r"\]\(([^)]+)\)", RUNBOOK)
    assert links and set(links) <= {f"#{name.lower()}" for name in ALERTS}


def test_a_dashboard_named_is_the_one_that_the_mail_links_to() -> None:
    for name, section in SECTIONS.items():
        query = urllib.parse.urlsplit(ALERTS[name]["annotations"]["dashboard_url"]).query
        (uid,) = urllib.parse.parse_qs(query)["dashboard"]
        assert re.search(r"Dashboard:\s`([\w-]+)`", section)[1] == uid, name


def test_silencing_silences_that_alert_on_that_machine() -> None:
    for name, command in silences().items():
        split = words(command)
        assert split[:3] == ["amtool", "silence", "add"] and "--duration=2h" in split, name
        assert f"alertname={name}" in split
        names_machine = "$labels.instance" in ALERTS[name]["annotations"]["summary"]
        assert ("instance=HOST" in split) == names_machine, name
