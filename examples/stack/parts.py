"""The programs of the stack, in the order in which they start."""

import smtplib
import sys
from collections.abc import Callable
from pathlib import Path

from configurations import SMTP_USER
from prometheus_api import answers
from processes import Part
from settings import KEYS, POSTFIX, ROOT, Settings

BIN = ROOT / "build/bin"
BUILT = ["example-llm-server", "seadragon-exporter", "example-traffic", "seadragon-alerts"]


def parts(settings: Settings) -> list[Part]:
    chosen = [mailbox(settings)]
    if settings.spool:
        chosen.append(spool(settings))
    chosen += [server(settings), exporter(settings), prometheus(settings), alertmanager(settings)]
    if settings.grafana_server:
        chosen.append(grafana(settings, settings.grafana_server))
    if settings.traffic:
        chosen.append(traffic(settings))
    return chosen


def page(url: str) -> Callable[[], bool]:
    return lambda: answers(url)


def greeting(port: int) -> Callable[[], bool]:
    def greets() -> bool:
        try:
            with smtplib.SMTP("127.0.0.1", port, timeout=1):
                return True
        except OSError:
            return False

    return greets


def mailbox(settings: Settings) -> Part:
    command: list[str | Path] = [sys.executable, "-B", ROOT / "examples/stack/mailbox.py"]
    command += ["--port", str(settings.ports.smtp), "--folder", settings.mail, "--user", SMTP_USER]
    command += ["--password-file", settings.state / "smtp_password"]
    command += ["--certificate", settings.state / "certificate.pem", "--key", settings.state / "key.pem"]
    return Part("the mailbox", command, settings.log("mailbox"), greeting(settings.ports.smtp))


def spool(settings: Settings) -> Part:
    command: list[str | Path] = [POSTFIX, "-c", settings.alerting / "postfix", "-d"]
    return Part("the spool of mails", command, settings.log("spool"), greeting(settings.ports.spool))


def server(settings: Settings) -> Part:
    command: list[str | Path] = [BIN / "example-llm-server", "--listen", f"127.0.0.1:{settings.ports.api}"]
    command += ["--metrics", f"127.0.0.1:{settings.ports.metrics}", "--keys", KEYS]
    command += ["--log-file", settings.log("seadragon")]
    metrics = page(f"http://127.0.0.1:{settings.ports.metrics}/metrics")
    return Part("the LLM server", command, settings.log("llm_server"), metrics)


def exporter(settings: Settings) -> Part:
    command: list[str | Path] = [BIN / "seadragon-exporter", "--config.file", settings.state / "exporter.yml"]
    metrics = page(f"http://127.0.0.1:{settings.ports.exporter}/metrics")
    return Part("the exporter", command, settings.log("exporter"), metrics)


def prometheus(settings: Settings) -> Part:
    command: list[str | Path] = [
        "prometheus",
        f"--config.file={settings.state / 'prometheus.yml'}",
        f"--storage.tsdb.path={settings.state / 'prometheus'}",
        "--storage.tsdb.retention.time=35d",  # the views of a month
        f"--web.listen-address=127.0.0.1:{settings.ports.prometheus}",
        f"--web.external-url={settings.prometheus_url}",
        "--rules.alert.for-grace-period=0s",  # a restart starts no `for` again
        "--enable-feature=exemplar-storage",
    ]
    if settings.viewer:
        command.append(f"--web.user-assets={settings.viewer}")
    return Part("Prometheus", command, settings.log("prometheus"), page(f"{settings.prometheus_url}/-/ready"))


def alertmanager(settings: Settings) -> Part:
    command: list[str | Path] = [
        "prometheus-alertmanager",
        f"--config.file={settings.alerting / 'alertmanager.yml'}",
        f"--storage.path={settings.state / 'alertmanager'}",
        f"--web.listen-address=127.0.0.1:{settings.ports.alertmanager}",
        f"--web.external-url={settings.alertmanager_url}",
        "--cluster.listen-address=",  # otherwise it listens for others on every address
        "--data.maintenance-interval=1m",
    ]
    return Part("Alertmanager", command, settings.log("alertmanager"), page(f"{settings.alertmanager_url}/-/ready"))


def grafana(settings: Settings, program: str) -> Part:
    folder = settings.state / "grafana"
    environment = {
        "SEADRAGON_DASHBOARDS": str(ROOT / "grafana/dashboards"),
        "SEADRAGON_PROMETHEUS_URL": settings.prometheus_url,
        "SEADRAGON_LOGS_URL": "#",  # nothing searches the logs here; the id is there to be copied
        "GF_PATHS_PROVISIONING": str(ROOT / "grafana/provisioning"),
        "GF_PATHS_DATA": str(folder),
        "GF_PATHS_LOGS": str(folder / "log"),
        "GF_PATHS_PLUGINS": str(folder / "plugins"),
        "GF_SERVER_HTTP_ADDR": "127.0.0.1",
        "GF_SERVER_HTTP_PORT": str(settings.ports.grafana),
        "GF_AUTH_ANONYMOUS_ENABLED": "true",
        "GF_ANALYTICS_REPORTING_ENABLED": "false",
        "GF_ANALYTICS_CHECK_FOR_UPDATES": "false",
    }
    command: list[str | Path] = [program, "--homepath", "/usr/share/grafana"]
    health = page(f"http://127.0.0.1:{settings.ports.grafana}/api/health")
    return Part("Grafana", command, settings.log("grafana"), health, environment)


def traffic(settings: Settings) -> Part:
    command: list[str | Path] = [BIN / "example-traffic", "--target", f"http://127.0.0.1:{settings.ports.api}"]
    command += ["--keys", KEYS, "--tally", settings.state / "tally.json"]
    if settings.overload:
        command.append("--overload")
    return Part("the traffic", command, settings.log("traffic"), lambda: True)
