"""The stack's configurations: the shipped files with ports, paths and intervals changed."""

import getpass
import os
import secrets
import subprocess
from pathlib import Path
from typing import Any

import yaml

from failure import Failure
from settings import ROOT, Ports, Settings

SHIPPED_PROMETHEUS = ROOT / "examples/stack/prometheus.yml"
SHIPPED_ALERTMANAGER = ROOT / "alertmanager/alertmanager.yml"
SHIPPED_RULES = ROOT / "alertmanager/rules"

SMTP_USER = "monitoring@example.org"
RECIPIENTS = ["ops@example.org", "second@example.org"]


def moved(address: str, ports: Ports) -> str:
    """The address of this stack for one in a shipped file, which uses the default ports."""
    host, port = address.rsplit(":", 1)
    actual = {str(getattr(Ports(), name)): number for name, number in vars(ports).items()}
    return f"{host}:{actual[port]}"


def rules(shipped: Any, resolve_after: str | None) -> Any:
    """Rule groups at the stack's one interval.

    Views of long periods are shipped with an interval of minutes, which is how long a fresh stack
    would show nothing for them.
    """
    for group in shipped["groups"]:
        group.pop("interval", None)
        for rule in group["rules"]:
            if resolve_after and "keep_firing_for" in rule:
                rule["keep_firing_for"] = resolve_after
    return shipped


def prometheus(shipped: Any, settings: Settings, rule_files: list[Path]) -> Any:
    shipped["global"]["scrape_interval"] = settings.scrape_interval
    shipped["global"]["evaluation_interval"] = settings.scrape_interval
    shipped["rule_files"] = [str(file) for file in rule_files]
    for user in shipped["scrape_configs"] + shipped["alerting"]["alertmanagers"]:
        for group in user["static_configs"]:
            group["targets"] = [moved(target, settings.ports) for target in group["targets"]]
    return shipped


def alerting(settings: Settings) -> Any:
    """Settings of seadragon-alerts: mails go to the mailbox, whose certificate is trusted for this alone."""
    spool = {"program": "postfix", "directory": str(settings.spool), "port": settings.ports.spool}
    return {
        "smtp": {
            "server": "localhost",  # a name of the certificate
            "port": settings.ports.smtp,
            "username": SMTP_USER,
            "password_file": str(settings.state / "smtp_password"),
            "ca_file": str(settings.state / "certificate.pem"),
        },
        "recipients": RECIPIENTS,
        "spool": spool if settings.spool else {"program": "none"},
        "prometheus": {"url": settings.prometheus_url},
        "alertmanager": {"url": settings.alertmanager_url, "user": getpass.getuser()},
    }


def configure_alerting(settings: Settings) -> None:
    """Has seadragon-alerts write rules, templates and Alertmanager's configuration."""
    write(settings.state / "alerting.yml", alerting(settings))
    command = [ROOT / "build/bin/seadragon-alerts", "configure", "--no-reload"]
    command += [f"--config.file={settings.state / 'alerting.yml'}", f"--output.dir={settings.alerting}"]
    # What the caller's environment says is about his mails, not about the mailbox.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SMTP_", "ALERT_"))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    log = settings.log("seadragon-alerts")
    log.parent.mkdir(exist_ok=True)
    log.write_text(done.stdout + done.stderr)
    if done.returncode != 0:
        raise Failure(f"seadragon-alerts could not configure the mails:\n{done.stderr.strip()}")


def exporter(settings: Settings) -> Any:
    mail = {"mail": {"spool": str(settings.spool / "queue")}} if settings.spool else {}
    return mail | {
        "web": {"listen_address": f"127.0.0.1:{settings.ports.exporter}"},
        "server": {"url": f"http://127.0.0.1:{settings.ports.metrics}/metrics", "preset": "seadragon"},
        "process": {"command": "example-llm-server"},
    }


def make_certificate(folder: Path) -> None:
    """A certificate for 127.0.0.1 that is its own authority, and its key."""
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", folder / "key.pem"]
    command = ["openssl", "req", "-x509", *key, *subject, "-days", "30", "-out", folder / "certificate.pem"]
    subprocess.run(command, check=True, capture_output=True)


def make_password(folder: Path) -> None:
    """A file for the owner alone, without the newline that would become part of the password."""
    file = folder / "smtp_password"
    file.touch(mode=0o600)
    file.write_text(secrets.token_urlsafe(24))


def read(file: Path) -> Any:
    return yaml.safe_load(file.read_text())


def write(file: Path, content: Any) -> None:
    file.write_text(yaml.safe_dump(content, sort_keys=False))


def make_all(settings: Settings) -> None:
    """Writes everything the parts read into the state directory, which is empty before."""
    state = settings.state
    make_certificate(state)
    make_password(state)
    configure_alerting(settings)
    shipped = read(SHIPPED_PROMETHEUS)
    copies = []
    (state / "rules").mkdir()
    for pattern in shipped["rule_files"]:
        for file in sorted(SHIPPED_PROMETHEUS.parent.glob(pattern)):
            # Views and alerts share words: views-queue.yml, rules-queue.yml.
            copies.append(state / "rules" / f"{file.parent.name}-{file.name}")
            is_alert = file.resolve().parent == SHIPPED_RULES
            source = settings.alerting / "rules" / file.name if is_alert else file
            write(copies[-1], rules(read(source), settings.resolve_after))
    write(state / "prometheus.yml", prometheus(shipped, settings, copies))
    write(state / "exporter.yml", exporter(settings))
