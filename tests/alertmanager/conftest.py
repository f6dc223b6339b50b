"""Certificates, mail servers and the unit that sends; all of it ends with the test."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/exporter"))  # certificates.py

from certificates import Certificate, make_authority, make_certificate  # noqa: E402
from mail_servers import Provider, SpeakingServer, Speech, context_of, free_port  # noqa: E402
from programs import Alerting, Running, answer  # noqa: E402


@pytest.fixture
def stops() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_authority(tmp_path_factory.mktemp("authority"), "authority")


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory, authority: Certificate) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"), "localhost", authority)


@pytest.fixture
def provider(certificate: Certificate, stops: ExitStack) -> Callable[..., Provider]:
    def start(**more: object) -> Provider:
        tls = more.pop("tls", context_of(certificate))
        started = Provider(tls, **more)
        started.start()
        stops.callback(started.stop)
        return started

    return start


@pytest.fixture
def speaking(stops: ExitStack) -> Callable[[Callable[[Speech], object]], SpeakingServer]:
    def start(speak: Callable[[Speech], object]) -> SpeakingServer:
        server = SpeakingServer(speak)
        stops.callback(server.stop)
        return server

    return start


@pytest.fixture
def send(authority: Certificate) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Sends test mails to recipients, by default with the right login to localhost."""

    def run(port: int, *recipients: str, **more: object) -> subprocess.CompletedProcess[str]:
        from mail_servers import PASSWORD, USER

        settings = {"host": "localhost", "user": USER, "password": PASSWORD, "from": USER}
        settings |= {"ca": authority.cert, "port": port, **more}
        words = [f"{key.rstrip('_')}={value}" for key, value in settings.items()]
        words += [f"to={recipient}" for recipient in recipients or ("ops@example.org",)]
        command = [str(ROOT / "build/bin/send_test_mails"), *words]
        return subprocess.run(command, capture_output=True, text=True, timeout=60)

    return run


@pytest.fixture
def alerting() -> Iterator[Alerting]:
    """In a folder that Alertmanager's user and Postfix's may enter, unlike those of pytest."""
    with TemporaryDirectory(prefix="alerting-") as place:
        Path(place).chmod(0o755)
        yield Alerting(Path(place))


@pytest.fixture
def configured(alerting: Alerting) -> Alerting:
    done = alerting.configure("--no-reload")
    assert done.returncode == 0, done.stderr
    return alerting


@pytest.fixture
def alertmanager(alerting: Alerting, stops: ExitStack) -> Callable[[Path], str]:
    """Starts one on a configuration; its URL."""

    def start(configuration: Path) -> str:
        url = f"http://127.0.0.1:{free_port()}"
        command = ["prometheus-alertmanager", f"--config.file={configuration}"]
        command += [f"--storage.path={alerting.place / 'alertmanager'}"]
        command += [f"--web.listen-address={url[7:]}", "--cluster.listen-address="]
        log = alerting.place / "alertmanager.log"
        running = Running(command, log, lambda: answer(f"{url}/-/ready"))
        stops.callback(running.stop)
        return url

    return start


@pytest.fixture
def prometheus(alerting: Alerting, stops: ExitStack) -> Callable[..., str]:
    """Starts one that reads rule files, and may know an Alertmanager; its URL."""

    def start(*rules: str, lifecycle: bool = True, alertmanager: str = "") -> str:
        url = f"http://127.0.0.1:{free_port()}"
        configuration = alerting.place / "prometheus.yml"
        targets = [alertmanager.removeprefix("http://")] if alertmanager else []
        alerting_section = {"alertmanagers": [{"static_configs": [{"targets": targets}]}]}
        configuration.write_text(json.dumps({"rule_files": rules, "alerting": alerting_section}))
        command = ["prometheus", f"--config.file={configuration}"]
        command.append(f"--web.listen-address={url[7:]}")
        command += ["--web.enable-lifecycle"] if lifecycle else []
        command += [f"--storage.tsdb.path={alerting.place / 'prometheus'}"]
        log = alerting.place / "prometheus.log"
        running = Running(command, log, lambda: answer(f"{url}/-/ready"))
        stops.callback(running.stop)
        return url

    return start
