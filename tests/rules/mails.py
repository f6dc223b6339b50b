"""Notifications of every kind, as Alertmanager hands them to its templates, and how amtool renders them."""

import json
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "alertmanager/templates/*.tmpl"
# What is rendered how: plain text is escaped nowhere, HTML everywhere.
PARTS = {"subject": "text", "text": "text", "html": "html"}

CPU = "CPU usage is at 93.2%, which is above the 90% threshold."
MEMORY = "Memory usage is at 91.5%, which is above the 90% threshold."
QUEUE = "Queue length is 12, which is above the threshold of 10."
UNENDED = "0001-01-01T00:00:00Z"
HOSTILE = 'a <script>alert("1")</script> & {{ template "seadragon.text" . }}\r\nBcc: thief@example.org\r\n\r\n\u202eelpmaxe'
PAGE = "https://prometheus.example.org/user"

Alert = dict[str, Any]

HIGH_CPU = {
    "value": "93.2 %",
    "threshold": "90 %",
    "action": "See which process it is: top -o %CPU. Stop what does not serve requests.",
    "also": "SeadragonHostCpuHigh, SeadragonQueueLong",
    "runbook_url": f"{PAGE}/runbook.html#seadragonhostcpuhigh",
    "dashboard_url": f"{PAGE}/?dashboard=seadragon-host&instance=llm1",
}


def alert(title: str, description: str, *, resolved: bool = False, labels: dict[str, str] = {}, **annotations: str) -> Alert:
    """One of ours, of the exporter on llm1."""
    own = {"alertname": title.replace(" ", ""), "severity": "warning", "job": "seadragon-exporter", "instance": "llm1"}
    return stranger(own | labels, {"title": title, "description": description, **annotations}, resolved=resolved)


def stranger(labels: dict[str, str], annotations: dict[str, str], *, resolved: bool = False) -> Alert:
    """One of somebody else's rules, which may say anything or nothing."""
    return {
        "status": "resolved" if resolved else "firing",
        "labels": labels,
        "annotations": annotations,
        "startsAt": "2026-01-02T03:04:05.678Z",
        "endsAt": "2026-01-02T03:08:10.123Z" if resolved else UNENDED,
        "generatorURL": "https://prometheus.example.org/graph?g0.expr=up+%3D%3D+0&g0.tab=1",
        "fingerprint": "0",
    }


def storm(count: int, **annotations: str) -> list[Alert]:
    return [alert(f"Alert {n}", f"Condition {n} holds.", labels={"instance": f"llm{n}"}, **annotations) for n in range(1, count + 1)]


def resolved(alerts: list[Alert]) -> list[Alert]:
    return [one | {"status": "resolved", "endsAt": "2026-01-02T03:08:10.123Z"} for one in alerts]


CPU_HIGH = alert("High CPU Usage", CPU, labels={"alertname": "SeadragonHostCpuHigh"}, **HIGH_CPU)
MEMORY_HIGH = alert("High Memory Usage", MEMORY, value="91.5 %", threshold="90 %")
QUEUE_LONG = alert("Long Queue", QUEUE, labels={"job": "seadragon", "queue": "chat"}, value="12 requests", threshold="10 requests")
MAILS: dict[str, list[Alert]] = {
    "cpu": [CPU_HIGH],
    "memory": [MEMORY_HIGH],
    "queue": [QUEUE_LONG],
    "critical": [
        alert(
            "Disk Almost Full",
            "3.1 % of /var/lib/models is left, which is less than 5 %.",
            labels={"severity": "critical", "mountpoint": "/var/lib/models"},
        )
    ],
    "resolved": resolved([CPU_HIGH]),
    "two_alerts": [CPU_HIGH, MEMORY_HIGH],
    "one_of_two_resolved": [CPU_HIGH, *resolved([MEMORY_HIGH])],
    "two_resolved": resolved([CPU_HIGH, MEMORY_HIGH]),
    "thirty_alerts": storm(30),
    "thirty_resolved": resolved(storm(30)),
    "hostile": [
        alert(
            HOSTILE,
            HOSTILE,
            labels={"alertname": "(", "instance": HOSTILE, "severity": '"><script>'},
            **dict.fromkeys(["value", "threshold", "action", "also"], HOSTILE),
            runbook_url="javascript:alert(1)",
            dashboard_url="docs/grafana.md",
        )
    ],
    "hostile_link": [alert("Long Queue", QUEUE, runbook_url='https://x.example.org/"onclick="alert(1)')],
    "non_ascii": [
        alert(
            "Überlastung: 過負荷 🔥",
            "Die CPU ist zu 93,2 % ausgelastet, das ist über 90 %. عبء زائد",
            labels={"instance": "schlüssel-größe"},
            action="Prüfe, ob Anfragen hängen … 👩‍💻",
        )
    ],
    "stranger": [stranger({"alertname": "NodeClockSkew", "job": "node", "instance": "db1"}, {"summary": "Clock skew."})],
    "no_annotations": [stranger({"alertname": "NodeClockSkew"}, {})],
    "nothing": [stranger({}, {}) | {"generatorURL": ""}],
    "no_instance": [
        alert("Nothing Monitored", "Prometheus has no target.", labels={"instance": "", "job": "seadragon", "severity": "critical"})
    ],
}


def common(alerts: list[Alert], field: str) -> dict[str, str]:
    """What all alerts share, as Alertmanager finds it."""
    return {key: value for key, value in alerts[0][field].items() if all(a[field].get(key) == value for a in alerts)}


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
    """What Alertmanager would write into this part of the mail; fails where it would send an empty one."""
    data = folder / "notification.json"
    data.write_text(json.dumps(notification(alerts)))
    command = ["amtool", "template", "render", f"--template.glob={TEMPLATES}", f"--template.type={PARTS[part]}"]
    command += [f"--template.data={data}", f'--template.text={{{{ template "seadragon.{part}" . }}}}']
    return subprocess.run(command, check=True, capture_output=True).stdout.decode()
