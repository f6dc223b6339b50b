"""Runs promtool on tests that are made here, and reads what it finds."""

import json
import re
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

from alert_rules import Rule, read_by

EVALUATION = 15  # seconds, as docs/alerts.md says
ADDRESS = "http://prometheus.example.org"


def complaints(alerts: Iterable[Rule], recorded: dict[str, Rule], tests: list[dict]) -> str:
    """What promtool finds wrong when it tests these alerts and the records they need, and no other
    rule, which would only take its time; empty if all is as expected. A record that a test gives as
    a series is not computed."""
    given = {series["series"].split("{")[0] for test in tests for series in test["input_series"]}
    computed = {name: record for name, record in recorded.items() if name not in given}
    needed = {rule.name: rule for alert in alerts for rule in [*read_by(alert, computed), alert]}
    # promtool has no order of its own: what is recorded comes before what reads it.
    groups = [{"name": rule.name, "rules": [rule.content]} for rule in needed.values()]
    content = {
        "rule_files": ["rules.yml"],
        "evaluation_interval": f"{EVALUATION}s",
        "group_eval_order": [group["name"] for group in groups],
        "tests": [{"external_url": ADDRESS, **test} for test in tests],
    }
    with tempfile.TemporaryDirectory() as folder:
        # JSON is YAML too.
        Path(folder, "rules.yml").write_text(json.dumps({"groups": groups}))
        path = Path(folder, "test.yml")
        path.write_text(json.dumps(content))
        run = subprocess.run(
            ["promtool", "test", "rules", str(path)], capture_output=True, text=True
        )
        return "" if run.returncode == 0 else run.stdout + run.stderr


def pairs(text: str) -> dict[str, str]:
    """What stands in the braces of promtool's Labels:{...} and Annotations:{...}."""
    return {
        key: json.loads(quoted) for key, quoted in re.findall(r'(\w+)=("(?:[^"\\]|\\.)*")', text)
    }


def found_alerts(complaint: str) -> list[tuple[dict[str, str], dict[str, str]]]:
    """Labels and annotations of the alerts that fired where a test expected none."""
    found = re.findall(r"Labels:\{(.*)\}\n\s+Annotations:\{(.*)\}", complaint)
    return [(pairs(labels), pairs(annotations)) for labels, annotations in found]
