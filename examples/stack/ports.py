"""Whether the ports are free, asked before anything is started."""

import socket

from failure import Failure
from settings import Settings


def named_ports(settings: Settings) -> dict[str, int]:
    """The ports this stack will listen on, by what they are for."""
    ports = {
        "the API of the LLM server": settings.ports.api,
        "the metrics of the LLM server": settings.ports.metrics,
        "the exporter": settings.ports.exporter,
        "Prometheus": settings.ports.prometheus,
        "Alertmanager": settings.ports.alertmanager,
        "the mailbox (SMTP)": settings.ports.smtp,
    }
    if settings.grafana_server:
        ports["Grafana"] = settings.ports.grafana
    if settings.spool:
        ports["the spool of mails (SMTP)"] = settings.ports.spool
    return ports


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: connections that ended a moment ago do not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen()
        except OSError:
            return False
    return True


def check_ports(settings: Settings) -> None:
    """Throws Failure naming every port that is taken."""
    taken = [f"  {port} for {purpose}" for purpose, port in named_ports(settings).items() if not is_free(port)]
    if taken:
        raise Failure(
            "these ports are in use by other programs; nothing was started:\n"
            + "\n".join(taken)
            + "\nUse others: --port-base 20000 takes 20000 to 20007."
        )
