"""Mails as the real Alertmanager sends them and a mail server gets them, read as strictly as can
be."""

import email
import email.policy
import re
from collections.abc import Callable
from datetime import datetime, timezone
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import pytest
from mails import EVERYTHING_HOSTILE, HIGH_CPU, HOSTILE, NON_ASCII, NO_INSTANCE, QUEUE, Alert
from mails import alert, render, resolved, stranger
from post_office import PostOffice

STRICT = email.policy.SMTP.clone(raise_on_defect=True)
HEADERS = [
    "Auto-Submitted",
    "Content-Type",
    "Date",
    "From",
    "Message-Id",
    "MIME-Version",
    "Subject",
    "To",
]
# Of a line of a mail, without its end (RFC 5322, 2.1.1).
LINE_BYTES = 998

TITLES = {
    "newlines": "Long\nQueue\r\nand\rmore\n\nof it",
    "another recipient": "Long Queue\r\nBcc: thief@example.org",
    "another subject": "Long Queue\nSubject: All is well\n\nNothing to see.",
    "another part": "Long Queue\r\n\r\n--boundary\r\nContent-Type: text/html\r\n\r\n<b>",
    "a script": "<script>alert(1)</script>",
    "the end of a comment": "--><img src=x onerror=alert(1)><!--",
    "a template": '{{ template "seadragon.text" . }}{{ .NoSuchField.Of.It }}{{',
    "an encoded word": "=?utf-8?q?All_is_well?=",
    "half an encoded word": "=?utf-8?q?Ü?",
    "right to left": "\u202eeueuQ gnoL\u202c \u2067x\u2069 \u200f\u061c",
    "emoji": "🔥 Queue 👩\u200d💻 🏴\U000e0067\U000e007f",
    "controls": "Long\x00Queue\x1b[31m\x7f\x85\u2028",
    "only spaces": " \t\u00a0 ",
    "a lone dot": ".\r\n.\r\nQUIT\r\n",
    "10 kB of letters": "x" * 10_000,
    "10 kB of words": "Überlastung " * 800,
    "10 kB of emoji": "🔥" * 2_500,
    "10 kB of signs": "=?_" * 3_333 + "ü",
}


def everywhere(name: str) -> Alert:
    """With the text wherever one of our rules has words; a group of its own."""
    text = TITLES[name]
    words = dict.fromkeys(["value", "threshold", "action", "also", "runbook_url"], text)
    return alert(text, text, {"alertname": f"Hostile{name}", "queue": text}, **words)


SENT: dict[str, list[Alert]] = {
    "usual": [HIGH_CPU],
    "hostile": [EVERYTHING_HOSTILE],
    "non-ASCII": [NON_ASCII],
    "no instance": [NO_INSTANCE],
    "no annotations": [stranger({"alertname": "NodeClockSkew"}, {})],
    "no name": [stranger({"job": "node"}, {})],
    "several": [alert("GPU Too Hot", f"GPU {n} is hot.", {"gpu": str(n)}) for n in range(3)],
    "storm": [
        alert(f"Long Queue {n}", QUEUE, {"alertname": "S", "queue": str(n)}) for n in range(10, 99)
    ],
    "long titles": [
        alert(letter * 30, QUEUE, {"alertname": "L", "queue": letter}) for letter in "🔥🔦🔧🔨"
    ],
    **{name: [everywhere(name)] for name in TITLES},
}


class Received(NamedTuple):
    alerts: list[Alert]
    raw: bytes
    message: EmailMessage  # whose making fails on every defect


@pytest.fixture(scope="module")
def received(post_office: PostOffice) -> Callable[[str], Received]:
    """The first recipient's mail of this kind. Each is sent once."""
    mails: dict[str, Received] = {}

    def send(kind: str) -> Received:
        if kind not in mails:
            alerts = SENT[kind]
            if len(alerts) > 1:
                now = datetime.now(timezone.utc).isoformat()
                alerts = [one | {"startsAt": now} for one in alerts]
            raw = post_office.post(alerts)[0]
            mails[kind] = Received(alerts, raw, email.message_from_bytes(raw, policy=STRICT))
        return mails[kind]

    return send


every_mail = pytest.mark.parametrize("kind", SENT)


@every_mail
def test_a_mail_has_each_header_once_and_no_other(
    kind: str, received: Callable[[str], Received], post_office: PostOffice
) -> None:
    message = received(kind).message
    assert sorted(message.keys(), key=str.lower) == HEADERS
    assert message["To"] in post_office.recipients
    assert message["From"] == "monitoring@example.org"
    assert message["Auto-Submitted"] == "auto-generated"


@every_mail
def test_a_mail_is_lines_of_ascii_that_every_server_passes_on(
    kind: str, received: Callable[[str], Received]
) -> None:
    raw = received(kind).raw
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= LINE_BYTES
    assert not [line for line in lines if re.search(rb"[^\t\x20-\x7e]", line)]


@every_mail
def test_a_mail_is_the_text_and_the_html_in_this_order(
    kind: str, received: Callable[[str], Received], tmp_path: Path
) -> None:
    alerts, _, message = received(kind)
    assert message.get_content_type() == "multipart/alternative"
    text, html = message.iter_parts()
    assert (text.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    assert text.get_content_charset() == html.get_content_charset() == "utf-8"
    # What amtool renders, so that all that is tested of that holds of the mails.
    assert lines(text.get_content()) == lines(render("text", alerts, tmp_path))
    assert lines(html.get_content()) == lines(render("html", alerts, tmp_path))


@every_mail
def test_the_subject_arrives_as_it_was_meant(
    kind: str, received: Callable[[str], Received], tmp_path: Path
) -> None:
    alerts, _, message = received(kind)
    subject = render("subject", alerts, tmp_path).rstrip("\n")
    assert str(message["Subject"]) == subject
    assert subject.startswith("[ALERT] Seadragon LLM: ")


def test_a_resolved_alert_is_mailed_as_such(post_office: PostOffice, tmp_path: Path) -> None:
    fired = alert("Long Queue", QUEUE, {"alertname": "Resolved"})
    post_office.post([fired])
    raw = post_office.post(resolved(fired))[0]
    message = email.message_from_bytes(raw, policy=STRICT)
    assert message["Subject"] == "[RESOLVED] Seadragon LLM: Long Queue"
    text, html = message.iter_parts()
    assert text.get_content().startswith("Resolved after ")
    assert "RESOLVED" in html.get_content()


def test_alertmanager_sent_every_mail_once_and_failed_none(
    received: Callable[[str], Received], post_office: PostOffice
) -> None:
    for kind in SENT:
        received(kind)
    assert post_office.surplus() == 0
    assert post_office.mailings("total") >= len(SENT) * len(post_office.recipients)
    assert post_office.mailings("failed_total") == 0


def lines(text: str) -> list[str]:
    """However their ends are written."""
    return re.split("\r\n|\r|\n", text)
