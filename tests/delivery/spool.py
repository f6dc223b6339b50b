"""The local spool: a Postfix of our own between Alertmanager and the mail server."""

import json
import os
import shutil
import signal
import smtplib
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from free_ports import free_port
from mail_server import PASSWORD, MailServer
from program import Program
from routing import Relay
from spool_configuration import texts

MASTER = "/usr/lib/postfix/sbin/master"

Settings = Mapping[str, str]


def configure(
    folder: Path, port: int, relay: str, mail_server: MailServer, settings: Settings
) -> None:
    """Writes the configuration, with `settings` in place of those of the same name."""
    main, master = texts(folder, port, relay, mail_server.authority)
    # Of a setting that is there twice the last one counts, after a warning.
    lines = [line for line in main.splitlines() if line.split(" =")[0] not in settings]
    lines += [f"{name} = {value}" for name, value in settings.items()]
    (folder / "etc/main.cf").write_text("\n".join(lines) + "\n")
    (folder / "etc/master.cf").write_text(master)


class Spool(Program):
    """It takes what Alertmanager hands over and keeps trying the mail server.

    All folders above `folder` must let Postfix' own user through.
    """

    def __init__(
        self,
        folder: Path,
        mail_server: MailServer,
        settings: Settings = MappingProxyType({}),
        host: str = "localhost",
        prefix: Sequence[str] = (),
    ) -> None:
        self.etc = folder / "etc"
        for made in (folder, self.etc, folder / "queue", folder / "data"):
            made.mkdir(exist_ok=True)
        shutil.chown(folder / "data", "postfix")
        self.port = free_port()
        self.mail_server = mail_server
        self.upstream = f"[{host}]:{mail_server.port}"
        configure(folder, self.port, self.upstream, mail_server, settings)
        self.set_password(PASSWORD)
        command: list[str | Path] = [*prefix, MASTER, "-c", self.etc, "-d"]
        super().__init__("spool", folder, command, self.greets)

    def start(self) -> None:
        self.command("postfix", "check")
        super().start()

    def greets(self) -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=5):
                return True
        except (OSError, smtplib.SMTPException):
            return False

    @property
    def relay(self) -> Relay:
        """For Alertmanager."""
        return Relay(f"127.0.0.1:{self.port}")

    def set_password(self, password: str) -> None:
        """Of the login at the mail server; Postfix reads it when it starts or is reloaded."""
        file = self.etc / "sasl_passwd"
        file.touch(mode=0o600)
        file.write_text(f"{self.upstream} {self.mail_server.user}:{password}\n")

    def reload(self) -> None:
        """Reads the configuration anew."""
        os.kill(self.pid, signal.SIGHUP)

    def queued(self) -> list[dict[str, Any]]:
        """What waits, as `postqueue -j` has it."""
        return [json.loads(line) for line in self.command("postqueue", "-j").splitlines()]

    def reasons(self) -> list[str]:
        """Why it waits, for each recipient of each mail that was tried."""
        recipients = [each for mail in self.queued() for each in mail["recipients"]]
        return [each["delay_reason"] for each in recipients if "delay_reason" in each]

    @property
    def log(self) -> str:
        """All that it wrote down since it was made."""
        return (self.folder / "mail.log").read_text()

    def flush(self) -> None:
        """Tries all at once."""
        # It then asks for pickup(8), which is not there; that is all that its status tells.
        subprocess.run(["postqueue", "-c", self.etc, "-f"], capture_output=True, timeout=60)

    def command(self, program: str, argument: str) -> str:
        command = [program, "-c", self.etc, argument]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{program} {argument}: {done.stderr}"
        return done.stdout
