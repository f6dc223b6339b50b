"""A folder and the programs in it; all of them end together."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import MappingProxyType

from alert_source import AlertSource
from exporter import Exporter
from machines import Machines
from mail_server import MailServer
from prometheus import Prometheus
from routing import Alertmanager, Relay
from spool import Spool

# Of every folder that this process makes.
PREFIX = f"seadragon-delivery-{os.getpid()}-"

# Runs once its input is at an end, which it is when this process is, however that came about.
CLEANING = """\
cat
pkill -KILL -f "$PLACES"
umount --lazy "$PLACES"*/spool/queue
rm -rf "$PLACES"*
"""


class Lab:
    """Makes the parts; what has run is stopped with `stops`, the last one first."""

    def __init__(self, folder: Path, stops: ExitStack) -> None:
        self.folder = folder
        self.stops = stops

    def mail_server(self, **how: object) -> MailServer:
        server = MailServer(self.folder / "mail_server", **how)
        self.stops.callback(server.stop)
        return server

    def spool(
        self, mail_server: MailServer, settings: Mapping[str, str] = MappingProxyType({}), **how
    ) -> Spool:
        """Running, before `mail_server`."""
        spool = Spool(self.folder / "spool", mail_server, settings, **how)
        self.stops.callback(spool.stop)
        spool.start()
        return spool

    def exporter(self, spool: Spool) -> Exporter:
        """Running."""
        exporter = Exporter(self.folder, spool)
        self.stops.callback(exporter.stop)
        exporter.start()
        return exporter

    def alertmanager(self, relay: Relay, **how: object) -> Alertmanager:
        """Running."""
        alertmanager = Alertmanager(self.folder, relay, **how)
        self.stops.callback(alertmanager.stop)
        alertmanager.start()
        return alertmanager

    def alerts(self, alertmanager: Alertmanager) -> AlertSource:
        source = AlertSource(alertmanager.url)
        self.stops.callback(source.stop)
        return source

    def machines(self, *instances: str) -> Machines:
        machines = Machines(*instances)
        self.stops.callback(machines.stop)
        return machines

    def prometheus(
        self, machines: Machines, alertmanagers: Sequence[Alertmanager], **how: object
    ) -> Prometheus:
        """Running."""
        prometheus = Prometheus(self.folder / "prometheus", machines, alertmanagers, **how)
        self.stops.callback(prometheus.stop)
        prometheus.start()
        return prometheus

    def room(self, name: str) -> "Lab":
        """A lab in a folder of this one, for a second part of a kind; it ends with this one."""
        folder = self.folder / name
        folder.mkdir()
        folder.chmod(0o755)
        return Lab(folder, self.stops)

    def small_disk(self, folder: Path, megabytes: int) -> Path:
        """An empty disk at `folder`."""
        folder.mkdir(parents=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "none", folder]
        subprocess.run(command, check=True)
        self.stops.callback(subprocess.run, ["umount", "--lazy", folder], check=True)
        return folder

    def own_hosts(self, text: str) -> tuple[Path, list[str | Path]]:
        """A file of host names, and what a program starts with to see it instead of /etc/hosts."""
        hosts = self.folder / "hosts"
        hosts.write_text(text)
        instead = 'mount --bind "$0" /etc/hosts && exec "$@"'
        return hosts, ["unshare", "--mount", "sh", "-c", instead, hosts]

    def processes(self) -> list[int]:
        """All that run in the folder or were told of it, ours or not."""
        pids = map(int, filter(str.isdecimal, os.listdir("/proc")))
        return [pid for pid in pids if self.has(pid)]

    def has(self, pid: int) -> bool:
        place = str(self.folder)
        try:
            folder = os.readlink(f"/proc/{pid}/cwd")
            command = Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
        except OSError:
            return False  # it has just ended
        return folder.startswith(place) or place in command


@contextmanager
def nothing_left_behind() -> Iterator[None]:
    """Even if this process is killed, its programs end and its folders go.

    Programs die with their parent by themselves, except Postfix: with its change of users the
    kernel forgets that it should.
    """
    environment = os.environ | {"PLACES": f"{tempfile.gettempdir()}/{PREFIX}"}
    output = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(
        ["sh", "-c", CLEANING],
        env=environment,
        stdin=subprocess.PIPE,
        start_new_session=True,
        **output,
    ):
        yield


def open_lab(stops: ExitStack) -> Lab:
    """In a folder that Postfix' own user can read, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp(prefix=PREFIX))
    stops.callback(shutil.rmtree, folder)
    folder.chmod(0o755)
    return Lab(folder, stops)
