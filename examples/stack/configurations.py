"""The stack's configurations: the shipped files with ports, paths and intervals changed."""

import secrets
import subprocess
from pathlib import Path
from typing import Any

import yaml

from settings import ROOT, Ports, Settings

SHIPPED_PROMETHEUS = ROOT / "examples/stack/prometheus.yml"
SHIPPED_ALERTMANAGER = ROOT / "alertmanager/alertmanager.yml"


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


def alertmanager(shipped: Any, settings: Settings) -> Any:
    """Mails go to the mailbox, over STARTTLS with a certificate that is trusted for this alone."""
    # The address of the certificate; only these lines differ from a real mail server's.
    shipped["global"]["smtp_smarthost"] = f"127.0.0.1:{settings.ports.smtp}"
    shipped["global"]["smtp_auth_password_file"] = str(settings.state / "smtp_password")
    shipped["templates"] = [str(SHIPPED_ALERTMANAGER.parent / pattern) for pattern in shipped["templates"]]
    for receiver in shipped["receivers"]:
        for mail in receiver.get("email_configs", []):
            mail["tls_config"] = {"ca_file": str(settings.state / "certificate.pem")}
    return shipped


def exporter(ports: Ports) -> Any:
    return {
        "web": {"listen_address": f"127.0.0.1:{ports.exporter}"},
        "server": {"url": f"http://127.0.0.1:{ports.metrics}/metrics", "preset": "seadragon"},
        "process": {"command": "example-llm-server"},
    }


def smtp_user() -> str:
    return read(SHIPPED_ALERTMANAGER)["global"]["smtp_auth_username"]


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
    shipped = read(SHIPPED_PROMETHEUS)
    copies = []
    (state / "rules").mkdir()
    for pattern in shipped["rule_files"]:
        for file in sorted(SHIPPED_PROMETHEUS.parent.glob(pattern)):
            # Views and alerts share words: views-queue.yml, rules-queue.yml.
            copies.append(state / "rules" / f"{file.parent.name}-{file.name}")
            write(copies[-1], rules(read(file), settings.resolve_after))
    write(state / "prometheus.yml", prometheus(shipped, settings, copies))
    write(state / "alertmanager.yml", alertmanager(read(SHIPPED_ALERTMANAGER), settings))
    write(state / "exporter.yml", exporter(settings.ports))
    make_certificate(state)
    make_password(state)
