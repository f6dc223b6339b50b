"""What can be chosen on the command line of `up`, and what follows from it."""

import argparse
import hashlib
import os
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEFAULT_STATE = ROOT / "build/stack"
POSTFIX = Path("/usr/lib/postfix/sbin/master")
KEYS = ROOT / "examples/llm_server/keys.txt"

DESCRIPTION = """\
Starts the example LLM server, traffic, the exporter, Prometheus, Alertmanager, a local mailbox and, where
Postfix is installed and this is root, a spool before it, as child processes, all on 127.0.0.1, and stops
them on Ctrl-C. Debian packages that are missing are
installed first (their system services are neither started nor enabled), then the programs are built, and
with Node.js the page that draws the dashboards, which Prometheus serves at /user/.
"""

EPILOG = """\
Each start begins anew: what a former run left in the state directory is removed. It then holds the log
of each part (log/), the mails (mail/) and the configurations. These are the shipped ones with ports,
paths and the interval changed; rule groups that are shipped with an interval of their own (views of long
periods: minutes) are evaluated at every scrape here, so that a fresh stack shows each view at once.
"""


@dataclass(frozen=True)
class Ports:
    api: int = 8080
    metrics: int = 10300
    exporter: int = 10301
    prometheus: int = 9090
    alertmanager: int = 9093
    smtp: int = 2525
    grafana: int = 3000
    spool: int = 10325

    @classmethod
    def from_base(cls, base: int) -> "Ports":
        return cls(*range(base, base + 8))


@dataclass(frozen=True)
class Settings:
    state: Path = DEFAULT_STATE
    ports: Ports = Ports()
    traffic: bool = True
    overload: bool = False
    scrape_interval: str = "5s"
    resolve_after: str | None = None
    keep_going: bool = False
    grafana_server: str | None = None  # its path, where it is installed
    viewer: Path | None = None  # the folder of the page that draws the dashboards, where it is built
    spool: Path | None = None  # the folder of the spool of mails, where Postfix is installed and we are root

    def log(self, part: str) -> Path:
        return self.state / "log" / f"{part}.log"

    @property
    def mail(self) -> Path:
        return self.state / "mail"

    @property
    def alerting(self) -> Path:
        """What seadragon-alerts writes."""
        return self.state / "alerting"

    @property
    def prometheus_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.prometheus}"

    @property
    def alertmanager_url(self) -> str:
        return f"http://127.0.0.1:{self.ports.alertmanager}"


def duration(text: str) -> str:
    """A duration as Prometheus writes it."""
    if not re.fullmatch(r"[1-9][0-9]*(ms|s|m|h)", text):
        raise argparse.ArgumentTypeError(f'"{text}" is no duration like 500ms, 5s or 2m')
    return text


def port_base(text: str) -> int:
    if not text.isdecimal() or not 1024 <= int(text) <= 65528:
        raise argparse.ArgumentTypeError(f'"{text}" is not between 1024 and 65528')
    return int(text)


def parser() -> argparse.ArgumentParser:
    flags = argparse.ArgumentParser(
        prog="examples/stack/up",
        description=DESCRIPTION,
        epilog=EPILOG,
        allow_abbrev=False,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    flags.add_argument("--detach", action="store_true", help="return when all is ready; examples/stack/down stops it")
    flags.add_argument("--state", metavar="DIR", type=Path, default=DEFAULT_STATE, help="default: build/stack")
    flags.add_argument(
        "--port-base",
        metavar="N",
        type=port_base,
        help="API at N, library metrics N+1, exporter N+2, Prometheus N+3, Alertmanager N+4, SMTP N+5, "
        "Grafana N+6 and the spool of mails N+7 where they are installed; "
        "default: 8080, 10300, 10301, 9090, 9093, 2525, 3000, 10325",
    )
    traffic = flags.add_mutually_exclusive_group()
    traffic.add_argument("--no-traffic", action="store_true", help="send no requests")
    traffic.add_argument(
        "--overload", action="store_true", help="send so many that the queue is long: its mail comes within 2 minutes"
    )
    flags.add_argument("--scrape-interval", metavar="DURATION", type=duration, default="5s", help="default: 5s")
    flags.add_argument(
        "--resolve-after",
        metavar="DURATION",
        type=duration,
        help="how long alerts go on after their condition ended, to see a [RESOLVED] mail soon; default: 5m as shipped",
    )
    flags.add_argument(
        "--keep-going",
        action="store_true",
        help="when a part crashes, leave the others running, to see what is measured and mailed then",
    )
    return flags


def spool_of(state: Path) -> Path | None:
    """Not below the state directory: Postfix' own user has to get there. None where no spool can run."""
    if os.geteuid() != 0 or not POSTFIX.exists():
        return None
    return Path("/var/spool/seadragon-example") / hashlib.sha256(bytes(state)).hexdigest()[:12]


def settings_from(arguments: argparse.Namespace) -> Settings:
    state = arguments.state.resolve()
    return Settings(
        state=state,
        spool=spool_of(state),
        ports=Ports() if arguments.port_base is None else Ports.from_base(arguments.port_base),
        traffic=not arguments.no_traffic,
        overload=arguments.overload,
        scrape_interval=arguments.scrape_interval,
        resolve_after=arguments.resolve_after,
        keep_going=arguments.keep_going,
        grafana_server=shutil.which("grafana-server", path="/usr/sbin:/usr/bin:/usr/local/bin:/usr/share/grafana/bin"),
    )


if __name__ == "__main__":
    parser().parse_args()
