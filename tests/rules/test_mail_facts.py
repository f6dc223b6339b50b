"""What the facts of a mail are made of is what the alerts of tests/golden/alerts really have."""

import re

import pytest
from alert_rules import ROOT
from mails import MAILS, Alert

GOLDEN = ROOT / "tests/golden/alerts"
TEMPLATE = (ROOT / "alertmanager/templates/html.tmpl").read_text()

# Labels that every alert may have, and those that say what is wrong and not where.
OF_ALL = {"alertname", "cause", "instance", "job", "severity"}
NO_PLACE = {"family", "kind", "resource", "threshold", "view"}


def parts(text: str) -> dict[str, str]:
    return dict(line.split(": ", 1) for line in text.splitlines() if line)


LABELS, TEXTS = (
    {
        path.stem: parts(path.read_text().split("\n\n")[half])
        for path in sorted(GOLDEN.glob("*.txt"))
    }
    for half in (0, 1)
)


def parts_of_a_server() -> list[str]:
    """The labels that the template adds to job and instance."""
    listed = re.search(r'range stringSlice ((?:"\w+" )+)-', TEMPLATE)
    assert listed
    return re.findall(r'"(\w+)"', listed[1])


def test_the_parts_of_a_server_that_a_mail_names_are_labels_of_alerts() -> None:
    found = {name for labels in LABELS.values() for name in labels}
    assert set(parts_of_a_server()) == found - OF_ALL - NO_PLACE


@pytest.mark.parametrize("name", LABELS)
def test_what_is_no_part_of_a_server_stands_in_the_description(name: str) -> None:
    for label in NO_PLACE & LABELS[name].keys():
        assert LABELS[name][label] in TEXTS[name]["description"]


OURS = [one for mail in MAILS.values() for one in mail if one["labels"].get("alertname") in LABELS]


@pytest.mark.parametrize("alert", OURS, ids=lambda alert: alert["labels"]["alertname"])
def test_a_mail_of_the_other_tests_is_one_that_the_rules_make(alert: Alert) -> None:
    name = alert["labels"]["alertname"]
    assert LABELS[name].keys() == {label for label, text in alert["labels"].items() if text}
    for key, text in alert["annotations"].items():
        if not key.endswith("_url") and key != "also":
            assert TEXTS[name][key] == text
