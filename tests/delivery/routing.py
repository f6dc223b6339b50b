"""The real Alertmanager, with the configuration that is shipped."""

import re
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from configurations import SHIPPED_ALERTMANAGER, read, write
from free_ports import free_port
from mail_server import PASSWORD, MailServer
from parts import alertmanager as part_of_stack
from program import Program
from prometheus_api import answers
from settings import Settings

_flags = list(map(str, part_of_stack(Settings()).command))
# When it writes down what it has sent.
SHIPPED_FLAGS = [flag for flag in _flags if flag.startswith("--data.")]
# Whether it listens for others.
ALONE = [flag for flag in _flags if flag.startswith("--cluster.")]

Change = Callable[[dict[str, Any]], None]


class Relay(NamedTuple):
    """Where Alertmanager hands its mails to."""

    smarthost: str
    authority: Path | None = None  # None: the local spool, which asks for neither TLS nor a login


def direct(mail_server: MailServer) -> Relay:
    return Relay(mail_server.name, mail_server.authority)


def shipped_times(configuration: dict[str, Any]) -> None:
    """The first mail after 10 s, a change after a minute."""


def short_times(configuration: dict[str, Any]) -> None:
    configuration["route"] |= {"group_wait": "1s", "group_interval": "10s"}


def mails(configuration: dict[str, Any]) -> list[dict[str, Any]]:
    """Every email_configs entry: one per recipient."""
    found = [receiver.get("email_configs", []) for receiver in configuration["receivers"]]
    return [mail for each in found for mail in each]


SHIPPED = read(SHIPPED_ALERTMANAGER)
SENDER = SHIPPED["global"]["smtp_from"]
RECIPIENTS = [mail["to"] for mail in mails(SHIPPED)]


class Alertmanager(Program):
    """`change` is made to the shipped configuration, beside what a mail server elsewhere needs."""

    def __init__(
        self,
        folder: Path,
        relay: Relay,
        change: Change = short_times,
        flags: Sequence[str] = tuple(SHIPPED_FLAGS),
        prefix: Sequence[str] = (),
        cluster: Sequence[str] = tuple(ALONE),
    ) -> None:
        self.url = f"http://127.0.0.1:{free_port()}"
        self.storage = folder / "alertmanager"
        self.configuration = folder / "alertmanager.yml"
        self.password_file = folder / "smtp_password"
        self.password_file.touch(mode=0o600)
        self.password_file.write_text(PASSWORD)
        configuration = read(SHIPPED_ALERTMANAGER)
        self._adapt(configuration, relay)
        change(configuration)
        write(self.configuration, configuration)
        command: list[str | Path] = [
            *prefix,
            "prometheus-alertmanager",
            f"--config.file={self.configuration}",
            f"--storage.path={self.storage}",
            f"--web.listen-address={self.url.removeprefix('http://')}",
            *cluster,
            *flags,
        ]
        super().__init__("alertmanager", folder, command, lambda: answers(f"{self.url}/-/ready"))

    def value(self, name: str) -> float:
        """The sum of a metric's series of e-mail, or of all where none has that label."""
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=10) as answer:
            page = answer.read().decode()
        series = re.findall(rf"^{name}(?:{{(.*)}})? (\S+)$", page, re.M)
        of_mail = [value for labels, value in series if 'integration="email"' in labels]
        return sum(map(float, of_mail or [value for _, value in series]))

    def _adapt(self, configuration: dict[str, Any], relay: Relay) -> None:
        whole = configuration["global"]
        whole["smtp_smarthost"] = relay.smarthost
        folder = SHIPPED_ALERTMANAGER.parent
        configuration["templates"] = [str(folder / glob) for glob in configuration["templates"]]
        if relay.authority is None:
            whole["smtp_require_tls"] = False
            whole["smtp_hello"] = "localhost"
            del whole["smtp_auth_username"], whole["smtp_auth_password_file"]
            return
        whole["smtp_auth_password_file"] = str(self.password_file)
        for mail in mails(configuration):
            mail["tls_config"] = {"ca_file": str(relay.authority)}
