"""`seadragon-alerts test-mail` from settings to the mail: directly, and through a spool of its own."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from certificates import Certificate
from mail_servers import PASSWORD, USER, Provider, free_port
from sending import Start, to_do

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "build/bin/seadragon-alerts"


def run(command: str, settings: Path, *more: str) -> subprocess.CompletedProcess[str]:
    words = [str(PROGRAM), command, f"--config.file={settings}", *more]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SMTP_", "ALERT_"))}
    return subprocess.run(words, capture_output=True, text=True, timeout=120, env=clean)


def write_settings(folder: Path, provider: Provider, authority: Certificate, **more: object) -> Path:
    smtp = {"server": "localhost", "port": provider.port, "username": USER, "password": PASSWORD}
    settings = {"smtp": smtp | {"ca_file": str(authority.cert)}, "recipients": ["ops@example.org"]} | more
    file = folder / "alerting.yml"
    file.write_text(yaml.safe_dump(settings))
    file.chmod(0o600)
    return file


def test_the_mail_goes_where_the_settings_say(provider: Start, authority: Certificate, tmp_path: Path) -> None:
    server = provider()
    sent = run("test-mail", write_settings(tmp_path, server, authority))
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert [mail.rcpt_tos for mail in server.inbox.mails] == [["ops@example.org"]]
    assert PASSWORD not in sent.stdout + sent.stderr
    assert "set `spool: postfix`" in sent.stdout.splitlines()[-1]


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Postfix' own user has to pass through, which pytest's folders do not allow."""
    folder = Path(tempfile.mkdtemp(prefix="spool-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def test_the_mail_is_followed_through_the_spool(provider: Start, authority: Certificate, open_folder: Path) -> None:
    server = provider()
    port = free_port()
    spool = {"program": "postfix", "directory": str(open_folder / "spool"), "port": port}
    # Postfix reads it as another user.
    ca = Certificate(open_folder / "ca.pem", authority.key)
    shutil.copy(authority.cert, ca.cert)
    settings = write_settings(open_folder, server, ca, spool=spool)
    output = open_folder / "alerting"
    made = run("configure", settings, f"--output.dir={output}", "--no-reload")
    assert made.returncode == 0, made.stdout + made.stderr

    down = run("test-mail", settings)
    assert down.returncode == 1
    assert "correct spool.port" in to_do(down)

    [main] = output.rglob("main.cf")
    postfix = subprocess.Popen(["/usr/lib/postfix/sbin/master", "-c", str(main.parent), "-d"])
    try:
        await_greeting(port)
        sent = run("test-mail", settings)
        assert sent.returncode == 0, sent.stdout + sent.stderr
        assert "ops@example.org: accepted by localhost" in sent.stdout
        assert "without a spool" not in sent.stdout
        assert len(server.inbox.mails) == 1

        server.inbox.refused_recipients = {"ops@example.org": "550 5.1.1 no such user"}
        refused = run("test-mail", settings)
        assert refused.returncode == 1
        assert "550 5.1.1 no such user" in refused.stdout
        assert "correct or remove ops@example.org in recipients (ALERT_RECIPIENTS)" in to_do(refused)
    finally:
        postfix.terminate()
        postfix.wait()


def await_greeting(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                if connection.recv(4) == b"220 ":
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"no greeting on port {port}")
