"""What `up` prints when all is ready, and the line that it keeps."""

import shlex

from prometheus_api import number
from settings import DEFAULT_STATE, KEYS, Settings

FIRING = 'count(ALERTS{alertstate="firing", severity!="none"}) or vector(0)'


def urls(settings: Settings) -> list[tuple[str, str]]:
    ports = settings.ports
    rows = [
        ("API", f"http://127.0.0.1:{ports.api}/v1"),
        ("metrics of the server", f"http://127.0.0.1:{ports.metrics}/metrics"),
        ("metrics of the exporter", f"http://127.0.0.1:{ports.exporter}/metrics"),
        ("Prometheus, graphs", f"{settings.prometheus_url}/classic/graph"),
        ("Prometheus, alerts", f"{settings.prometheus_url}/classic/alerts"),
        ("Alertmanager, API", f"{settings.alertmanager_url}/api/v2/alerts"),
    ]
    if settings.grafana_server:
        rows.insert(0, ("Grafana", f"http://127.0.0.1:{ports.grafana}/dashboards"))
    if settings.viewer:
        rows.insert(0, ("dashboards", f"{settings.prometheus_url}/user/"))
    rows.append(("mails", str(settings.mail)))
    rows.append(("logs", str(settings.state / "log")))
    return rows


def sample_key() -> str:
    lines = (line.split() for line in KEYS.read_text().splitlines())
    return next(words[0] for words in lines if words and not words[0].startswith("#"))


def summary(settings: Settings, detached: bool) -> str:
    api = f"http://127.0.0.1:{settings.ports.api}"
    lines = ["", "All is ready.", ""]
    lines += [f"  {name:<24} {url}" for name, url in urls(settings)]
    lines += ["", "Ask the server:"]
    lines += [f"  curl {api}/v1/chat/completions -H 'Authorization: Bearer {sample_key()}' \\"]
    lines += ["    -d '" + '{"model": "seadragon-ngram", "messages": [{"role": "user", "content": "Hello"}]}' + "'"]
    if not settings.overload:
        lines += ["Make its queue long, for a mail within 2 minutes:"]
        lines += [f"  build/bin/example-traffic --overload --target {api}"]
    state = "" if settings.state == DEFAULT_STATE else f" --state {shlex.quote(str(settings.state))}"
    lines += [f"Stop: examples/stack/down{state}" if detached else "Stop: Ctrl-C"]
    return "\n".join([*lines, ""])


def live_line(settings: Settings) -> str:
    """The state of the stack in less than 80 characters."""

    def shown(expression: str) -> str:
        value = number(settings.prometheus_url, expression)
        return "-" if value is None else f"{value:.0f}"

    mails = len(list(settings.mail.glob("*.eml")))
    return (
        f"requests {shown('sum(seadragon_http_requests_total)')}  "
        f"queue {shown('sum(seadragon:queue_length:current)')}  "
        f"active {shown('sum(seadragon:active_requests:current)')}  "
        f"alerts {shown(FIRING)}  "
        f"mails {mails}"
    )
