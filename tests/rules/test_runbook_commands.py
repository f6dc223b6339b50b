"""What the runbook tells to type is understood by the programs that it is for."""

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from alert_routing import Alertmanager
from runbook import ALERTS, RECORDS, ROOT, commands, expressions, silences
from running import AnyPrometheus

GROUPING = "by|without|on|ignoring|group_left|group_right"


@pytest.fixture(scope="module")
def alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    configuration = {"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]}
    started = Alertmanager(tmp_path_factory.mktemp("alertmanager"), configuration)
    yield started.address
    started.stop()


def test_alertmanager_takes_each_silence(alertmanager: str) -> None:
    for command in silences().values():
        here = command.replace("127.0.0.1:9093", alertmanager)
        subprocess.run(["bash", "-c", here], check=True, stdout=subprocess.DEVNULL, timeout=30)
    with urllib.request.urlopen(f"http://{alertmanager}/api/v2/silences", timeout=10) as answer:
        taken = [silence["matchers"] for silence in json.load(answer)]
    matchers = [matcher for silence in taken for matcher in silence]
    silenced = {each["value"] for each in matchers if each["name"] == "alertname"}
    assert silenced == set(ALERTS)


def known_metrics(prometheus: AnyPrometheus, alertmanager: str) -> set[str]:
    """Metrics and views of ours, and what Prometheus and Alertmanager expose."""
    listed = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs/metrics.md").read_text(), re.MULTILINE)
    known = {"up", "ALERTS", *RECORDS, *listed}
    # Some are there only once they have something to tell; then an alert asks for them too.
    for alert in ALERTS.values():
        known |= set(re.findall(r"\b(?:prometheus|alertmanager)_\w+", alert["expr"]))
    for address in (prometheus.address, alertmanager):
        with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
            known |= set(re.findall(r"^# TYPE (\w+)", answer.read().decode(), re.MULTILINE))
    return known


def metrics_in(prometheus: AnyPrometheus, expression: str) -> set[str]:
    """The metrics that an expression selects; Prometheus itself says where its words end."""
    parsed = prometheus.get("format_query", query=expression)
    assert isinstance(parsed, str), f"Prometheus does not understand {expression}"
    without_texts = re.sub(r'"(?:[^"\\]|\\.)*"', '""', parsed)
    without_groups = re.sub(rf"\b(?:{GROUPING}) \([^)]*\)", "", without_texts)
    without_labels = re.sub(r"\{[^}]*\}|\[[^\]]*\]", "", without_groups)
    return set(re.findall(r"(?<![\w:])[A-Za-z_][\w:]*(?![\w:]| *\()", without_labels))


def test_a_query_is_understood_and_asks_for_metrics_that_exist(
    prometheus: AnyPrometheus, alertmanager: str
) -> None:
    known = known_metrics(prometheus, alertmanager)
    found = expressions()
    assert len(found) >= len(ALERTS)
    for expression in found:
        for metric in metrics_in(prometheus, expression):
            base = re.sub(r"_(bucket|sum|count)$", "", metric)
            assert metric in known or base in known, f"{metric} in {expression}"


def test_each_query_is_answered(prometheus: AnyPrometheus) -> None:
    for command in commands():
        if command.startswith("promtool query"):
            here = command.replace("127.0.0.1:9090", prometheus.address)
            shell = ["bash", "-o", "pipefail", "-c", here]
            subprocess.run(shell, check=True, stdout=subprocess.DEVNULL, timeout=30)
