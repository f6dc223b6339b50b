"""When certificates expire: the exporter's own, and that of an LLM server."""

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from certificates import Certificate, make_authority, make_certificate
from exporter_process import NO_SERVER, Exporter, value_of
from running import eventually

DAY = 86400
OWN = "seadragon_exporter_certificate_expiry_timestamp_seconds"
OF_SERVER = 'seadragon_server_certificate_expiry_timestamp_seconds{server="llm"}'


class Endpoint:
    """Files of an exporter's TLS, and the authority that everybody trusts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.authority = make_authority(folder, "authority")
        self.used = Certificate(folder / "used.crt", folder / "used.key")
        self.config = folder / "web.yml"
        files = {"cert_file": str(self.used.cert), "key_file": str(self.used.key)}
        self.config.write_text(json.dumps({"tls_server_config": files}))

    def use_certificate(self, days: int) -> None:
        made = make_certificate(self.folder, f"of-{days}-days", self.authority, days)
        for now, new in zip(self.used, made, strict=True):
            now.write_bytes(new.read_bytes())


@pytest.fixture
def endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    endpoint = Endpoint(tmp_path)
    endpoint.use_certificate(days=10)
    monkeypatch.setenv("SSL_CERT_FILE", str(endpoint.authority.cert))
    return endpoint


def days_left(expiry: float | None) -> float | None:
    return expiry and (expiry - time.time()) / DAY


def reader_of(
    exporter: Exporter, start_exporter: Callable[..., Exporter], tmp_path: Path, queue_length: str
) -> Exporter:
    """Another exporter, which takes the first one for an LLM server."""
    server = {"name": "llm", "url": exporter.url(), "metrics": {"queue_length": queue_length}}
    config = tmp_path / "reader.yml"
    config.write_text(json.dumps({"servers": [server]}))
    return start_exporter(f"--config.file={config}")


def test_the_exporter_tells_when_its_own_certificate_expires(
    endpoint: Endpoint, start_exporter: Callable[..., Exporter], tmp_path: Path
):
    exporter = start_exporter(f"--web.config.file={endpoint.config}", *NO_SERVER)
    reader = reader_of(exporter, start_exporter, tmp_path, queue_length=OWN)

    def told() -> float | None:
        """What the other one reads on the page of this one."""
        return days_left(value_of(reader.page(), 'seadragon_server_queue_length{server="llm"}'))

    assert told() == pytest.approx(10, abs=0.1)
    endpoint.use_certificate(days=20)
    eventually(lambda: told() == pytest.approx(20, abs=0.1), reader.page)


def test_a_certificate_of_centuries_is_told_too(
    endpoint: Endpoint, start_exporter: Callable[..., Exporter], tmp_path: Path
):
    """Of 300 years, in nanoseconds more than 64 bits hold."""
    endpoint.use_certificate(days=109_500)
    exporter = start_exporter(f"--web.config.file={endpoint.config}", *NO_SERVER)
    page = reader_of(exporter, start_exporter, tmp_path, queue_length=OWN).page()
    of_exporter = days_left(value_of(page, 'seadragon_server_queue_length{server="llm"}'))
    assert of_exporter == pytest.approx(109_500, abs=0.1)
    assert days_left(value_of(page, OF_SERVER)) == pytest.approx(109_500, abs=0.1)


def test_the_certificate_of_a_server_is_told_and_its_successor(
    endpoint: Endpoint, start_exporter: Callable[..., Exporter], tmp_path: Path
):
    server = start_exporter(f"--web.config.file={endpoint.config}", *NO_SERVER)
    reader = reader_of(server, start_exporter, tmp_path, "seadragon_host_memory_total_bytes")
    page = reader.page()
    assert value_of(page, 'seadragon_server_up{server="llm"}') == 1
    assert days_left(value_of(page, OF_SERVER)) == pytest.approx(10, abs=0.1)
    endpoint.use_certificate(days=20)

    def told() -> float | None:
        return days_left(value_of(reader.page(), OF_SERVER))

    eventually(lambda: told() == pytest.approx(20, abs=0.1), reader.page)


def test_a_certificate_that_nobody_trusts_expires_all_the_same(
    endpoint: Endpoint, start_exporter: Callable[..., Exporter], tmp_path: Path, monkeypatch
):
    server = start_exporter(f"--web.config.file={endpoint.config}", *NO_SERVER)
    monkeypatch.setenv("SSL_CERT_FILE", str(make_authority(tmp_path, "other").cert))
    page = reader_of(server, start_exporter, tmp_path, OWN).page()
    assert value_of(page, 'seadragon_server_up{server="llm"}') == 0
    assert days_left(value_of(page, OF_SERVER)) == pytest.approx(10, abs=0.1)


def test_the_last_certificate_of_a_server_that_is_down_is_still_told(
    endpoint: Endpoint, start_exporter: Callable[..., Exporter], tmp_path: Path
):
    server = start_exporter(f"--web.config.file={endpoint.config}", *NO_SERVER)
    reader = reader_of(server, start_exporter, tmp_path, "seadragon_host_memory_total_bytes")
    before = value_of(reader.page(), OF_SERVER)
    assert before
    server.stop()
    page = reader.page()
    assert value_of(page, 'seadragon_server_up{server="llm"}') == 0
    assert value_of(page, OF_SERVER) == before


def test_without_tls_nothing_expires(start_exporter: Callable[..., Exporter], tmp_path: Path):
    server = start_exporter(*NO_SERVER)
    reader = reader_of(server, start_exporter, tmp_path, "seadragon_host_memory_total_bytes")
    assert not re.findall("certificate", server.page() + reader.page())
