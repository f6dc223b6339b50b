"""Mails by what seadragon-alerts configure wrote, all the way to the mail server."""

import json
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from certificates import Certificate
from mail_servers import PASSWORD, USER, Provider, free_port
from programs import Alerting, Running, answer, wait_for

RECIPIENTS = ["ops@example.org", "Second.Person@example.org"]


@pytest.fixture
def configure(alerting: Alerting, authority: Certificate) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs configure for a mail server; nothing but its arguments is in the settings."""

    def run(port: int, url: str = "http://127.0.0.1:1", **more: object) -> subprocess.CompletedProcess[str]:
        certificate = alerting.place / "authority.pem"
        certificate.write_bytes(Path(authority.cert).read_bytes())
        smtp = {"server": "localhost", "port": port, "username": USER, "ca_file": str(certificate)}
        smtp |= {"password": more.pop("password", PASSWORD)}
        nowhere = {"url": "http://127.0.0.1:1"}
        alerting.write_settings(
            {"smtp": smtp, "recipients": RECIPIENTS, "alertmanager": {"url": url}, "prometheus": nowhere, **more}
        )
        unset = dict.fromkeys(["SMTP_SERVER", "SMTP_USERNAME", "SMTP_PASSWORD", "ALERT_RECIPIENTS"], "")
        return alerting.configure(**unset)

    return run


@pytest.fixture
def spool(alerting: Alerting) -> dict[str, object]:
    return {"program": "postfix", "directory": str(alerting.place / "spool"), "port": free_port()}


@pytest.fixture
def start_spool(alerting: Alerting, stops: ExitStack) -> Callable[[dict[str, object]], None]:
    def start(spool: dict[str, object]) -> None:
        command = ["/usr/lib/postfix/sbin/master", "-c", str(alerting.folder / "postfix"), "-d"]
        lock = alerting.place / "spool/queue/pid/master.pid"
        running = Running(command, alerting.place / "master.log", lambda: lock.exists() and lock.read_text().strip())
        stops.callback(running.stop)

    return start


def fire(url: str, name: str) -> None:
    labels = {"alertname": name, "severity": "warning", "job": "seadragon-exporter", "instance": "llm1"}
    alert = {"labels": labels, "annotations": {"title": name, "description": f"{name} is at 93%."}}
    subprocess.run(
        ["curl", "-fsS", "-H", "Content-Type: application/json", "-d", json.dumps([alert]), f"{url}/api/v2/alerts"],
        check=True,
    )


def recipients_of(provider: Provider) -> list[str]:
    return sorted(recipient for mail in provider.inbox.mails for recipient in mail.rcpt_tos)


def test_an_alert_is_mailed_to_each_recipient_alone(
    alerting: Alerting,
    alertmanager: Callable[[Path], str],
    configure: Callable[..., subprocess.CompletedProcess[str]],
    provider: Callable[..., Provider],
) -> None:
    server = provider()
    done = configure(server.port)
    assert done.returncode == 0, done.stderr
    routes = alerting.folder / "alertmanager.yml"
    fire(alertmanager(routes), "High CPU Usage")
    wait_for(lambda: len(server.inbox.mails) == 2, 60)
    assert recipients_of(server) == sorted(RECIPIENTS)
    assert [len(mail.rcpt_tos) for mail in server.inbox.mails] == [1, 1]
    content = server.inbox.mails[0].content.decode()
    assert "Subject: [ALERT] Seadragon LLM: High CPU Usage" in content
    assert "Auto-Submitted: auto-generated" in content


def test_the_spool_delivers_with_the_login_that_was_configured_last(
    alerting: Alerting,
    alertmanager: Callable[[Path], str],
    configure: Callable[..., subprocess.CompletedProcess[str]],
    provider: Callable[..., Provider],
    spool: dict[str, object],
    start_spool: Callable[[dict[str, object]], None],
) -> None:
    server = provider()
    done = configure(server.port, spool=spool, password="wrong")
    assert done.returncode == 0, done.stderr
    assert "master -c" in done.stderr  # how to start it
    start_spool(spool)
    routes = alertmanager(alerting.folder / "alertmanager.yml")
    fire(routes, "High CPU Usage")
    wait_for(lambda: any(not right for _, right in server.logins), 60)
    assert server.inbox.mails == []
    done = configure(server.port, routes, spool=spool)
    assert done.returncode == 0, done.stderr
    assert "the spool has taken its configuration" in done.stdout
    wait_for(lambda: len(server.inbox.mails) == 2, 30)
    assert recipients_of(server) == sorted(RECIPIENTS)


def test_the_spool_has_the_password_where_root_alone_reads_it(
    alerting: Alerting,
    configure: Callable[..., subprocess.CompletedProcess[str]],
    spool: dict[str, object],
) -> None:
    assert configure(587, spool=spool).returncode == 0
    readers = [path for path in alerting.folder.rglob("*") if path.is_file() and PASSWORD.encode() in path.read_bytes()]
    assert {path.name for path in readers} == {"smtp_password", "sasl_passwd"}
    assert {(path.stat().st_mode & 0o7777, path.stat().st_uid) for path in readers} == {(0o600, 0)}
    assert "auth" not in (alerting.folder / "alertmanager.yml").read_text()


@pytest.mark.parametrize("password", ["ends with a blank ", "two\nlines"])
def test_a_password_that_the_spool_cannot_carry_is_refused(
    password: str,
    alerting: Alerting,
    configure: Callable[..., subprocess.CompletedProcess[str]],
    spool: dict[str, object],
) -> None:
    done = configure(587, spool=spool, password=password)
    assert done.returncode == 2 and len(done.stderr.splitlines()) == 1
    assert password not in done.stderr
    assert not alerting.folder.exists() and not Path(str(spool["directory"])).exists()


def test_a_queue_is_not_put_into_the_folder_that_is_exchanged(
    alerting: Alerting,
    configure: Callable[..., subprocess.CompletedProcess[str]],
    spool: dict[str, object],
) -> None:
    done = configure(587, spool={**spool, "directory": str(alerting.folder / "spool")})
    assert done.returncode == 2 and "spool.directory" in done.stderr
    assert not alerting.folder.exists()


def test_a_spool_that_is_left_is_told_and_what_is_lost_without_it(
    configure: Callable[..., subprocess.CompletedProcess[str]], spool: dict[str, object]
) -> None:
    done = configure(587, spool=spool)
    assert done.returncode == 0 and "without a spool" not in done.stdout
    done = configure(587, spool="none")
    assert done.returncode == 0 and "is not used any more" in done.stderr
    assert "without a spool a mail is lost" in done.stdout


def test_what_was_configured_sends_test_mails_and_shows_a_status(
    alerting: Alerting,
    alertmanager: Callable[[Path], str],
    configure: Callable[..., subprocess.CompletedProcess[str]],
    provider: Callable[..., Provider],
) -> None:
    server = provider()
    assert configure(server.port).returncode == 0
    url = alertmanager(alerting.folder / "alertmanager.yml")
    assert configure(server.port, url).returncode == 0
    alerting.settings.unlink()
    unset = dict.fromkeys(["SMTP_SERVER", "SMTP_USERNAME", "SMTP_PASSWORD", "ALERT_RECIPIENTS"], "")
    done = alerting.run("test-mail", **unset)
    assert done.returncode == 0, done.stdout + done.stderr
    assert recipients_of(server) == sorted(RECIPIENTS)
    fire(url, "High CPU Usage")
    wait_for(lambda: "High CPU Usage" in answer(f"{url}/api/v2/alerts"))
    assert "High CPU Usage" in alerting.run("status", **unset).stdout
