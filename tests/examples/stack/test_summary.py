from pathlib import Path

from settings import Ports, Settings
from summary import live_line, summary

PORTS = Ports.from_base(21000)


def test_the_summary_says_where_everything_is(tmp_path: Path) -> None:
    text = summary(Settings(state=tmp_path, ports=PORTS), detached=True)
    for address in (
        "http://127.0.0.1:21000/v1",
        "http://127.0.0.1:21001/metrics",
        "http://127.0.0.1:21002/metrics",
        "http://127.0.0.1:21003/classic/graph",
        "http://127.0.0.1:21003/classic/alerts",
        "http://127.0.0.1:21004/api/v2/alerts",
        f"{tmp_path}/mail",
        f"examples/stack/down --state {tmp_path}",
        "Bearer sk-example-",
        "example-traffic --overload --target http://127.0.0.1:21000",
    ):
        assert address in text
    assert "Grafana" not in text


def test_the_summary_names_grafana_where_it_runs(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path, ports=PORTS, grafana_server="/usr/sbin/grafana-server")
    assert "http://127.0.0.1:21006" in summary(settings, detached=False)


def test_the_summary_begins_with_the_dashboards_where_they_are_served(tmp_path: Path) -> None:
    settings = Settings(state=tmp_path, ports=PORTS, viewer=tmp_path)
    first = summary(settings, detached=False).partition("All is ready.")[2].split()[:2]
    assert first == ["dashboards", "http://127.0.0.1:21003/user/"]
    assert "/user/" not in summary(Settings(state=tmp_path, ports=PORTS), detached=False)


def test_a_stack_in_the_terminal_is_stopped_there(tmp_path: Path) -> None:
    assert "Stop: Ctrl-C" in summary(Settings(state=tmp_path), detached=False)


def test_the_live_line_counts_mails_and_survives_a_silent_prometheus(tmp_path: Path, free_port: int) -> None:
    settings = Settings(state=tmp_path, ports=Ports(prometheus=free_port))
    settings.mail.mkdir()
    (settings.mail / "0001.eml").touch()
    assert live_line(settings) == "requests -  queue -  active -  alerts -  mails 1"
