"""Every mail, rendered by amtool as Alertmanager would, against the files in tests/golden/mail.

UPDATE_GOLDEN=1 rewrites the files.
"""

import os
import subprocess
from pathlib import Path

import pytest
import yaml
from mails import CPU, MAILS, MEMORY, PARTS, QUEUE, ROOT, render

GOLDEN = ROOT / "tests/golden/mail"


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
