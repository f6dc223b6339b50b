"""Notifications of every kind, as Alertmanager hands them to its templates; amtool renders them."""

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "alertmanager/templates/*.tmpl"
# How each part is rendered: plain text without any escaping, HTML with all of it.
PARTS = {"subject": "text", "text": "text", "html": "html"}

CPU = "CPU usage is at 93.2%, which is above the 90% threshold."
MEMORY = "Memory usage is at 91.5%, which is above the 90% threshold."
QUEUE = "Queue length is 12, which is above the threshold of 10."
UNENDED = "0001-01-01T00:00:00Z"
END = "2026-01-02T03:08:10.123Z"
PAGE = "https://prometheus.example.org/user"
# The last word would be shown from right to left, with whatever follows it.
HOSTILE = (
    'a <script>alert("1")</script> & {{ template "seadragon.text" . }}\r\n'
    "Bcc: thief@example.org\r\n\r\n\u202eelpmaxe"
)

Alert = dict[str, Any]


def stranger(labels: dict[str, str], annotations: dict[str, str]) -> Alert:
    """One of somebody else's rules, which may say anything or nothing."""
    return {
        "status": "firing",
        "labels": labels,
        "annotations": annotations,
        "startsAt": "2026-01-02T03:04:05.678Z",
        "endsAt": UNENDED,
        "generatorURL": "https://prometheus.example.org/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
        "fingerprint": "0",
    }


def alert(
    title: str, description: str, labels: dict[str, str] | None = None, **annotations: str
) -> Alert:
    """One of ours: a warning of the exporter on llm1, where the labels say nothing else."""
    own = {"alertname": f"Seadragon{title.replace(' ', '')}", "severity": "warning"}
    own |= {"job": "seadragon-exporter", "instance": "llm1"}
    words = {"title": title, "description": description, **annotations}
    return stranger(own | (labels or {}), words)


def resolved(*alerts: Alert) -> list[Alert]:
    return [one | {"status": "resolved", "endsAt": END} for one in alerts]


def storm(count: int, **annotations: str) -> list[Alert]:
    """So many alerts, each of a server of its own."""
    return [
        alert(f"Alert {n}", f"Condition {n} holds.", {"instance": f"llm{n}"}, **annotations)
        for n in range(1, count + 1)
    ]


HIGH_CPU = alert(
    "High CPU Usage",
    CPU,
    {"alertname": "SeadragonHostCpuHigh"},
    value="93.2 %",
    threshold="90 %",
    action="Look with top on llm1 whether the LLM server or something else uses the CPUs.",
    also="SeadragonHostCpuHigh, SeadragonQueueLong",
    runbook_url=f"{PAGE}/runbook.html#seadragonhostcpuhigh",
    dashboard_url=f"{PAGE}/?dashboard=seadragon-host&var-instance=llm1",
)
HIGH_MEMORY = alert("High Memory Usage", MEMORY, value="91.5 %", threshold="90 %")
LONG_QUEUE = alert(
    "Long Queue",
    QUEUE,
    {"alertname": "SeadragonQueueLong", "job": "seadragon"},
    value="12 requests",
    threshold="10 requests",
    runbook_url=f"{PAGE}/runbook.html#seadragonqueuelong",
    dashboard_url=f"{PAGE}/?dashboard=seadragon-queue&var-instance=llm1",
)
DISK_FULL = alert(
    "Disk Almost Full",
    "The file system at /var of llm1 has 4.8% left, which is below the 5% threshold.",
    {"alertname": "SeadragonHostDiskFull", "severity": "critical", "mount": "/var"},
    value="4.8 % left",
    threshold="5 %",
)
NON_ASCII = alert(
    "Überlastung: 過負荷 🔥",
    "Die CPU ist zu 93,2 % ausgelastet, das ist über 90 %. \u0639\u0628\u0621",
    {"instance": "schlüssel"},
    action="Prüfe die Anfragen … 👩\u200d💻",
)
EVERYTHING_HOSTILE = alert(
    HOSTILE,
    HOSTILE,
    {"alertname": "(", "instance": HOSTILE, "severity": '"><script>'},
    **dict.fromkeys(["value", "threshold", "action", "also"], HOSTILE),
    runbook_url="javascript:alert(1)",
    dashboard_url="docs/grafana.md",
)
HOSTILE_LINK = alert("Long Queue", QUEUE, runbook_url='https://x.example.org/"onclick="alert(1)')
NO_INSTANCE = alert(
    "Threshold Missing",
    "The threshold seadragon:threshold:cpu_percent is missing, so the alerts that compare with it "
    "cannot fire.",
    {
        "alertname": "SeadragonMonitoringThresholdMissing",
        "threshold": "cpu_percent",
        "job": "",
        "instance": "",
    },
)
CLOCK = {"alertname": "NodeClockSkew", "job": "node", "instance": "db1"}

MAILS: dict[str, list[Alert]] = {
    "cpu": [HIGH_CPU],
    "memory": [HIGH_MEMORY],
    "queue": [LONG_QUEUE],
    "critical": [DISK_FULL],
    "resolved": resolved(HIGH_CPU),
    "two_alerts": [HIGH_CPU, HIGH_MEMORY],
    "one_of_two_resolved": [HIGH_CPU, *resolved(HIGH_MEMORY)],
    "two_resolved": resolved(HIGH_CPU, HIGH_MEMORY),
    "thirty_alerts": storm(30),
    "thirty_resolved": resolved(*storm(30)),
    "hostile": [EVERYTHING_HOSTILE],
    "hostile_link": [HOSTILE_LINK],
    "non_ascii": [NON_ASCII],
    "no_instance": [NO_INSTANCE],
    "stranger": [stranger(CLOCK, {"summary": "The clock of db1 is wrong."})],
    "no_annotations": [stranger(CLOCK, {})],
    "no_labels": [stranger({}, {}) | {"generatorURL": ""}],
}


def common(alerts: list[Alert], field: str) -> dict[str, str]:
    """What all alerts share, as Alertmanager finds it."""
    shared = set(alerts[0][field].items()).intersection(*(one[field].items() for one in alerts))
    return dict(sorted(shared))


def notification(alerts: list[Alert]) -> dict[str, Any]:
    return {
        "receiver": "mail",
        "status": "firing" if any(one["status"] == "firing" for one in alerts) else "resolved",
        "alerts": alerts,
        "groupLabels": common(alerts, "labels"),
        "commonLabels": common(alerts, "labels"),
        "commonAnnotations": common(alerts, "annotations"),
        "externalURL": "http://alertmanager.example.org",
    }


def render(part: str, alerts: list[Alert], folder: Path) -> str:
    """This part of the mail; fails where Alertmanager would send an empty one."""
    data = folder / "notification.json"
    data.write_text(json.dumps(notification(alerts)))
    command = ["amtool", "template", "render", f"--template.glob={TEMPLATES}"]
    command += [f"--template.data={data}", f"--template.type={PARTS[part]}"]
    command += [f'--template.text={{{{ template "seadragon.{part}" . }}}}']
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()
