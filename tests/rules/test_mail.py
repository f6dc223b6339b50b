"""Every mail, rendered by amtool as Alertmanager would, against the files in tests/golden/mail.

UPDATE_GOLDEN=1 rewrites the files.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEMPLATE = ROOT / "alertmanager/templates/seadragon.tmpl"
GOLDEN = ROOT / "tests/golden/mail"

CPU = "CPU usage is at 93.2%, which is above the 90% threshold."
MEMORY = "Memory usage is at 91.5%, which is above the 90% threshold."
QUEUE = "Queue length is 12, which is above the threshold of 10."
UNENDED = "0001-01-01T00:00:00Z"
HOSTILE = 'a <script>alert("1")</script> & {{ template "seadragon.text" . }}\nBcc: thief@example.org'


def alert(title: str, description: str, *, instance: str = "llm1", resolved: bool = False, **annotations: str) -> dict:
    return {
        "status": "resolved" if resolved else "firing",
        "labels": {"alertname": title, "severity": "warning", "job": "seadragon-exporter", "instance": instance},
        "annotations": {"title": title, "description": description, **annotations},
        "startsAt": "2026-01-02T03:04:05.678Z",
        "endsAt": "2026-01-02T03:08:10.123Z" if resolved else UNENDED,
        "generatorURL": "http://prometheus.example.org/graph",
        "fingerprint": "0",
    }


def common(alerts: list[dict], field: str) -> dict:
    """What all alerts share, as Alertmanager finds it."""
    return {key: value for key, value in alerts[0][field].items() if all(a[field].get(key) == value for a in alerts)}


def notification(alerts: list[dict]) -> dict:
    return {
        "receiver": "mail",
        "status": "firing" if any(a["status"] == "firing" for a in alerts) else "resolved",
        "alerts": alerts,
        "groupLabels": common(alerts, "labels"),
        "commonLabels": common(alerts, "labels"),
        "commonAnnotations": common(alerts, "annotations"),
        "externalURL": "http://alertmanager.example.org",
    }


RUNBOOK = {"runbook_url": "alertmanager/runbook.md#seadragonhostcpuhigh"}
MAILS = {
    "cpu": [alert("High CPU Usage", CPU, **RUNBOOK)],
    "memory": [alert("High Memory Usage", MEMORY)],
    "queue": [alert("Long Queue", QUEUE)],
    "resolved": [alert("High CPU Usage", CPU, resolved=True, **RUNBOOK)],
    "linked_runbook": [alert("High CPU Usage", CPU, runbook_url="https://wiki.example.org/?page=cpu&lang=en")],
    "two_alerts": [alert("High CPU Usage", CPU), alert("High Memory Usage", MEMORY)],
    "one_of_two_resolved": [alert("High CPU Usage", CPU), alert("High Memory Usage", MEMORY, resolved=True)],
    "two_resolved": [alert("High CPU Usage", CPU, resolved=True), alert("High Memory Usage", MEMORY, resolved=True)],
    "thirty_alerts": [alert(f"Alert {n}", f"Condition {n} holds.", instance=f"llm{n}") for n in range(1, 31)],
    "thirty_resolved": [alert(f"Alert {n}", f"Condition {n} holds.", resolved=True) for n in range(1, 31)],
    "hostile": [alert(HOSTILE, HOSTILE, instance=HOSTILE, runbook_url="javascript:alert(1)")],
    "hostile_link": [alert("Long Queue", QUEUE, runbook_url='https://x.example.org/"onclick="alert(1)')],
}
PARTS = {"subject": "text", "text": "text", "html": "html"}


def render(part: str, alerts: list[dict], folder: Path) -> str:
    data = folder / "notification.json"
    data.write_text(json.dumps(notification(alerts)))
    command = ["amtool", "template", "render", f"--template.glob={TEMPLATE}", f"--template.type={PARTS[part]}"]
    command += [f"--template.data={data}", f'--template.text={{{{ template "seadragon.{part}" . }}}}']
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("mail", MAILS)
def test_a_mail_reads_as_agreed(mail: str, part: str, tmp_path: Path) -> None:
    golden = GOLDEN / f"{mail}.{part}"
    rendered = render(part, MAILS[mail], tmp_path)
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(rendered, newline="")
    assert rendered == golden.read_bytes().decode()


@pytest.mark.parametrize(
    ("mail", "title", "body"),
    [("cpu", "High CPU Usage", CPU), ("memory", "High Memory Usage", MEMORY), ("queue", "Long Queue", QUEUE)],
)
def test_subject_and_text_are_the_originals_to_the_letter(mail: str, title: str, body: str, tmp_path: Path) -> None:
    assert render("subject", MAILS[mail], tmp_path).rstrip("\n") == f"[ALERT] Seadragon LLM: {title}"
    assert render("text", MAILS[mail], tmp_path).rstrip("\n") == body


def test_annotations_cannot_break_out_of_the_html(tmp_path: Path) -> None:
    for mail in ("hostile", "hostile_link"):
        html = render("html", MAILS[mail], tmp_path)
        assert "<script" not in html and 'href="javascript' not in html and '" onclick' not in html
        assert '"onclick="' not in html


def test_annotations_cannot_add_a_line_to_the_subject(tmp_path: Path) -> None:
    subject = render("subject", MAILS["hostile"], tmp_path)
    assert "\r" not in subject and "\n" not in subject.rstrip("\n")


def test_no_golden_file_is_left_over() -> None:
    assert {path.name for path in GOLDEN.iterdir()} == {f"{mail}.{part}" for mail in MAILS for part in PARTS}


def test_the_shipped_configuration_is_valid_and_uses_these_templates() -> None:
    path = ROOT / "alertmanager/alertmanager.yml"
    subprocess.run(["amtool", "check-config", path], check=True, capture_output=True)
    mail = next(receiver for receiver in yaml.safe_load(path.read_text())["receivers"] if receiver["name"] == "mail")
    for email in mail["email_configs"]:
        assert email["send_resolved"] is True
        assert email["headers"] == {
            "Subject": '{{ template "seadragon.subject" . }}',
            "Auto-Submitted": "auto-generated",
        }
        assert email["text"] == '{{ template "seadragon.text" . }}'
        assert email["html"] == '{{ template "seadragon.html" . }}'


@pytest.mark.parametrize(
    ("severity", "receiver"),
    [("critical", "mail"), ("warning", "mail"), ("info", "nobody"), ("none", "nobody")],
)
def test_only_alerts_somebody_has_to_act_on_are_mailed(severity: str, receiver: str) -> None:
    command = ["amtool", "config", "routes", "test", f"--config.file={ROOT / 'alertmanager/alertmanager.yml'}"]
    routed = subprocess.run([*command, f"severity={severity}"], check=True, capture_output=True, text=True)
    assert routed.stdout.strip() == receiver
