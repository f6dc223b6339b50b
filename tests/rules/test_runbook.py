"""The runbook is whole: each alert has its parts, and they agree with its rule."""

import re
import urllib.parse

import pytest
from runbook import ALERTS, ROOT, RUNBOOK, SECTIONS, blocks, rules, silences, words

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
