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

from alertmanager import RECIPIENTS, SENDER, Relay
from free_ports import free_port
from mail_server import PASSWORD, MailServer
from program import Program

MASTER = "/usr/lib/postfix/sbin/master"

MAIN = """\
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/mail.log
maillog_file_prefixes = {folder}
myhostname = seadragon.localhost
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
local_transport = error:no local mail
local_recipient_maps =
mynetworks = 127.0.0.0/8
relayhost = {relay}
smtp_host_lookup = native
smtp_tls_security_level = secure
smtp_tls_CAfile = {authority}
smtp_sasl_auth_enable = yes
smtp_sasl_password_maps = texthash:{folder}/etc/sasl_passwd
smtp_sasl_security_options = noanonymous
queue_run_delay = 5s
minimal_backoff_time = 5s
maximal_backoff_time = 20s
maximal_queue_lifetime = 1d
bounce_queue_lifetime = 1d
smtp_connect_timeout = 10s
smtp_helo_timeout = 15s
smtp_starttls_timeout = 15s
smtp_mail_timeout = 15s
smtp_rcpt_timeout = 15s
smtp_data_init_timeout = 15s
smtp_data_xfer_timeout = 30s
smtp_data_done_timeout = 60s
smtp_quit_timeout = 5s
smtp_destination_concurrency_limit = 1
smtp_connection_cache_on_demand = no
soft_bounce = yes
smtputf8_enable = no
notify_classes =
smtpd_sender_restrictions = check_sender_access inline:{{ {{ {sender}=OK }} }}, reject
smtpd_recipient_restrictions = check_recipient_access inline:{{ {recipients} }}, reject
"""

MASTER_CF = """\
127.0.0.1:{port} inet n - n - - smtpd
pickup  unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr    unix n - n 15 1 qmgr
tlsmgr  unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce  unix - - n - 0 bounce
defer   unix - - n - 0 bounce
smtp    unix - - n - - smtp
error   unix - - n - - error
retry   unix - - n - - error
showq   unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""

Settings = Mapping[str, str]


def configure(
    folder: Path, port: int, relay: str, mail_server: MailServer, settings: Settings
) -> None:
    """Writes the configuration, with `settings` in place of those of the same name."""
    etc = folder / "etc"
    recipients = " ".join(f"{{ {recipient}=OK }}" for recipient in RECIPIENTS)
    main = MAIN.format(
        folder=folder,
        relay=relay,
        authority=mail_server.authority,
        sender=SENDER,
        recipients=recipients,
    )
    # Of a setting that is there twice the last one counts, after a warning.
    lines = [line for line in main.splitlines() if line.split(" =")[0] not in settings]
    lines += [f"{name} = {value}" for name, value in settings.items()]
    (etc / "main.cf").write_text("\n".join(lines) + "\n")
    (etc / "master.cf").write_text(MASTER_CF.format(port=port))


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

    def flush(self) -> None:
        """Tries all at once."""
        self.command("postqueue", "-f")

    def command(self, program: str, argument: str) -> str:
        command = [program, "-c", self.etc, argument]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, f"{program} {argument}: {done.stderr}"
        return done.stdout
