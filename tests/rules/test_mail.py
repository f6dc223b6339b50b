"""Every mail, rendered by amtool as Alertmanager would, against the files in tests/golden/mail.

UPDATE_GOLDEN=1 rewrites the files.
"""

import os
import quopri
import random
import re
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml
from mails import CPU, EVERYTHING_HOSTILE, HIGH_CPU, HOSTILE, MAILS, MEMORY, PARTS, QUEUE, ROOT
from mails import Alert, alert, render, resolved, storm, stranger
from outline import Outline

GOLDEN = ROOT / "tests/golden/mail"
SHIPPED = ROOT / "alertmanager/alertmanager.yml"

# Gmail shows no more of a mail than this.
GMAIL_BYTES = 102_000
# Of a line of a mail, without its end (RFC 5322, 2.1.1).
LINE_BYTES = 998


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("mail", MAILS)
def test_a_mail_reads_as_agreed(mail: str, part: str, tmp_path: Path) -> None:
    golden = GOLDEN / f"{mail}.{part}"
    rendered = render(part, MAILS[mail], tmp_path)
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(rendered, newline="")
    assert rendered == golden.read_bytes().decode()


def test_no_golden_file_is_left_over() -> None:
    wanted = {f"{mail}.{part}" for mail in MAILS for part in PARTS}
    assert {path.name for path in GOLDEN.iterdir()} == wanted


@pytest.mark.parametrize(
    ("mail", "title", "body"),
    [
        ("cpu", "High CPU Usage", CPU),
        ("memory", "High Memory Usage", MEMORY),
        ("queue", "Long Queue", QUEUE),
    ],
)
def test_subject_and_text_are_the_originals_to_the_letter(
    mail: str, title: str, body: str, tmp_path: Path
) -> None:
    subject = render("subject", MAILS[mail], tmp_path)
    assert subject.rstrip("\n") == f"[ALERT] Seadragon LLM: {title}"
    assert render("text", MAILS[mail], tmp_path).rstrip("\n") == body


@pytest.mark.parametrize("mail", MAILS)
def test_a_mail_loads_nothing_and_runs_nothing(mail: str, tmp_path: Path) -> None:
    page = Outline(render("html", MAILS[mail], tmp_path))
    allowed = "html head meta title body div table tr td th b br a"
    assert set(page.elements) <= set(allowed.split())
    names = {name for name, _ in page.attributes}
    assert not [name for name in names if name.startswith("on") or name in ("src", "background")]
    assert not [value for name, value in page.attributes if name == "style" and "url(" in value]


def test_a_mails_first_words_are_its_description_for_the_list_of_mails(tmp_path: Path) -> None:
    html = render("html", [HIGH_CPU], tmp_path)
    first = html.partition("<body")[2].partition(">")[2].lstrip()
    assert first.startswith('<div style="display:none')
    assert Outline(first.partition("</div>")[0] + "</div>").words == [CPU]


def test_colours_of_words_can_be_read_on_their_background(tmp_path: Path) -> None:
    def luminance(colour: str) -> float:
        """As WCAG 2.1 defines it."""
        shares = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    pairs = set()
    for mail in ("cpu", "critical", "resolved", "no_labels"):
        html = render("html", MAILS[mail], tmp_path)
        pairs |= set(re.findall(r";color:(#\w{6});background-color:(#\w{6});", html))
        # A colour of words without a background would vanish on some dark or light page.
        assert len(re.findall(r"[^-]color:", html)) == len(re.findall("background-color:", html))
    assert len({background for _, background in pairs}) == 4
    for words, background in pairs:
        assert (luminance(words) + 0.05) / (luminance(background) + 0.05) >= 4.5


@pytest.mark.parametrize(
    ("also", "shown"),
    [
        ("", None),
        ("SeadragonQueueLong", None),
        ("SeadragonQueueLong, SeadragonHostCpuHigh", "SeadragonHostCpuHigh"),
        ("SeadragonHostCpuHigh, SeadragonQueueLong", "SeadragonHostCpuHigh"),
        ("A, SeadragonQueueLong, B", "A, B"),
        (
            "SeadragonQueueLonger, NoSeadragonQueueLong",
            "SeadragonQueueLonger, NoSeadragonQueueLong",
        ),
    ],
)
def test_what_else_fires_leaves_out_the_alert_itself(
    also: str, shown: str | None, tmp_path: Path
) -> None:
    page = Outline(render("html", [alert("Queue Long", QUEUE, also=also)], tmp_path))
    assert page.fact("What else fires") == shown


def test_the_server_is_told_with_the_part_of_it_that_is_meant(tmp_path: Path) -> None:
    def told(labels: dict[str, str]) -> str | None:
        return Outline(render("html", [stranger(labels, {})], tmp_path)).fact("Server")

    here = {"job": "seadragon", "instance": "llm1:9400"}
    assert told(here) == "seadragon on llm1:9400"
    for name in ("server", "queue", "gpu", "collector", "mount"):
        assert told(here | {name: "0"}) == f"seadragon on llm1:9400, {name} 0"
    assert told({"instance": "llm1"}) == "llm1"
    assert told({"job": "seadragon"}) == "seadragon"
    assert told({"gpu": "0"}) == "gpu 0"
    assert told({}) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/runbook#cpu",
        "http://127.0.0.1:9090/user/?dashboard=seadragon-host&var-instance=llm1%3A9400",
    ],
)
def test_web_addresses_are_linked(address: str, tmp_path: Path) -> None:
    words = {"runbook_url": address, "dashboard_url": address}
    page = Outline(render("html", [alert("Long Queue", QUEUE, **words)], tmp_path))
    assert page.links["Runbook"] == page.links["Dashboard"] == address


@pytest.mark.parametrize(
    "address",
    [
        "alertmanager/runbook.md#cpu",
        "/user/runbook.html",
        "//example.org/",
        "javascript:alert(1)",
        "JavaScript://https://example.org/%0aalert(1)",
        "data:text/html,hello",
        'https://example.org/"onclick="alert(1)',
        "https://example.org/ https://example.org/",
        "https://example.org/\njavascript:alert(1)",
        "https://example.org/\u202e",
        "https://example.org/" + 2_500 * "x",
        "https://",
    ],
)
def test_what_is_no_web_address_is_shown_and_not_linked(address: str, tmp_path: Path) -> None:
    page = Outline(render("html", [alert("Long Queue", QUEUE, runbook_url=address)], tmp_path))
    assert "Runbook" not in page.links
    assert [text for text in page.words if text.startswith("Runbook: ")]


def test_annotations_add_no_element_and_no_attribute_to_the_html(tmp_path: Path) -> None:
    labels, annotations = EVERYTHING_HOSTILE["labels"], EVERYTHING_HOSTILE["annotations"]
    tame = stranger({name: name for name in labels}, {name: name for name in annotations})
    harmless = Outline(render("html", [tame], tmp_path))
    hostile = Outline(render("html", [EVERYTHING_HOSTILE], tmp_path))
    assert hostile.elements == harmless.elements
    assert Counter(name for name, _ in hostile.attributes) == Counter(
        name for name, _ in harmless.attributes
    )


@pytest.mark.parametrize("length", [1, 10_000])
@pytest.mark.parametrize("text", ["x", HOSTILE, "\x00", "\u2028", "\u202e", "\u2067"])
def test_a_subject_is_one_line_that_fits_in_a_mail(text: str, length: int, tmp_path: Path) -> None:
    alerts = [alert(f"{n}{text * length}", QUEUE) for n in range(4)]
    subject = f"Subject: {render('subject', alerts, tmp_path)}".rstrip("\n")
    assert len(subject.encode()) <= LINE_BYTES
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]", subject)


LONG = {name: "long " * 2_000 for name in ("title", "value", "threshold", "action", "also")}


@pytest.mark.parametrize("words", [HIGH_CPU["annotations"], LONG], ids=["usual", "long"])
@pytest.mark.parametrize("firing", [300, 150, 0])
def test_gmail_shows_a_storm_of_300_alerts_whole(
    firing: int, words: dict[str, str], tmp_path: Path
) -> None:
    alerts = storm(300)
    for one in alerts:
        one["annotations"] |= words
        one["generatorURL"] = "https://prometheus.example.org/graph?g0.expr=" + "up%20" * 490
    alerts = alerts[:firing] + resolved(*alerts[firing:])
    html = render("html", alerts, tmp_path)
    # As it is sent: a mail's lines have a bound, and "=" is written "=3D".
    assert len(quopri.encodestring(html.encode())) <= GMAIL_BYTES
    shown = Outline(html).words
    totals = [f"... and more, {count} in all." for count in (firing, 300 - firing) if count]
    assert [text for text in shown if text.startswith("... and more")] == totals


def any_alert(chance: random.Random) -> Alert:
    """With any of the labels and annotations that the templates read, and any text in them."""
    texts = [
        "",
        " ",
        "x",
        "0",
        "Long Queue",
        HOSTILE,
        "(",
        "\\",
        "[a",
        "$1",
        "{{",
        "\x00",
        "ü" * 999,
    ]
    texts += ["\u202e", "🔥", "https://example.org/", "A, B", "<!--", "'", '"', "%s", "resolved"]

    def some(names: str) -> dict[str, str]:
        return {name: chance.choice(texts) for name in names.split() if chance.random() < 0.5}

    labels = some("alertname severity job instance server queue gpu collector mount")
    annotations = some(
        "title summary description value threshold action also runbook_url dashboard_url"
    )
    one = stranger(labels, annotations) | {"generatorURL": chance.choice(texts)}
    return one if chance.random() < 0.5 else resolved(one)[0]


@pytest.mark.parametrize("seed", range(60))
def test_no_alert_makes_an_empty_mail(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    alerts = [any_alert(chance) for _ in range(chance.choice([1, 1, 1, 2, 3, 4, 25, 50]))]
    firing = [one for one in alerts if one["status"] == "firing"]
    begin = "[ALERT] Seadragon LLM: " if firing else "[RESOLVED] Seadragon LLM: "
    subject = render("subject", alerts, tmp_path)
    assert re.fullmatch(re.escape(begin) + r".*\n?", subject)
    assert render("text", alerts, tmp_path) != ""
    page = Outline(render("html", alerts, tmp_path))
    assert page.words[0].startswith(begin.strip())
    assert all(re.match(r"https?://", target) for target in page.links.values())


def test_the_shipped_configuration_is_valid_and_uses_these_templates() -> None:
    subprocess.run(["amtool", "check-config", SHIPPED], check=True, capture_output=True)
    receivers = yaml.safe_load(SHIPPED.read_text())["receivers"]
    mail = next(receiver for receiver in receivers if receiver["name"] == "mail")
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
    command = ["amtool", "config", "routes", "test", f"--config.file={SHIPPED}"]
    routed = subprocess.run(
        [*command, f"severity={severity}"], check=True, capture_output=True, text=True
    )
    assert routed.stdout.strip() == receiver
